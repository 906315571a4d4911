package dev.slipway.config;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;

/**
 * The section {@code deployment} of an environment, as ECS's own <a
 * href="https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentConfiguration.html">DeploymentConfiguration</a>.
 * What the section does not say is not in it either.
 */
final class DeploymentSection {
  private static final List<String> KEYS =
      List.of(
          "minimumHealthyPercent",
          "maximumPercent",
          "circuitBreaker",
          "alarms",
          "earlySuccessCriteria",
          "ecs");

  /** ECS's fields that have keys of their own here, in the same order. */
  private static final List<String> ECS_FIELDS =
      List.of(
          "minimumHealthyPercent",
          "maximumPercent",
          "deploymentCircuitBreaker",
          "alarms",
          "earlySuccessCriteria");

  private static final int ANY = Integer.MAX_VALUE;

  private DeploymentSection() {}

  static ObjectNode toEcs(Mapping section) {
    section.only(KEYS);
    ObjectNode ecs = JsonNodeFactory.instance.objectNode();
    Optional<Integer> minimum = number(section, "minimumHealthyPercent", 0, 100, ecs);
    // below 100 a deployment could never end with all tasks running
    Optional<Integer> maximum = number(section, "maximumPercent", 100, ANY, ecs);
    if (minimum.equals(Optional.of(100)) && maximum.equals(Optional.of(100))) {
      section.mistakeAtKey(
          "maximumPercent",
          "with minimumHealthyPercent 100 as well a deployment can never make progress: ECS may"
              + " neither stop a task nor start one. Raise maximumPercent (200 is ECS's default) or"
              + " lower minimumHealthyPercent");
    }
    part(section, "circuitBreaker", "{ enable: true, rollback: true }")
        .ifPresent(part -> ecs.set("deploymentCircuitBreaker", circuitBreaker(part)));
    part(section, "alarms", "{ names: [a], rollback: true }")
        .ifPresent(part -> ecs.set("alarms", alarms(part)));
    part(section, "earlySuccessCriteria", "{ healthyPercent: 75 }")
        .ifPresent(
            part -> ecs.set("earlySuccessCriteria", earlySuccessCriteria(part, minimum.orElse(0))));
    section
        .get("ecs")
        .flatMap(value -> value.mapping("fields of ECS's DeploymentConfiguration"))
        .ifPresent(part -> addUnknownFields(part, ecs));
    return ecs;
  }

  private static Optional<Mapping> part(Mapping section, String key, String example) {
    Optional<Mapping> part =
        section.get(key).flatMap(value -> value.mapping("its settings, such as " + example));
    return part.filter(Mapping::isEmpty).isPresent()
        ? section.get(key).flatMap(value -> value.problem("it says nothing: leave it out"))
        : part;
  }

  private static ObjectNode circuitBreaker(Mapping part) {
    part.only(List.of("enable", "rollback", "resetOnHealthyTask", "thresholdConfiguration"));
    ObjectNode ecs = enabledUnlessSaid(part);
    flag(part, "rollback", ecs);
    flag(part, "resetOnHealthyTask", ecs);
    part(part, "thresholdConfiguration", "{ type: COUNT, value: 3 }")
        .ifPresent(threshold -> ecs.set("thresholdConfiguration", threshold(threshold)));
    return ecs;
  }

  private static ObjectNode threshold(Mapping part) {
    part.only(List.of("type", "value"));
    ObjectNode ecs = JsonNodeFactory.instance.objectNode();
    Optional<String> type =
        part.need("type", "ECS needs both, type and value")
            .flatMap(value -> value.word(List.of("BOUNDED_PERCENT", "UNBOUNDED_PERCENT", "COUNT")));
    type.ifPresent(it -> ecs.put("type", it));
    int most = type.filter(it -> it.endsWith("PERCENT")).isPresent() ? 100 : ANY;
    if (part.need("value", "ECS needs both, type and value").isPresent()) {
      number(part, "value", 1, most, ecs);
    }
    return ecs;
  }

  private static ObjectNode alarms(Mapping part) {
    part.only(List.of("names", "enable", "rollback"));
    ObjectNode ecs = enabledUnlessSaid(part);
    flag(part, "rollback", ecs);
    Optional<Value> names =
        ecs.path("enable").asBoolean()
            ? part.need("names", "it lists the CloudWatch alarms that fail a deployment")
            : part.get("names");
    names
        .flatMap(value -> value.list("names of CloudWatch alarms"))
        .ifPresent(elements -> {
          ArrayNode list = ecs.putArray("alarmNames");
          for (Value element : elements) {
            element
                .text("an alarm's name")
                .ifPresent(name -> {
                  if (list.valueStream().anyMatch(other -> other.asText().equals(name))) {
                    element.problem("alarm %s is in the list already".formatted(name));
                  }
                  list.add(name);
                });
          }
        });
    return ecs;
  }

  private static ObjectNode earlySuccessCriteria(Mapping part, int minimumHealthyPercent) {
    part.only(List.of("enable", "healthyPercent", "sourceServiceRevisionCleanup"));
    ObjectNode ecs = enabledUnlessSaid(part);
    Optional<Integer> healthy = number(part, "healthyPercent", 0, 100, ecs);
    if (healthy.filter(percent -> percent < minimumHealthyPercent).isPresent()) {
      part.mistakeAtKey(
          "healthyPercent",
          "ECS wants it to be at least minimumHealthyPercent, which is " + minimumHealthyPercent);
    }
    part.get("sourceServiceRevisionCleanup")
        .flatMap(value -> value.word(List.of("BLOCKING", "DEFERRED")))
        .ifPresent(word -> ecs.put("sourceServiceRevisionCleanup", word));
    return ecs;
  }

  private static void addUnknownFields(Mapping part, ObjectNode ecs) {
    part.forEach((field, value) -> {
      int known = ECS_FIELDS.indexOf(field);
      if (known >= 0) {
        part.mistakeAtKey(
            field,
            "this field has a key of its own, %s, beside the key ecs".formatted(KEYS.get(known)));
      } else {
        value.json().ifPresent(json -> ecs.set(field, json));
      }
    });
  }

  /** Who writes such a section wants it to be in force. */
  private static ObjectNode enabledUnlessSaid(Mapping part) {
    ObjectNode ecs = JsonNodeFactory.instance.objectNode().put("enable", true);
    flag(part, "enable", ecs);
    return ecs;
  }

  private static void flag(Mapping part, String key, ObjectNode ecs) {
    part.get(key).flatMap(Value::flag).ifPresent(value -> ecs.put(key, value));
  }

  private static Optional<Integer> number(
      Mapping part, String key, int least, int most, ObjectNode ecs) {
    Optional<Integer> number = part.get(key).flatMap(value -> value.number(least, most));
    number.ifPresent(value -> ecs.put(key, value));
    return number;
  }
}
