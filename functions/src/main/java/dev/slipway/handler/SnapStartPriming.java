package dev.slipway.handler;

import dev.slipway.aws.Json;
import dev.slipway.decide.Environment;
import dev.slipway.image.TagPolicy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.UUID;

/**
 * A deployment in an account that does not exist: one service, whose tag points at a new image. Run
 * before SnapStart takes its snapshot, it leaves the classes loaded and the code compiled that the
 * first real deployment needs.
 */
final class SnapStartPriming {
  private static final String ACCOUNT = "000000000000";
  private static final String DIGEST = "sha256:" + "0".repeat(64);

  private final String region;
  private final String environment;
  private final String tag;
  private final String cluster;
  private final String repository;
  private boolean updated;

  /**
   * @param environment one that slipway.yaml has
   */
  SnapStartPriming(String region, Environment environment) {
    this.region = region;
    this.environment = environment.name();
    this.tag =
        switch (environment.images()) {
          case TagPolicy.Exact exact -> exact.tag().value();
        };
    this.cluster = environment.clusters().stream().findFirst().orElse("rehearsal");
    this.repository = "%s.dkr.ecr.%s.amazonaws.com/rehearsal".formatted(ACCOUNT, region);
  }

  /** The batch that tells of the push; the account is as it was before the last one. */
  String batch() {
    updated = false;
    ObjectNode event =
        Json.object()
            .put("version", "0")
            .put("id", UUID.randomUUID().toString())
            .put("detail-type", "ECR Image Action")
            .put("source", "aws.ecr")
            .put("account", ACCOUNT)
            .put("time", "2026-01-01T00:00:00Z")
            .put("region", region);
    event
        .putObject("detail")
        .put("result", "SUCCESS")
        .put("repository-name", "rehearsal")
        .put("image-digest", DIGEST)
        .put("action-type", "PUSH")
        .put("image-tag", tag);
    ObjectNode batch = Json.object();
    batch
        .putArray("Records")
        .addObject()
        .put("messageId", "rehearsal")
        .put("receiptHandle", "rehearsal")
        .put("body", Json.text(event))
        .put("eventSource", "aws:sqs")
        .put("eventSourceARN", "arn:aws:sqs:" + region + ":" + ACCOUNT + ":rehearsal.fifo")
        .put("awsRegion", region)
        .putObject("attributes")
        .put("ApproximateReceiveCount", "1")
        .put("MessageGroupId", "rehearsal");
    return Json.text(batch);
  }

  /** What AWS answers. */
  String answer(String operation) {
    ObjectNode answer = Json.object();
    switch (operation) {
      case "ListClusters" -> answer.putArray("clusterArns").add(arn("cluster/" + cluster));
      case "ListServices" -> answer.putArray("serviceArns").add(service());
      case "DescribeServices" -> {
        answer.putArray("services").add(described());
        answer.putArray("failures");
      }
      case "UpdateService" -> {
        updated = true;
        answer.set("service", described());
      }
      case "DescribeTaskDefinition" -> revision(answer, 1, repository + ":" + tag);
      case "RegisterTaskDefinition" -> revision(answer, 2, repository + "@" + DIGEST);
      case "BatchGetImage" -> {
        ObjectNode image = answer.putArray("images").addObject();
        image.putObject("imageId").put("imageDigest", DIGEST).put("imageTag", tag);
        image
            .put("imageManifestMediaType", "application/vnd.oci.image.manifest.v1+json")
            .put("imageManifest", "{\"schemaVersion\":2,\"config\":{},\"layers\":[]}");
      }
      case "PutEvents" -> {
        answer.put("FailedEntryCount", 0).putArray("Entries").addObject().put("EventId", "1");
      }
      default -> throw new IllegalStateException("a rehearsal has no " + operation);
    }
    return Json.text(answer);
  }

  private String arn(String resource) {
    return "arn:aws:ecs:" + region + ":" + ACCOUNT + ":" + resource;
  }

  private String service() {
    return arn("service/" + cluster + "/rehearsal");
  }

  private ObjectNode described() {
    String revision = arn("task-definition/rehearsal:" + (updated ? 2 : 1));
    ObjectNode service =
        Json.object()
            .put("serviceArn", service())
            .put("serviceName", "rehearsal")
            .put("clusterArn", arn("cluster/" + cluster))
            .put("status", "ACTIVE")
            .put("desiredCount", 2)
            .put("launchType", "FARGATE")
            .put("schedulingStrategy", "REPLICA")
            .put("taskDefinition", revision);
    service
        .putArray("deployments")
        .addObject()
        .put("id", "ecs-svc/" + (updated ? 2 : 1))
        .put("status", "PRIMARY")
        .put("taskDefinition", revision);
    service
        .putArray("tags")
        .addObject()
        .put("key", "slipway:environment")
        .put("value", environment);
    return service;
  }

  private void revision(ObjectNode answer, int revision, String image) {
    ObjectNode definition =
        answer
            .putObject("taskDefinition")
            .put("taskDefinitionArn", arn("task-definition/rehearsal:" + revision))
            .put("family", "rehearsal")
            .put("revision", revision)
            .put("status", "ACTIVE");
    definition
        .putArray("containerDefinitions")
        .addObject()
        .put("name", "app")
        .put("image", image)
        .put("essential", true);
    answer.putArray("tags");
  }
}
