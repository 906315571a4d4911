package dev.slipway.ecs;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.aws.Json;
import dev.slipway.image.ImageReference;
import dev.slipway.rollout.ContainerLog;
import dev.slipway.text.Hostile;
import java.util.LinkedHashMap;
import java.util.Map;

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
    if (images.size() == definition.containers().size()) {
      ObjectNode same = definition.definitionWith(images);
      Hostile.require(same.equals(definition.definition()), "changed", Json.text(same));
    }
  }
}
