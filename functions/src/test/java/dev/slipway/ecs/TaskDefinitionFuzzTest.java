package dev.slipway.ecs;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.aws.Json;
import dev.slipway.image.ImageReference;
import dev.slipway.rollout.ContainerLog;
import dev.slipway.text.Hostile;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

class TaskDefinitionFuzzTest {
  @FuzzTest
  void a_document_is_a_task_definition_or_refused(byte[] input) {
    JsonNode response;
    try {
      response = Json.read(Hostile.text(input));
    } catch (JsonProcessingException e) {
      Hostile.requireLine(Json.problem(e), 400);
      return;
    }
    TaskDefinition definition;
    try {
      definition = TaskDefinition.parse(response);
    } catch (IllegalArgumentException e) {
      Hostile.requireMessage(e);
      return;
    }
    Map<String, ImageReference> images = new LinkedHashMap<>();
    for (TaskDefinition.Container container : definition.containers()) {
      images.put(container.name(), container.image());
      switch (ContainerLog.of(definition, container.name(), "task")) {
        case ContainerLog.At(var stream) ->
            Hostile.require(stream.toString().contains("task"), "which?", stream.toString());
        case ContainerLog.Elsewhere(String warning) ->
            Hostile.require(!warning.isBlank(), "where?", warning);
      }
    }
    Set<String> names = new HashSet<>();
    JsonNode all = response.path("taskDefinition").path("containerDefinitions");
    all.forEach(container -> names.add(container.path("name").asText()));
    // ECS lets no two have one name
    if (names.size() == all.size()) {
      ObjectNode same = definition.definitionWith(images);
      Hostile.require(same.equals(definition.definition()), "changed", Json.text(same));
    }
  }
}
