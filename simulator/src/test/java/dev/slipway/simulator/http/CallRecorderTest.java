package dev.slipway.simulator.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CallRecorderTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String SIGNED =
      "AWS4-HMAC-SHA256 Credential=key/20261121/us-east-1/ecs/aws4_request, Signature=x";

  @TempDir Path directory;

  private static WireRequest request(String body) {
    return new WireRequest(
        "POST",
        "/",
        Map.of(),
        Map.of("authorization", List.of(SIGNED), "x-amz-target", List.of("Ecs.ListClusters")),
        body);
  }

  private static WireResponse answer(String body) {
    return WireResponse.of(200, "application/x-amz-json-1.1", body);
  }

  private List<String> recorded(Path file) throws IOException {
    return Files.readAllLines(file);
  }

  @Test
  void a_call_and_its_answer_are_a_line() throws IOException {
    Path file = directory.resolve("deep/calls.jsonl");
    CallRecorder.of(file).record(request("{\"maxResults\":3}"), answer("{\"clusterArns\":[]}"));

    assertThat(recorded(file)).hasSize(1);
    JsonNode call = JSON.readTree(recorded(file).getFirst());
    assertThat(call.path("service").asText()).isEqualTo("ecs");
    assertThat(call.path("headers")).hasToString("{\"x-amz-target\":\"Ecs.ListClusters\"}");
    assertThat(call.path("request")).hasToString("{\"maxResults\":3}");
    assertThat(call.path("status").asInt()).isEqualTo(200);
    assertThat(call.path("response")).hasToString("{\"clusterArns\":[]}");
  }

  @Test
  void a_call_that_shows_nothing_new_is_left_out_whichever_simulator_answers_it()
      throws IOException {
    Path file = directory.resolve("calls.jsonl");
    CallRecorder.of(file).record(request("{\"cluster\":\"web-1\"}"), answer("{}"));
    CallRecorder.of(file).record(request("{\"cluster\":\"api-22\"}"), answer("{}"));
    CallRecorder.of(file).record(request("{\"cluster\":\"api-22\",\"n\":1}"), answer("{}"));

    assertThat(recorded(file)).hasSize(2);
  }

  @Test
  void a_form_is_recorded_by_its_parameters() throws IOException {
    Path file = directory.resolve("calls.jsonl");
    WireRequest publish =
        new WireRequest(
            "POST",
            "/",
            Map.of(),
            Map.of(
                "authorization",
                List.of(SIGNED),
                "content-type",
                List.of("application/x-www-form-urlencoded; charset=utf-8")),
            "Action=Publish&Message=a%20b");
    CallRecorder.of(file).record(publish, WireResponse.of(200, "text/xml", "<PublishResponse/>"));

    assertThat(JSON.readTree(recorded(file).getFirst()).path("request"))
        .hasToString("{\"Action\":\"Publish\",\"Message\":\"a b\"}");
  }

  @Test
  void without_a_file_nothing_is_recorded() {
    CallRecorder.none().record(request("{}"), answer("{}"));

    assertThat(directory).isEmptyDirectory();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "{'a':1,'b':2}; {'b':7,'a':9}; true",
        "{'a':1}; {'a':'1'}; false",
        "{'a':1}; {'a':1.5}; false",
        "{'a':1}; {'a':1,'b':1}; false",
        "['x-1','x-2']; ['y-3']; true",
        "['ACTIVE']; ['DRAINING']; false",
        "['arn:aws:ecs:us-east-1:1:service/a/b']; ['arn:aws:ecs:us-east-1:1:service/web/9']; true",
        "['arn:aws:ecs:us-east-1:1:service/a']; ['arn:aws:ecs:us-east-1:1:service/a/b']; false",
        "['']; ['a1']; false",
        "[true]; [false]; true",
        "[]; [1]; false",
        "[1]; [1,2,3]; true",
        "[1]; [1,2,3,4,5,6,7,8,9,10,11]; false",
        "[{'a':1},{'b':1}]; [{'b':1},{'a':1}]; true",
        "[{'a':1},{'b':1}]; [{'a':1,'b':1}]; false",
        "['<A><B>1</B></A>']; ['<A><B>25</B></A>']; true",
        "['<A><B>1</B></A>']; ['<A><C>1</C></A>']; false",
      })
  void calls_are_alike_if_a_model_finds_them_alike(String one, String other, boolean alike)
      throws IOException {
    Set<String> facts = CallRecorder.facts("", JSON.readTree(one.replace('\'', '"')));
    Set<String> others = CallRecorder.facts("", JSON.readTree(other.replace('\'', '"')));

    assertThat(facts.equals(others)).isEqualTo(alike);
  }
}
