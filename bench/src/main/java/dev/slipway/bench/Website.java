package dev.slipway.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.simulator.Simulator;
import dev.slipway.simulator.ecs.TaskTimings;
import dev.slipway.simulator.faults.Calls;
import dev.slipway.simulator.faults.Faults;
import dev.slipway.simulator.world.AwsRequest;
import dev.slipway.simulator.world.AwsService;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * An AWS account with a website in it: services that follow the environment staging, and the
 * repository that their images come from. Rollouts take no time here, so that each deployment finds
 * the account as the one before it did.
 */
final class Website implements AutoCloseable {
  private static final ObjectMapper MAPPER = JsonMapper.builder().build();
  private static final String CLUSTER = "website";
  private static final String REPOSITORY = "web";
  private static final String TAG = "staging";

  /** The digest of the JSON text <code>{}</code>. */
  private static final String EMPTY_OBJECT =
      "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a";

  /** Calls that are counted one by one. */
  private static final Map<String, List<String>> OPERATIONS =
      Map.of(
          "ecs",
          List.of(
              "ListClusters",
              "ListServices",
              "DescribeServices",
              "DescribeTaskDefinition",
              "ListTaskDefinitions",
              "RegisterTaskDefinition",
              "UpdateService"),
          "ecr",
          List.of("BatchGetImage"),
          "events",
          List.of("PutEvents"));

  private final Simulator simulator;
  private final Map<String, Faults.Injected> counters = new LinkedHashMap<>();
  private final Faults.Injected all;
  private int pushes;

  /**
   * @param services how many follow the tag
   * @param latency added to every call
   */
  Website(int services, Duration latency) throws IOException {
    simulator = Simulator.builder().timings(TaskTimings.realistic().times(1e-4)).start();
    call(simulator.ecs(), "CreateCluster", object().put("clusterName", CLUSTER));
    call(simulator.ecr(), "CreateRepository", object().put("repositoryName", REPOSITORY));
    push();
    for (int i = 1; i <= services; i++) {
      service("web-" + i);
    }
    Faults faults = simulator.faults();
    all = faults.delay(Calls.all(), Faults.ALWAYS, latency);
    OPERATIONS.forEach((service, operations) ->
        operations.forEach(operation ->
            counters.put(
                service + ":" + operation,
                faults.delay(Calls.to(service, operation), Faults.ALWAYS, Duration.ZERO))));
  }

  private void service(String name) {
    String image =
        "%s.dkr.ecr.%s.amazonaws.com/%s:%s"
            .formatted(simulator.account().id(), simulator.account().region(), REPOSITORY, TAG);
    ObjectNode definition =
        object()
            .put("family", name)
            .put("networkMode", "awsvpc")
            .put("cpu", "256")
            .put("memory", "512")
            .put("executionRoleArn", simulator.account().globalArn("iam", "role/execution"))
            .put("taskRoleArn", simulator.account().globalArn("iam", "role/web"));
    definition.putArray("requiresCompatibilities").add("FARGATE");
    ObjectNode container =
        definition
            .putArray("containerDefinitions")
            .addObject()
            .put("name", "web")
            .put("image", image)
            .put("essential", true);
    container.putArray("portMappings").addObject().put("containerPort", 8080);
    ArrayNode environment = container.putArray("environment");
    for (int i = 0; i < 20; i++) {
      environment.addObject().put("name", "SETTING_" + i).put("value", "value of setting " + i);
    }
    ObjectNode log = container.putObject("logConfiguration").put("logDriver", "awslogs");
    log.putObject("options")
        .put("awslogs-group", "/ecs/" + name)
        .put("awslogs-region", simulator.account().region())
        .put("awslogs-stream-prefix", "web");
    call(simulator.ecs(), "RegisterTaskDefinition", definition);
    ObjectNode service =
        object()
            .put("cluster", CLUSTER)
            .put("serviceName", name)
            .put("taskDefinition", name)
            .put("desiredCount", 2)
            .put("launchType", "FARGATE");
    service
        .putObject("networkConfiguration")
        .putObject("awsvpcConfiguration")
        .putArray("subnets")
        .add("subnet-1");
    service.putArray("tags").addObject().put("key", "slipway:environment").put("value", "staging");
    call(simulator.ecs(), "CreateService", service);
  }

  /** Pushes an image that was not there before, and gives the SQS batch that tells of it. */
  String push() {
    ObjectNode manifest =
        object()
            .put("schemaVersion", 2)
            .put("mediaType", "application/vnd.oci.image.manifest.v1+json");
    manifest
        .putObject("config")
        .put("mediaType", "application/vnd.oci.image.config.v1+json")
        .put("digest", EMPTY_OBJECT)
        .put("size", 2);
    manifest.putArray("layers");
    manifest
        .putObject("annotations")
        .put("org.opencontainers.image.version", Integer.toString(++pushes));
    JsonNode image =
        call(
            simulator.ecr(),
            "PutImage",
            object()
                .put("repositoryName", REPOSITORY)
                .put("imageTag", TAG)
                .put("imageManifest", manifest.toString()));
    return batch(image.at("/image/imageId/imageDigest").asText());
  }

  private String batch(String digest) {
    ObjectNode event =
        object()
            .put("version", "0")
            .put("id", UUID.randomUUID().toString())
            .put("detail-type", "ECR Image Action")
            .put("source", "aws.ecr")
            .put("account", simulator.account().id())
            .put("time", "2026-11-21T10:00:00Z")
            .put("region", simulator.account().region());
    event.putArray("resources");
    event
        .putObject("detail")
        .put("result", "SUCCESS")
        .put("repository-name", REPOSITORY)
        .put("image-digest", digest)
        .put("action-type", "PUSH")
        .put("image-tag", TAG);
    ObjectNode batch = object();
    ObjectNode record =
        batch
            .putArray("Records")
            .addObject()
            .put("messageId", UUID.randomUUID().toString())
            .put("receiptHandle", "receipt")
            .put("body", event.toString())
            .put("eventSource", "aws:sqs")
            .put("eventSourceARN", simulator.account().arn("sqs", "slipway-deploy.fifo"))
            .put("awsRegion", simulator.account().region());
    record
        .putObject("attributes")
        .put("ApproximateReceiveCount", "1")
        .put("SentTimestamp", "1794794075000")
        .put("SequenceNumber", "18889876543210000001")
        .put("MessageGroupId", REPOSITORY)
        .put("SenderId", "AIDAIENQZJOLO23YVJ4VO")
        .put("MessageDeduplicationId", event.path("id").asText())
        .put("ApproximateFirstReceiveTimestamp", "1794794075500");
    record.putObject("messageAttributes");
    return batch.toString();
  }

  /** Whether every service runs what was pushed last; otherwise what was measured is worthless. */
  boolean isDeployed() {
    ObjectNode list = object().put("cluster", CLUSTER).put("maxResults", 100);
    ObjectNode describe = object().put("cluster", CLUSTER);
    describe.set("services", call(simulator.ecs(), "ListServices", list).path("serviceArns"));
    String digest =
        call(
                simulator.ecr(),
                "BatchGetImage",
                json("{'repositoryName': '%s', 'imageIds': [{'imageTag': '%s'}]}", REPOSITORY, TAG))
            .at("/images/0/imageId/imageDigest")
            .asText();
    for (JsonNode service : call(simulator.ecs(), "DescribeServices", describe).path("services")) {
      ObjectNode revision = object().put("taskDefinition", service.path("taskDefinition").asText());
      if (!call(simulator.ecs(), "DescribeTaskDefinition", revision)
          .at("/taskDefinition/containerDefinitions/0/image")
          .asText()
          .endsWith("@" + digest)) {
        return false;
      }
    }
    return true;
  }

  /** How many calls it has had over HTTP. */
  int calls() {
    return all.hits();
  }

  /** How many calls of each operation it has had over HTTP. */
  Map<String, Integer> callsByOperation() {
    Map<String, Integer> calls = new LinkedHashMap<>();
    counters.forEach((operation, counter) -> calls.put(operation, counter.hits()));
    return calls;
  }

  /** By which AWS's SDKs find it. */
  Map<String, String> clientEnvironment() {
    return simulator.clientEnvironment();
  }

  URI uri() {
    return simulator.uri();
  }

  private ObjectNode call(AwsService service, String operation, ObjectNode request) {
    return simulator
        .world()
        .call(() -> service.call(new AwsRequest(simulator.account().root(), operation, request)));
  }

  private static ObjectNode object() {
    return MAPPER.createObjectNode();
  }

  @SuppressWarnings("AnnotateFormatMethod") // the annotation would be one more dependency
  private static ObjectNode json(String text, Object... values) {
    try {
      return (ObjectNode) MAPPER.readTree(text.formatted(values).replace('\'', '"'));
    } catch (IOException e) {
      throw new IllegalArgumentException("not JSON: " + text, e);
    }
  }

  @Override
  public void close() {
    simulator.close();
  }
}
