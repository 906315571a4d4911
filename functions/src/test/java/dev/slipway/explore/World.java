package dev.slipway.explore;

import static dev.slipway.deploy.FakeImageRegistry.digest;
import static dev.slipway.deploy.FakeImageRegistry.repository;
import static dev.slipway.deploy.FakeImageRegistry.uri;

import dev.slipway.decide.Environment;
import dev.slipway.decide.Environments;
import dev.slipway.deploy.Attempt;
import dev.slipway.deploy.Deployer;
import dev.slipway.deploy.FakeChangeCalendars;
import dev.slipway.deploy.FakeEcs;
import dev.slipway.deploy.FakeImageRegistry;
import dev.slipway.deploy.Hint;
import dev.slipway.deploy.ServiceEvaluator;
import dev.slipway.ecs.EcsDeploymentId;
import dev.slipway.ecs.ServiceArn;
import dev.slipway.ecs.ServiceDeployment.Status;
import dev.slipway.explore.Scheduler.Actor;
import dev.slipway.explore.Scheduler.Startable;
import dev.slipway.image.ImageTag;
import dev.slipway.image.RepositoryPattern;
import dev.slipway.operate.DeployCommand;
import dev.slipway.operate.PauseCommand;
import dev.slipway.operate.RejectedRequest;
import dev.slipway.operate.RollbackCommand;
import dev.slipway.operate.Scope;
import dev.slipway.operate.ServiceChanges;
import dev.slipway.operate.ServiceDirectory;
import dev.slipway.operate.ServiceReader;
import dev.slipway.operate.ServiceSelector;
import dev.slipway.operate.Sweep;
import dev.slipway.record.DeploymentId;
import dev.slipway.record.InMemoryRecordStore;
import dev.slipway.record.RecordedService;
import dev.slipway.record.Trigger;
import dev.slipway.rollout.DeploymentStateChange;
import dev.slipway.rollout.Evidence;
import dev.slipway.rollout.EvidenceSource;
import dev.slipway.rollout.FakeRolloutAnnouncer;
import dev.slipway.rollout.RolloutCheck;
import dev.slipway.rollout.RolloutReporter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A service that runs image 1, all that happens to it, and the functions that look after it: the
 * production code with fakes at its ports. Images 2 to 5 are good, 7 and 8 fail; ECS refuses image
 * 6.
 */
final class World implements Scheduler.Work {
  /** A message that fails so often goes to the dead-letter queue. */
  private static final int MAX_DELIVERIES = 5;

  private static final Duration TIMEOUT = Duration.ofSeconds(60);
  private static final List<Environment> ENVIRONMENTS = List.of(Environments.following("staging"));
  private static final Trigger.Operator ANN = new Trigger.Operator("ann-1", "ann");

  final FakeEcs ecs = new FakeEcs();
  final FakeImageRegistry ecr = new FakeImageRegistry();
  final InMemoryRecordStore records = new InMemoryRecordStore();
  final FakeRolloutAnnouncer channel = new FakeRolloutAnnouncer();
  final ServiceArn web = FakeEcs.arn("c1", "web");
  final Truth truth = new Truth(ecs, web, () -> this.ecsState);
  final Journal journal;
  private final Ports ports;
  private final Deployer deployer;
  private final RolloutReporter reporter;
  private final Plan plan;
  private final List<Message> messages = new ArrayList<>();
  private final List<Message> later = new ArrayList<>();
  private final Map<Actor, Message> delivered = new HashMap<>();
  private @Nullable Scheduler scheduler;

  /** Which event of the plan comes next. */
  private int group;

  private int numbers;
  private int ids;
  int deadLetters;

  /** How many functions have ended in the middle. */
  int crashes;

  /** How many calls have failed, or lost their answer. */
  int failures;

  /** An operator saw their command fail: what it had written is left to the sweep. */
  boolean operatorInterrupted;

  /** Changes with what ECS, the tag and the clock are. */
  long ecsState = 1;

  long tagState = 1;
  long recordState = 1;
  long toldState = 1;

  World(Plan plan, Set<Mutation> mutations) {
    this.plan = plan;
    this.journal = new Journal(this);
    this.ports = new Ports(this, mutations);
    this.deployer =
        new Deployer(
            new Deployer.Ports(
                ENVIRONMENTS,
                RepositoryPattern.ALL,
                ports.ecs(),
                ports.deployments(),
                ports.registry(),
                new FakeChangeCalendars(),
                ports.records(true),
                Optional.of(ports.hints()),
                ports.checks(),
                ports.decisions()));
    this.reporter =
        new RolloutReporter(
            ports.ecs(),
            ports.deployments(),
            ports.records(false),
            new NoEvidence(),
            ports.outcomes(),
            channel,
            ports.hints());
    ecs.resolveTags(ecr::resolve);
    ecr.push("web", "staging", digest(1));
    ecs.have("c1", "web", "staging", ecs.have("web", "web", uri("web") + ":staging"));
    deployer.handle(
        new Hint.CheckService(web, new Trigger.Sweep("start", ecs.now())), attempt("m"));
    ecs.pass(Duration.ofMinutes(5));
    for (Plan.Event event : plan.groups().getFirst()) {
      add(event);
    }
    group = 1;
  }

  /** No task has stopped that ECS still shows. */
  private static final class NoEvidence implements EvidenceSource {
    @Override
    public List<Evidence.StoppedTask> stoppedTasks(ServiceArn service, EcsDeploymentId deployment) {
      return List.of();
    }

    @Override
    public Evidence.LogTail logTail(LogStream stream) {
      throw new AssertionError("there is no log");
    }
  }

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

  RecordedService recorded() {
    return records.read(web);
  }

  /** Time passes with each change of ECS's: all else is as fast as can be. */
  void ecsChanged(String what) {
    ecs.pass(Duration.ofMillis(10));
    ecsState = Scheduler.mix(ecsState, Scheduler.hash(what));
  }

  private Attempt attempt(String holder) {
    return new Attempt(holder, ecs.now(), at -> DeploymentId.of(at, ++ids), () -> TIMEOUT);
  }

  private RolloutCheck look(String holder) {
    return new RolloutCheck(web, holder, ecs.now(), TIMEOUT);
  }

  // --- messages

  /** Something that a function handles, once or more often. */
  private final class Message implements Startable {
    final String id;
    final String what;
    final Runnable first;
    final Runnable handling;
    int deliveries;
    boolean interruptedByCrash;

    Message(String id, String what, Runnable first, Runnable handling) {
      this.id = id;
      this.what = what;
      this.first = first;
      this.handling = handling;
    }

    @Override
    public String label() {
      return what + " " + id + (deliveries == 0 ? "" : " again " + deliveries);
    }

    @Override
    public int rank() {
      return 0;
    }

    @Override
    public boolean onlyAsDeviation() {
      return later.contains(this);
    }

    @Override
    public Actor begin() {
      messages.remove(this);
      later.remove(this);
      Actor actor = new Actor(label(), handling);
      if (deliveries++ == 0) {
        first.run();
      }
      delivered.put(actor, this);
      journal.begins(actor);
      return actor;
    }
  }

  private Message message(String what, Runnable first, java.util.function.Consumer<String> handle) {
    String id = "m" + ++numbers;
    return new Message(
        id,
        what,
        first,
        () -> {
          handle.accept(id);
          ports.acknowledge();
        });
  }

  private void add(Plan.Event event) {
    switch (event) {
      case Plan.Event.Push(int image) -> messages.add(push(image, "m" + ++numbers, true));
      case Plan.Event.PushTwice(int image) -> {
        String id = "m" + ++numbers;
        messages.add(push(image, id, true));
        messages.add(push(image, id, false));
      }
      case Plan.Event.SweepHint() ->
          messages.add(
              message(
                  "sweep's hint",
                  () -> {},
                  id -> handle(new Trigger.Sweep("sweep", ecs.now()), id)));
      case Plan.Event.RolloutCheck() ->
          messages.add(message("check", () -> {}, id -> reporter.check(look(id))));
      case Plan.Event.Rollback() ->
          messages.add(message("operator rolls back", () -> {}, _ -> operator(this::rollBack)));
      case Plan.Event.DeployUnblocked() ->
          messages.add(
              message(
                  "operator deploys, unblocking",
                  () -> {},
                  _ -> operator(() -> deploy(true, false))));
      case Plan.Event.Force() ->
          messages.add(
              message(
                  "operator forces a deployment",
                  () -> {},
                  _ -> operator(() -> deploy(false, true))));
      case Plan.Event.Pause() ->
          messages.add(
              message(
                  "operator pauses",
                  () -> {},
                  _ ->
                      operator(() ->
                          pauses()
                              .pause(scope(), Optional.of("freeze"), ANN, ecs.now())
                              .forEach(changes()::apply))));
      case Plan.Event.Resume() ->
          messages.add(
              message(
                  "operator resumes",
                  () -> {},
                  _ ->
                      operator(() ->
                          pauses().resume(scope(), ANN, ecs.now()).forEach(changes()::apply))));
      case Plan.Event.Foreign(int image) ->
          messages.add(
              message(
                  "another client deploys image " + image,
                  () -> {
                    ecs.deploy(web, ecs.have("web", "web", uri("web") + "@" + digest(image)));
                    ecsChanged("foreign " + image);
                    journal.foreign();
                    started();
                  },
                  _ -> {}));
      case Plan.Event.ForeignAgain() ->
          messages.add(
              message(
                  "another client deploys the same again",
                  () -> {
                    ecs.deploy(web, ecs.running(web).arn());
                    ecsChanged("again");
                    journal.foreign();
                    started();
                  },
                  _ -> {}));
    }
  }

  private Message push(int image, String id, boolean first) {
    return new Message(
        id,
        "push of image " + image,
        () -> {
          if (first) {
            ecr.push("web", "staging", digest(image));
            tagState = Scheduler.mix(tagState, image);
            journal.tagMoved(digest(image));
          }
        },
        () -> {
          deployer.handle(
              new Hint.ImagePushed(
                  new Trigger.Push(
                      "push-" + image,
                      repository("web"),
                      new ImageTag("staging"),
                      Optional.of(digest(image)),
                      Optional.of(ecs.now()))),
              attempt(id));
          ports.acknowledge();
        });
  }

  private void handle(Trigger trigger, String id) {
    deployer.handle(new Hint.CheckService(web, trigger), attempt(id));
  }

  // --- operators

  private void operator(Runnable command) {
    journal.operatorBegins();
    try {
      command.run();
    } catch (RejectedRequest rejected) {
      say(() -> "rejected: " + rejected.getMessage());
    }
  }

  private static Scope scope() {
    return new Scope.OfService(new ServiceSelector.InCluster("c1", "web"));
  }

  private ServiceDirectory directory() {
    return new ServiceDirectory(ENVIRONMENTS, ports.ecs());
  }

  private ServiceReader reader() {
    return new ServiceReader(ports.ecs(), ports.deployments(), ports.records(false));
  }

  private ServiceChanges changes() {
    return new ServiceChanges(ports.records(false), ports.stop(), ecs, ports.hints());
  }

  private ServiceEvaluator evaluator() {
    return new ServiceEvaluator(
        ENVIRONMENTS,
        RepositoryPattern.ALL,
        ports.ecs(),
        ports.deployments(),
        ports.registry(),
        new FakeChangeCalendars(),
        ports.records(false));
  }

  private void rollBack() {
    changes()
        .apply(
            new RollbackCommand(
                    directory(),
                    reader(),
                    evaluator(),
                    ports.ecs(),
                    ports.deployments(),
                    ports.registry())
                .plan(
                    new ServiceSelector.InCluster("c1", "web"), Optional.empty(), ANN, ecs.now()));
  }

  private void deploy(boolean unblock, boolean force) {
    new DeployCommand(directory(), reader(), evaluator())
        .plan(
            scope(),
            new DeployCommand.Wanted(
                Optional.empty(), Optional.empty(), unblock, force, Optional.empty()),
            ANN,
            ecs.now())
        .forEach(changes()::apply);
  }

  private PauseCommand pauses() {
    return new PauseCommand(directory(), reader(), evaluator());
  }

  // --- what follows

  /** ECS's event of a deployment that has begun. */
  void started() {
    event(truth.newest().ecsId(), DeploymentStateChange.State.IN_PROGRESS);
  }

  private void event(EcsDeploymentId id, DeploymentStateChange.State state) {
    messages.add(eventOf(id, state, () -> {}));
  }

  private Message eventOf(EcsDeploymentId id, DeploymentStateChange.State state, Runnable first) {
    return message(
        "event %s %s".formatted(id, state),
        first,
        holder ->
            reporter.handle(
                new DeploymentStateChange(web, id, state, ecs.now(), "e"), look(holder)));
  }

  void hinted(List<? extends Hint> sent) {
    for (Hint hint : sent) {
      messages.add(
          message(
              "hint (%s)".formatted(hint.trigger().getClass().getSimpleName()),
              () -> {},
              id -> deployer.handle(hint, attempt(id))));
    }
  }

  void checkAsked() {
    messages.add(message("check asked for", () -> {}, id -> reporter.check(look(id))));
  }

  private boolean isFailing(Truth.Started newest) {
    return newest.image().equals(digest(7).value()) || newest.image().equals(digest(8).value());
  }

  /** What ECS does next of itself. */
  private Optional<Startable> byEcs() {
    Status status = truth.newestStatus();
    if (status == Status.ROLLBACK_IN_PROGRESS) {
      return Optional.of(
          ecsStep(
              "ECS has rolled back",
              () -> {
                ecs.finishRollback(web);
                ecsChanged("rolled back");
              },
              DeploymentStateChange.State.COMPLETED));
    }
    if (status != Status.IN_PROGRESS) {
      return Optional.empty();
    }
    boolean fails = isFailing(truth.newest());
    return Optional.of(
        fails
            ? ecsStep(
                "ECS gives the newest deployment up",
                () -> {
                  ecs.fail(web);
                  ecsChanged("failed");
                },
                DeploymentStateChange.State.FAILED)
            : ecsStep(
                "ECS completes the newest deployment",
                () -> {
                  ecs.complete(web);
                  ecsChanged("completed");
                },
                DeploymentStateChange.State.COMPLETED));
  }

  private Startable ecsStep(String what, Runnable change, DeploymentStateChange.State state) {
    EcsDeploymentId id = truth.newest().ecsId();
    return new Later(
        what,
        1,
        () -> {
          Message event = eventOf(id, state, change);
          return event.begin();
        });
  }

  /** Work that is made when it begins. */
  private record Later(String label, int rank, Supplier<Actor> begins) implements Startable {
    @Override
    public boolean onlyAsDeviation() {
      return false;
    }

    @Override
    public Actor begin() {
      return begins.get();
    }
  }

  @Override
  public List<Startable> startable(boolean atRest) {
    List<Startable> all = new ArrayList<>(messages);
    byEcs().ifPresent(all::add);
    if (atRest && !later.isEmpty()) {
      all.add(new Later("time passes", 2, this::timePasses));
    }
    if (group < plan.groups().size()) {
      int next = group;
      all.add(
          new Later(
              plan.groups().get(next).toString(),
              3,
              () -> {
                group++;
                int before = messages.size();
                plan.groups().get(next).forEach(this::add);
                return messages.get(before).begin();
              }));
    }
    later.stream().filter(message -> message.interruptedByCrash).forEach(all::add);
    return all;
  }

  private Actor timePasses() {
    passTime(Duration.ofMinutes(2));
    return new Actor("two minutes pass", () -> {});
  }

  private void passTime(Duration time) {
    ecs.pass(time);
    ecsState = Scheduler.mix(ecsState, 7);
    messages.addAll(later);
    later.clear();
  }

  @Override
  public void crashed(Actor actor) {
    crashes++;
    Message message = delivered.get(actor);
    if (message == null) {
      return;
    }
    if (isOperators(message)) {
      operatorInterrupted = true;
    } else {
      message.interruptedByCrash = true;
      later.add(message);
    }
  }

  private static boolean isOperators(Message message) {
    return message.what.startsWith("operator");
  }

  @Override
  public void ended(Actor actor, @Nullable RuntimeException failure) {
    Message message = delivered.get(actor);
    if (failure == null || message == null) {
      return;
    }
    if (isOperators(message)) {
      operatorInterrupted = true;
      return;
    }
    if (message.deliveries < MAX_DELIVERIES) {
      later.add(message);
    } else {
      deadLetters++;
      journal.violated("a message is dead-lettered: " + message.label() + ": " + failure);
    }
  }

  @Override
  public long fingerprint() {
    long state = Scheduler.mix(Scheduler.mix(ecsState, tagState), recordState);
    state = Scheduler.mix(state, toldState);
    state = Scheduler.mix(state, group);
    for (Message message : messages) {
      state = Scheduler.mix(state, message.label().hashCode());
    }
    for (Message message : later) {
      state = Scheduler.mix(state, message.label().hashCode() + 1L);
    }
    return state;
  }

  // --- the end

  /** Until there is nothing left to do: without interruptions. */
  private void drain() {
    for (int i = 0; i < 200; i++) {
      List<Startable> all = startable(true);
      if (all.isEmpty()) {
        return;
      }
      Actor actor =
          all.stream().min((a, b) -> Integer.compare(a.rank(), b.rank())).orElseThrow().begin();
      say(() -> "- " + actor.name);
      try {
        actor.body.run();
        ended(actor, null);
      } catch (RuntimeException failure) {
        say(() -> "  fails: " + failure.getMessage());
        ended(actor, failure);
      }
    }
    journal.violated("messages do not come to an end");
  }

  /** Sweeps until nothing changes. */
  void comeToRest() {
    drain();
    journal.beforeSweeps(evaluator());
    int quiet = 0;
    for (int sweeps = 0; quiet < 2; sweeps++) {
      if (sweeps == 8) {
        journal.violated("sweeps do not come to rest");
        return;
      }
      passTime(Duration.ofMinutes(10));
      long before = Scheduler.mix(ecs.deployments(), Scheduler.mix(recordState, toldState));
      say(() -> "- the sweep");
      Trigger.Sweep trigger = new Trigger.Sweep("sweep-" + sweeps, ecs.now());
      Sweep.Target all = new Sweep.Target.All();
      new Sweep.Executor(ports.hints(), ports.checks(), ports.records(false))
          .apply(
              new Sweep(directory(), ports.ecs(), evaluator(), ports.records(false))
                  .plan(all, trigger, () -> TIMEOUT),
              all,
              trigger);
      drain();
      long after = Scheduler.mix(ecs.deployments(), Scheduler.mix(recordState, toldState));
      quiet = before == after ? quiet + 1 : 0;
    }
    journal.atRest(evaluator());
  }
}
