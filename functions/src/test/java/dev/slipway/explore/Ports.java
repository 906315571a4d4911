package dev.slipway.explore;

import dev.slipway.announce.RolloutResult;
import dev.slipway.decide.Decision;
import dev.slipway.deploy.Announced;
import dev.slipway.deploy.Announcer;
import dev.slipway.deploy.DeploymentStop;
import dev.slipway.deploy.Ecs;
import dev.slipway.deploy.HintQueue;
import dev.slipway.deploy.ImageRegistry;
import dev.slipway.deploy.ImageTags;
import dev.slipway.deploy.RolloutChecks;
import dev.slipway.deploy.ServiceDeployments;
import dev.slipway.deploy.StartedDeployment;
import dev.slipway.explore.Scheduler.Actor;
import dev.slipway.explore.Scheduler.Fate;
import dev.slipway.explore.World.Aws;
import dev.slipway.image.Candidate;
import dev.slipway.image.ImageDigest;
import dev.slipway.operate.DeadLetter;
import dev.slipway.operate.DeadLetterQueue;
import dev.slipway.record.AnnouncedHold;
import dev.slipway.record.DeploymentRecord.Announcement;
import dev.slipway.record.Trigger;
import dev.slipway.rollout.RolloutAnnouncer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The world's ports. Whoever calls one stops first, and the schedule decides who goes on. A read of
 * something that never changes, such as a revision, is no such point: it commutes with everything.
 */
final class Ports {
  private final World world;
  private final Set<Mutation> mutations;
  private final RegistryPort registry;

  Ports(World world, Set<Mutation> mutations) {
    this.world = world;
    this.mutations = mutations;
    this.registry = new RegistryPort(world, this);
  }

  boolean has(Mutation mutation) {
    return mutations.contains(mutation);
  }

  boolean isMutated() {
    return !mutations.isEmpty();
  }

  // --- one call

  <T> T read(Aws aws, String call, long state, Supplier<T> answer) {
    before(call, false);
    Actor actor = world.current();
    if (actor != null) {
      actor.history = Scheduler.mix(actor.history, state);
    }
    requireAnswers(aws);
    return answer.get();
  }

  <T> T effect(Aws aws, String call, Supplier<T> effect, Function<T, String> words) {
    Fate fate = before(call, true);
    Actor actor = world.current();
    if (actor != null) {
      actor.history = Scheduler.mix(actor.history, fate.hashed);
    }
    if (fate != Fate.MADE) {
      world.failures++;
    }
    requireAnswers(aws);
    if (fate == Fate.FAILS) {
      throw new IllegalStateException(call + " failed");
    }
    T result = effect.get();
    if (actor != null) {
      actor.history = Scheduler.mix(actor.history, Scheduler.hash(words.apply(result)));
    }
    if (fate == Fate.ANSWER_LOST) {
      throw new IllegalStateException("the answer of " + call + " was lost");
    }
    return result;
  }

  private void requireAnswers(Aws aws) {
    if (world.isOut(aws)) {
      Actor actor = world.current();
      if (actor != null) {
        actor.history = Scheduler.mix(actor.history, Scheduler.hash(aws.name()));
      }
      throw new IllegalStateException(aws + " does not answer");
    }
  }

  private Fate before(String call, boolean effect) {
    Fate fate = world.scheduler().map(s -> s.before(call, effect)).orElse(Fate.MADE);
    world.say(() -> call);
    return fate;
  }

  /** The message that was handled is deleted: without that it comes again. */
  void acknowledge() {
    before("the end", false);
  }

  // --- ECS, ECR, the record

  Ecs ecs() {
    return new EcsPort(world, this);
  }

  ServiceDeployments deployments() {
    return new DeploymentsPort(world, this);
  }

  DeploymentStop stop() {
    return arn ->
        effect(
            Aws.ECS,
            "DeploymentStop.rollBack",
            () -> {
              boolean stopped = world.ecs.rollBack(arn);
              world.ecsChanged("stop " + arn);
              return stopped;
            },
            String::valueOf);
  }

  ImageRegistry registry() {
    return registry;
  }

  void tagMoves(String repository, String tag) {
    registry.tagMoves(repository, tag);
  }

  /** As EcrImageTags does it: the tag is read right before it is put. */
  ImageTags imageTags() {
    return (repository, tag, digest, replaces) -> {
      Optional<ImageDigest> now =
          registry.candidate(repository, tag) instanceof Candidate.Image image
              ? Optional.of(image.digest())
              : Optional.empty();
      if (now.equals(Optional.of(digest))) {
        return Optional.empty();
      }
      if (!now.equals(replaces)) {
        return Optional.of("the tag was moved");
      }
      return effect(
          Aws.ECR,
          "ImageTags.put",
          () -> {
            world.happenings.tagged(repository.name(), tag, digest);
            return Optional.empty();
          },
          _ -> "put");
    };
  }

  /**
   * The record.
   *
   * @param deciding whether it is read to decide what to deploy
   */
  RecordPort records(boolean deciding) {
    return new RecordPort(world, this, deciding);
  }

  // --- queues

  HintQueue hints() {
    return hints ->
        effect(
            Aws.SQS,
            "HintQueue.send",
            () -> {
              world.happenings.hinted(hints);
              return "sent";
            },
            Function.identity());
  }

  RolloutChecks checks() {
    return services ->
        effect(
            Aws.SQS,
            "RolloutChecks.request",
            () -> {
              world.happenings.checksAsked(services);
              return "sent";
            },
            Function.identity());
  }

  void deadLetter(Runnable put) {
    effect(
        Aws.SQS,
        "DeadLetterSink.put",
        () -> {
          put.run();
          return "put";
        },
        Function.identity());
  }

  DeadLetterQueue deadLetters() {
    return new DeadLetterQueue() {
      @Override
      public List<DeadLetter> receive(Duration hideFor) {
        return read(
            Aws.SQS,
            "DeadLetterQueue.receive",
            world.queues.letters().size(),
            () -> world.queues.letters().stream().map(Queues.Letter::shown).toList());
      }

      @Override
      public void release(List<DeadLetter> messages) {}

      @Override
      public void redrive(DeadLetter message) {
        Optional<Queues.Letter> letter = find(message);
        if (!has(Mutation.REDRIVE_DROPS)) {
          effect(
              Aws.SQS,
              "DeadLetterQueue.send",
              () -> {
                letter.ifPresent(world.queues::redrive);
                return "sent";
              },
              Function.identity());
        }
        discard(message);
      }

      @Override
      public void discard(DeadLetter message) {
        effect(
            Aws.SQS,
            "DeadLetterQueue.delete",
            () -> {
              find(message).ifPresent(world.queues::delete);
              return "deleted";
            },
            Function.identity());
      }

      private Optional<Queues.Letter> find(DeadLetter message) {
        return world.queues.letters().stream()
            .filter(letter -> letter.message().id.equals(message.id()))
            .findFirst();
      }
    };
  }

  // --- people

  RolloutAnnouncer outcomes() {
    return new RolloutAnnouncer() {
      @Override
      public Announced<Announcement> announce(RolloutResult result, Set<Announcement> due) {
        before("RolloutAnnouncer.announce", false);
        world.journal.telling(result, due);
        world.toldState =
            Scheduler.mix(
                world.toldState,
                Scheduler.hash(result.deployment().id().value() + result.outcome() + due));
        world.say(() -> "tells: " + result.sentence());
        Announced<Announcement> made = world.channel.announce(result, due);
        if (made.done().contains(Announcement.OUTCOME_NOTIFICATION)) {
          world.journal.outcomes().told(result);
        }
        return made;
      }
    };
  }

  Announcer decisions() {
    return new Announcer() {
      @Override
      public void started(StartedDeployment deployment) {
        world.say(() -> "started " + deployment.record().id());
      }

      @Override
      public void decided(Decision decision, Trigger trigger) {
        world.say(() -> "decided %s: %s".formatted(decision.name(), decision.reason()));
        world.journal.decided(decision);
      }

      @Override
      public Announced<AnnouncedHold.Announcement> held(
          Decision decision, Trigger trigger, Set<AnnouncedHold.Announcement> due) {
        world.say(() -> "tells that it is %s".formatted(decision.words()));
        if (world.isOut(Aws.CHANNELS)) {
          return new Announced<>(
              Set.of(), List.of(new IllegalStateException("CHANNELS does not answer")));
        }
        return new Announced<>(due, List.of());
      }
    };
  }
}
