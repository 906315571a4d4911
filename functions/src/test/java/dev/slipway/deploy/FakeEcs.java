package dev.slipway.deploy;

import dev.slipway.ecs.Service;
import dev.slipway.ecs.ServiceArn;
import dev.slipway.ecs.Tags;
import dev.slipway.ecs.TaskDefinition;
import dev.slipway.ecs.TaskDefinitionArn;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** A small ECS in memory: task definitions, services, and what was asked of them. */
public final class FakeEcs implements Ecs, ServiceTags {
  /** The account that everything is in. */
  public static final String ACCOUNT = "123456789012";

  /** The Region that everything is in. */
  public static final String REGION = "eu-central-1";

  /** What can be asked of it. */
  public enum Operation {
    SERVICES,
    DESCRIBE,
    TASK_DEFINITION,
    NEWEST_REVISIONS,
    REGISTER,
    UPDATE_SERVICE,
    TAG
  }

  private final Map<ServiceArn, ObjectNode> services = new LinkedHashMap<>();
  private final Map<TaskDefinitionArn, ObjectNode> taskDefinitions = new LinkedHashMap<>();
  private final Map<String, Integer> revisions = new HashMap<>();
  private final List<ObjectNode> registered = new ArrayList<>();
  private final Set<TaskDefinitionArn> registeredRevisions = new HashSet<>();
  private final List<ObjectNode> updates = new ArrayList<>();
  private final Interruptions<Operation> interruptions = new Interruptions<>();
  private int deployments;
  private boolean listsLate;

  /** What is to happen between calls. */
  public Interruptions<Operation> interruptions() {
    return interruptions;
  }

  /** The bodies of all RegisterTaskDefinition requests that came from the core. */
  public List<ObjectNode> registered() {
    return List.copyOf(registered);
  }

  /** The bodies of all UpdateService requests that had an effect. */
  public List<ObjectNode> updates() {
    return List.copyOf(updates);
  }

  /** The number of deployments that UpdateService has started: an equal update starts none. */
  public int deployments() {
    return deployments;
  }

  /** Has a revision whose containers have these images: name, image, name, image and so on. */
  public TaskDefinitionArn have(String family, String... namesAndImages) {
    ObjectNode request = JsonNodeFactory.instance.objectNode().put("family", family);
    ArrayNode containers = request.putArray("containerDefinitions");
    for (int i = 0; i < namesAndImages.length; i += 2) {
      containers
          .addObject()
          .put("name", namesAndImages[i])
          .put("image", namesAndImages[i + 1])
          .put("cpu", 0)
          .put("essential", true);
    }
    return have(request);
  }

  /** Has a revision, from the body of a RegisterTaskDefinition request. */
  public TaskDefinitionArn have(ObjectNode request) {
    String family = request.path("family").asText();
    int revision = revisions.merge(family, 1, Integer::sum);
    TaskDefinitionArn arn =
        new TaskDefinitionArn(
            "arn:aws:ecs:%s:%s:task-definition/%s:%d".formatted(REGION, ACCOUNT, family, revision));
    ObjectNode response = JsonNodeFactory.instance.objectNode();
    ObjectNode document = request.deepCopy();
    JsonNode tags = document.remove("tags");
    response.set(
        "taskDefinition",
        document
            .put("taskDefinitionArn", arn.value())
            .put("revision", revision)
            .put("status", "ACTIVE")
            .put("registeredAt", 1_700_000_000.5 + revision));
    response.set("tags", tags == null ? JsonNodeFactory.instance.arrayNode() : tags);
    taskDefinitions.put(arn, response);
    return arn;
  }

  /** Has an ACTIVE service of three tasks that follows an environment. */
  public ServiceArn have(
      String cluster, String name, String environment, TaskDefinitionArn taskDefinition) {
    return have(cluster, name, environment, taskDefinition, _ -> {});
  }

  /** Has a service that is otherwise than most: {@code but} edits its document. */
  public ServiceArn have(
      String cluster,
      String name,
      String environment,
      TaskDefinitionArn taskDefinition,
      Consumer<ObjectNode> but) {
    ServiceArn arn = arn(cluster, name);
    ObjectNode document =
        JsonNodeFactory.instance
            .objectNode()
            .put("serviceArn", arn.value())
            .put("status", "ACTIVE")
            .put("schedulingStrategy", "REPLICA")
            .put("desiredCount", 3)
            .put("taskDefinition", taskDefinition.value());
    document
        .putArray("tags")
        .addObject()
        .put("key", "slipway:environment")
        .put("value", environment);
    but.accept(document);
    services.put(arn, document);
    return arn;
  }

  /** The ARN of a service, whether there is one or not. */
  public static ServiceArn arn(String cluster, String name) {
    return new ServiceArn(
        "arn:aws:ecs:%s:%s:service/%s/%s".formatted(REGION, ACCOUNT, cluster, name));
  }

  /** The document of a service, to be changed by a test as people would in the console. */
  public ObjectNode document(ServiceArn service) {
    ObjectNode document = services.get(service);
    if (document == null) {
      throw new AssertionError("no such service: " + service);
    }
    return document;
  }

  /** Tags a service, as people would. */
  public void tag(ServiceArn service, String key, String value) {
    put(service, Map.of(key, value));
  }

  /** From now on lists of revisions do not have those that the core registers yet. */
  public void listLate() {
    listsLate = true;
  }

  /** Somebody else's deployment. */
  public void deploy(ServiceArn service, TaskDefinitionArn revision) {
    document(service).put("taskDefinition", revision.value());
  }

  /** Deletes a service. */
  public void delete(ServiceArn service) {
    services.remove(service);
  }

  /** The revision that a service has now. */
  public TaskDefinition running(ServiceArn service) {
    return TaskDefinition.parse(
        response(new TaskDefinitionArn(document(service).path("taskDefinition").asText())));
  }

  /** The images that a service's containers have now, in the order of the containers. */
  public List<String> images(ServiceArn service) {
    return running(service).containers().stream().map(c -> c.image().toString()).toList();
  }

  @Override
  public List<Service> services(Set<String> clusters) {
    return call(
        Operation.SERVICES,
        clusters.toString(),
        () ->
            services.values().stream()
                .map(Service::parse)
                .filter(s -> clusters.isEmpty() || clusters.contains(s.arn().cluster()))
                .toList());
  }

  @Override
  public List<Service> describe(List<ServiceArn> wanted) {
    return call(
        Operation.DESCRIBE,
        wanted.toString(),
        () ->
            wanted.stream()
                .filter(services::containsKey)
                .map(this::document)
                .map(Service::parse)
                .toList());
  }

  @Override
  public Optional<Service> find(String cluster, String name) {
    return describe(List.of(arn(cluster, name))).stream().findFirst();
  }

  @Override
  public TaskDefinition taskDefinition(TaskDefinitionArn revision) {
    return call(
        Operation.TASK_DEFINITION,
        revision.value(),
        () -> TaskDefinition.parse(response(revision)));
  }

  @Override
  public List<TaskDefinitionArn> newestRevisions(String family, int limit) {
    return call(
        Operation.NEWEST_REVISIONS,
        family,
        () ->
            taskDefinitions.keySet().stream()
                .filter(arn -> arn.family().equals(family))
                .filter(arn -> !listsLate || !registeredRevisions.contains(arn))
                .sorted((a, b) -> b.revision() - a.revision())
                .limit(limit)
                .toList());
  }

  @Override
  public TaskDefinitionArn register(ObjectNode request) {
    return call(
        Operation.REGISTER,
        request.path("family").asText(),
        () -> {
          registered.add(request.deepCopy());
          TaskDefinitionArn arn = have(request);
          registeredRevisions.add(arn);
          return arn;
        });
  }

  @Override
  public Service updateService(ObjectNode request) {
    ServiceArn service = arn(request.path("cluster").asText(), request.path("service").asText());
    return call(
        Operation.UPDATE_SERVICE,
        service.value(),
        () -> {
          ObjectNode document = document(service);
          String revision = request.path("taskDefinition").asText();
          response(new TaskDefinitionArn(revision));
          updates.add(request.deepCopy());
          if (!document.path("taskDefinition").asText().equals(revision)) {
            deployments++;
            document.put("taskDefinition", revision);
            document
                .putArray("deployments")
                .addObject()
                .put("id", "ecs-svc/" + deployments)
                .put("status", "PRIMARY")
                .put("taskDefinition", revision);
          }
          if (request.has("deploymentConfiguration")) {
            document.set("deploymentConfiguration", request.get("deploymentConfiguration"));
          }
          ObjectNode answer = document.deepCopy();
          answer.remove("tags");
          return Service.parse(answer);
        });
  }

  @Override
  public void put(ServiceArn service, Map<String, String> tags) {
    call(
        Operation.TAG,
        service.value(),
        () -> {
          ArrayNode list = document(service).withArray("tags");
          tags.forEach((key, value) -> {
            list.removeIf(tag -> tag.path("key").asText().equals(key));
            list.addObject().put("key", key).put("value", value);
          });
          return tags;
        });
  }

  @Override
  public void remove(ServiceArn service, Set<String> keys) {
    call(
        Operation.TAG,
        service.value(),
        () ->
            document(service)
                .withArray("tags")
                .removeIf(tag -> keys.contains(tag.path("key").asText())));
  }

  private ObjectNode response(TaskDefinitionArn revision) {
    ObjectNode response = taskDefinitions.get(revision);
    if (response == null) {
      throw new EcsClientError(
          "ClientException: Unable to describe task definition.",
          new IllegalStateException(revision.value()));
    }
    return response;
  }

  private <T> T call(Operation operation, String about, Supplier<T> effect) {
    interruptions.interrupt(operation, true, about);
    T result = effect.get();
    interruptions.interrupt(operation, false, about);
    return result;
  }
}
