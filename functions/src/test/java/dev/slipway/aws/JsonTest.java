package dev.slipway.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Jackson's own mapper reads and writes the same. */
class JsonTest {
  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "[]",
        "null",
        "\"text\"",
        "{\"a\":1,\"b\":[true,false,null,{\"c\":\"ß€😀\\n\\\"\\u0001\\\\/\"}],\"a\":2}",
        "[0,-1,2147483647,2147483648,-9223372036854775808,9223372036854775808]",
        "[0.10,2.50,1e3,1E-7,123456789012345678901234567890.123456789,0.0]",
        " { \"blanks\" : [ 1 , 2 ] } ",
        ""
      })
  void documents_are_read_and_written_as_by_jacksons_mapper(String text) throws Exception {
    var expected = MAPPER.readTree(text);

    assertThat(Json.read(text)).isEqualTo(expected);
    assertThat(Json.read(text.getBytes(StandardCharsets.UTF_8))).isEqualTo(expected);
    assertThat(Json.text(Json.read(text))).isEqualTo(expected.toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"{", "[1,]", "{\"a\"}", "{} {}", "nul", "{'a':1}", "[1 2]", "\"\u0001\""})
  void what_is_no_json_is_refused(String text) {
    assertThatThrownBy(() -> MAPPER.readTree(text)).isInstanceOf(JsonProcessingException.class);
    assertThatThrownBy(() -> Json.read(text)).isInstanceOf(JsonProcessingException.class);
  }

  @Test
  void what_is_nested_too_deep_is_refused_and_exhausts_no_stack() {
    assertThatThrownBy(() -> Json.read("[".repeat(100_000)))
        .isInstanceOf(JsonProcessingException.class);
  }

  @Test
  void a_document_within_the_limits_can_be_written_inside_another() throws Exception {
    String deep = "[".repeat(Json.MAX_NESTING) + "]".repeat(Json.MAX_NESTING);

    assertThat(Json.text(Json.object().set("in", Json.read(deep))))
        .isEqualTo("{\"in\":" + deep + "}");
  }

  @ParameterizedTest
  @MethodSource("beyondTheLimits")
  void what_passes_a_limit_is_refused_with_what_is_wrong(String text, String problem) {
    for (Object input : new Object[] {text, text.getBytes(StandardCharsets.UTF_8)}) {
      assertThatThrownBy(
              () -> {
                if (input instanceof byte[] bytes) {
                  Json.read(bytes);
                } else {
                  Json.read((String) input);
                }
              })
          .isInstanceOfSatisfying(
              JsonProcessingException.class,
              e -> assertThat(Json.problem(e)).contains(problem).hasSizeLessThan(400));
    }
  }

  static Stream<Arguments> beyondTheLimits() {
    return Stream.of(
        arguments("[".repeat(1_001), "nesting depth"),
        arguments("{\"a\":".repeat(1_001), "nesting depth"),
        arguments("1".repeat(1_001), "Number value length"),
        arguments("{\"n\":-" + "1".repeat(1_001) + "}", "Number value length"),
        arguments("0." + "1".repeat(1_001), "Number value length"),
        arguments("1e99999999999", "a number out of range"),
        arguments("{\"a\": nope}", "(line 1, column "));
  }

  @Test
  void bytes_that_are_no_utf_8_are_refused() {
    for (byte[] bytes :
        new byte[][] {
          {'"', (byte) 0xff, '"'}, {0, 0, 0, 1, 2}, {(byte) 0xfe, (byte) 0xff, 0, '{', (byte) 0xd8}
        }) {
      assertThatThrownBy(() -> Json.read(bytes)).isInstanceOf(JsonProcessingException.class);
    }
  }
}
