package dev.slipway.explore;

import static dev.slipway.deploy.FakeImageRegistry.digest;

import dev.slipway.ecs.EcsDeploymentId;
import dev.slipway.ecs.ServiceArn;
import dev.slipway.ecs.ServiceDeployment.Status;
import dev.slipway.explore.Scheduler.Actor;
import dev.slipway.explore.Scheduler.Startable;
import dev.slipway.image.ImageDigest;
import dev.slipway.rollout.DeploymentStateChange.State;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/** What ECS does next of itself: deployments complete, fail, and are rolled back. */
final class EcsTurns {
  private static final Set<ImageDigest> FAILING =
      Set.of(digest(7), digest(8), digest(17), digest(18));

  private static final Set<ImageDigest> REFUSED = Set.of(digest(6), digest(16));

  private final World world;
  private final Happenings happenings;

  EcsTurns(World world, Happenings happenings) {
    this.world = world;
    this.happenings = happenings;
  }

  /** Whether ECS does not take a revision with this image. */
  static boolean refuses(ImageDigest image) {
    return REFUSED.contains(image);
  }

  /** Work that is made when it begins. */
  record Later(String label, int rank, Supplier<Actor> begins) implements Startable {
    @Override
    public boolean onlyAsDeviation() {
      return false;
    }

    @Override
    public Actor begin() {
      return begins.get();
    }
  }

  List<Startable> possible() {
    List<Startable> all = new ArrayList<>();
    for (ServiceArn service : world.services()) {
      Truth.Started newest = world.truth(service).newest();
      Status status = newest.shown().status();
      if (status == Status.ROLLBACK_IN_PROGRESS) {
        all.add(
            turn(
                service,
                "ECS has rolled back",
                () -> world.ecs.finishRollback(service),
                State.COMPLETED));
      } else if (status == Status.IN_PROGRESS) {
        boolean fails = newest.images().values().stream().anyMatch(FAILING::contains);
        all.add(
            fails
                ? turn(
                    service,
                    "ECS gives the newest deployment up",
                    () -> world.ecs.fail(service),
                    State.FAILED)
                : turn(
                    service,
                    "ECS completes the newest deployment",
                    () -> world.ecs.complete(service),
                    State.COMPLETED));
      }
    }
    return all;
  }

  private Startable turn(ServiceArn service, String what, Runnable change, State state) {
    EcsDeploymentId id = world.truth(service).newest().ecsId();
    return new Later(
        what + " of " + service.name(),
        1,
        () ->
            happenings
                .ecsEvent(
                    service,
                    id,
                    state,
                    () -> {
                      change.run();
                      world.ecsChanged(what + service.name());
                    })
                .begin());
  }
}
