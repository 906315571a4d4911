package dev.slipway.operate;

import dev.slipway.decide.Decision;
import dev.slipway.decide.Environment;
import dev.slipway.decide.HousekeepingRules;
import dev.slipway.deploy.Ecs;
import dev.slipway.deploy.EcsClientError;
import dev.slipway.deploy.ServiceEvaluator;
import dev.slipway.deploy.ServicePage;
import dev.slipway.ecs.Service;
import dev.slipway.ecs.ServiceArn;
import dev.slipway.image.Repository;
import dev.slipway.record.KnownRevision;
import dev.slipway.record.RecordStore;
import dev.slipway.record.RepositoryUsers;
import dev.slipway.record.ServiceRecord;
import dev.slipway.record.ServiceRecords;
import dev.slipway.record.Trigger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * One walk over pages of services, as far as it has come: it reads, decides by {@link SweepRules},
 * and collects what is to be done. It changes nothing.
 */
final class SweepWalk {
  private static final int PAGE = 100;

  /** ECS throttles, or something is wrong everywhere: the next sweep goes on with the next page. */
  private static final int TOO_MANY_FAILURES = 20;

  /** So many services a sweep has tidied, so that outcomes of deployments need not wait for it. */
  private static final int MAX_HOUSEKEEPING = 50;

  /** With less left before the timeout no other service is begun: the slowest calls must fit. */
  static final Duration RESERVE = Duration.ofSeconds(30);

  /**
   * How far a walk goes, at most. It ends with the page in which it has reached a limit.
   *
   * @param services so many that follow an environment are reached
   * @param hints so many are found
   * @param unknown whether a service without a record is evaluated; otherwise it just has a hint
   */
  record Extent(int services, int hints, boolean unknown) {}

  /**
   * Where a sweep stopped, and what its round has counted until then.
   *
   * @param ecs position of the next page; empty for the first one
   */
  record Position(SweepPlan.Round counted, Optional<String> ecs) {
    static final Position START = new Position(SweepPlan.Round.NOTHING, Optional.empty());

    /** What another version wrote begins a new round. */
    static Position parse(String text) {
      String[] parts = text.split(" ", 3);
      try {
        return parts.length == 3
            ? new Position(
                new SweepPlan.Round(Integer.parseInt(parts[0]), Integer.parseInt(parts[1])),
                Optional.of(parts[2]))
            : START;
      } catch (NumberFormatException _) {
        return START;
      }
    }

    @Override
    public String toString() {
      return "%d %d %s".formatted(counted.swept(), counted.differences(), ecs.orElse(""));
    }
  }

  /** Which environment a service follows, for the walk. */
  interface Following {
    Optional<Environment> of(Service service);
  }

  private final Trigger.Sweep trigger;
  private final Supplier<Duration> remaining;
  private final Extent extent;
  private final ServiceDirectory directory;
  private final Ecs ecs;
  private final RecordStore records;
  private final PageEvaluator pages;
  private final List<Decision> decisions = new ArrayList<>();
  private final Map<Service, RuntimeException> failures = new LinkedHashMap<>();
  private final List<String> warnings = new ArrayList<>();
  private final Set<ServiceArn> hints = new LinkedHashSet<>();
  private final Set<ServiceArn> checks = new LinkedHashSet<>();
  private final Set<ServiceArn> seen = new LinkedHashSet<>();
  private final Set<Repository> repositories = new LinkedHashSet<>();
  private int swept;
  private int differences;
  private int housekeeping;
  private boolean complete = true;

  /**
   * A walk that has not begun.
   *
   * @param evaluator of one moment: it asks the registry everything once
   * @param remaining until the function's timeout
   */
  SweepWalk(
      ServiceDirectory directory,
      Ecs ecs,
      ServiceEvaluator evaluator,
      RecordStore records,
      Trigger.Sweep trigger,
      Supplier<Duration> remaining,
      Extent extent) {
    this.directory = directory;
    this.ecs = ecs;
    this.records = records;
    this.pages = new PageEvaluator(evaluator, records, trigger.at());
    this.trigger = trigger;
    this.remaining = remaining;
    this.extent = extent;
  }

  private boolean isComplete(Position stopped) {
    return complete && stopped.ecs().isEmpty();
  }

  /** What it comes to, once it has stopped there. */
  SweepPlan plan(Position stopped) {
    boolean finished = isComplete(stopped);
    return new SweepPlan(
        decisions,
        failures,
        warnings,
        List.copyOf(hints),
        List.copyOf(checks),
        stopped.ecs().isPresent() ? Optional.of(stopped.toString()) : Optional.empty(),
        finished,
        finished ? Optional.of(stopped.counted()) : Optional.empty());
  }

  private boolean hasTime() {
    return remaining.get().compareTo(RESERVE) >= 0;
  }

  /** Goes over pages of services until time is short; returns where it stopped. */
  Position over(Set<String> clusters, Position from, Following following) {
    Position position = from;
    boolean first = true;
    while (true) {
      ServicePage page;
      try {
        page = ecs.services(clusters, position.ecs(), PAGE);
      } catch (EcsClientError | IllegalArgumentException e) {
        if (position.ecs().isEmpty()) {
          if (first) {
            throw e;
          }
          return stopped(position, String.valueOf(e.getMessage()));
        }
        // ECS does not know the position any more: a new round begins
        position = Position.START;
        continue;
      } catch (RuntimeException e) {
        if (first) {
          throw e;
        }
        return stopped(position, String.valueOf(e.getMessage()));
      }
      page.missing()
          .forEach(cluster ->
              warnings.add("ECS has no cluster %s, which slipway.yaml names".formatted(cluster)));
      SweepPlan.Round before = new SweepPlan.Round(swept, differences);
      int failed = failures.size();
      boolean whole;
      try {
        whole = reach(page.services(), service -> following.of(service).isPresent());
      } catch (RuntimeException e) {
        if (first) {
          throw e;
        }
        return stopped(position, String.valueOf(e.getMessage()));
      }
      complete &= whole;
      if (!whole && !first) {
        // begun again by the next sweep: hints that were sent do no harm
        return position;
      }
      // a first page that takes all the time would otherwise keep the rest from ever being swept
      position =
          new Position(
              position
                  .counted()
                  .plus(
                      new SweepPlan.Round(
                          swept - before.swept(), differences - before.differences())),
              page.next());
      first = false;
      if (position.ecs().isPresent() && failures.size() - failed >= TOO_MANY_FAILURES) {
        return stopped(
            position,
            "%d services of one page could not be evaluated".formatted(failures.size() - failed));
      }
      if (position.ecs().isEmpty()
          || !hasTime()
          || swept >= extent.services()
          || hints.size() >= extent.hints()) {
        return position;
      }
    }
  }

  /** Throttled, perhaps: what was swept is kept, and the next sweep goes on from here. */
  private Position stopped(Position position, String why) {
    warnings.add("the sweep stopped before its end: " + why);
    complete = false;
    return position;
  }

  /** Whether all of these services were reached before time was short. */
  boolean reach(List<Service> services, Predicate<Service> wanted) {
    ServiceRecords known = records.services(services.stream().map(Service::arn).toList());
    pages.read(
        services.stream()
            .filter(wanted)
            .filter(service -> !known.unreadable().containsKey(service.arn()))
            .filter(service -> extent.unknown() || known.known().containsKey(service.arn()))
            .toList(),
        known.known());
    boolean whole = true;
    for (Service service : services) {
      if (!hasTime() || swept >= extent.services()) {
        whole = false;
        break;
      }
      seen.add(service.arn());
      SweepRules.Action action = SweepRules.Action.NOTHING;
      try {
        action = action(service, known.of(service.arn()), wanted);
      } catch (RuntimeException failure) {
        failures.put(service, failure);
      }
      switch (action) {
        case NOTHING -> {}
        case HINT -> hints.add(service.arn());
        case CHECK_ROLLOUT -> checks.add(service.arn());
      }
    }
    return whole;
  }

  private SweepRules.Action action(
      Service service, ServiceRecord record, Predicate<Service> wanted) {
    Optional<Environment> environment = directory.environmentOf(service);
    if (environment.isEmpty()) {
      directory.unknownEnvironment(service).ifPresent(warnings::add);
      // its evaluation takes it out of the index
      return record.environment().isPresent() ? SweepRules.Action.HINT : SweepRules.Action.NOTHING;
    }
    if (!wanted.test(service)) {
      return SweepRules.Action.NOTHING;
    }
    swept++;
    record.revision().map(KnownRevision::repositories).ifPresent(repositories::addAll);
    if (!record.isKnown() && !extent.unknown()) {
      return SweepRules.Action.HINT;
    }
    Optional<String> name = environment.map(Environment::name);
    if (SweepRules.hasOldOpen(record, trigger.at())) {
      SweepRules.Action open = SweepRules.open(records.read(service.arn()), trigger.at());
      if (open == SweepRules.Action.HINT) {
        return open;
      }
      if (open == SweepRules.Action.CHECK_ROLLOUT) {
        // and it is evaluated too: it may be a rollout that never ends
        checks.add(service.arn());
      }
    }
    if (housekeeping < MAX_HOUSEKEEPING
        && HousekeepingRules.isDue(environment.get().housekeeping(), record, trigger.at())) {
      // it failed, or slipway.yaml has come to want it
      housekeeping++;
      checks.add(service.arn());
    }
    PageEvaluator.Evaluated evaluated = pages.evaluate(service, record);
    decisions.add(evaluated.decision());
    if (evaluated.decision() instanceof Decision.Deploy) {
      differences++;
    }
    boolean outdated =
        evaluated.state().isPresent()
            ? SweepRules.isOutdated(service, name, evaluated.record())
            : !evaluated.record().environment().equals(name);
    return outdated || SweepRules.isWaiting(evaluated.record(), evaluated.decision())
        ? SweepRules.Action.HINT
        : SweepRules.evaluated(evaluated);
  }

  /**
   * Adds hints for services that the index lists, and that this walk did not meet: whoever
   * evaluates one that is gone takes it out of the index. Only for a walk over all services.
   */
  void addGone(Position stopped) {
    if (!isComplete(stopped)) {
      return;
    }
    for (Repository repository : repositories) {
      if (!hasTime()) {
        break;
      }
      try {
        records.usersOf(repository).users().stream()
            .map(RepositoryUsers.User::service)
            .filter(service -> !seen.contains(service))
            .forEach(hints::add);
      } catch (RuntimeException e) {
        // what was found is hinted at all the same, but this round does not count as complete
        warnings.add("the index of %s could not be read: %s".formatted(repository, e.getMessage()));
        complete = false;
        break;
      }
    }
  }
}
