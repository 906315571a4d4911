package dev.slipway.operate;

import dev.slipway.decide.Decision;
import dev.slipway.decide.Environment;
import dev.slipway.deploy.Ecs;
import dev.slipway.deploy.EcsClientError;
import dev.slipway.deploy.Hint;
import dev.slipway.deploy.HintQueue;
import dev.slipway.deploy.ImageRegistry;
import dev.slipway.deploy.RolloutChecks;
import dev.slipway.deploy.ServiceDeployments;
import dev.slipway.deploy.ServiceEvaluator;
import dev.slipway.deploy.ServicePage;
import dev.slipway.ecs.Service;
import dev.slipway.ecs.ServiceArn;
import dev.slipway.image.Repository;
import dev.slipway.image.RepositoryPattern;
import dev.slipway.record.KnownRevision;
import dev.slipway.record.RecordStore;
import dev.slipway.record.RepositoryUsers;
import dev.slipway.record.ServiceRecord;
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
 * Walks over all services in pages, and sends a hint for each that has not what it should have, or
 * is not what its record says: whatever events were lost. It deploys nothing itself: whoever
 * handles the hint evaluates the service again.
 *
 * <p>A service that is as its record says costs a hundredth of a ListServices call, a tenth of a
 * DescribeServices call and a hundredth of a read of the record. A sweep that runs out of time
 * keeps its position in the record, with what it has counted: the next one goes on there. Counts
 * are reported only once a round is complete, so that they are always those of all services.
 */
public final class Sweep {
  private static final int PAGE = 100;

  /**
   * A sweep of all services ends with the page in which it has found so many to send a hint for;
   * the next one goes on there. ECS takes one new revision a second, and a sweep may come every
   * five minutes.
   */
  static final int MAX_HINTS = 300;

  /** ECS throttles, or something is wrong everywhere: the next sweep goes on with the next page. */
  private static final int TOO_MANY_FAILURES = 20;

  /** With less left before the timeout no other service is begun: the slowest calls must fit. */
  static final Duration RESERVE = Duration.ofSeconds(30);

  private final ServiceDirectory directory;
  private final Ecs ecs;
  private final ServiceEvaluator evaluator;
  private final RecordStore records;
  private final HintQueue queue;
  private final RolloutChecks rollouts;

  /**
   * A sweep.
   *
   * @param environments of slipway.yaml
   * @param followed the repositories that may be read
   * @param registry is asked for each tag of a repository once in a sweep
   * @param queue where differences become hints
   * @param rollouts where deployments that have been open for long are looked at
   */
  public Sweep(
      List<Environment> environments,
      RepositoryPattern followed,
      Ecs ecs,
      ServiceDeployments deployments,
      ImageRegistry registry,
      RecordStore records,
      HintQueue queue,
      RolloutChecks rollouts) {
    this.directory = new ServiceDirectory(environments, ecs);
    this.ecs = ecs;
    this.evaluator = new ServiceEvaluator(environments, followed, ecs, deployments, registry);
    this.records = records;
    this.queue = queue;
    this.rollouts = rollouts;
  }

  /** One that reads and decides, and changes nothing. */
  public static Sweep preview(
      List<Environment> environments,
      RepositoryPattern followed,
      Ecs ecs,
      ServiceDeployments deployments,
      ImageRegistry registry,
      RecordStore records) {
    return new Sweep(
        environments,
        followed,
        ecs,
        deployments,
        registry,
        new ReadOnlyRecordStore(records),
        _ -> {
          throw new UnsupportedOperationException("a preview sends no hints");
        },
        _ -> {
          throw new UnsupportedOperationException("a preview looks at no rollouts");
        });
  }

  /**
   * What was found.
   *
   * @param decisions one for each service that was evaluated; a service without a record is not,
   *     but has a hint
   * @param failures why others could not be evaluated, by service
   * @param warnings for people, about services and clusters that are in reach and not followed
   * @param hinted services that were sent a hint, or would be
   * @param checked services whose open deployments are looked at, or would be
   * @param finished whether all services were reached
   * @param round the counts of the whole round, once it is complete: of a sweep that went on where
   *     another one stopped, with that one's
   */
  public record Findings(
      List<Decision> decisions,
      Map<Service, RuntimeException> failures,
      List<String> warnings,
      List<ServiceArn> hinted,
      List<ServiceArn> checked,
      boolean finished,
      Optional<Round> round) {
    /** Copies the collections. */
    public Findings {
      decisions = List.copyOf(decisions);
      failures = new LinkedHashMap<>(failures);
      warnings = List.copyOf(warnings);
      hinted = List.copyOf(hinted);
      checked = List.copyOf(checked);
    }

    /** The services that have not what they should have, and may be given it. */
    public List<Decision.Deploy> differences() {
      return decisions.stream()
          .filter(Decision.Deploy.class::isInstance)
          .map(Decision.Deploy.class::cast)
          .toList();
    }
  }

  /**
   * Counts of a round over all services.
   *
   * @param swept how many services that follow an environment were reached
   * @param differences how many of them have not what they should have
   */
  public record Round(int swept, int differences) {
    private static final Round NOTHING = new Round(0, 0);

    private Round plus(Round more) {
      return new Round(swept + more.swept, differences + more.differences);
    }
  }

  /**
   * Where a sweep stopped, and what its round has counted until then.
   *
   * @param ecs position of the next page; empty for the first one
   */
  record Position(Round counted, Optional<String> ecs) {
    static final Position START = new Position(Round.NOTHING, Optional.empty());

    /** What another version wrote begins a new round. */
    static Position parse(String text) {
      String[] parts = text.split(" ", 3);
      try {
        return parts.length == 3
            ? new Position(
                new Round(Integer.parseInt(parts[0]), Integer.parseInt(parts[1])),
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

  /**
   * Sweeps all services that follow an environment, or as many as there is time for: from where the
   * last sweep stopped.
   *
   * @param remaining until the function's timeout
   */
  public Findings all(Trigger.Sweep trigger, Supplier<Duration> remaining) {
    Position from = records.sweepPosition().map(Position::parse).orElse(Position.START);
    Walk walk = new Walk(trigger, remaining, false, Integer.MAX_VALUE, MAX_HINTS);
    Position stopped;
    try {
      stopped = walk.over(directory.clusters(), from, directory::environmentOf);
    } finally {
      walk.send();
    }
    records.sweepPosition(
        stopped.ecs().isPresent() ? Optional.of(stopped.toString()) : Optional.empty());
    if (from.ecs().isEmpty() && walk.isComplete(stopped)) {
      walk.hintAtGone();
    }
    return walk.findings(stopped);
  }

  /**
   * What a sweep of all services would find; nothing is changed.
   *
   * @param limit so many services are evaluated at most
   */
  public Findings previewAll(Trigger.Sweep trigger, Supplier<Duration> remaining, int limit) {
    Walk walk = new Walk(trigger, remaining, true, limit, Integer.MAX_VALUE);
    return walk.findings(walk.over(directory.clusters(), Position.START, directory::environmentOf));
  }

  /**
   * Sweeps the services that follow one environment.
   *
   * @throws RejectedRequest if slipway.yaml has none of that name
   */
  public Findings environment(
      String name, Trigger.Sweep trigger, Supplier<Duration> remaining, boolean dryRun) {
    Environment environment = directory.environment(name);
    Walk walk = new Walk(trigger, remaining, dryRun, Integer.MAX_VALUE, Integer.MAX_VALUE);
    Position stopped =
        walk.over(
            environment.clusters(),
            Position.START,
            service -> Optional.of(environment).filter(e -> e.isFollowedBy(service)));
    walk.send();
    return walk.findings(stopped);
  }

  /**
   * Sweeps one service, whether it follows an environment or not.
   *
   * @throws RejectedRequest if there is none or more than one of that name
   */
  public Findings service(
      ServiceSelector selector,
      Trigger.Sweep trigger,
      Supplier<Duration> remaining,
      boolean dryRun) {
    Walk walk = new Walk(trigger, remaining, dryRun, Integer.MAX_VALUE, Integer.MAX_VALUE);
    walk.reach(List.of(directory.service(selector)), _ -> true);
    walk.send();
    return walk.findings(Position.START);
  }

  private interface Following {
    Optional<Environment> of(Service service);
  }

  /** One sweep, as far as it has come. */
  private final class Walk {
    private final Trigger.Sweep trigger;
    private final Supplier<Duration> remaining;
    private final boolean dryRun;
    private final int limit;
    private final int mostHints;
    private final PageEvaluator pages = new PageEvaluator(evaluator.atOneMoment(), records);
    private final List<Decision> decisions = new ArrayList<>();
    private final Map<Service, RuntimeException> failures = new LinkedHashMap<>();
    private final List<String> warnings = new ArrayList<>();
    private final Set<ServiceArn> hinted = new LinkedHashSet<>();
    private final Set<ServiceArn> checked = new LinkedHashSet<>();
    private final Set<ServiceArn> checks = new LinkedHashSet<>();
    private final Set<ServiceArn> seen = new LinkedHashSet<>();
    private final Set<Repository> repositories = new LinkedHashSet<>();
    private int swept;
    private int differences;
    private boolean complete = true;

    Walk(
        Trigger.Sweep trigger,
        Supplier<Duration> remaining,
        boolean dryRun,
        int limit,
        int mostHints) {
      this.trigger = trigger;
      this.remaining = remaining;
      this.dryRun = dryRun;
      this.limit = limit;
      this.mostHints = mostHints;
    }

    boolean isComplete(Position stopped) {
      return complete && stopped.ecs().isEmpty();
    }

    Findings findings(Position stopped) {
      boolean finished = isComplete(stopped);
      return new Findings(
          decisions,
          failures,
          warnings,
          List.copyOf(hinted),
          List.copyOf(checked),
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
            throw e;
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
        Round before = new Round(swept, differences);
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
                    .plus(new Round(swept - before.swept(), differences - before.differences())),
                page.next());
        first = false;
        if (position.ecs().isPresent() && failures.size() - failed >= TOO_MANY_FAILURES) {
          return stopped(
              position,
              "%d services of one page could not be evaluated".formatted(failures.size() - failed));
        }
        if (position.ecs().isEmpty()
            || !hasTime()
            || swept >= limit
            || hinted.size() >= mostHints) {
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
      Map<ServiceArn, ServiceRecord> known =
          services.isEmpty()
              ? Map.of()
              : records.services(services.stream().map(Service::arn).toList());
      pages.read(
          services.stream()
              .filter(wanted)
              .filter(service -> dryRun || known.containsKey(service.arn()))
              .toList(),
          known);
      boolean whole = true;
      for (Service service : services) {
        if (!hasTime() || swept >= limit) {
          whole = false;
          break;
        }
        seen.add(service.arn());
        SweepRules.Action action = SweepRules.Action.NOTHING;
        try {
          action =
              action(
                  service,
                  known.getOrDefault(service.arn(), ServiceRecord.unknown(service.arn())),
                  wanted);
        } catch (RuntimeException failure) {
          failures.put(service, failure);
        }
        switch (action) {
          case NOTHING -> {}
          case HINT -> hinted.add(service.arn());
          case CHECK_ROLLOUT -> checks.add(service.arn());
        }
      }
      checked.addAll(checks);
      if (!dryRun && !checks.isEmpty()) {
        rollouts.request(List.copyOf(checks));
      }
      checks.clear();
      return whole;
    }

    /** All of them together: the queue spreads over time what it is sent in one call. */
    void send() {
      send(hinted);
    }

    private void send(Set<ServiceArn> services) {
      if (!dryRun && !services.isEmpty()) {
        queue.send(services.stream().map(arn -> new Hint.CheckService(arn, trigger)).toList());
      }
    }

    private SweepRules.Action action(
        Service service, ServiceRecord record, Predicate<Service> wanted) {
      Optional<Environment> environment = directory.environmentOf(service);
      if (environment.isEmpty()) {
        directory.unknownEnvironment(service).ifPresent(warnings::add);
        // its evaluation takes it out of the index
        return record.environment().isPresent()
            ? SweepRules.Action.HINT
            : SweepRules.Action.NOTHING;
      }
      if (!wanted.test(service)) {
        return SweepRules.Action.NOTHING;
      }
      swept++;
      record.revision().map(KnownRevision::repositories).ifPresent(repositories::addAll);
      if (!record.isKnown() && !dryRun) {
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
      PageEvaluator.Evaluated evaluated = pages.evaluate(service, record);
      decisions.add(evaluated.decision());
      if (evaluated.decision() instanceof Decision.Deploy) {
        differences++;
      }
      boolean outdated =
          evaluated.state().isPresent()
              ? SweepRules.isOutdated(service, name, evaluated.record())
              : !evaluated.record().environment().equals(name);
      return outdated || SweepRules.isWaiting(evaluated.record())
          ? SweepRules.Action.HINT
          : SweepRules.evaluated(evaluated, trigger.at());
    }

    /**
     * Services that the index lists, and that this sweep did not meet: whoever evaluates one that
     * is gone takes it out of the index.
     */
    void hintAtGone() {
      Set<ServiceArn> gone = new LinkedHashSet<>();
      for (Repository repository : repositories) {
        if (!hasTime()) {
          break;
        }
        records.usersOf(repository).users().stream()
            .map(RepositoryUsers.User::service)
            .filter(service -> !seen.contains(service))
            .forEach(gone::add);
      }
      hinted.addAll(gone);
      send(gone);
    }
  }
}
