package dev.slipway.ecs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.image.ImageReference;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.protocol.MarshallingType;
import software.amazon.awssdk.core.traits.ListTrait;
import software.amazon.awssdk.core.traits.MapTrait;

class TaskDefinitionTest {
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new AssertionError(text, e);
    }
  }

  @Test
  void is_read_with_its_tags_and_containers() {
    TaskDefinition definition =
        TaskDefinition.parse(
            json(
                """
                {"taskDefinition": {
                   "taskDefinitionArn": "arn:aws:ecs:us-east-1:123456789012:task-definition/web:7",
                   "containerDefinitions": [
                     {"name": "web", "image": "nginx:1"}, {"name": "none"}],
                   "runtimePlatform": {"cpuArchitecture": "ARM64", "operatingSystemFamily": "LINUX"}},
                 "tags": [{"key": "b", "value": "2"}, {"key": "a", "value": ""}]}
                """));

    assertThat(definition).hasToString("web:7");
    assertThat(definition.containers())
        .containsExactly(new TaskDefinition.Container("web", ImageReference.parse("nginx:1")));
    assertThat(definition.tags().keySet()).containsExactly("b", "a");
    assertThat(definition.cpuArchitecture()).contains("ARM64");
    assertThat(definition.operatingSystemFamily()).contains("LINUX");
  }

  @Test
  void is_nothing_else() {
    assertThatThrownBy(() -> TaskDefinition.parse(json("{}")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("it has no taskDefinition");
    assertThatThrownBy(() -> TaskDefinition.parse(json("{\"taskDefinition\": {}}")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("not the ARN of a task definition's revision");
  }

  @Test
  void is_not_changed_by_what_is_done_to_its_copies() {
    TaskDefinition definition =
        TaskDefinition.parse(
            json(
                """
                {"taskDefinition": {
                   "taskDefinitionArn": "arn:aws:ecs:us-east-1:123456789012:task-definition/web:7",
                   "containerDefinitions": [{"name": "web", "image": "nginx:1"}]}}
                """));

    definition.definition().removeAll();
    definition.tags().put("a", "b");
    definition.definitionWith(Map.of("web", ImageReference.parse("other")));

    assertThat(definition.definition())
        .hasToString("{\"containerDefinitions\":[{\"name\":\"web\",\"image\":\"nginx:1\"}]}");
    assertThat(definition.tags()).isEmpty();
  }

  @Nested
  class A_copy_with_other_images {
    static IntStream seeds() {
      return IntStream.range(0, 200);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void has_everything_else_of_any_document_in_its_order(int seed) {
      Sample sample = new Sample(new Random(seed));

      ObjectNode copy =
          TaskDefinition.parse(json(sample.response.toString())).definitionWith(sample.images);

      assertThat(copy.toString()).isEqualTo(sample.expected.toString());
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void with_the_images_that_it_had_defines_what_was_defined(int seed) {
      TaskDefinition definition =
          TaskDefinition.parse(json(new Sample(new Random(seed)).response.toString()));

      assertThat(definition.definitionWith(Map.of()).toString())
          .isEqualTo(definition.definition().toString());
    }
  }

  /**
   * A response with everything that the SDK knows of task definitions, and with fields that nobody
   * knows anywhere in it; beside it, written down independently, what a copy must be.
   */
  private static final class Sample {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final List<String> TEMPTING =
        List.of("image", "status", "revision", "tags", "registeredAt", "taskDefinitionArn", "name");

    final ObjectNode response = NODES.objectNode();
    final ObjectNode expected = NODES.objectNode();
    final Map<String, ImageReference> images = new LinkedHashMap<>();
    private final Random random;

    Sample(Random random) {
      this.random = random;
      Map<String, JsonNode> fields = new LinkedHashMap<>();
      for (SdkField<?> field :
          software.amazon.awssdk.services.ecs.model.TaskDefinition.builder().build().sdkFields()) {
        if (random.nextInt(4) > 0) {
          fields.put(field.locationName(), value(field, 0));
        }
      }
      fields.put(
          "taskDefinitionArn",
          NODES.textNode("arn:aws:ecs:us-east-1:123456789012:task-definition/web:7"));
      addUnknown(fields, 0);
      fields.remove("containerDefinitions");
      List<String> order = new ArrayList<>(fields.keySet());
      order.add(random.nextInt(order.size()), "containerDefinitions");
      Collections.shuffle(order, random);
      ObjectNode document = response.putObject("taskDefinition");
      for (String name : order) {
        if (name.equals("containerDefinitions")) {
          addContainers(document.putArray(name), expected.putArray(name));
        } else {
          document.set(name, fields.get(name));
          if (!TaskDefinition.OUTPUT_ONLY_FIELDS.contains(name)) {
            expected.set(name, fields.get(name));
          }
        }
      }
    }

    private void addContainers(ArrayNode given, ArrayNode wanted) {
      for (int i = random.nextInt(5); i >= 0; i--) {
        Map<String, JsonNode> fields = new LinkedHashMap<>();
        for (SdkField<?> field :
            software.amazon.awssdk.services.ecs.model.ContainerDefinition.builder()
                .build()
                .sdkFields()) {
          if (random.nextBoolean()) {
            fields.put(field.locationName(), value(field, 1));
          }
        }
        addUnknown(fields, 1);
        fields.put("name", NODES.textNode("container-" + i));
        fields.put("image", NODES.textNode("registry/" + word() + ":" + i));
        boolean changed = random.nextBoolean();
        if (changed) {
          images.put("container-" + i, ImageReference.parse("registry/new:" + i));
        }
        List<String> order = new ArrayList<>(fields.keySet());
        Collections.shuffle(order, random);
        ObjectNode before = given.addObject();
        ObjectNode after = wanted.addObject();
        for (String name : order) {
          before.set(name, fields.get(name));
          after.set(
              name,
              changed && name.equals("image")
                  ? NODES.textNode("registry/new:" + i)
                  : fields.get(name));
        }
      }
    }

    private void addUnknown(Map<String, JsonNode> fields, int depth) {
      for (int i = random.nextInt(3); i > 0; i--) {
        fields.put("newer" + word(), anything(depth));
      }
      if (depth > 1 && random.nextInt(3) == 0) {
        fields.put(TEMPTING.get(random.nextInt(TEMPTING.size())), anything(depth));
      }
    }

    /** A value as the SDK's model has it, with strangers in it. */
    private JsonNode value(SdkField<?> field, int depth) {
      MarshallingType<?> type = field.marshallingType();
      if (type.equals(MarshallingType.LIST)) {
        ArrayNode array = NODES.arrayNode();
        SdkField<?> member = field.getTrait(ListTrait.class).memberFieldInfo();
        for (int i = random.nextInt(3); i > 0; i--) {
          array.add(value(member, depth + 1));
        }
        return array;
      }
      if (type.equals(MarshallingType.MAP)) {
        ObjectNode object = NODES.objectNode();
        SdkField<?> member = field.getTrait(MapTrait.class).valueFieldInfo();
        for (int i = random.nextInt(3); i > 0; i--) {
          object.set(word(), value(member, depth + 1));
        }
        return object;
      }
      if (type.equals(MarshallingType.SDK_POJO)) {
        Map<String, JsonNode> fields = new LinkedHashMap<>();
        for (SdkField<?> member : field.constructor().get().sdkFields()) {
          if (depth < 6 && random.nextBoolean()) {
            fields.put(member.locationName(), value(member, depth + 1));
          }
        }
        addUnknown(fields, depth + 1);
        ObjectNode object = NODES.objectNode();
        fields.forEach(object::set);
        return object;
      }
      return anyScalar();
    }

    private JsonNode anything(int depth) {
      return switch (depth > 4 ? 0 : random.nextInt(3)) {
        case 1 -> {
          ArrayNode array = NODES.arrayNode();
          for (int i = random.nextInt(3); i > 0; i--) {
            array.add(anything(depth + 1));
          }
          yield array;
        }
        case 2 -> {
          Map<String, JsonNode> fields = new LinkedHashMap<>();
          addUnknown(fields, depth + 2);
          ObjectNode object = NODES.objectNode();
          fields.forEach(object::set);
          yield object;
        }
        default -> anyScalar();
      };
    }

    private JsonNode anyScalar() {
      return switch (random.nextInt(7)) {
        case 0 -> NODES.nullNode();
        case 1 -> NODES.booleanNode(random.nextBoolean());
        case 2 -> NODES.numberNode(random.nextLong());
        case 3 ->
            NODES.numberNode(new BigDecimal("0.1000000000000000000" + random.nextInt(1, 999)));
        case 4 -> NODES.textNode("");
        case 5 -> NODES.textNode("ü\"\\\n\u2028\uD83D\uDE80" + word());
        default -> NODES.textNode(word());
      };
    }

    private String word() {
      return Integer.toString(random.nextInt(36 * 36 * 36), 36);
    }
  }
}
