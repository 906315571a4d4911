package dev.slipway.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.ecs.EcsDeploymentId;
import dev.slipway.ecs.PauseHook;
import dev.slipway.ecs.Service;
import dev.slipway.ecs.ServiceArn;
import dev.slipway.ecs.ServiceDeployment;
import dev.slipway.ecs.ServiceRevision;
import dev.slipway.ecs.TaskDefinition;
import dev.slipway.ecs.TaskDefinitionArn;
import dev.slipway.image.ImageDigest;
import dev.slipway.image.ImageReference;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A small ECS in memory: task definitions, services, their deployments, and what was asked of them.
 * A deployment is in progress until a test completes it or has it fail.
 */
public final class FakeEcs implements Ecs, ServiceDeployments, DeploymentStop, PauseHooks {
  /** The account that everything is in. */
  public static final String ACCOUNT = "123456789012";

  /** The Region that everything is in. */
  public static final String REGION = "eu-central-1";

  /** What can be asked of it. */
  public enum Operation {
    SERVICES,
    SERVICE_ARNS,
    DESCRIBE,
    TASK_DEFINITION,
    REGISTER,
    UPDATE_SERVICE,
    STOP,
    ANSWER_HOOK,
    SERVICE_DEPLOYMENTS,
    SERVICE_REVISIONS
  }

  /** One deployment of a service, as ECS records it. */
  private static final class Rollout {
    final ServiceArn service;
    final long number;
    final TaskDefinitionArn revision;
    final Instant createdAt;
    final Map<String, ImageDigest> digests;
    String status = "IN_PROGRESS";
    String reason = "";
    Optional<Instant> finishedAt = Optional.empty();
    Optional<Long> backTo = Optional.empty();
    boolean breaker;
    int tasks;
    final List<PauseHook> waitsAt = new ArrayList<>();

    Rollout(
        ServiceArn service,
        long number,
        TaskDefinitionArn revision,
        Instant createdAt,
        Map<String, ImageDigest> digests) {
      this.service = service;
      this.number = number;
      this.revision = revision;
      this.createdAt = createdAt;
      this.digests = digests;
    }

    String serviceRevision() {
      return new EcsDeploymentId(Long.toString(number)).serviceRevisionOf(service);
    }

    String arn() {
      return service.value().replace(":service/", ":service-deployment/") + "/d" + number;
    }
  }

  private final Map<ServiceArn, ObjectNode> services = new LinkedHashMap<>();
  private final Map<TaskDefinitionArn, ObjectNode> taskDefinitions = new LinkedHashMap<>();
  private final Map<String, Integer> revisions = new HashMap<>();
  private final List<ObjectNode> registered = new ArrayList<>();
  private final List<ObjectNode> updates = new ArrayList<>();
  private final List<String> hookAnswers = new ArrayList<>();
  private final Interruptions<Operation> interruptions = new Interruptions<>();
  private final Map<ServiceArn, List<Rollout>> rollouts = new LinkedHashMap<>();
  private Function<ImageReference, Optional<ImageDigest>> resolver = ImageReference::digest;
  private Instant now = Instant.parse("2026-11-28T10:00:00Z");
  private long numbers;
  private int deployments;

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

  /** The time that deployments begin and end at. */
  public Instant now() {
    return now;
  }

  /** Lets time pass. */
  public void pass(Duration time) {
    now = now.plus(time);
  }

  /** How ECS resolves a tag when a deployment begins. */
  public void resolveTags(Function<ImageReference, Optional<ImageDigest>> by) {
    resolver = by;
  }

  /** The number of deployments that UpdateService has started. */
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
    rollouts.put(arn, new ArrayList<>());
    Rollout first = begin(arn, taskDefinition);
    succeed(first);
    return arn;
  }

  private Rollout begin(ServiceArn service, TaskDefinitionArn revision) {
    List<Rollout> all = rolloutsOf(service);
    all.stream()
        .filter(r -> r.status.equals("IN_PROGRESS"))
        .forEach(r -> {
          r.status = "STOPPED";
          r.finishedAt = Optional.of(now);
        });
    all.stream()
        .filter(r -> r.status.equals("ROLLBACK_IN_PROGRESS"))
        .forEach(r -> {
          r.status = "ROLLBACK_FAILED";
          r.finishedAt = Optional.of(now);
        });
    Map<String, ImageDigest> digests = new LinkedHashMap<>();
    TaskDefinition.parse(response(revision))
        .containers()
        .forEach(c -> resolver.apply(c.image()).ifPresent(d -> digests.put(c.name(), d)));
    Rollout rollout = new Rollout(service, 1_000 + ++numbers, revision, now, digests);
    all.add(rollout);
    show(service, rollout, "IN_PROGRESS");
    return rollout;
  }

  private void show(ServiceArn service, Rollout primary, String state) {
    ObjectNode document = document(service);
    document.put("taskDefinition", primary.revision.value());
    document
        .putArray("deployments")
        .addObject()
        .put("id", "ecs-svc/" + primary.number)
        .put("status", "PRIMARY")
        .put("taskDefinition", primary.revision.value())
        .put("rolloutState", state)
        .put("rolloutStateReason", primary.reason)
        .put("desiredCount", document.path("desiredCount").asInt())
        .put("runningCount", primary.tasks)
        .put("createdAt", seconds(primary.createdAt));
    document.put("runningCount", primary.tasks);
  }

  private static double seconds(Instant instant) {
    return instant.toEpochMilli() / 1_000.0;
  }

  private void succeed(Rollout rollout) {
    rollout.status = "SUCCESSFUL";
    rollout.finishedAt = Optional.of(now);
    rollout.tasks = document(rollout.service).path("desiredCount").asInt();
    show(rollout.service, rollout, "COMPLETED");
  }

  private List<Rollout> rolloutsOf(ServiceArn service) {
    return Objects.requireNonNull(rollouts.get(service));
  }

  private Rollout newest(ServiceArn service) {
    return rolloutsOf(service).getLast();
  }

  /** The service's newest deployment completes. */
  public void complete(ServiceArn service) {
    succeed(newest(service));
  }

  /** The circuit breaker gives the newest deployment up; ECS begins to go back where it can. */
  public void fail(ServiceArn service) {
    giveUp(newest(service), true);
  }

  /** ECS forgets a service's deployments, as it does after 90 days. */
  public void forgetHistory(ServiceArn service) {
    rolloutsOf(service).clear();
  }

  /** A rollback that ECS has begun ends well. */
  public void finishRollback(ServiceArn service) {
    Rollout failed = newest(service);
    failed.status = "ROLLBACK_SUCCESSFUL";
    failed.finishedAt = Optional.of(now);
    show(service, byNumber(service, failed.backTo.orElseThrow()), "COMPLETED");
  }

  /** A rollback that ECS has begun fails. */
  public void failRollback(ServiceArn service) {
    Rollout failed = newest(service);
    failed.status = "ROLLBACK_FAILED";
    failed.finishedAt = Optional.of(now);
    show(service, byNumber(service, failed.backTo.orElseThrow()), "FAILED");
  }

  private Rollout byNumber(ServiceArn service, long number) {
    return rolloutsOf(service).stream().filter(r -> r.number == number).findFirst().orElseThrow();
  }

  private void giveUp(Rollout rollout, boolean breaker) {
    rollout.breaker = breaker;
    Optional<Rollout> good =
        rolloutsOf(rollout.service).reversed().stream()
            .filter(r -> r.status.equals("SUCCESSFUL"))
            .findFirst();
    rollout.reason = breaker ? "ECS deployment circuit breaker: tasks failed to start." : "";
    if (good.isEmpty()) {
      rollout.status = "ROLLBACK_FAILED";
      rollout.finishedAt = Optional.of(now);
      show(rollout.service, rollout, "FAILED");
      return;
    }
    rollout.status = "ROLLBACK_IN_PROGRESS";
    rollout.backTo = Optional.of(good.get().number);
    show(rollout.service, good.get(), "IN_PROGRESS");
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

  /** Another client's deployment. */
  public void deploy(ServiceArn service, TaskDefinitionArn revision) {
    begin(service, revision);
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

  /** All of them in the order of their ARNs; the position is the first one of the page. */
  @Override
  public ServicePage services(Set<String> clusters, Optional<String> position, int limit) {
    return call(
        Operation.SERVICES,
        position.orElse(""),
        () -> {
          if (position.filter(p -> !p.startsWith("arn:")).isPresent()) {
            throw new IllegalArgumentException("no page begins at " + position.get());
          }
          List<Service> rest =
              services.values().stream()
                  .map(Service::parse)
                  .filter(s -> clusters.isEmpty() || clusters.contains(s.arn().cluster()))
                  .filter(s -> s.arn().value().compareTo(position.orElse("")) >= 0)
                  .sorted(Comparator.comparing(s -> s.arn().value()))
                  .toList();
          return new ServicePage(
              rest.stream().limit(limit).toList(),
              List.of(),
              rest.stream().skip(limit).findFirst().map(s -> s.arn().value()));
        });
  }

  @Override
  public List<ServiceArn> serviceArns() {
    return call(Operation.SERVICE_ARNS, "", () -> List.copyOf(services.keySet()));
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
  public TaskDefinition readTaskDefinition(TaskDefinitionArn revision) {
    return taskDefinition(revision);
  }

  /** Deregisters a revision, as CloudFormation and other clients do with the one before. */
  public void deregister(TaskDefinitionArn revision) {
    ((ObjectNode) response(revision).path("taskDefinition")).put("status", "INACTIVE");
  }

  /** Deletes a revision: ECS does not describe it any more. */
  public void delete(TaskDefinitionArn revision) {
    taskDefinitions.remove(revision);
  }

  @Override
  public TaskDefinitionArn register(ObjectNode request) {
    return call(
        Operation.REGISTER,
        request.path("family").asText(),
        () -> {
          registered.add(request.deepCopy());
          return have(request);
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
          deployments++;
          begin(service, new TaskDefinitionArn(revision));
          if (request.has("deploymentConfiguration")) {
            document.set("deploymentConfiguration", request.get("deploymentConfiguration"));
          }
          ObjectNode answer = document.deepCopy();
          answer.remove("tags");
          return Service.parse(answer);
        });
  }

  @Override
  public List<ServiceDeployment> newest(ServiceArn service, int limit) {
    return call(
        Operation.SERVICE_DEPLOYMENTS,
        service.value(),
        () ->
            rollouts.getOrDefault(service, List.of()).reversed().stream()
                .limit(limit)
                .map(this::serviceDeployment)
                .toList());
  }

  private ServiceDeployment serviceDeployment(Rollout rollout) {
    ObjectNode document =
        JsonNodeFactory.instance
            .objectNode()
            .put("serviceDeploymentArn", rollout.arn())
            .put("status", rollout.status)
            .put("createdAt", seconds(rollout.createdAt));
    rollout.finishedAt.ifPresent(at -> document.put("finishedAt", seconds(at)));
    document
        .putObject("targetServiceRevision")
        .put("arn", rollout.serviceRevision())
        .put("runningTaskCount", rollout.tasks);
    ArrayNode hooks = document.putArray("lifecycleHookDetails");
    for (PauseHook hook : rollout.waitsAt) {
      hook.stage().ifPresent(stage -> document.put("lifecycleStage", stage));
      ObjectNode detail =
          hooks
              .addObject()
              .put("hookId", hook.id())
              .put("targetType", "PAUSE")
              .put("status", "AWAITING_ACTION")
              .put("timeoutAction", hook.atTimeout().name());
      hook.expiresAt().ifPresent(at -> detail.put("expiresAt", seconds(at)));
    }
    if (rollout.breaker) {
      document.putObject("deploymentCircuitBreaker").put("status", "TRIGGERED");
    }
    if (rollout.status.startsWith("ROLLBACK")) {
      ObjectNode rollback = document.putObject("rollback");
      rollback.put("startedAt", seconds(now)).put("reason", "tasks failed to start");
      rollout.backTo.ifPresent(number ->
          rollback.put("serviceRevisionArn", byNumber(rollout.service, number).serviceRevision()));
    }
    return ServiceDeployment.parse(document);
  }

  @Override
  public Map<String, ServiceRevision> revisions(Collection<String> arns) {
    return call(
        Operation.SERVICE_REVISIONS,
        arns.toString(),
        () -> {
          Map<String, ServiceRevision> found = new LinkedHashMap<>();
          rollouts.values().stream()
              .flatMap(List::stream)
              .filter(r -> arns.contains(r.serviceRevision()))
              .forEach(r -> found.put(r.serviceRevision(), serviceRevision(r)));
          return found;
        });
  }

  private static ServiceRevision serviceRevision(Rollout rollout) {
    List<ServiceRevision.ContainerImage> images = new ArrayList<>();
    rollout.digests.forEach((container, digest) ->
        images.add(new ServiceRevision.ContainerImage(container, Optional.of(digest))));
    return new ServiceRevision(
        rollout.serviceRevision(), rollout.revision, images, rollout.createdAt);
  }

  @Override
  public boolean rollBack(String serviceDeploymentArn) {
    return call(
        Operation.STOP,
        serviceDeploymentArn,
        () -> {
          Optional<Rollout> running =
              rollouts.values().stream()
                  .flatMap(List::stream)
                  .filter(r -> r.arn().equals(serviceDeploymentArn))
                  .filter(r -> r.status.equals("IN_PROGRESS"))
                  .findFirst();
          running.ifPresent(r -> giveUp(r, false));
          return running.isPresent();
        });
  }

  /** The newest deployment of a service waits at a pause hook. */
  public void pauseAt(ServiceArn service, PauseHook hook) {
    newest(service).waitsAt.add(hook);
  }

  /** Someone answers all pause hooks of the newest deployment, not through Slipway. */
  public void endPauses(ServiceArn service) {
    newest(service).waitsAt.clear();
  }

  /** The newest deployment is rolled back, and no circuit breaker or alarm says why. */
  public void rollBackUnexplained(ServiceArn service) {
    newest(service).waitsAt.clear();
    giveUp(newest(service), false);
  }

  /** What was answered to pause hooks, such as {@code CONTINUE hook-1}. */
  public List<String> hookAnswers() {
    return List.copyOf(hookAnswers);
  }

  @Override
  public boolean answer(String serviceDeploymentArn, String hookId, PauseHook.Action action) {
    return call(
        Operation.ANSWER_HOOK,
        hookId,
        () -> {
          Optional<Rollout> waits =
              rollouts.values().stream()
                  .flatMap(List::stream)
                  .filter(r -> r.arn().equals(serviceDeploymentArn))
                  .filter(r -> r.status.equals("IN_PROGRESS"))
                  .filter(r -> r.waitsAt.removeIf(hook -> hook.id().equals(hookId)))
                  .findFirst();
          waits.ifPresent(rollout -> {
            hookAnswers.add(action + " " + hookId);
            if (action == PauseHook.Action.ROLLBACK) {
              giveUp(rollout, false);
            }
          });
          return waits.isPresent();
        });
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
