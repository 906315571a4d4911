package dev.slipway.deploy;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;

import dev.slipway.decide.Decision;
import dev.slipway.decide.Environment;
import dev.slipway.deploy.ServiceDeployer.Known;
import dev.slipway.ecs.Service;
import dev.slipway.ecs.ServiceArn;
import dev.slipway.image.Repository;
import dev.slipway.image.RepositoryPattern;
import dev.slipway.record.RecordStore;
import dev.slipway.record.RecordedService;
import dev.slipway.record.Trigger;
import dev.slipway.record.UnreadableRecord;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Handles hints: finds the services that one concerns, and brings each of them up to date, or fans
 * the hint out where they are many. A hint may be handled any number of times, and by several at
 * once: what is done already is found done.
 *
 * <p>What ECS refuses for one service, or fails to do for it, never keeps the others from being
 * deployed.
 */
public final class Deployer {
  /** A hint of more services is fanned out, so that no invocation outlives its timeout. */
  static final int MAX_SERVICES = 10;

  private final AffectedServices affected;
  private final Ecs ecs;
  private final RecordStore records;
  private final Optional<HintQueue> queue;
  private final ServiceEvaluator evaluator;
  private final ServiceDeployer services;

  /**
   * What a deployer works with.
   *
   * @param environments of slipway.yaml; no two of the same name
   * @param followed the repositories that may be read
   * @param queue where a hint that concerns many services is fanned out; empty to do all at once
   */
  public record Ports(
      List<Environment> environments,
      RepositoryPattern followed,
      Ecs ecs,
      ServiceDeployments deployments,
      ImageRegistry registry,
      ChangeCalendars calendars,
      RecordStore records,
      Optional<HintQueue> queue,
      RolloutChecks rollouts,
      Announcer announcer) {}

  /** A deployer. */
  public Deployer(Ports ports) {
    this.affected = new AffectedServices(ports.environments(), ports.ecs(), ports.records());
    this.ecs = ports.ecs();
    this.records = ports.records();
    this.queue = ports.queue();
    this.evaluator =
        new ServiceEvaluator(
            ports.environments(),
            ports.followed(),
            ports.ecs(),
            ports.deployments(),
            ports.registry(),
            ports.calendars(),
            ports.records());
    this.services =
        new ServiceDeployer(
            evaluator,
            ports.ecs(),
            ports.deployments(),
            ports.records(),
            ports.rollouts(),
            ports.announcer());
  }

  /**
   * Does what a hint calls for.
   *
   * @throws PartialFailure if something failed that a later try may put right: deliver the hint
   *     again
   * @throws Throttled if all that failed is that ECS takes no more calls now: the same
   * @throws EcsClientError if ECS refuses to tell which services there are: trying again cannot
   *     help
   */
  public Outcome handle(Hint hint, Attempt attempt) {
    return switch (hint) {
      case Hint.ImagePushed(Trigger.Push push) -> pushed(push, attempt);
      case Hint.ImageScanned(Repository repository, Trigger trigger) ->
          scanned(repository, trigger, attempt);
      case Hint.CheckService(ServiceArn service, Trigger trigger) ->
          bringUpToDate(List.of(service), trigger, attempt, "");
      case Hint.SearchServices search -> searched(search, attempt);
    };
  }

  private Outcome pushed(Trigger.Push push, Attempt attempt) {
    AffectedServices.Found found =
        affected.of(
            push.repository(),
            push.tag(),
            attempt.now(),
            queue.isPresent() ? AffectedServices.A_PAGE : Integer.MAX_VALUE);
    if (!found.complete()) {
      // from the beginning: were hints of this part sent, a redelivery would find their services in
      // the index, and never search for the rest
      queue.orElseThrow().send(List.of(new Hint.SearchServices(push, Optional.empty(), 1, false)));
      return new Outcome.FannedOut(
          List.of(),
          "the index knows nobody, and there are more than %d services: they are searched one part after the other"
              .formatted(AffectedServices.A_PAGE));
    }
    List<ServiceArn> concerned = found.all();
    if (concerned.isEmpty()) {
      return new Outcome.Ignored(found.warning());
    }
    String warning = found.warning().isEmpty() ? "" : "; " + found.warning();
    // a redelivery finds in the index what was evaluated before it, and would never search for the
    // rest: each of several services that are not known yet has a message of its own
    boolean many =
        concerned.size() > MAX_SERVICES || (concerned.size() > 1 && !found.unknown().isEmpty());
    return concerning(concerned, many, push, attempt, warning);
  }

  private Outcome scanned(Repository repository, Trigger trigger, Attempt attempt) {
    List<ServiceArn> waiting = affected.waitingForScans(repository);
    return waiting.isEmpty()
        ? new Outcome.Ignored("no service waits for a scan of an image of " + repository)
        : concerning(waiting, waiting.size() > MAX_SERVICES, trigger, attempt, "");
  }

  private Outcome concerning(
      List<ServiceArn> concerned, boolean many, Trigger trigger, Attempt attempt, String warning) {
    if (many && queue.isPresent()) {
      queue.get().send(concerned.stream().map(s -> new Hint.CheckService(s, trigger)).toList());
      return new Outcome.FannedOut(
          concerned,
          "it concerns %d services, and each has a hint of its own now%s"
              .formatted(concerned.size(), warning));
    }
    return bringUpToDate(concerned, trigger, attempt, warning);
  }

  private Outcome searched(Hint.SearchServices search, Attempt attempt) {
    Trigger.Push push = search.trigger();
    AffectedServices.Part part = affected.part(push.repository(), push.tag(), search.position());
    boolean found = search.found() || part.isAnything();
    List<Hint> hints = new ArrayList<>();
    part.all().forEach(service -> hints.add(new Hint.CheckService(service, push)));
    boolean goesOn = part.next().isPresent() && search.part() < AffectedServices.MAX_PARTS;
    if (goesOn) {
      hints.add(new Hint.SearchServices(push, part.next(), search.part() + 1, found));
    }
    if (!hints.isEmpty()) {
      queue.orElseThrow().send(hints);
    }
    if (part.next().isEmpty() && !found) {
      records.searched(push.repository(), attempt.now());
    }
    String there =
        part.all().isEmpty()
            ? "no service of this part uses " + push.repository()
            : "%d services of this part may use %s, and each has a hint of its own now"
                .formatted(part.all().size(), push.repository());
    String then =
        part.next().isEmpty()
            ? "all services were searched"
            : goesOn
                ? "the search goes on"
                : "the search ends here: the sweep finds whatever uses it among the services that"
                    + " were not searched";
    return new Outcome.FannedOut(part.all(), there + "; " + then);
  }

  private Outcome bringUpToDate(
      List<ServiceArn> concerned, Trigger trigger, Attempt attempt, String warning) {
    Failures failures = new Failures();
    List<StartedDeployment> started = new ArrayList<>();
    List<Decision> decisions = new ArrayList<>();
    List<ServiceArn> postponed = new ArrayList<>();
    Map<ServiceArn, Known> known = read(concerned);
    for (ServiceArn service : concerned) {
      failures.collect(
          service.shortName(),
          () -> {
            if (!attempt.hasTime()) {
              throw new TryAgainSoon(
                  "only %d s are left before the function's timeout"
                      .formatted(attempt.remaining().get().toSeconds()));
            }
            ServiceDeployer.Result result =
                services.bringUpToDate(
                    service, Optional.ofNullable(known.get(service)), trigger, attempt);
            started.addAll(result.started());
            result.decision().ifPresent(decisions::add);
            if (result.postponed()) {
              postponed.add(service);
            }
          });
    }
    failures.throwIfAny();
    return new Outcome.Decided(
        started, decisions, postponed, summary(started, decisions, postponed) + warning);
  }

  /**
   * Reads all of them together: each record, then all services in as few calls as ECS allows. What
   * ECS refuses for all together it is asked for each, and so is a record that cannot be read.
   */
  private Map<ServiceArn, Known> read(List<ServiceArn> concerned) {
    Map<ServiceArn, Known> known = new LinkedHashMap<>();
    if (concerned.size() < 2) {
      return known;
    }
    Map<ServiceArn, RecordedService> recorded = new LinkedHashMap<>();
    for (ServiceArn service : concerned) {
      try {
        recorded.put(service, records.read(service));
      } catch (UnreadableRecord _) {
        // it fails by itself, and keeps no other from being deployed
      }
    }
    ServiceEvaluator now = evaluator.atOneMoment();
    try {
      for (Service service : ecs.describe(List.copyOf(recorded.keySet()))) {
        Optional.ofNullable(recorded.get(service.arn()))
            .ifPresent(r -> known.put(service.arn(), new Known(r, service, now)));
      }
    } catch (EcsClientError _) {
      return known;
    }
    return known;
  }

  private static String summary(
      List<StartedDeployment> started, List<Decision> decisions, List<ServiceArn> postponed) {
    Map<String, Long> counts =
        decisions.stream().collect(groupingBy(Decision::words, TreeMap::new, counting()));
    List<String> parts = new ArrayList<>();
    if (!started.isEmpty()) {
      parts.add(
          started.size() == 1 ? "1 deployment started" : started.size() + " deployments started");
    }
    counts.forEach((words, count) -> parts.add("%d %s".formatted(count, words)));
    if (!postponed.isEmpty()) {
      parts.add("%d postponed".formatted(postponed.size()));
    }
    return String.join(", ", parts);
  }
}
