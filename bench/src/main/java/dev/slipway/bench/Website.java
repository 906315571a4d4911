package dev.slipway.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.aws.AwsEcs;
import dev.slipway.aws.AwsEvidence;
import dev.slipway.aws.AwsServiceDeployments;
import dev.slipway.aws.Clients;
import dev.slipway.aws.DynamoRecordStore;
import dev.slipway.deploy.Announced;
import dev.slipway.ecs.ServiceArn;
import dev.slipway.ecs.TaskDefinitionArn;
import dev.slipway.image.ImageReference;
import dev.slipway.record.KnownRevision;
import dev.slipway.record.RecordChange;
import dev.slipway.record.RecordStore;
import dev.slipway.record.ServiceRecord;
import dev.slipway.rollout.RolloutCheck;
import dev.slipway.rollout.RolloutReporter;
import dev.slipway.simulator.Simulator;
import dev.slipway.simulator.ecs.ServiceView;
import dev.slipway.simulator.ecs.TaskTimings;
import dev.slipway.simulator.faults.Calls;
import dev.slipway.simulator.faults.Faults;
import dev.slipway.simulator.sqs.Message;
import dev.slipway.simulator.world.AwsRequest;
import dev.slipway.simulator.world.AwsService;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;

/**
 * An AWS account with services in it that follow the environment staging, the repositories that
 * their images come from, and Slipway's record, which knows them all. Rollouts take no time here,
 * so that each deployment finds the account as the one before it did; RolloutFunction's part, to
 * record how a deployment ended, is done before each push, and not counted.
 */
final class Website implements AutoCloseable {
  private static final ObjectMapper MAPPER = JsonMapper.builder().build();
  private static final String CLUSTER = "website";

  /** The repository that is pushed to where only one is. */
  static final String REPOSITORY = "web";

  /** The record's table. */
  static final String TABLE = "slipway-record";

  private static final String QUEUE = "slipway-deploy";
  private static final String OTHERS = "others";
  private static final Duration ROLLOUT = Duration.ofMinutes(1);
  private static final String TAG = "staging";

  /** The digest of the JSON text <code>{}</code>. */
  private static final String EMPTY_OBJECT =
      "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a";

  /** Calls that are counted one by one; what else is called is counted together. */
  private static final Map<String, List<String>> OPERATIONS =
      Map.of(
          "ecs",
          List.of(
              "ListClusters",
              "ListServices",
              "DescribeServices",
              "DescribeTaskDefinition",
              "ListTaskDefinitions",
              "ListServiceDeployments",
              "DescribeServiceRevisions",
              "RegisterTaskDefinition",
              "UpdateService"),
          "ecr",
          List.of("BatchGetImage"),
          "dynamodb",
          List.of("Query", "GetItem", "BatchGetItem", "PutItem", "TransactWriteItems"),
          "sqs",
          List.of("SendMessageBatch"),
          "events",
          List.of("PutEvents"));

  private final Simulator simulator;
  private final Clients clients;
  private final RecordStore record;
  private final RolloutReporter rollouts;
  private final Map<String, Faults.Injected> counters = new LinkedHashMap<>();
  private final Faults.Injected all;
  private final List<ServiceArn> followers = new ArrayList<>();
  private int pushes;
  private int taken;

  /**
   * An account with one repository.
   *
   * @param services how many follow it
   * @param latency added to every call
   */
  Website(int services, Duration latency) throws IOException {
    this(Map.of(REPOSITORY, services), 0, latency);
  }

  /**
   * An account.
   *
   * @param repositories with the number of services that follow each
   * @param others services that follow another repository
   * @param latency added to every call
   */
  Website(Map<String, Integer> repositories, int others, Duration latency) throws IOException {
    simulator = Simulator.builder().timings(TaskTimings.realistic().times(1e-4)).start();
    clients =
        new Clients(
            simulator.clientEnvironment(),
            StaticCredentialsProvider.create(AwsBasicCredentials.create("bench", "bench")));
    record = new DynamoRecordStore(clients.dynamoDb(), TABLE);
    rollouts =
        new RolloutReporter(
            new AwsEcs(clients.ecs()),
            new AwsServiceDeployments(clients.ecs()),
            record,
            new AwsEvidence(clients.ecs(), clients.logs()),
            (result, due) -> new Announced<>(due, List.of()),
            (waiting, due) -> new Announced<>(due, List.of()),
            hints -> {});
    call(
        simulator.dynamoDb(),
        "CreateTable",
        json(
            """
            {'TableName': '%s', 'BillingMode': 'PAY_PER_REQUEST',
             'KeySchema': [{'AttributeName': 'pk', 'KeyType': 'HASH'},
                           {'AttributeName': 'sk', 'KeyType': 'RANGE'}],
             'AttributeDefinitions': [{'AttributeName': 'pk', 'AttributeType': 'S'},
                                      {'AttributeName': 'sk', 'AttributeType': 'S'}]}
            """,
            TABLE));
    call(simulator.sqs(), "CreateQueue", object().put("QueueName", QUEUE));
    call(simulator.ecs(), "CreateCluster", object().put("clusterName", CLUSTER));
    repositories.forEach((repository, services) -> {
      call(simulator.ecr(), "CreateRepository", object().put("repositoryName", repository));
      push(repository);
      for (int i = 1; i <= services; i++) {
        service(repository + "-" + i, repository);
      }
    });
    addOthers(others);
    Faults faults = simulator.faults();
    all = faults.delay(Calls.all(), Faults.ALWAYS, latency);
    OPERATIONS.forEach((service, operations) ->
        operations.forEach(operation ->
            counters.put(
                service + ":" + operation,
                faults.delay(Calls.to(service, operation), Faults.ALWAYS, Duration.ZERO))));
  }

  /** Services of ten other clusters, which have been running for a while. */
  private void addOthers(int number) {
    if (number == 0) {
      return;
    }
    call(simulator.ecr(), "CreateRepository", object().put("repositoryName", OTHERS));
    push(OTHERS);
    TaskDefinitionArn revision = taskDefinition(OTHERS, OTHERS);
    List<ObjectNode> requests = new ArrayList<>();
    for (int i = 0; i < number; i++) {
      String cluster = OTHERS + "-" + i % 10;
      if (i < 10) {
        call(simulator.ecs(), "CreateCluster", object().put("clusterName", cluster));
      }
      requests.add(request(cluster, OTHERS + "-" + i, OTHERS));
    }
    simulator.ecs().addRunning(requests);
    for (ObjectNode request : requests) {
      ServiceArn service =
          arn(request.path("cluster").asText(), request.path("serviceName").asText());
      record(service, OTHERS, revision);
    }
  }

  private ServiceArn arn(String cluster, String name) {
    return new ServiceArn(simulator.account().arn("ecs", "service/" + cluster + "/" + name));
  }

  /** What the sweep, or a service's tag-change event, leaves in the record. */
  private void record(ServiceArn service, String repository, TaskDefinitionArn revision) {
    ServiceRecord unknown = ServiceRecord.unknown(service);
    ServiceRecord known =
        unknown
            .withEnvironment(Optional.of("staging"))
            .withRevision(
                Optional.of(
                    new KnownRevision(
                        revision, Map.of("web", ImageReference.parse(image(repository))))));
    if (!record.write(RecordChange.of(unknown, known))) {
      throw new IllegalStateException("there is a record of " + service + " already");
    }
  }

  private String image(String repository) {
    return "%s.dkr.ecr.%s.amazonaws.com/%s:%s"
        .formatted(simulator.account().id(), simulator.account().region(), repository, TAG);
  }

  private void service(String name, String repository) {
    TaskDefinitionArn revision = taskDefinition(name, repository);
    call(simulator.ecs(), "CreateService", request(CLUSTER, name, name));
    ServiceArn service = arn(CLUSTER, name);
    followers.add(service);
    record(service, repository, revision);
  }

  private TaskDefinitionArn taskDefinition(String name, String repository) {
    ObjectNode definition =
        object()
            .put("family", name)
            .put("networkMode", "awsvpc")
            .put("cpu", "256")
            .put("memory", "512")
            .put(
                "executionRoleArn",
                simulator.account().globalArn("iam", "role/ecsTaskExecutionRole"))
            .put("taskRoleArn", simulator.account().globalArn("iam", "role/ecs-web"));
    definition.putArray("requiresCompatibilities").add("FARGATE");
    ObjectNode container =
        definition
            .putArray("containerDefinitions")
            .addObject()
            .put("name", "web")
            .put("image", image(repository))
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
    call(simulator.logs(), "CreateLogGroup", object().put("logGroupName", "/ecs/" + name));
    return new TaskDefinitionArn(
        call(simulator.ecs(), "RegisterTaskDefinition", definition)
            .at("/taskDefinition/taskDefinitionArn")
            .asText());
  }

  private static ObjectNode request(String cluster, String name, String family) {
    ObjectNode service =
        object()
            .put("cluster", cluster)
            .put("serviceName", name)
            .put("taskDefinition", family)
            .put("desiredCount", 2)
            .put("launchType", "FARGATE");
    service
        .putObject("networkConfiguration")
        .putObject("awsvpcConfiguration")
        .putArray("subnets")
        .add("subnet-1");
    service.putArray("tags").addObject().put("key", "slipway:environment").put("value", "staging");
    return service;
  }

  /** {@link #push(String)} to the only repository. */
  String push() {
    return push(REPOSITORY);
  }

  /**
   * Pushes an image that was not there before, and gives the SQS batch that tells of it. What was
   * pushed before has been rolled out by then, and the record says so.
   */
  String push(String repository) {
    settle();
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
                .put("repositoryName", repository)
                .put("imageTag", TAG)
                .put("imageManifest", manifest.toString()));
    return batch(pushed(repository, image.at("/image/imageId/imageDigest").asText()));
  }

  /** Takes what DeployFunction has sent to its own queue, each message as the SQS batch of one. */
  List<String> sentToItself() {
    List<Message> all = simulator.sqs().queueByName(QUEUE).orElseThrow().messages();
    List<Message> sent = all.subList(taken, all.size());
    taken = all.size();
    return sent.stream().map(message -> batch(message.body())).toList();
  }

  private void settle() {
    boolean completed =
        simulator.world().runUntil(() -> followers.stream().allMatch(this::isCompleted), ROLLOUT);
    if (!completed) {
      throw new IllegalStateException("a rollout has not completed: " + followers.getFirst());
    }
    for (ServiceArn service : followers) {
      rollouts.check(new RolloutCheck(service, "bench", Instant.now(), Duration.ofMinutes(1)));
    }
  }

  private boolean isCompleted(ServiceArn service) {
    List<ServiceView.DeploymentView> deployments =
        simulator.ecs().service(service.cluster(), service.name()).orElseThrow().deployments();
    return deployments.size() == 1 && deployments.getFirst().rolloutState().equals("COMPLETED");
  }

  private String pushed(String repository, String digest) {
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
        .put("repository-name", repository)
        .put("image-digest", digest)
        .put("action-type", "PUSH")
        .put("image-tag", TAG);
    return event.toString();
  }

  private String batch(String body) {
    ObjectNode batch = object();
    ObjectNode record =
        batch
            .putArray("Records")
            .addObject()
            .put("messageId", UUID.randomUUID().toString())
            .put("receiptHandle", "receipt")
            .put("body", body)
            .put("eventSource", "aws:sqs")
            .put("eventSourceARN", simulator.account().arn("sqs", QUEUE))
            .put("awsRegion", simulator.account().region());
    record
        .putObject("attributes")
        .put("ApproximateReceiveCount", "1")
        .put("SentTimestamp", "1794794075000")
        .put("SenderId", "AIDAIENQZJOLO23YVJ4VO")
        .put("ApproximateFirstReceiveTimestamp", "1794794075500");
    record.putObject("messageAttributes");
    return batch.toString();
  }

  /** Whether every service runs what was pushed last; otherwise what was measured is worthless. */
  boolean isDeployed() {
    return followers.stream().allMatch(this::isDeployed);
  }

  private boolean isDeployed(ServiceArn arn) {
    ObjectNode describe = object().put("cluster", arn.cluster());
    describe.putArray("services").add(arn.name());
    JsonNode service = call(simulator.ecs(), "DescribeServices", describe).at("/services/0");
    ObjectNode revision = object().put("taskDefinition", service.path("taskDefinition").asText());
    String image =
        call(simulator.ecs(), "DescribeTaskDefinition", revision)
            .at("/taskDefinition/containerDefinitions/0/image")
            .asText();
    String repository = arn.name().substring(0, arn.name().lastIndexOf('-'));
    String digest =
        call(
                simulator.ecr(),
                "BatchGetImage",
                json("{'repositoryName': '%s', 'imageIds': [{'imageTag': '%s'}]}", repository, TAG))
            .at("/images/0/imageId/imageDigest")
            .asText();
    // a service that nothing was pushed for since it was created has the tag
    return image.endsWith("@" + digest) || image.endsWith("/" + repository + ":" + TAG);
  }

  /** How many calls of each operation it has had over HTTP. */
  Map<String, Integer> callsByOperation() {
    Map<String, Integer> calls = new LinkedHashMap<>();
    counters.forEach((operation, counter) -> calls.put(operation, counter.hits()));
    int counted = calls.values().stream().mapToInt(Integer::intValue).sum();
    calls.put("others", all.hits() - counted);
    return calls;
  }

  /** By which AWS's SDKs find it. */
  Map<String, String> clientEnvironment() {
    return simulator.clientEnvironment();
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
    clients.close();
    simulator.close();
  }
}
