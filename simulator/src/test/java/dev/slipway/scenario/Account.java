package dev.slipway.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.cli.aws.LambdaFunctions;
import dev.slipway.simulator.InProcessFunctions;
import dev.slipway.simulator.Simulator;
import dev.slipway.simulator.ecs.ServiceView;
import dev.slipway.simulator.iam.Iam;
import dev.slipway.simulator.iam.Policy;
import dev.slipway.simulator.iam.Role;
import dev.slipway.simulator.sqs.Message;
import dev.slipway.simulator.sqs.Queue;
import dev.slipway.simulator.world.AwsRequest;
import dev.slipway.simulator.world.AwsService;
import dev.slipway.simulator.world.LambdaApi;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * An AWS account with {@code template.yaml} deployed in it, the functions in this JVM, and a clock
 * that moves only while a scenario lets the world go on.
 *
 * <p>The functions read {@code slipway.yaml} in the directory of their package, as Lambda's do: the
 * repository's, or one that a scenario has written for it ({@link #with}).
 */
public final class Account implements AutoCloseable {
  public static final String REGISTRY = "123456789012.dkr.ecr.us-east-1.amazonaws.com/";
  public static final String CLUSTER = "website";

  /** Where the e-mail of {@link #gated} goes. */
  static final String MAILBOX = "ops@example.com";

  private static final String SLIPWAY_YAML = "slipway.yaml";
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final ObjectMapper MAPPER = JsonMapper.builder().build();
  private static final Duration LONG_ENOUGH = Duration.ofHours(2);

  public final Simulator simulator;
  private final AtomicReference<InProcessFunctions> functions = new AtomicReference<>();

  private int wantedDenials;

  /** The directory of a package of its own; null where it is the repository. */
  private final @Nullable Path ownPackage;

  /**
   * One whose functions have the repository's slipway.yaml.
   *
   * @param parameters values for parameters of the template; the others have their defaults
   */
  public Account(Map<String, String> parameters) {
    this(parameters, null);
  }

  /** One whose functions have this slipway.yaml. */
  public static Account with(String slipwayYaml) {
    return with(slipwayYaml, Map.of());
  }

  /** One whose functions have this slipway.yaml, and whose template has these parameters. */
  public static Account with(String slipwayYaml, Map<String, String> parameters) {
    try {
      Path directory = Files.createTempDirectory("slipway-scenario");
      Files.writeString(directory.resolve(SLIPWAY_YAML), slipwayYaml);
      return new Account(parameters, directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Account(Map<String, String> parameters, @Nullable Path ownPackage) {
    this.ownPackage = ownPackage;
    Simulator.Builder builder =
        Simulator.builder()
            .startingAt(Instant.parse("2026-11-21T10:00:00Z"))
            .speed(0)
            .template(ROOT.resolve("template.yaml"), ownPackage == null ? ROOT : ownPackage)
            .inProcess(clock -> functions.updateAndGet(_ -> new InProcessFunctions(clock)))
            // a sweep puts right what a scenario breaks: those that want it switch it on
            .parameter("SweepState", "DISABLED");
    parameters.forEach(builder::parameter);
    try {
      this.simulator = builder.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    ecs("CreateCluster", "{'clusterName': '%s'}", CLUSTER);
  }

  // --- people at the keyboard
  // ---------------------------------------------------------------------

  /** Calls ECS with JSON in which ' stands for ". */
  public ObjectNode ecs(String operation, String request, Object... values) {
    return call(simulator.ecs(), operation, json(request, values));
  }

  public ObjectNode ecr(String operation, String request, Object... values) {
    return call(simulator.ecr(), operation, json(request, values));
  }

  ObjectNode ecr(String operation, ObjectNode request) {
    return call(simulator.ecr(), operation, request);
  }

  ObjectNode events(String operation, String request, Object... values) {
    return call(simulator.events(), operation, json(request, values));
  }

  ObjectNode sqs(String operation, ObjectNode request) {
    return call(simulator.sqs(), operation, request);
  }

  /** Parses JSON in which ' stands for ", with values put in as String.format does. */
  @SuppressWarnings("AnnotateFormatMethod") // the annotation would be one more dependency
  public static ObjectNode json(String text, Object... values) {
    return parse(text.formatted(values).replace('\'', '"'));
  }

  private static ObjectNode parse(String text) {
    try {
      return (ObjectNode) MAPPER.readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not JSON: " + text, e);
    }
  }

  private ObjectNode call(AwsService service, String operation, ObjectNode request) {
    return simulator
        .world()
        .call(() -> service.call(new AwsRequest(simulator.account().root(), operation, request)));
  }

  /** Has a command of a function carried out, as slipway does, with JSON in which ' is ". */
  public ObjectNode invoke(String command, String request, Object... values) {
    LambdaApi.Answer answer = invocation(command, request, values);
    if (answer.functionError() != null) {
      throw new AssertionError(command + " failed: " + answer.payload());
    }
    return parse(answer.payload());
  }

  /** Invokes a function that fails, and gives the message of its error. */
  String failure(String command, String request, Object... values) {
    LambdaApi.Answer answer = invocation(command, request, values);
    if (answer.functionError() == null) {
      throw new AssertionError(command + " did not fail: " + answer.payload());
    }
    return parse(answer.payload()).path("errorMessage").asText();
  }

  /** Invokes a function that handles events by hand. */
  ObjectNode handle(String function, String event) {
    LambdaApi.Answer answer = invocation(function, json(event));
    if (answer.functionError() != null) {
      throw new AssertionError(function + " failed: " + answer.payload());
    }
    return parse(answer.payload());
  }

  private LambdaApi.Answer invocation(String command, String request, Object... values) {
    return invocation(
        LambdaFunctions.function(command), json(request, values).put("command", command));
  }

  private LambdaApi.Answer invocation(String function, ObjectNode payload) {
    return simulator
        .lambda()
        .invoke(
            new LambdaApi.Invoke(
                simulator.account().root(),
                "slipway-" + function,
                "live",
                LambdaApi.InvocationType.REQUEST_RESPONSE,
                false,
                payload.toString()));
  }

  /** The functions of the stack, as they run here. */
  public InProcessFunctions functions() {
    return Optional.ofNullable(functions.get()).orElseThrow();
  }

  /** Ends all execution environments: each function's next invocation is a cold start. */
  void endExecutionEnvironments() {
    functions().endAll();
  }

  /** Kills a function of the stack before the call of AWS that comes after so many from now on. */
  InProcessFunctions.Kill killAfter(String function, int calls) {
    return functions().killAfter("slipway-" + function, calls);
  }

  public void repository(String... names) {
    for (String name : names) {
      ecr("CreateRepository", "{'repositoryName': '%s'}", name);
    }
  }

  /** Pushes a good image and gives its digest. */
  public String push(String repository, String tag, String version) {
    return push(repository, tag, version, "{}");
  }

  /** Pushes an image with more annotations, which tell what its container does. */
  public String push(String repository, String tag, String version, String annotations) {
    ObjectNode manifest =
        json(
            """
            {'schemaVersion': 2, 'mediaType': 'application/vnd.oci.image.manifest.v1+json',
             'config': {'mediaType': 'application/vnd.oci.image.config.v1+json', 'size': 2,
               'digest': 'sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a'},
             'layers': []}
            """);
    manifest
        .putObject("annotations")
        .put("org.opencontainers.image.version", version)
        .setAll(json(annotations));
    return pushManifest(repository, tag, manifest);
  }

  /** Pushes whatever this is; without a tag if the tag is empty. */
  String pushManifest(String repository, String tag, ObjectNode manifest) {
    ObjectNode request =
        json("{'repositoryName': '%s'}", repository).put("imageManifest", manifest.toString());
    if (!tag.isEmpty()) {
      request.put("imageTag", tag);
    }
    return call(simulator.ecr(), "PutImage", request)
        .path("image")
        .path("imageId")
        .path("imageDigest")
        .asText();
  }

  /** Gives another tag to the image that a tag points at. */
  public void retag(String repository, String from, String to) {
    JsonNode image =
        ecr(
                "BatchGetImage",
                "{'repositoryName': '%s', 'imageIds': [{'imageTag': '%s'}]}",
                repository,
                from)
            .path("images")
            .path(0);
    call(
        simulator.ecr(),
        "PutImage",
        json("{'repositoryName': '%s', 'imageTag': '%s'}", repository, to)
            .set("imageManifest", image.path("imageManifest")));
  }

  /** Registers a Fargate task definition with one container for each image. */
  void taskDefinition(String family, String... images) {
    ObjectNode request =
        json(
            """
            {'family': '%s', 'networkMode': 'awsvpc', 'cpu': '256', 'memory': '512',
             'requiresCompatibilities': ['FARGATE'],
             'executionRoleArn': 'arn:aws:iam::123456789012:role/ecsTaskExecutionRole',
             'taskRoleArn': 'arn:aws:iam::123456789012:role/ecsTaskRole'}
            """,
            family);
    ArrayNode containers = request.putArray("containerDefinitions");
    for (String image : images) {
      containers
          .addObject()
          .put("name", "container-" + containers.size())
          .put("image", image)
          .put("essential", true);
    }
    call(simulator.ecs(), "RegisterTaskDefinition", request);
  }

  /** Creates a Fargate service of two tasks, of the family that has its name. */
  void service(String name, String environment) {
    service(name, environment, "{}");
  }

  /** Creates a service with more members of CreateService's request, or other ones. */
  void service(String name, String environment, String members) {
    call(simulator.ecs(), "CreateService", createService(name, environment, members));
  }

  private static ObjectNode createService(String name, String environment, String members) {
    ObjectNode request =
        json(
            """
            {'cluster': '%s', 'serviceName': '%s', 'taskDefinition': '%s', 'desiredCount': 2,
             'launchType': 'FARGATE',
             'networkConfiguration': {'awsvpcConfiguration': {'subnets': ['subnet-1']}}}
            """,
            CLUSTER, name, name);
    if (!environment.isEmpty()) {
      request
          .putArray("tags")
          .addObject()
          .put("key", "slipway:environment")
          .put("value", environment);
    }
    json(members)
        .properties()
        .forEach(member -> {
          if (member.getValue().isNull()) {
            request.remove(member.getKey());
          } else {
            request.set(member.getKey(), member.getValue());
          }
        });
    return request;
  }

  /**
   * One with gates for staging, and none for dev, in which web runs its first image.
   *
   * @param gates keys of the environment staging
   */
  static Account gated(String gates) {
    Account account = beforeGates(gates);
    account.webFollowsStaging();
    return account;
  }

  /** The same, of which ECR scans images of the repository web when they are pushed. */
  static Account gatedAndScanned(String gates) {
    Account account = beforeGates(gates);
    account.ecr(
        "CreateRepository",
        "{'repositoryName': 'web', 'imageScanningConfiguration': {'scanOnPush': true}}");
    account.runningService("web", "staging", "web", account.push("web", "first", "1"));
    return account;
  }

  private static Account beforeGates(String gates) {
    return with(
        """
        environments:
          staging:
            images: { tag: staging }
            %s
          dev:
            images: { tag: dev }
        """
            .formatted(gates),
        Map.of("NotificationEmail", MAILBOX));
  }

  /** Registers web with an image, and a log group /ecs/web that its container writes to. */
  void loggingTaskDefinition(String image) {
    ecs(
        "RegisterTaskDefinition",
        """
        {'family': 'web', 'networkMode': 'awsvpc', 'cpu': '256', 'memory': '512',
         'requiresCompatibilities': ['FARGATE'],
         'executionRoleArn': 'arn:aws:iam::123456789012:role/ecsTaskExecutionRole',
         'containerDefinitions': [{'name': 'web', 'image': '%s', 'essential': true,
           'logConfiguration': {'logDriver': 'awslogs', 'options': {'awslogs-group': '/ecs/web',
             'awslogs-region': 'us-east-1', 'awslogs-stream-prefix': 'web',
             'awslogs-create-group': 'true'}}}]}
        """,
        image);
  }

  /**
   * ECS's deployments of a service, as it lists them.
   *
   * @param revision the task definition's ARN
   */
  public record Deployed(String revision, JsonNode deployment) {}

  /** ECS's deployments of a service, with the revision that each went to. */
  public List<Deployed> deployments(String service) {
    List<Deployed> deployments = new ArrayList<>();
    for (JsonNode deployment :
        ecs("ListServiceDeployments", "{'cluster': '%s', 'service': '%s'}", CLUSTER, service)
            .path("serviceDeployments")) {
      deployments.add(
          new Deployed(
              ecs(
                      "DescribeServiceRevisions",
                      "{'serviceRevisionArns': ['%s']}",
                      deployment.path("targetServiceRevisionArn").asText())
                  .at("/serviceRevisions/0/taskDefinition")
                  .asText(),
              deployment));
    }
    return deployments;
  }

  /** What most stories begin with: a service web that runs an image of the repository web. */
  public void webFollowsStaging() {
    repository("web");
    runningService("web", "staging", "web", push("web", "first", "1"));
  }

  /** A running service of its own family, with one container from a repository. */
  public void runningService(String name, String environment, String repository, String digest) {
    taskDefinition(name, REGISTRY + repository + "@" + digest);
    service(name, environment);
    settle();
  }

  /**
   * Adds many services at once that have been running for a while: {@code service-0}, {@code
   * service-1} and so on. They are spread over new clusters {@code cluster-0}, … and new families
   * {@code family-0}, …, whose one container runs an image that was pushed.
   *
   * @param environment their tag {@code slipway:environment}; empty for none
   */
  void runningServices(
      int services, int clusters, int families, String environment, String repository, String tag) {
    for (int i = 0; i < clusters; i++) {
      ecs("CreateCluster", "{'clusterName': 'cluster-%d'}", i);
    }
    for (int i = 0; i < families; i++) {
      taskDefinition("family-" + i, REGISTRY + repository + ":" + tag);
    }
    List<ObjectNode> requests = new ArrayList<>();
    for (int i = 0; i < services; i++) {
      requests.add(
          createService(
              "service-" + i,
              environment,
              "{'cluster': 'cluster-%d', 'taskDefinition': 'family-%d'}"
                  .formatted(i % clusters, i % families)));
    }
    simulator.ecs().addRunning(requests);
  }

  void tag(String service, String key, String value) {
    ecs(
        "TagResource",
        "{'resourceArn': '%s', 'tags': [{'key': '%s', 'value': '%s'}]}",
        arn(service),
        key,
        value);
  }

  String arn(String service) {
    return "arn:aws:ecs:us-east-1:123456789012:service/" + CLUSTER + "/" + service;
  }

  // --- what becomes of it
  // -------------------------------------------------------------------------

  /** Lets the world go on until nothing is left that could happen. */
  public void settle() {
    simulator.world().runUntilQuiet(LONG_ENOUGH);
  }

  /** Lets simulated time pass. */
  public void pass(Duration time) {
    simulator.world().runUntil(() -> false, time);
  }

  public ServiceView view(String service) {
    return simulator.ecs().service(CLUSTER, service).orElseThrow();
  }

  /** A service as ECS describes it. */
  JsonNode describe(String service) {
    return ecs(
            "DescribeServices",
            "{'cluster': '%s', 'services': ['%s'], 'include': ['TAGS']}",
            CLUSTER,
            service)
        .path("services")
        .path(0);
  }

  /** A revision as ECS describes it, with its tags. */
  public ObjectNode revision(String name) {
    return ecs("DescribeTaskDefinition", "{'taskDefinition': '%s', 'include': ['TAGS']}", name);
  }

  /** The images of the containers of the revision that a service has. */
  public List<String> images(String service) {
    return StreamSupport.stream(
            revision(view(service).taskDefinition())
                .path("taskDefinition")
                .path("containerDefinitions")
                .spliterator(),
            false)
        .map(container -> container.path("image").asText())
        .toList();
  }

  /** Whether a service's only deployment is completed. */
  public boolean isSteady(String service) {
    ServiceView view = view(service);
    return view.deployments().size() == 1
        && view.deployments().getFirst().rolloutState().equals("COMPLETED");
  }

  /** How many revisions a family has. */
  int revisions(String family) {
    return ecs("ListTaskDefinitions", "{'familyPrefix': '%s'}", family)
        .path("taskDefinitionArns")
        .size();
  }

  /** The record of a service, as DynamoDB has it. */
  JsonNode recordOf(String service) {
    return call(
            simulator.dynamoDb(),
            "GetItem",
            json(
                """
                {'TableName': 'slipway-RecordTable', 'ConsistentRead': true,
                 'Key': {'pk': {'S': 'service/%s/%s'}, 'sk': {'S': 'service'}}}
                """,
                CLUSTER, service))
        .path("Item");
  }

  /** What Slipway has announced, as EventBridge has it. */
  public List<JsonNode> announcements() {
    return simulator.events().events().stream()
        .filter(event -> event.path("source").asText().equals("slipway"))
        .map(JsonNode.class::cast)
        .toList();
  }

  /** Those of one detail type. */
  List<JsonNode> announcements(String detailType) {
    return announcements().stream()
        .filter(event -> event.path("detail-type").asText().equals(detailType))
        .toList();
  }

  /** The reasons in DeployFunction's log, oldest first. */
  List<String> log() {
    return log("slipway-deploy");
  }

  /** The messages in a function's log, oldest first. */
  List<String> log(String function) {
    return simulator.lambda().log(function).stream()
        .filter(line -> line.startsWith("{"))
        .map(line -> parse(line).path("message").asText())
        .toList();
  }

  public Queue queue(String name) {
    return simulator.sqs().queueByName(name).orElseThrow();
  }

  public List<Message> messages(String queue) {
    return queue(queue).messages();
  }

  /** The name of a role of the stack, by its logical id. */
  String roleName(String logicalId) {
    return simulator.stack().orElseThrow().roles().stream()
        .map(Role::name)
        .filter(("slipway-" + logicalId)::equals)
        .findFirst()
        .orElseThrow(() -> new AssertionError("template.yaml has no role " + logicalId));
  }

  /**
   * Lets an access key stand for Ann, whose role has no other policy than this.
   *
   * @param policy its document
   */
  void person(String accessKeyId, JsonNode policy) {
    Iam iam = simulator.iam();
    iam.add(
        new Role(
            "operator",
            Policy.parse(
                json(
                    "{'Statement': {'Effect': 'Allow', 'Principal': {'AWS': '123456789012'},"
                        + " 'Action': 'sts:AssumeRole'}}")),
            List.of(),
            List.of(Policy.parse(policy))));
    iam.issue(accessKeyId, iam.session("operator", "ann"));
  }

  /** What was denied since the last call, as a scenario wanted it: it is no mistake. */
  List<String> wantedDenials() {
    List<String> all = simulator.iam().denials();
    List<String> since = all.subList(wantedDenials, all.size());
    wantedDenials = all.size();
    return since;
  }

  /** Nothing was denied to anybody, and the simulator found nothing in itself that it cannot do. */
  void assertNothingDeniedOrBroken() {
    assertThat(wantedDenials()).isEmpty();
    assertThat(simulator.defects()).isEmpty();
  }

  /**
   * Ends it. Fails if something was denied or is broken, in any scenario; what its functions needed
   * is kept for {@link PermissionUsage}.
   */
  @Override
  public void close() {
    PermissionUsage.add(simulator.iam().neededResources());
    simulator.close();
    try {
      if (ownPackage != null) {
        Files.delete(ownPackage.resolve(SLIPWAY_YAML));
        Files.delete(ownPackage);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    assertNothingDeniedOrBroken();
  }
}
