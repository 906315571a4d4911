package dev.slipway.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
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
}
