package dev.slipway.handler;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.aws.Json;
import dev.slipway.decide.Environment;
import dev.slipway.image.ImageTag;
import dev.slipway.image.TagPolicy;
import java.util.UUID;

/**
 * A deployment in an account that does not exist: one service, whose tag points at a new image. Run
 * before SnapStart takes its snapshot, it leaves the classes loaded and the code compiled that the
 * first real deployment needs.
 */
final class SnapStartPriming {
  private static final String ACCOUNT = "000000000000";
  private static final String DIGEST = "sha256:" + "0".repeat(64);

  private static final String TAG = "priming";

  private final String region;
  private final Environment environment;
  private final String cluster;
  private final String repository;
  private boolean updated;

  /**
   * @param environment one that slipway.yaml has; here it follows a tag, whatever it follows there
   */
  SnapStartPriming(String region, Environment environment) {
    this.region = region;
    this.environment = environment.selecting(new TagPolicy(new ImageTag(TAG)));
    this.cluster = environment.clusters().stream().findFirst().orElse("priming");
    this.repository = "%s.dkr.ecr.%s.amazonaws.com/priming".formatted(ACCOUNT, region);
  }

  /** The one environment that there is. */
  Environment environment() {
    return environment;
  }

  /** The batch with the push; the account is as it was before the last one. */
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
        .put("repository-name", "priming")
        .put("image-digest", DIGEST)
        .put("action-type", "PUSH")
        .put("image-tag", TAG);
    ObjectNode batch = Json.object();
    batch
        .putArray("Records")
        .addObject()
        .put("messageId", "priming")
        .put("receiptHandle", "priming")
        .put("body", Json.text(event))
        .put("eventSource", "aws:sqs")
        .put("eventSourceARN", "arn:aws:sqs:" + region + ":" + ACCOUNT + ":priming")
        .put("awsRegion", region)
        .putObject("attributes")
        .put("ApproximateReceiveCount", "1");
    return Json.text(batch);
  }

  /** What AWS answers. */
  String answer(String operation, String request) {
    ObjectNode answer = Json.object();
    switch (operation) {
      case "Query" -> answer.putArray("Items").add(item(request.contains("repository/")));
      case "TransactWriteItems" -> {}
      case "ListClusters" -> answer.putArray("clusterArns").add(arn("cluster/" + cluster));
      case "ListServices" -> answer.putArray("serviceArns").add(service());
      case "DescribeServices" -> {
        answer.putArray("services").add(described());
        answer.putArray("failures");
      }
      case "DescribeServiceRevisions" -> {
        answer.putArray("serviceRevisions").add(serviceRevision());
        answer.putArray("failures");
      }
      case "UpdateService" -> {
        updated = true;
        answer.set("service", described());
      }
      case "DescribeTaskDefinition" -> revision(answer, 1, repository + ":" + TAG);
      case "RegisterTaskDefinition" -> revision(answer, 2, repository + "@" + DIGEST);
      case "BatchGetImage" -> {
        ObjectNode image = answer.putArray("images").addObject();
        image.putObject("imageId").put("imageDigest", DIGEST).put("imageTag", TAG);
        image
            .put("imageManifestMediaType", "application/vnd.oci.image.manifest.v1+json")
            .put("imageManifest", "{\"schemaVersion\":2,\"config\":{},\"layers\":[]}");
      }
      case "PutEvents" -> {
        answer.put("FailedEntryCount", 0).putArray("Entries").addObject().put("EventId", "1");
      }
      default -> throw new IllegalStateException("priming has no answer to " + operation);
    }
    return Json.text(answer);
  }

  /** What the record holds: who uses the repository, and what is known of the service. */
  private ObjectNode item(boolean index) {
    ObjectNode item = Json.object();
    String partition = "service/" + cluster + "/priming";
    item.putObject("pk").put("S", index ? "repository/priming" : partition);
    item.putObject("sk").put("S", index ? partition : "service");
    item.putObject("format").put("N", "1");
    item.putObject("service").put("S", service());
    item.putObject("environment").put("S", environment.name());
    item.putObject("version").put("N", "1");
    return item;
  }

  private String arn(String resource) {
    return "arn:aws:ecs:" + region + ":" + ACCOUNT + ":" + resource;
  }

  private String service() {
    return arn("service/" + cluster + "/priming");
  }

  private ObjectNode described() {
    String revision = arn("task-definition/priming:" + (updated ? 2 : 1));
    ObjectNode service =
        Json.object()
            .put("serviceArn", service())
            .put("serviceName", "priming")
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
        .put("value", environment.name());
    return service;
  }

  /** What ECS resolved the tag to when the service was deployed last: an older image. */
  private ObjectNode serviceRevision() {
    ObjectNode revision =
        Json.object()
            .put("serviceRevisionArn", arn("service-revision/" + cluster + "/priming/1"))
            .put("taskDefinition", arn("task-definition/priming:1"));
    revision
        .putArray("containerImages")
        .addObject()
        .put("containerName", "app")
        .put("image", repository + ":" + TAG)
        .put("imageDigest", "sha256:" + "1".repeat(64));
    return revision;
  }

  private void revision(ObjectNode answer, int revision, String image) {
    ObjectNode definition =
        answer
            .putObject("taskDefinition")
            .put("taskDefinitionArn", arn("task-definition/priming:" + revision))
            .put("family", "priming")
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
