package dev.slipway.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code slipway dashboard}: its page asks and changes what the commands do. */
class DashboardCommandTest {
  private static final Pattern URL =
      Pattern.compile("http://127\\.0\\.0\\.1:\\d+/#token=([\\w-]+)");

  private final Shell shell = new Shell();
  private final List<JsonNode> answers = new ArrayList<>();

  /** Runs the command, and meanwhile sends what the page would send. */
  private int run(String line, Runnable meanwhile) {
    return shell.meanwhile(meanwhile).run(line);
  }

  private String url() {
    Matcher url = URL.matcher(shell.out());
    assertThat(url.find()).as(shell.out()).isTrue();
    return url.group();
  }

  private JsonNode send(String method, String path, String body) {
    URI url = URI.create(url());
    HttpRequest request =
        HttpRequest.newBuilder(url.resolve(path))
            .header("X-Slipway-Token", url.getFragment().replace("token=", ""))
            .header("Content-Type", "application/json")
            .method(method, HttpRequest.BodyPublishers.ofString(body.replace('\'', '"')))
            .build();
    try (HttpClient client = HttpClient.newHttpClient()) {
      String text = client.send(request, HttpResponse.BodyHandlers.ofString()).body();
      JsonNode answer = new ObjectMapper().readTree(text);
      answers.add(answer);
      return answer;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  private JsonNode plan(String body) {
    return send("POST", "/api/plans", body);
  }

  private String text(JsonNode answer) {
    StringBuilder text = new StringBuilder();
    for (JsonNode line : answer.path("lines")) {
      line.forEach(piece -> text.append(piece.path("text").asText()));
      text.append('\n');
    }
    return text.toString();
  }

  @Test
  void prints_its_url_and_serves_until_its_time_is_over() {
    shell.functions.answer("status", ReadCommandsTest.STATUS);

    assertThat(run("dashboard", () -> send("GET", "/api/services", ""))).isZero();

    assertThat(shell.out())
        .startsWith("Open http://127.0.0.1:")
        .contains(
            "Whoever has this URL can change what you can. It ends after"
                + " 12 h (--timeout), or with Ctrl-C.\n");
    assertThat(answers.getFirst().path("services").path(0).path("name").asText())
        .isEqualTo("website/web-production");
    assertThat(shell.functions.requests())
        .as("one look, at the start")
        .containsExactly("status {}");
    assertThat(shell.functions.isClosed()).isTrue();
  }

  @Test
  void scripts_get_the_url_as_json_and_nothing_else() {
    shell.functions.answer("status", "{}").answer("explain", "{'refused': 'no such service'}");

    assertThat(run("dashboard -o json", () -> send("GET", "/api/explain?service=web", "")))
        .isZero();

    assertThat(answers.getFirst().path("refused").asText()).contains("no such service");
    assertThat(shell.out()).hasLineCount(1);
    assertThat(FakeFunctions.json(shell.out()).path("url").asText()).matches(URL);
    assertThat(shell.err()).isEmpty();
  }

  @Test
  void asks_for_one_environment_where_it_is_said() {
    shell.functions.answer("status", "{}");

    assertThat(run("dashboard --environment production", () -> send("GET", "/api/about", "")))
        .isZero();

    assertThat(shell.functions.requests()).containsExactly("status {'environment':'production'}");
    assertThat(answers.getFirst().path("environment").asText()).isEqualTo("production");
    assertThat(answers.getFirst().path("stack").asText()).isEqualTo("slipway");
  }

  @Test
  void what_is_shown_before_a_change_is_what_a_dry_run_prints_and_is_what_is_done() {
    String preview =
        """
        {'service': 'website/web', 'from': 'web:3', 'to': 'web:2', 'blocked': [], 'how': 'it deploys a copy',
         'images': [{'container': 'web', 'from': 'web@sha256:a', 'to': 'web@sha256:b'}],
         'plan': ['website/web goes from web:3 to web:2']}
        """;
    shell.functions.answer("status", "{}").answer("rollback", preview);

    run(
        "dashboard",
        () -> {
          JsonNode plan =
              plan("{'command': 'rollback', 'options': {'to': '2'}, 'arguments': ['web']}");
          send("POST", "/api/plans/" + plan.path("id").asText(), "{}");
        });
    Shell terminal = new Shell();
    terminal.functions.answer("rollback", preview);
    terminal.run("rollback web --to 2 --dry-run");

    assertThat(text(answers.get(0))).isEqualTo(terminal.out());
    assertThat(answers.get(0).path("command").asText()).isEqualTo("slipway rollback web --to 2");
    assertThat(text(answers.get(1))).startsWith("website/web goes back from web:3 to web:2\n");
    assertThat(shell.functions.requests())
        .containsExactly(
            "status {}",
            "rollback"
                + " {'service':'web','revision':'2','by':'arn:aws:iam::123456789012:user/alice','dryRun':true}",
            "rollback {'service':'web','revision':'2','plan':['website/web goes from web:3 to"
                + " web:2'],'by':'arn:aws:iam::123456789012:user/alice'}");
  }

  @Test
  void what_is_no_longer_what_was_shown_is_not_done_and_shown_anew() {
    shell
        .functions
        .answer("status", "{}")
        .answer(
            "pause",
            "{'services': [{'service': 'website/web', 'paused': true, 'reason': 'x'}], 'plan':"
                + " ['one']}",
            "{'refused': 'it is another plan', 'preview': {'services': [{'service': 'website/api',"
                + " 'paused': true, 'reason': 'x'}], 'plan': ['two']}}",
            "{'services': [{'service': 'website/api', 'paused': true, 'reason': 'x'}]}");

    run(
        "dashboard",
        () -> {
          JsonNode plan = plan("{'command': 'pause', 'arguments': ['web']}");
          JsonNode refused = send("POST", "/api/plans/" + plan.path("id").asText(), "{}");
          send("POST", "/api/plans/" + refused.path("instead").path("id").asText(), "{}");
        });

    assertThat(answers.get(1).path("refusal").asText()).isEqualTo("it is another plan");
    assertThat(text(answers.get(1).path("instead"))).startsWith("website/api would be paused");
    assertThat(text(answers.get(2))).startsWith("website/api is paused");
    assertThat(shell.functions.requests().getLast()).contains("'plan':['two']");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'command': 'deploy', 'options': {'tag': 'v1', 'unblock': ''}, 'arguments': ['web']} |"
            + " deploy {'service':'web','tag':'v1','unblock':true,",
        "{'command': 'deploy', 'options': {'override': 'login is broken'}, 'arguments': ['web']} |"
            + " deploy {'service':'web','override':'login is broken',",
        "{'command': 'restart', 'arguments': ['web']} | deploy {'service':'web','force':true,",
        "{'command': 'promote', 'arguments': ['staging', 'production']} | promote"
            + " {'from':'staging','to':'production',",
        "{'command': 'approve', 'options': {'digest': '41933e606724'}, 'arguments': ['web']} |"
            + " approve {'service':'web','digest':'41933e606724',",
        "{'command': 'pause', 'options': {'environment': 'staging', 'note': 'sale'}} | pause"
            + " {'environment':'staging','note':'sale',",
        "{'command': 'resume', 'arguments': ['web']} | resume {'service':'web',",
        "{'command': 'replay redrive', 'options': {'all': ''}} | redrive {'all':true,",
        "{'command': 'replay discard', 'arguments': ['6f1c']} | discard {'ids':['6f1c'],",
        "{'command': 'pause', 'arguments': ['--yes']} | pause {'service':'--yes',",
        "{'command': 'pause', 'arguments': ['@/etc/passwd']} | pause {'service':'@/etc/passwd',",
      })
  void every_change_of_the_page_is_a_command(String asked, String request) {
    String function = request.substring(0, request.indexOf(' '));
    shell.functions.answer("status", "{}").answer(function, "{}");

    run("dashboard", () -> plan(asked));

    assertThat(shell.functions.requests().getLast()).startsWith(request).endsWith("'dryRun':true}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'command': 'follow', 'arguments': ['web', 'staging']} | there is no change follow",
        "{'command': 'pause', 'options': {'nosuch': 'x'}, 'arguments': ['web']} | there is no"
            + " option --nosuch=x",
        "{'command': 'pause'} | pass one of",
        "{'command': 'pause', 'arguments': ['web', 'api']} | api is one argument too many",
      })
  void what_is_no_command_line_is_refused_and_nothing_asked(String asked, String why) {
    shell.functions.answer("status", "{}");

    run("dashboard", () -> plan(asked));

    assertThat(answers.getFirst().path("refused").asText()).contains(why);
    assertThat(shell.functions.requests()).containsExactly("status {}");
  }

  @Test
  void a_function_that_refuses_is_quoted() {
    shell
        .functions
        .answer("status", "{}")
        .answer("rollback", "{'refused': 'there is no service web'}");

    run("dashboard", () -> plan("{'command': 'rollback', 'arguments': ['web']}"));

    assertThat(answers.getFirst().path("refused").asText())
        .isEqualTo("refused: there is no service web");
  }

  @Test
  void read_only_asks_for_no_change() {
    shell.functions.answer("status", "{}");

    run("dashboard --read-only", () -> plan("{'command': 'pause', 'arguments': ['web']}"));

    assertThat(answers.getFirst().path("refused").asText()).contains("--read-only");
    assertThat(shell.out()).contains("It changes nothing (--read-only)");
    assertThat(shell.functions.requests()).containsExactly("status {}");
  }

  @Test
  void a_stack_that_does_not_answer_is_a_failure_before_anything_is_served() {
    shell.functions.fail("status", "no stack slipway here");

    assertThat(shell.run("dashboard")).isEqualTo(1);

    assertThat(shell.out()).isEmpty();
    assertThat(shell.err()).isEqualTo("slipway: no stack slipway here\n");
  }

  @Test
  void an_environment_that_is_refused_is_said() {
    shell.functions.answer("status", "{'refused': 'there is no environment nope'}");

    assertThat(shell.run("dashboard -e nope")).isEqualTo(3);

    assertThat(shell.err()).isEqualTo("slipway: refused: there is no environment nope\n");
  }

  @Test
  void a_port_that_is_taken_is_said() throws IOException {
    shell.functions.answer("status", "{}");
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThat(shell.run("dashboard --port " + taken.getLocalPort())).isEqualTo(1);
    }

    assertThat(shell.err()).contains("cannot listen on 127.0.0.1:").contains("Pass another --port");
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "65536", "x"})
  void a_port_that_is_none_is_no_command_line(String port) {
    assertThat(shell.run("dashboard --port=" + port)).isEqualTo(2);
  }
}
