package dev.slipway.operate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonDiffTest {
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
  void is_reported_place_by_place(String from, String to, String reported) throws Exception {
    assertThat(JsonDiff.between(MAPPER.readTree(from), MAPPER.readTree(to)))
        .extracting(at -> at.path() + ": " + at.from() + " -> " + at.to())
        .hasToString(reported);
  }

  @ParameterizedTest(name = "{0} to {1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          {"env": [{"name": "DB_PASSWORD", "value": "a1"}]} | {"env": [{"name": "DB_PASSWORD", "value": "b2"}]} | [env[DB_PASSWORD].value: "****" -> "****"]
          {"env": [{"name": "API_KEY", "value": "a1"}]}     | {"env": [{"name": "STAGE", "value": "b2"}]}       | [env[API_KEY]: {"name":"API_KEY","value":"****"} -> null, env[STAGE]: null -> {"name":"STAGE","value":"b2"}]
          {"env": []}                                       | {"env": [{"name": "TOKEN", "value": "b2"}]}       | [env[TOKEN]: null -> {"name":"TOKEN","value":"****"}]
          {"env": [{"name": "A", "value": "1"}, {"name": "B", "value": "2"}]} | {"env": [{"name": "B", "value": "2"}, {"name": "C", "value": "3"}, {"name": "A", "value": "1"}]} | [env[C]: null -> {"name":"C","value":"3"}]
          {"env": [{"name": "A", "value": "1"}, {"name": "A", "value": "2"}]} | {"env": [{"name": "A", "value": "1"}]} | [env[1]: {"name":"A","value":"2"} -> null]
          {"env": [{"name": "URL", "value": "x"}]}          | {"env": [{"name": "URL", "value": "pg://u:p@h"}]} | [env[URL].value: "x" -> "pg://u:****@h"]
          {"options": {"splunk-token": "a1"}}               | {"options": {"splunk-token": "b2"}}               | [options.splunk-token: "****" -> "****"]
          {"command": ["run"]}                              | {"command": ["run", "--password=hunter2"]}        | [command[1]: null -> "--password=****"]
          {"command": ["psql", "--password", "a1"]}         | {"command": ["psql", "--password", "b2"]}         | [command[2]: "****" -> "****"]
          {"command": ["psql"]}                             | {"command": ["psql", "-token", "b2", "c"]}        | [command[1]: null -> "-token", command[2]: null -> "****", command[3]: null -> "c"]
          {}                                                | {"entryPoint": ["psql", "--password", "b2"]}      | [entryPoint: null -> ["psql","--password","****"]]
          {"env": [{"name": "DB_PASS\u200bWORD", "value": "a1"}]} | {"env": [{"name": "DB_PASS\u200bWORD", "value": "b2"}]} | [env[DB_PASS\\u200bWORD].value: "****" -> "****"]
          {"options": {"pin-token": 1234}}                  | {"options": {"pin-token": 5678}}                  | [options.pin-token: "****" -> "****"]
          {"secrets": []}                                   | {"secrets": [{"name": "DB_PASSWORD", "valueFrom": "arn:aws:ssm:r:1:parameter/p"}]} | [secrets[DB_PASSWORD]: null -> {"name":"DB_PASSWORD","valueFrom":"arn:aws:ssm:r:1:parameter/p"}]
          {"image": "web@sha256:aa"}                        | {"image": "web@sha256:bb"}                        | [image: "web@sha256:aa" -> "web@sha256:bb"]
          """)
  void shows_no_secret(String from, String to, String reported) throws Exception {
    is_reported_place_by_place(from, to, reported);
  }

  @Test
  void cuts_long_texts() throws Exception {
    JsonNode from = MAPPER.readTree("{\"a\": \"%s\"}".formatted("x".repeat(100_000)));

    assertThat(JsonDiff.between(from, MAPPER.readTree("{}")).toString()).hasSizeLessThan(1_200);
  }
}
