package dev.slipway.ecs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * An ECS service as it was at one moment, read from the document that <a
 * href="https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Service.html">DescribeServices</a>
 * (with include=TAGS) gives.
 */
public final class Service {
  /** The tag by which a service follows an environment: its value is the environment's name. */
  public static final String ENVIRONMENT_TAG = "slipway:environment";

  private final ObjectNode document;
  private final ServiceArn arn;
  private final Map<String, String> tags;
  private final Optional<TaskDefinitionArn> taskDefinition;

  private Service(ObjectNode document) {
    this.document = document;
    this.arn =
        ServiceArn.parse(
            document.path("serviceArn").asText(), document.path("clusterArn").asText());
    this.tags = Tags.parse(document.path("tags"));
    this.taskDefinition =
        primaryTaskDefinition(document).filter(s -> !s.isEmpty()).map(TaskDefinitionArn::new);
  }

  /** Parses one element of {@code services}. */
  public static Service parse(JsonNode document) {
    if (!(document instanceof ObjectNode object)) {
      throw new IllegalArgumentException(
          "an ECS service is a JSON object, but this is " + document.getNodeType());
    }
    return new Service(object.deepCopy());
  }

  /** Where task sets are used, the service's own field is missing. */
  private static Optional<String> primaryTaskDefinition(ObjectNode document) {
    Stream<JsonNode> primaryTaskSets =
        StreamSupport.stream(document.path("taskSets").spliterator(), false)
            .filter(set -> set.path("status").asText().equals("PRIMARY"));
    return Stream.concat(Stream.of(document), primaryTaskSets)
        .map(holder -> holder.path("taskDefinition").asText())
        .filter(name -> !name.isEmpty())
        .findFirst();
  }

  /** Its ARN, with the cluster's name. */
  public ServiceArn arn() {
    return arn;
  }

  /** {@code ACTIVE}, {@code DRAINING} or {@code INACTIVE}. */
  public String status() {
    return document.path("status").asText();
  }

  /** All its tags, in their order. */
  public Map<String, String> tags() {
    return new LinkedHashMap<>(tags);
  }

  /** The name of the environment that it follows. */
  public Optional<String> environment() {
    return tag(ENVIRONMENT_TAG);
  }

  /**
   * Why what the service runs cannot be known for sure: a deployment is under way, or its newest
   * one has failed. Empty where it has come to rest.
   */
  public Optional<String> unsettled() {
    List<JsonNode> deployments =
        StreamSupport.stream(document.path("deployments").spliterator(), false).toList();
    for (JsonNode deployment : deployments) {
      String arn = deployment.path("taskDefinition").asText();
      String revision = arn.substring(arn.lastIndexOf('/') + 1);
      // services behind a Classic Load Balancer do not say
      String state = deployment.path("rolloutState").asText("COMPLETED");
      if (deployment.path("status").asText().equals("PRIMARY") && !state.equals("COMPLETED")) {
        return Optional.of(
            "its deployment of %s is %s".formatted(revision, state.replace('_', ' ')));
      }
    }
    return deployments.size() > 1
        ? Optional.of("tasks of %d deployments are running".formatted(deployments.size()))
        : Optional.empty();
  }

  /** Whether ECS is replacing its tasks. */
  public boolean isRollingOut() {
    return deployments().stream()
        .anyMatch(d -> d.rolloutState().filter("IN_PROGRESS"::equals).isPresent());
  }

  /**
   * Whether its ARN names its cluster. ECS can tag no other: services from before the long ARNs are
   * <a
   * href="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-arn-migration.html">migrated</a>
   * first.
   */
  public boolean hasLongArn() {
    return document.path("serviceArn").asText().equals(arn.value());
  }

  /** The same service, if it followed this environment. */
  public Service following(String environment) {
    ObjectNode copy = document.deepCopy();
    ArrayNode others = copy.putArray("tags");
    for (JsonNode tag : document.path("tags")) {
      if (!tag.path("key").asText().equals(ENVIRONMENT_TAG)) {
        others.add(tag);
      }
    }
    others.addObject().put("key", ENVIRONMENT_TAG).put("value", environment);
    return new Service(copy);
  }

  /** The value of one tag. */
  public Optional<String> tag(String key) {
    return Optional.ofNullable(tags.get(key));
  }

  /** Who rolls it out; a service that does not say is rolled out by ECS. */
  public DeploymentController controller() {
    return switch (document.path("deploymentController").path("type").asText("ECS")) {
      case "ECS" -> DeploymentController.ECS;
      case "CODE_DEPLOY" -> DeploymentController.CODE_DEPLOY;
      case "EXTERNAL" -> DeploymentController.EXTERNAL;
      default -> DeploymentController.UNKNOWN;
    };
  }

  /** Whether it runs one task on every container instance, whatever number is desired. */
  public boolean isDaemon() {
    return document.path("schedulingStrategy").asText().equals("DAEMON");
  }

  /** The number of tasks that it is to run. */
  public int desiredCount() {
    return document.path("desiredCount").asInt();
  }

  /** The revision that its newest deployment rolls out; empty while it has only task sets. */
  public Optional<TaskDefinitionArn> taskDefinition() {
    return taskDefinition;
  }

  /** Its DeploymentConfiguration, a copy; empty where ECS gives none. */
  public ObjectNode deploymentConfiguration() {
    return document.path("deploymentConfiguration") instanceof ObjectNode configuration
        ? configuration.deepCopy()
        : JsonNodeFactory.instance.objectNode();
  }

  /** Whether its tasks run on AWS Fargate, by launch type or by capacity provider. */
  public boolean runsOnFargate() {
    return document.path("launchType").asText().equals("FARGATE")
        || StreamSupport.stream(document.path("capacityProviderStrategy").spliterator(), false)
            .map(item -> item.path("capacityProvider").asText())
            .anyMatch(provider -> provider.equals("FARGATE") || provider.equals("FARGATE_SPOT"));
  }

  /** Its newest deployment: the one whose status is {@code PRIMARY}; empty without one. */
  public Optional<EcsDeployment> primaryDeployment() {
    return deployments().stream().filter(EcsDeployment::isPrimary).findFirst();
  }

  /** When it was created; empty where ECS does not say. */
  public Optional<Instant> createdAt() {
    return ServiceDeployment.instant(document, "createdAt");
  }

  /** The number of its tasks that run. */
  public int runningCount() {
    return document.path("runningCount").asInt();
  }

  /** The number of its tasks that are being started. */
  public int pendingCount() {
    return document.path("pendingCount").asInt();
  }

  /** Its newest deployment, and older ones that still have tasks. */
  public List<EcsDeployment> deployments() {
    return StreamSupport.stream(document.path("deployments").spliterator(), false)
        .map(EcsDeployment::parse)
        .toList();
  }

  /**
   * Something that ECS has said about a service.
   *
   * @param at when it was said
   */
  public record Message(Instant at, String text) {}

  /** What ECS has said about it, newest first; ECS keeps the last hundred. */
  public List<Message> messages() {
    return StreamSupport.stream(document.path("events").spliterator(), false)
        .map(event ->
            new Message(
                ServiceDeployment.instant(event, "createdAt").orElse(Instant.EPOCH),
                event.path("message").asText()))
        .toList();
  }

  /** What ECS has said about it since a moment, newest first. */
  public List<String> messagesSince(Instant moment) {
    return messages().stream()
        .filter(message -> !message.at().isBefore(moment))
        .map(Message::text)
        .toList();
  }

  @Override
  public String toString() {
    return arn.shortName();
  }
}
