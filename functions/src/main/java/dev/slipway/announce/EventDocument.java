package dev.slipway.announce;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.decide.Decision;
import dev.slipway.ecs.ServiceArn;
import dev.slipway.ecs.TaskDefinitionArn;
import dev.slipway.image.ImageDigest;
import dev.slipway.record.DeploymentRecord;
import dev.slipway.record.Trigger;
import dev.slipway.text.OutsideText;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;

/**
 * An event that Slipway puts on the event bus, with the source {@code slipway}. {@code trigger} in
 * a detail is as in {@link TriggerJson}; {@code images} is a list of {@code container}, {@code
 * from} and {@code to}; {@code reason} is a sentence for people.
 *
 * @param detailType such as {@code Deployment Started}
 * @param resources ARNs of what it is about
 * @param detail its members
 */
public record EventDocument(String detailType, List<String> resources, ObjectNode detail) {
  /** Copies the list and the detail. */
  public EventDocument {
    resources = List.copyOf(resources);
    detail = detail.deepCopy();
  }

  /** A copy. */
  @Override
  public ObjectNode detail() {
    return detail.deepCopy();
  }

  /** The detail for a log line whose message is the reason. */
  public ObjectNode detailWithoutReason() {
    ObjectNode rest = detail.deepCopy();
    rest.remove("reason");
    return rest;
  }

  /**
   * {@code Deployment Started}: {@code environment}; {@code service} (ARN); {@code cluster} and
   * {@code serviceName}; {@code taskDefinition} and {@code previousTaskDefinition} (ARNs); {@code
   * deployment} (Slipway's id) and {@code deploymentId} (ECS's); {@code images}; {@code trigger};
   * {@code reason}.
   */
  public static EventDocument started(DeploymentRecord started) {
    ObjectNode detail = object().put("environment", started.environment());
    ServiceJson.put(detail, started.service());
    detail
        .put("taskDefinition", started.to().map(TaskDefinitionArn::value).orElse(null))
        .put("previousTaskDefinition", started.from().value())
        .put("deployment", started.id().value())
        .put("deploymentId", started.ecsDeployment().map(Object::toString).orElse(null));
    detail.set("images", ImageChangesJson.of(started.changes()));
    detail.set("trigger", TriggerJson.of(started.trigger()));
    detail.put("reason", started.reason());
    return of("Deployment Started", started.service(), detail);
  }

  /**
   * {@code Deployment Held}: {@code environment}, {@code service}, {@code cluster}, {@code
   * serviceName}, {@code trigger}, {@code reason}, and {@code hold}: one of {@link Decision.Hold},
   * or {@code NOT_DEPLOYABLE}. A decision that holds nothing has no {@code hold}: it is logged and
   * is no event.
   */
  public static EventDocument held(Decision decision, Trigger trigger) {
    ObjectNode detail = object();
    decision.environmentName().ifPresent(name -> detail.put("environment", name));
    ServiceJson.put(detail, decision.service());
    switch (decision) {
      case Decision.Held held -> detail.put("hold", held.hold().name());
      case Decision.NotDeployable _ -> detail.put("hold", "NOT_DEPLOYABLE");
      default -> {}
    }
    detail.set("trigger", TriggerJson.of(trigger));
    detail.put("reason", decision.reason());
    return of("Deployment Held", decision.service(), detail);
  }

  /**
   * {@code Deployment Succeeded}, {@code Deployment Failed}, {@code Deployment Superseded}, {@code
   * Deployment Refused} or {@code Deployment Ended} (ECS no longer says how). The detail: {@code
   * environment}; {@code service} (ARN), {@code cluster} and {@code serviceName}; {@code
   * deployment} (Slipway's id), {@code deploymentId} and {@code serviceDeployment} (ECS's); {@code
   * outcome}; {@code taskDefinition} and {@code previousTaskDefinition} (ARNs); {@code images};
   * {@code trigger}; {@code startedAt} and {@code endedAt} (ISO 8601, a rollback not counted),
   * {@code durationSeconds}, {@code pushToDeployedSeconds}; {@code tasks}; {@code rollback} with
   * {@code to} and {@code state}; {@code blocked}, a list of digests; {@code reason}; {@code
   * details} behind it.
   */
  public static EventDocument ended(RolloutResult result) {
    return of(
        "Deployment " + Notification.event(result.outcome()), result.service(), detail(result));
  }

  /**
   * {@code Deployment Waiting}, at one of ECS's pause hooks: {@code environment}, {@code service},
   * {@code cluster}, {@code serviceName}, {@code deployment} (Slipway's id), {@code deploymentId}
   * (ECS's), {@code taskDefinition}, {@code images}, {@code trigger}, {@code hook} with {@code id},
   * {@code stage}, {@code expiresAt} and {@code atTimeout} ({@code CONTINUE} or {@code ROLLBACK}),
   * {@code reason}.
   */
  public static EventDocument waiting(WaitingRollout waiting) {
    DeploymentRecord deployment = waiting.deployment();
    ObjectNode detail = object().put("environment", deployment.environment());
    ServiceJson.put(detail, deployment.service());
    detail
        .put("deployment", deployment.id().value())
        .put("deploymentId", deployment.ecsDeployment().map(Object::toString).orElse(null))
        .put("taskDefinition", deployment.to().map(TaskDefinitionArn::value).orElse(null));
    detail.set("images", ImageChangesJson.of(deployment.changes()));
    detail.set("trigger", TriggerJson.of(deployment.trigger()));
    detail
        .putObject("hook")
        .put("id", waiting.hook().id())
        .put("stage", waiting.hook().stage().orElse(null))
        .put("expiresAt", waiting.hook().expiresAt().map(Object::toString).orElse(null))
        .put("atTimeout", waiting.hook().atTimeout().name());
    detail.put("reason", waiting.sentence());
    return of("Deployment Waiting", waiting.service(), detail);
  }

  /** {@code Rollback Failed}: the detail is that of the event about the deployment's end. */
  public static EventDocument rollbackFailed(RolloutResult result) {
    return of("Rollback Failed", result.service(), detail(result));
  }

  /**
   * {@code Image Promoted}, whose resources are the ARNs of the services that follow the tag:
   * {@code repository}, {@code digest}, {@code tag}, {@code replaces} (the digest that had the tag
   * before, where one did), {@code from} and {@code to} (environments), {@code trigger}.
   */
  public static EventDocument promoted(PromotedImage image, Trigger trigger) {
    ObjectNode detail =
        object()
            .put("repository", image.repository().name())
            .put("digest", image.digest().value())
            .put("tag", image.tag().value());
    image.replaces().ifPresent(digest -> detail.put("replaces", digest.value()));
    detail.put("from", image.from()).put("to", image.to());
    detail.set("trigger", TriggerJson.of(trigger));
    return new EventDocument(
        "Image Promoted", image.services().stream().map(ServiceArn::value).toList(), detail);
  }

  private static ObjectNode detail(RolloutResult result) {
    DeploymentRecord deployment = result.deployment();
    ObjectNode detail = object().put("environment", deployment.environment());
    ServiceJson.put(detail, deployment.service());
    detail
        .put("deployment", deployment.id().value())
        .put("deploymentId", deployment.ecsDeployment().map(Object::toString).orElse(null))
        .put("serviceDeployment", result.end().serviceDeployment().orElse(null))
        .put("outcome", result.outcome().toString())
        .put("taskDefinition", deployment.to().map(TaskDefinitionArn::value).orElse(null))
        .put("previousTaskDefinition", deployment.from().value());
    detail.set("images", ImageChangesJson.of(deployment.changes()));
    detail.set("trigger", TriggerJson.of(deployment.trigger()));
    detail
        .put("startedAt", result.startedAt().toString())
        .put("endedAt", result.end().at().toString())
        .put("durationSeconds", result.duration().toSeconds());
    result
        .pushToDeployed()
        .ifPresent(time -> detail.put("pushToDeployedSeconds", time.toSeconds()));
    detail.put("tasks", result.end().tasks());
    result
        .end()
        .rollback()
        .ifPresent(rollback ->
            detail
                .putObject("rollback")
                .put("to", rollback.to().map(TaskDefinitionArn::value).orElse(null))
                .put("state", rollback.state().name().toLowerCase(Locale.ROOT).replace('_', ' ')));
    ArrayNode blocked = detail.putArray("blocked");
    result.end().blocked().stream().map(ImageDigest::value).forEach(blocked::add);
    detail.put("reason", result.sentence());
    ArrayNode details = detail.putArray("details");
    result.end().evidence().forEach(details::add);
    return detail;
  }

  private static EventDocument of(String detailType, ServiceArn service, ObjectNode detail) {
    return new EventDocument(detailType, List.of(service.value()), detail);
  }

  private static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  /**
   * The detail, made short enough for an event. A detail that is too long loses its list of details
   * first, then the ends of all texts, and says so in {@code shortened}.
   *
   * @param fits whether a detail is short enough
   */
  public ObjectNode detail(Predicate<ObjectNode> fits) {
    if (fits.test(detail)) {
      return detail();
    }
    ObjectNode shorter = detail();
    shorter.remove("details");
    shorter.put("shortened", true);
    for (int length = 4_096; !fits.test(shorter); length /= 4) {
      if (length == 0) {
        throw new IllegalArgumentException("an event of more members than fit");
      }
      cut(shorter, length);
    }
    return shorter;
  }

  private static void cut(JsonNode node, int length) {
    switch (node) {
      case ObjectNode object ->
          List.copyOf(object.properties())
              .forEach(member -> {
                if (member.getValue().isTextual()) {
                  object.put(member.getKey(), OutsideText.cut(member.getValue().asText(), length));
                } else {
                  cut(member.getValue(), length);
                }
              });
      case ArrayNode array -> {
        for (int i = 0; i < array.size(); i++) {
          if (array.get(i).isTextual()) {
            array.set(i, OutsideText.cut(array.get(i).asText(), length));
          } else {
            cut(array.get(i), length);
          }
        }
      }
      default -> {}
    }
  }
}
