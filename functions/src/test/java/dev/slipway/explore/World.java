package dev.slipway.explore;

import static dev.slipway.deploy.FakeImageRegistry.digest;
import static dev.slipway.deploy.FakeImageRegistry.uri;

import dev.slipway.deploy.FakeEcs;
import dev.slipway.deploy.FakeImageRegistry;
import dev.slipway.ecs.ServiceArn;
import dev.slipway.explore.EcsTurns.Later;
import dev.slipway.explore.Plan.Event;
import dev.slipway.explore.Scheduler.Actor;
import dev.slipway.explore.Scheduler.Startable;
import dev.slipway.image.ImageDigest;
import dev.slipway.record.DeploymentRecord.Announcement;
import dev.slipway.record.InMemoryRecordStore;
import dev.slipway.rollout.FakeRolloutAnnouncer;
import java.time.Duration;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Services that run image 1, all that happens to them, and the functions that look after them: the
 * production code with fakes at its ports. Images 2 to 5 are good, 7 and 8 fail; ECS refuses image
 * 6. The second repository has 11 to 18, which are like those.
 */
final class World implements Scheduler.Work {
  /** An AWS service that may stop answering. */
  enum Aws {
    ECS,
    ECR,
    DYNAMODB,
    SQS,
    CHANNELS
  }

  final Plan plan;
  final FakeEcs ecs = new FakeEcs();
  final FakeImageRegistry ecr = new FakeImageRegistry();
  final InMemoryRecordStore records = new InMemoryRecordStore();
  final FakeRolloutAnnouncer channel = new FakeRolloutAnnouncer();
  final Journal journal;
  final Ports ports;
  final Queues queues;
  final Functions functions;
  final Happenings happenings;
  private final EcsTurns ecsTurns;
  private final Map<ServiceArn, Truth> truths = new LinkedHashMap<>();
  private final Set<Aws> out = EnumSet.noneOf(Aws.class);
  private @Nullable Scheduler scheduler;

  /** Which events of the plan come next. */
  private int group;

  private int outages;
  private boolean leftToSweep;

  /** How many functions have ended in the middle. */
  int crashes;

  /** How many calls have failed, or lost their answer. */
  int failures;

  /** Changes with what ECS and the clock are. */
  long ecsState = 1;

  /** Changes with tags. */
  long tagState = 1;

  /** Changes with the record. */
  long recordState = 1;

  /** Changes with what was announced. */
  long toldState = 1;

  World(Plan plan, Set<Mutation> mutations) {
    this.plan = plan;
    ecs.resolveTags(ecr::resolve);
    List.of("staging", "production").forEach(tag -> ecr.push("web", tag, digest(1)));
    ecr.push("side", "staging", digest(11));
    for (Setting.Placed placed : plan.setting().services()) {
      truths.put(placed.arn(), new Truth(ecs, placed.arn(), () -> this.ecsState));
    }
    this.journal = new Journal(this);
    this.ports = new Ports(this, mutations);
    this.queues = new Queues(this, mutations);
    this.functions = new Functions(this, ports);
    this.happenings = new Happenings(this, queues, functions);
    this.ecsTurns = new EcsTurns(this, happenings);
  }

  /** All that is there before the exploration begins. */
  void prepare() {
    for (Setting.Placed placed : plan.setting().services()) {
      String web =
          uri("web") + (placed.environment().equals("staging") ? ":staging" : "@" + digest(1));
      ecs.have(
          "c1",
          placed.name(),
          placed.environment(),
          placed.sidecar()
              ? ecs.have(placed.name(), "web", web, "side", uri("side") + ":staging")
              : ecs.have(placed.name(), "web", web));
      happenings.add(new Event(Plan.Verb.HINT, 0, placed.name()));
    }
    drain();
    ecs.pass(Duration.ofMinutes(5));
    for (Event event : plan.before()) {
      happenings.add(event);
      drain();
      passTime(Duration.ofMinutes(5));
    }
    plan.groups().getFirst().forEach(happenings::add);
    group = 1;
  }

  Set<ServiceArn> services() {
    return truths.keySet();
  }

  Truth truth(ServiceArn service) {
    return Optional.ofNullable(truths.get(service)).orElseThrow();
  }

  // --- who runs

  /** From now on actors run. */
  void runBy(Scheduler by) {
    scheduler = by;
  }

  /** The explorer itself goes on, alone. */
  void runAlone() {
    scheduler = null;
  }

  Optional<Scheduler> scheduler() {
    return Optional.ofNullable(scheduler);
  }

  @Nullable Actor current() {
    return scheduler == null ? null : scheduler.current();
  }

  void say(Supplier<String> what) {
    if (scheduler != null) {
      scheduler.say(what);
    } else {
      journal.say(what);
    }
  }

  // --- what changes

  /** Time passes with each change of ECS's: all else is as fast as can be. */
  void ecsChanged(String what) {
    ecs.pass(Duration.ofMillis(10));
    ecsState = Scheduler.mix(ecsState, Scheduler.hash(what));
  }

  void moveTag(String repository, String tag, ImageDigest image) {
    ports.tagMoves(repository, tag);
    ecr.push(repository, tag, image);
    tagState = Scheduler.mix(tagState, Scheduler.hash(repository + tag + image));
  }

  /** An AWS service stops answering. */
  void goesOut(int number) {
    Aws service = Aws.values()[number - 1];
    out.add(service);
    outages++;
    recordState = Scheduler.mix(recordState, number);
    if (service == Aws.CHANNELS) {
      EnumSet.allOf(Announcement.class).forEach(channel::breakDown);
    }
  }

  /** All of AWS answers again. */
  void isMended() {
    recordState = Scheduler.mix(recordState, out.size() + 100L);
    out.clear();
    channel.repair();
  }

  boolean isOut(Aws service) {
    return out.contains(service);
  }

  /** Whether an AWS service has stopped answering at any time: messages may become dead letters. */
  boolean wasOut() {
    return outages > 0;
  }

  /** How often a function was interrupted: it has ended, or a call or all of a service failed. */
  int faults() {
    return crashes + failures + outages;
  }

  /** Something happened that only the next sweep can put right. */
  void leaveToSweep(String why) {
    say(() -> "left to the sweep: " + why);
    leftToSweep = true;
  }

  // --- what there is to do

  @Override
  public List<Startable> startable(boolean atRest) {
    List<Startable> all = queues.waiting();
    all.addAll(ecsTurns.possible());
    if (atRest && queues.isAnyLater()) {
      all.add(new Later("time passes", 2, this::timePasses));
    }
    if (group < plan.groups().size()) {
      List<Event> next = plan.groups().get(group);
      all.add(new Later(next.toString(), 3, () -> begin(next)));
    }
    all.addAll(queues.interrupted());
    return all;
  }

  private Actor begin(List<Event> events) {
    group++;
    List<Startable> before = queues.waiting();
    events.forEach(happenings::add);
    return queues.waiting().stream()
        .filter(message -> !before.contains(message))
        .findFirst()
        .orElseThrow()
        .begin();
  }

  private Actor timePasses() {
    passTime(Duration.ofMinutes(2));
    return new Actor("two minutes pass", () -> {});
  }

  private void passTime(Duration time) {
    ecs.pass(time);
    ecsState = Scheduler.mix(ecsState, 7);
    queues.timePasses();
  }

  @Override
  public void crashed(Actor actor) {
    crashes++;
    queues.crashed(actor);
  }

  @Override
  public void ended(Actor actor, @Nullable RuntimeException failure) {
    queues.ended(actor, failure);
  }

  @Override
  public long fingerprint() {
    long state = Scheduler.mix(Scheduler.mix(ecsState, tagState), recordState);
    state = Scheduler.mix(state, toldState);
    state = Scheduler.mix(state, group);
    return Scheduler.mix(state, queues.fingerprint());
  }

  // --- the end

  /** Until there is nothing left to do: without interruptions. */
  private void drain() {
    for (int i = 0; i < 300; i++) {
      List<Startable> all = startable(true);
      Optional<Startable> next = all.stream().min(Comparator.comparingInt(Startable::rank));
      // before the exploration begins its events are not there yet
      if (next.isEmpty() || (group == 0 && next.get().rank() == 3)) {
        return;
      }
      Actor actor = next.get().begin();
      say(() -> "- " + actor.name);
      try {
        actor.body.run();
        ended(actor, null);
      } catch (RuntimeException failure) {
        say(() -> "  fails: " + failure.getMessage());
        ended(actor, failure);
      }
    }
    Invariant.CONVERGES.require(false, "messages do not come to an end");
  }

  /** Everything answers again, dead letters are redriven, and sweeps run until nothing changes. */
  void comeToRest() {
    drain();
    isMended();
    drain();
    boolean redriven = !queues.letters().isEmpty();
    if (redriven) {
      say(() -> "- an operator redrives the dead letters");
      // people are slower than a lease
      passTime(Duration.ofMinutes(2));
      functions.redrive();
      drain();
      Invariant.REDRIVEN.require(
          queues.letters().isEmpty(), "there are dead letters again: %s", queues.letters());
    }
    AtRest rest = new AtRest(this, journal);
    if (!leftToSweep) {
      services().stream()
          .filter(service -> !plan.setting().isFedBySweeps(plan.setting().placed(service)))
          .forEach(service -> rest.beforeSweeps(service, redriven));
    }
    sweepUntilQuiet();
    services().forEach(rest::atRest);
  }

  private void sweepUntilQuiet() {
    int quiet = 0;
    for (int sweeps = 0; quiet < 2; sweeps++) {
      Invariant.CONVERGES.require(sweeps < 8, "sweeps do not come to rest");
      passTime(Duration.ofMinutes(10));
      long before = Scheduler.mix(ecs.deployments(), Scheduler.mix(recordState, toldState));
      say(() -> "- the sweep");
      journal.begins();
      functions.sweep("sweep-" + sweeps);
      drain();
      long after = Scheduler.mix(ecs.deployments(), Scheduler.mix(recordState, toldState));
      quiet = before == after ? quiet + 1 : 0;
    }
  }
}
