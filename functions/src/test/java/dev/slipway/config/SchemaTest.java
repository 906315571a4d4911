package dev.slipway.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SpecVersion.VersionFlag;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/** What the schema tells editors is what the parser tells the build. */
class SchemaTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final JsonNode DOCUMENT = document();
  private static final JsonSchema SCHEMA =
      JsonSchemaFactory.getInstance(VersionFlag.V202012).getSchema(DOCUMENT);

  private static JsonNode document() {
    try {
      return JSON.readTree(Files.readString(Path.of("../slipway.schema.json")));
    } catch (IOException e) {
      throw new AssertionError("slipway.schema.json", e);
    }
  }

  private static JsonNode json(String yaml) {
    LoadSettings settings = LoadSettings.builder().setSchema(new CoreSchema()).build();
    return JSON.valueToTree(new Load(settings).loadFromString(yaml));
  }

  @ParameterizedTest
  @MethodSource("dev.slipway.config.Examples#good")
  void accepts_what_is_right(Examples.Good file) {
    assertThat(SCHEMA.validate(json(file.yaml()))).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("dev.slipway.config.Examples#badBySchema")
  void refuses_what_is_wrong(Examples.Bad file) {
    assertThat(SCHEMA.validate(json(file.yaml()))).isNotEmpty();
  }

  @Test
  void the_projects_own_file_is_right() throws IOException {
    assertThat(SCHEMA.validate(json(Files.readString(Path.of("../slipway.yaml"))))).isEmpty();
  }

  @Test
  void the_schema_is_a_schema() {
    JsonSchema metaSchema =
        JsonSchemaFactory.getInstance(VersionFlag.V202012)
            .getSchema(SchemaLocation.of("https://json-schema.org/draft/2020-12/schema"));

    assertThat(metaSchema.validate(DOCUMENT)).isEmpty();
  }

  @Test
  void every_key_is_described_and_every_example_is_right() {
    List<String> undescribed = new ArrayList<>();
    walk(DOCUMENT, "", undescribed);

    assertThat(undescribed).isEmpty();
  }

  private static void walk(JsonNode schema, String path, List<String> undescribed) {
    schema
        .path("properties")
        .properties()
        .forEach(property -> {
          JsonNode value = property.getValue();
          if (!value.has("description") && !value.has("$ref")) {
            undescribed.add(path + "." + property.getKey());
          }
          checkExamples(value);
          walk(value, path + "." + property.getKey(), undescribed);
        });
    schema
        .path("$defs")
        .properties()
        .forEach(definition -> {
          checkExamples(definition.getValue());
          walk(definition.getValue(), definition.getKey(), undescribed);
        });
  }

  private static void checkExamples(JsonNode schema) {
    ObjectNode alone = schema.deepCopy();
    alone.set("$defs", DOCUMENT.path("$defs"));
    JsonSchema validator = JsonSchemaFactory.getInstance(VersionFlag.V202012).getSchema(alone);
    for (JsonNode example : schema.path("examples")) {
      assertThat(validator.validate(example)).as(example.toString()).isEmpty();
    }
  }
}
