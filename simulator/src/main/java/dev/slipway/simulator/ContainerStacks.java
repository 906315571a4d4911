package dev.slipway.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.simulator.ecr.EcrService;
import dev.slipway.simulator.ecs.EcsService;
import dev.slipway.simulator.template.ContainerResource;
import dev.slipway.simulator.template.Stack;
import dev.slipway.simulator.world.AwsError;
import dev.slipway.simulator.world.AwsRequest;
import dev.slipway.simulator.world.AwsService;
import dev.slipway.simulator.world.Caller;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Creates and updates what stacks have of ECR and ECS, with the calls that CloudFormation makes.
 *
 * <p>An update touches what has changed in the template, or refers to something that has. A task
 * definition that has changed becomes a new revision, and the old one is deregistered. A service
 * that has changed is sent all its properties, its task definition among them, whatever has become
 * of it meanwhile; a desired count that the template does not give is not sent.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-ecs-service.html">AWS::ECS::Service</a>
 */
final class ContainerStacks {
  /** Members of CreateService that UpdateService does not have. */
  private static final List<String> NOT_UPDATED =
      List.of("serviceName", "launchType", "schedulingStrategy", "tags");

  private final EcrService ecr;
  private final EcsService ecs;
  private final Caller caller;

  /** What was sent last, by stack and logical id. */
  private final Map<String, Map<String, ObjectNode>> sent = new HashMap<>();

  /** The revisions of the templates' task definitions, by stack and logical id. */
  private final Map<String, Map<String, String>> revisions = new HashMap<>();

  /**
   * No stacks yet.
   *
   * @param caller as whom CloudFormation calls
   */
  ContainerStacks(EcrService ecr, EcsService ecs, Caller caller) {
    this.ecr = ecr;
    this.ecs = ecs;
    this.caller = caller;
  }

  boolean has(String stackName) {
    return sent.containsKey(stackName);
  }

  /**
   * Creates what is not there, and updates what is.
   *
   * @throws IllegalArgumentException naming a resource with which that cannot be done
   */
  void deploy(Stack stack) {
    Map<String, ObjectNode> before = sent.computeIfAbsent(stack.name(), _ -> new HashMap<>());
    Map<String, String> arns = revisions.computeIfAbsent(stack.name(), _ -> new HashMap<>());
    List<String> replaced = new ArrayList<>();
    for (ContainerResource resource : stack.containers()) {
      String logicalId = resource.logicalId();
      ObjectNode request = resource.withRevisions(arns);
      ObjectNode last = before.put(logicalId, request);
      if (request.equals(last)) {
        continue;
      }
      try {
        switch (resource.kind()) {
          case REPOSITORY -> create(ecr, "CreateRepository", request, last);
          case CLUSTER -> create(ecs, "CreateCluster", request, last);
          case TASK_DEFINITION -> {
            String old = arns.put(logicalId, register(request));
            if (old != null) {
              replaced.add(old);
            }
          }
          case SERVICE -> service(request, last);
          case SCALABLE_TARGET -> scale(request);
        }
      } catch (AwsError e) {
        throw new IllegalArgumentException(
            logicalId + " cannot be created: " + e.code() + ": " + e.getMessage(), e);
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(logicalId + ": " + e.getMessage(), e);
      }
    }
    // CloudFormation cleans up at the end of an update
    replaced.forEach(
        arn -> call(ecs, "DeregisterTaskDefinition", object().put("taskDefinition", arn)));
  }

  private void create(
      AwsService service, String operation, ObjectNode request, @Nullable ObjectNode last) {
    if (last != null) {
      throw new IllegalArgumentException("has changed, which is not simulated of this type");
    }
    call(service, operation, request);
  }

  private String register(ObjectNode request) {
    return call(ecs, "RegisterTaskDefinition", request)
        .at("/taskDefinition/taskDefinitionArn")
        .asText();
  }

  private void service(ObjectNode request, @Nullable ObjectNode last) {
    if (last == null) {
      boolean daemon = request.path("schedulingStrategy").asText().equals("DAEMON");
      ObjectNode creation = request.deepCopy();
      if (!daemon && !request.has("desiredCount")) {
        creation.put("desiredCount", 1);
      }
      call(ecs, "CreateService", creation);
      return;
    }
    for (String member : NOT_UPDATED) {
      if (!request.path(member).equals(last.path(member))) {
        throw new IllegalArgumentException(member + " has changed, which is not simulated");
      }
    }
    ObjectNode update = request.deepCopy();
    update.remove(NOT_UPDATED);
    update.set("service", request.path("serviceName"));
    call(ecs, "UpdateService", update);
  }

  /** Puts the desired count between the minimum and the maximum, as RegisterScalableTarget does. */
  private void scale(ObjectNode target) {
    String[] resource = target.path("resourceId").asText().split("/", 3);
    if (resource.length != 3 || !resource[0].equals("service")) {
      throw new IllegalArgumentException(
          "only services of ECS are scaled here, not " + target.path("resourceId").asText());
    }
    ObjectNode question = object().put("cluster", resource[1]);
    question.putArray("services").add(resource[2]);
    int desired = call(ecs, "DescribeServices", question).at("/services/0/desiredCount").asInt();
    int allowed =
        Math.clamp(desired, target.path("minCapacity").asInt(), target.path("maxCapacity").asInt());
    if (allowed != desired) {
      call(
          ecs,
          "UpdateService",
          object()
              .put("cluster", resource[1])
              .put("service", resource[2])
              .put("desiredCount", allowed));
    }
  }

  private JsonNode call(AwsService service, String operation, ObjectNode request) {
    return service.call(new AwsRequest(caller, operation, request));
  }

  private static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }
}
