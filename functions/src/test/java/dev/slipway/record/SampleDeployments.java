package dev.slipway.record;

import dev.slipway.ecs.EcsDeploymentId;
import dev.slipway.ecs.ServiceArn;
import dev.slipway.ecs.TaskDefinitionArn;
import dev.slipway.image.ImageChange;
import dev.slipway.image.ImageDigest;
import dev.slipway.image.ImageReference;
import dev.slipway.image.ImageTag;
import dev.slipway.image.Repository;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Deployments of one service, told apart by a number: the higher, the newer. */
public final class SampleDeployments {
  /** The service. */
  public static final ServiceArn WEB =
      new ServiceArn("arn:aws:ecs:us-east-1:123456789012:service/main/web");

  /** When number 0 was decided; each further one is decided a second later. */
  public static final Instant NOON = Instant.parse("2026-11-28T12:00:00Z");

  /** A push of image 2, ten seconds before noon. */
  public static final Trigger.Push PUSH =
      new Trigger.Push(
          "e-1",
          new Repository("123456789012", "us-east-1", "web"),
          new ImageTag("staging"),
          Optional.of(digest(2)),
          Optional.of(NOON.minusSeconds(10)));

  private SampleDeployments() {}

  /** A digest that is easily told from others. */
  public static ImageDigest digest(int number) {
    return new ImageDigest("sha256:%012d".formatted(number) + "0".repeat(52));
  }

  /** An image of a repository, by digest. */
  public static ImageReference image(String repository, int number) {
    return ImageReference.parse(
        "123456789012.dkr.ecr.us-east-1.amazonaws.com/%s@%s".formatted(repository, digest(number)));
  }

  /** A container's new image; the container is called as the repository. */
  public static ImageChange change(String repository, int from, int to) {
    return new ImageChange(
        repository,
        image(repository, from),
        image(repository, to),
        Optional.of(new ImageTag("staging")));
  }

  /** A revision of the service's family. */
  public static TaskDefinitionArn revision(int number) {
    return TaskDefinitionArn.of(WEB, "web:" + number);
  }

  /** One that UpdateService was not called for yet, with a lease of a minute. */
  public static DeploymentRecord intent(int number, Trigger trigger, ImageChange... changes) {
    Instant decidedAt = NOON.plusSeconds(number);
    Map<String, ImageReference> images = new LinkedHashMap<>();
    for (ImageChange change : changes) {
      images.put(change.container(), change.to());
    }
    return new DeploymentRecord(
        DeploymentId.of(decidedAt, number),
        WEB,
        "staging",
        trigger,
        revision(1),
        Optional.empty(),
        List.of(changes),
        images,
        "tag staging now selects another image",
        decidedAt,
        Optional.of(new DeploymentRecord.Lease("m-" + number, decidedAt.plusSeconds(60))),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Set.of());
  }

  /** One that ECS took a second later; ECS calls it by the same number. */
  public static DeploymentRecord running(int number, Trigger trigger, ImageChange... changes) {
    return intent(number, trigger, changes)
        .started(
            revision(number),
            new EcsDeploymentId(Integer.toString(number)),
            NOON.plusSeconds(number + 1L));
  }

  /** An end 60 seconds after noon. */
  public static DeploymentRecord.Ended ended(DeploymentOutcome outcome, int tasks) {
    return ended(outcome, tasks, Optional.empty());
  }

  /** The same, with a rollback. */
  public static DeploymentRecord.Ended ended(
      DeploymentOutcome outcome, int tasks, Optional<DeploymentRecord.Rollback> rollback) {
    return new DeploymentRecord.Ended(
        outcome,
        NOON.plusSeconds(60),
        tasks,
        Optional.of("arn:aws:ecs:us-east-1:123456789012:service-deployment/main/web/d2"),
        rollback,
        List.of(),
        Optional.empty(),
        Optional.empty(),
        List.of());
  }
}
