package dev.slipway.simulator.ecs;

import static dev.slipway.simulator.SingleQuotes.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.simulator.ecr.EcrService;
import dev.slipway.simulator.logs.LogsService;
import dev.slipway.simulator.world.Account;
import dev.slipway.simulator.world.AwsRequest;
import dev.slipway.simulator.world.AwsService;
import dev.slipway.simulator.world.Caller;
import dev.slipway.simulator.world.World;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * An ECS and an ECR in a world whose clock moves only when a test moves it, with what they emit,
 * note and ask.
 */
final class EcsOfTests implements AutoCloseable {
  record Event(Instant time, String detailType, List<String> resources, ObjectNode detail) {}

  record Question(String action, String resource, Map<String, String> context) {}

  static final String REGISTRY = "123456789012.dkr.ecr.us-east-1.amazonaws.com/";
  private static final Account ACCOUNT = new Account(Account.DEFAULT_ID, "us-east-1");

  final Instant start = Instant.parse("2026-11-21T10:00:00Z");
  final World world = new World(start, 0);
  final List<Event> events = new ArrayList<>();
  final List<String> journal = new ArrayList<>();
  final List<Question> questions = new ArrayList<>();
  final EcrService ecr;
  final LogsService logs;
  final EcsService ecs;

  /** Runs after each event; to look at every state that anybody could see. */
  Runnable onEvent = () -> {};

  EcsOfTests() {
    this(TaskTimings.realistic());
  }

  EcsOfTests(TaskTimings timings) {
    ecr = new EcrService(world, this::emit, this::ask, this::note, ACCOUNT);
    logs = new LogsService(world, this::ask, ACCOUNT);
    ecs = new EcsService(world, this::emit, this::ask, this::note, ecr, logs, timings, ACCOUNT);
  }

  private void emit(String source, String type, List<String> resources, ObjectNode detail) {
    events.add(new Event(world.now(), type, resources, detail));
    onEvent.run();
  }

  private void ask(Caller caller, String action, String resource, Map<String, String> context) {
    questions.add(new Question(action, resource, context));
  }

  private void note(String topic, String line) {
    journal.add(line);
  }

  /** Calls an operation of ECS; single quotes in the body stand for double ones. */
  ObjectNode ecs(String operation, String body) {
    return call(ecs, operation, body);
  }

  /** Calls an operation of ECR; single quotes in the body stand for double ones. */
  ObjectNode ecr(String operation, String body) {
    return call(ecr, operation, body);
  }

  private ObjectNode call(AwsService service, String operation, String body) {
    ObjectNode input = json(body);
    return world.call(() -> service.call(new AwsRequest(ACCOUNT.root(), operation, input)));
  }

  /** Pushes an image and returns its digest. */
  String push(String repository, String tag, Map<String, String> annotations) {
    ObjectNode manifest =
        json(
            """
            {'schemaVersion': 2, 'mediaType': 'application/vnd.oci.image.manifest.v1+json',
             'config': {'mediaType': 'application/vnd.oci.image.config.v1+json', 'size': 7,
                        'digest': 'sha256:00'}, 'layers': []}
            """);
    annotations.forEach(manifest.putObject("annotations")::put);
    ObjectNode input = json("{}").put("repositoryName", repository).put("imageTag", tag);
    input.put("imageManifest", manifest.toString());
    return world
        .call(() -> ecr.call(new AwsRequest(ACCOUNT.root(), "PutImage", input)))
        .path("image")
        .path("imageId")
        .path("imageDigest")
        .asText();
  }

  /** Registers a revision of {@code family} with one container and returns its short name. */
  String register(String family, String image) {
    return register(family, image, "");
  }

  String register(String family, String image, String moreOfTheContainer) {
    JsonNode definition =
        ecs(
                "RegisterTaskDefinition",
                "{'family': '%s', 'containerDefinitions': [{'name': 'app', 'image': '%s', 'memory': 64 %s}]}"
                    .formatted(family, image, moreOfTheContainer))
            .path("taskDefinition");
    return Arns.lastPart(definition.path("taskDefinitionArn").asText());
  }

  /** The one service of a test. */
  ObjectNode web() {
    return (ObjectNode)
        ecs("DescribeServices", "{'cluster': 'main', 'services': ['web']}").path("services").get(0);
  }

  JsonNode deployment(int index) {
    return web().path("deployments").path(index);
  }

  ServiceView view() {
    return ecs.service("main", "web").orElseThrow();
  }

  /** The newest service deployment, as described. */
  JsonNode serviceDeployment(int index) {
    String arn =
        ecs("ListServiceDeployments", "{'cluster': 'main', 'service': 'web'}")
            .path("serviceDeployments")
            .path(index)
            .path("serviceDeploymentArn")
            .asText();
    return ecs("DescribeServiceDeployments", "{'serviceDeploymentArns': ['" + arn + "']}")
        .path("serviceDeployments")
        .path(0);
  }

  boolean until(BooleanSupplier condition) {
    return world.runUntil(condition, Duration.ofHours(3));
  }

  void pass(int seconds) {
    boolean[] over = {false};
    world.after(Duration.ofSeconds(seconds), () -> over[0] = true);
    world.runUntil(() -> over[0], Duration.ofSeconds(seconds + 1L));
  }

  /** Until the PRIMARY deployment is in this state. */
  boolean untilRollout(String state) {
    return until(() -> deployment(0).path("rolloutState").asText().equals(state));
  }

  List<String> messages() {
    List<String> messages = new ArrayList<>();
    web().path("events").forEach(it -> messages.addFirst(it.path("message").asText()));
    return messages;
  }

  List<ObjectNode> details(String detailType) {
    return events.stream()
        .filter(it -> it.detailType().equals(detailType))
        .map(Event::detail)
        .toList();
  }

  @Override
  public void close() {
    world.close();
  }
}
