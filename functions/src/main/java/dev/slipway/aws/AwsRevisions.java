package dev.slipway.aws;

import dev.slipway.ecs.TaskDefinitionArn;
import dev.slipway.housekeeping.Revisions;
import software.amazon.awssdk.services.ecs.EcsClient;

/** Revisions of task definitions in Amazon ECS. */
public final class AwsRevisions implements Revisions {
  private final EcsClient client;

  /**
   * @param client from {@link Clients}
   */
  public AwsRevisions(EcsClient client) {
    this.client = client;
  }

  @Override
  public void deregister(TaskDefinitionArn revision) {
    AwsErrors.switchedOn(
        "DeregisterRevisionsState=ENABLED",
        () ->
            AwsErrors.sorted(
                "ecs:DeregisterTaskDefinition",
                revision.shortName(),
                () ->
                    RawJson.call(override ->
                        client.deregisterTaskDefinition(r ->
                            r.taskDefinition(revision.value())
                                .overrideConfiguration(override.andThen(Clients.SHORT_CALL))))));
  }
}
