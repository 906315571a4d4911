package dev.slipway.handler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.aws.Json;
import dev.slipway.aws.Log;
import dev.slipway.operate.Consent;
import dev.slipway.operate.RejectedRequest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OperatorHandlerTest {
  private static final String BY = "arn:aws:iam::123456789012:user/ann";
  private final List<String> lines = new ArrayList<>();

  private JsonNode invoke(String request, Function<Request, Endpoint.Response> response)
      throws IOException {
    return invoke(request, new FakeEndpoint("test", response));
  }

  private JsonNode invoke(String request, Endpoint... endpoints) throws IOException {
    OperatorHandler handler =
        new OperatorHandler(new Log(lines::add, InstantSource.system()), List.of(endpoints)) {};
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    handler.handleRequest(
        new ByteArrayInputStream(request.getBytes(StandardCharsets.UTF_8)),
        output,
        new MinuteContext());
    return Json.read(output.toByteArray());
  }

  private record FakeEndpoint(String command, Function<Request, Endpoint.Response> response)
      implements Endpoint.Query {
    @Override
    public List<String> members() {
      return List.of("service", "environment", "dryRun", "limit", "action", "ids", "from");
    }

    @Override
    public Endpoint.Response respond(Request request) {
      return response.apply(request);
    }
  }

  /** Does what it plans, unless the run is dry. */
  private record FakeChange(List<String> done, List<String> facts) implements Endpoint.Change {
    FakeChange(List<String> done) {
      this(done, List.of("web gets 1"));
    }

    @Override
    public String command() {
      return "change";
    }

    @Override
    public List<String> members() {
      return List.of("service");
    }

    @Override
    public Endpoint.Operation plan(Request request) {
      return new Endpoint.Operation() {
        @Override
        public List<String> facts() {
          return facts;
        }

        @Override
        public Endpoint.Response preview() {
          return new Endpoint.Response(Json.object().put("said", "would"), "would");
        }

        @Override
        public Endpoint.Response apply(Consent consent) {
          done.add("changed");
          return new Endpoint.Response(Json.object().put("said", "did"), "did");
        }
      };
    }
  }

  @ParameterizedTest
  @CsvSource({"'{}', did, 1", "'{\"dryRun\":false}', did, 1", "'{\"dryRun\":true}', would, 0"})
  void a_change_is_done_unless_the_run_is_dry(String request, String said, int changes)
      throws Exception {
    List<String> done = new ArrayList<>();

    assertThat(invoke(request, new FakeChange(done)).path("said").asText()).isEqualTo(said);

    assertThat(done).hasSize(changes);
  }

  @Test
  void a_dry_run_that_is_misspelt_changes_nothing() throws Exception {
    List<String> done = new ArrayList<>();

    assertThat(invoke("{\"dryrun\":true}", new FakeChange(done)).path("refused").asText())
        .isEqualTo("dryrun: unknown; allowed are service, dryRun, plan, by. Did you mean dryRun?");
    assertThat(invoke("{\"dryRun\":1}", new FakeChange(done)).path("refused").asText())
        .isEqualTo("dryRun: expected true or false, but it is 1");

    assertThat(done).isEmpty();
  }

  @Test
  void a_change_is_done_if_its_plan_is_still_what_was_shown() throws Exception {
    List<String> done = new ArrayList<>();
    FakeChange change = new FakeChange(done, List.of("web gets 1", "api gets 2"));

    JsonNode shown = invoke("{\"dryRun\":true}", change).path("plan");
    assertThat(shown).hasToString("[\"web gets 1\",\"api gets 2\"]");
    assertThat(invoke("{\"plan\":[\"api gets 2\",\"web gets 1\"]}", change).path("said").asText())
        .isEqualTo("did");

    assertThat(done).hasSize(1);
    assertThat(Json.read(lines.getLast()).path("request").has("plan")).isFalse();
  }

  @Test
  void a_change_whose_plan_is_another_by_now_is_refused_and_shown() throws Exception {
    List<String> done = new ArrayList<>();

    JsonNode answer = invoke("{\"plan\":[\"web gets 0\"]}", new FakeChange(done));

    assertThat(answer)
        .hasToString(
            "{\"refused\":\"nothing was changed, since it is no longer what was shown. No longer:"
                + " web gets 0. Instead: web gets"
                + " 1.\",\"preview\":{\"said\":\"would\",\"plan\":[\"web gets 1\"]}}");
    assertThat(done).isEmpty();
    assertThat(line().path("outcome").asText()).isEqualTo("rejected");
  }

  @Test
  void nothing_to_do_was_shown_and_there_is_something_by_now() throws Exception {
    List<String> done = new ArrayList<>();

    assertThat(invoke("{\"plan\":[]}", new FakeChange(done)).path("refused").asText())
        .endsWith("shown. Instead: web gets 1.");
    assertThat(invoke("{\"plan\":\"web\"}", new FakeChange(done)).path("refused").asText())
        .isEqualTo("plan: expected a list of texts, but it is \"web\"");

    assertThat(done).isEmpty();
  }

  private static FakeEndpoint says(String command) {
    return new FakeEndpoint(
        command, _ -> new Endpoint.Response(Json.object().put("said", command), "said"));
  }

  @Test
  void a_command_chooses_among_several() throws Exception {
    JsonNode answer = invoke("{\"command\":\"explain\"}", says("status"), says("explain"));

    assertThat(answer.path("said").asText()).isEqualTo("explain");
    assertThat(line().path("operation").asText()).isEqualTo("explain");
    assertThat(line().path("request").has("command")).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{}                     | command: missing; it is one of status, explain",
        "{\"command\":\"statsu\"} | command: expected one of status, explain, but it is \"statsu\"."
            + " Did you mean status?",
        "{\"command\":7}          | command: expected a text of up to 2048 characters, but it is 7"
      })
  void a_request_without_a_known_command_is_refused(String request, String why) throws Exception {
    assertThat(invoke(request, says("status"), says("explain")).path("refused").asText())
        .isEqualTo(why);
  }

  private JsonNode line() throws IOException {
    assertThat(lines).hasSize(1);
    return Json.read(lines.getFirst());
  }

  private static Endpoint.Response everything(Request request) {
    return new Endpoint.Response(
        Json.object()
            .put("service", request.service().map(Object::toString).orElse(""))
            .put("environment", request.environment().orElse(""))
            .put("dryRun", request.flag(Request.DRY_RUN))
            .put("limit", request.number("limit", 1, 100).orElse(0))
            .put("action", request.word("action", List.of("pause", "resume")).orElse(""))
            .put("ids", request.texts("ids").map(ids -> String.join("+", ids)).orElse(""))
            .put("from", request.instant("from").map(Object::toString).orElse("")),
        "all was read");
  }

  @Test
  void a_request_is_answered_and_logged_with_who_asked() throws Exception {
    JsonNode answer =
        invoke(
            """
            {"service":"website/web","environment":"staging","dryRun":true,"limit":5,"by":"%s",
             "action":"pause","ids":["a","b"],"from":"2026-11-21T14:00:00+01:00"}
            """
                .formatted(BY),
            OperatorHandlerTest::everything);

    assertThat(answer)
        .hasToString(
            """
            {"service":"website/web","environment":"staging","dryRun":true,"limit":5,\
            "action":"pause","ids":"a+b","from":"2026-11-21T13:00:00Z"}\
            """);
    assertThat(line().path("level").asText()).isEqualTo("INFO");
    assertThat(line().path("message").asText()).isEqualTo("all was read");
    assertThat(line().path("operation").asText()).isEqualTo("test");
    assertThat(line().path("by").asText()).isEqualTo(BY);
    assertThat(line().path("outcome").asText()).isEqualTo("answered");
    assertThat(line().path("request").path("limit").asInt()).isEqualTo(5);
    assertThat(line().path("request").has("by")).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"by\":\"arn:aws:iam::1:user/ann\"} | arn:aws:iam::1:user/ann",
        "{\"by\":\"a<b>\"}                     | a-b-",
        "{}                                   | unknown caller"
      })
  void who_asks_is_cleaned_before_it_is_recorded(String request, String by) throws Exception {
    JsonNode answer =
        invoke(
            request,
            read ->
                new Endpoint.Response(Json.object().put("by", read.trigger().by()), "who asked"));

    assertThat(answer.path("by").asText()).isEqualTo(by);
  }

  @Test
  void nothing_asks_for_everything() throws Exception {
    assertThat(invoke("", OperatorHandlerTest::everything).path("dryRun").asBoolean()).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "[1] | the request must be a JSON object, but it is [1]",
        "{\"a | the request is not JSON: Unexpected end-of-input in field name (line 1, column 4)",
        "{\"dryrun\":true} | dryrun: unknown; allowed are service, environment, dryRun, limit,"
            + " action, ids, from, by. Did you mean dryRun?",
        "{\"dryRun\":\"true\"} | dryRun: expected true or false, but it is \"true\"",
        "{\"dryRun\":null} | dryRun: expected true or false, but it is null",
        "{\"limit\":0} | limit: expected a whole number from 1 to 100, but it is 0",
        "{\"limit\":1.5} | limit: expected a whole number from 1 to 100, but it is 1.5",
        "{\"environment\":\" \"} | environment: is empty; it takes a text",
        "{\"environment\":7} | environment: expected a text of up to 2048 characters, but it is 7",
        "{\"service\":\"a/b/c\"} | service: not a service: \"a/b/c\" (expected CLUSTER/NAME, a"
            + " unique NAME or an ARN)",
        "{\"action\":\"resum\"} | action: expected one of pause, resume, but it is \"resum\". Did"
            + " you mean resume?",
        "{\"ids\":[]} | ids: expected a list of at least one text, but it is []",
        "{\"ids\":[\"a\",2]} | ids[1]: expected a text of up to 2048 characters, but it is 2",
        "{\"from\":\"today\"} | from: not a time: \"today\""
            + " (expected such as 2026-11-21T10:00:00Z)",
        "{\"by\":{}} | by: expected a text of up to 2048 characters, but it is {}"
      })
  void what_is_not_understood_is_rejected(String request, String sentence) throws Exception {
    JsonNode answer = invoke(request, OperatorHandlerTest::everything);

    assertThat(answer)
        .hasToString(Json.object().put("refused", sentence).put("malformed", true).toString());
    assertThat(line().path("outcome").asText()).isEqualTo("rejected");
    assertThat(line().path("message").asText()).isEqualTo(sentence);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "{} | exactly one of environment, service must be there, but none is",
        "{\"environment\":\"a\",\"service\":\"b\"} | exactly one of environment, service must be"
            + " there, but 2 are"
      })
  void what_is_ambiguous_is_rejected(String request, String sentence) throws Exception {
    JsonNode answer =
        invoke(
            request,
            read -> {
              read.needOneOf("environment", "service");
              return everything(read);
            });

    assertThat(answer.path("refused").asText()).isEqualTo(sentence);
  }

  @Test
  void what_is_missing_is_rejected_with_what_it_is_for() throws Exception {
    JsonNode answer =
        invoke(
            "{}",
            request ->
                new Endpoint.Response(
                    Json.object()
                        .put("service", request.needText("service", "the service to roll back")),
                    "read"));

    assertThat(answer.path("refused").asText())
        .isEqualTo("service: missing; it is the service to roll back");
  }

  @Test
  void what_cannot_be_done_is_rejected_and_logged_with_who_asked() throws Exception {
    JsonNode answer =
        invoke(
            "{\"by\":\"" + BY + "\"}",
            _ -> {
              throw new RejectedRequest("staging is mid-rollout: wait for it");
            });

    assertThat(answer).hasToString("{\"refused\":\"staging is mid-rollout: wait for it\"}");
    assertThat(line().path("by").asText()).isEqualTo(BY);
    assertThat(line().path("level").asText()).isEqualTo("INFO");
  }

  @Test
  void what_nobody_expected_at_one_of_many_is_answered_and_an_error_in_the_log() throws Exception {
    JsonNode answer =
        invoke(
            "{}",
            _ ->
                new Endpoint.Response(
                    Json.object().put("changed", 1),
                    "changed 1 of 2",
                    Json.object(),
                    List.of(new IllegalStateException("throttled"))));

    assertThat(answer.path("changed").asInt()).isEqualTo(1);
    assertThat(lines).hasSize(2);
    assertThat(lines.getFirst())
        .contains("\"level\":\"ERROR\"", "\"message\":\"throttled\"", "\"outcome\":\"failed\"");
    assertThat(lines.getLast()).contains("changed 1 of 2", "\"outcome\":\"answered\"");
  }

  @Test
  void what_nobody_expected_is_an_error_of_the_function() throws Exception {
    assertThatThrownBy(() ->
            invoke(
                "{\"by\":\"" + BY + "\",\"service\":\"web\"}",
                _ -> {
                  throw new IllegalStateException("AWS is away");
                }))
        .hasMessage("AWS is away");
    assertThat(line().path("level").asText()).isEqualTo("ERROR");
    assertThat(line().path("message").asText()).isEqualTo("AWS is away");
    assertThat(line().path("by").asText()).isEqualTo(BY);
    assertThat(line().path("request").path("service").asText()).isEqualTo("web");
  }
}
