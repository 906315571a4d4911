package dev.slipway.operate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DifferenceTest {
  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  @ParameterizedTest(name = "{0} to {1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          {"a": 1}                          | {"a": 1}                          | []
          {"a": 1}                          | {"a": 2}                          | [a: 1 -> 2]
          {"a": 1}                          | {}                                | [a: 1 -> null]
          {}                                | {"a": {"b": []}}                  | [a: null -> {"b":[]}]
          {"a": 1, "b": 2}                  | {"b": 2, "a": 1}                  | []
          {"a": {"b": "x", "c": 1}}         | {"a": {"b": "y", "c": 1}}         | [a.b: "x" -> "y"]
          {"a": [{"b": 1}, {"b": 2}]}       | {"a": [{"b": 1}, {"b": 3}]}       | [a[1].b: 2 -> 3]
          {"a": [1]}                        | {"a": [1, {"c": 2}]}              | [a[1]: null -> {"c":2}]
          {"a": [1, 2]}                     | {"a": [1]}                        | [a[1]: 2 -> null]
          {"a": [1]}                        | {"a": {"0": 1}}                   | [a: [1] -> {"0":1}]
          {"a": 1}                          | {"a": 1.0}                        | []
          {"a": 1}                          | {"a": "1"}                        | [a: 1 -> "1"]
          {"a": 1, "z": 1}                  | {"a": 2, "b": 0, "z": 2}          | [a: 1 -> 2, z: 1 -> 2, b: null -> 0]
          """)
  void is_told_place_by_place(String from, String to, String told) throws Exception {
    assertThat(Difference.between(MAPPER.readTree(from), MAPPER.readTree(to)))
        .extracting(at -> at.path() + ": " + at.from() + " -> " + at.to())
        .hasToString(told);
  }
}
