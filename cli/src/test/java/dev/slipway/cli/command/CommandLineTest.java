package dev.slipway.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.cli.stack.Connection;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What all commands have in common. */
class CommandLineTest {
  private final Shell shell = new Shell();

  @Test
  void the_stack_is_called_slipway_unless_it_is_said_otherwise() {
    shell.functions.answer("status", "{}");

    shell.run("status");
    assertThat(shell.connection())
        .isEqualTo(
            new Connection(
                "slipway", Optional.empty(), Optional.empty(), Optional.empty(), Map.of()));

    shell.environment(Map.of("SLIPWAY_STACK", "deployer")).run("status");
    assertThat(shell.connection().stack()).isEqualTo("deployer");

    shell.run("status --stack other");
    assertThat(shell.connection().stack()).isEqualTo("other");
    assertThat(shell.connection().functionName("status")).isEqualTo("other-status");
  }

  @Test
  void where_it_is_can_be_said_before_and_after_the_command() {
    shell.functions.answer("status", "{}");

    shell.run("--region eu-west-1 status --profile ops --endpoint-url http://127.0.0.1:4566");

    assertThat(shell.connection().region()).contains("eu-west-1");
    assertThat(shell.connection().profile()).contains("ops");
    assertThat(shell.connection().endpoint()).contains(URI.create("http://127.0.0.1:4566"));
  }

  @Test
  void a_stack_that_does_not_answer_is_a_failure() {
    shell.functions.fail("status", "no stack slipway here");

    assertThat(shell.run("status")).isEqualTo(1);

    assertThat(shell.err()).isEqualTo("slipway: no stack slipway here\n");
  }

  /** Picocli would put a file's words in the place of its name, and a note may begin so. */
  @Test
  void an_argument_that_names_a_file_is_not_read_from_it(@TempDir Path directory)
      throws IOException {
    String note = "@" + Files.writeString(directory.resolve("note"), "--yes --service other");
    shell.functions.answer("pause", "{'results': []}");

    shell.run("pause web --dry-run --note " + note);

    assertThat(shell.functions.requests()).singleElement().asString().contains(note);
  }

  @Test
  void a_defect_is_told_with_where_it_is() {
    shell.functions.crash("history", new IllegalStateException("cannot happen"));

    assertThat(shell.run("history web")).isEqualTo(1);

    assertThat(shell.err()).contains("a defect of this command", "cannot happen", "    at ");
  }

  @ParameterizedTest
  @CsvSource({"'', Usage: slipway [", "replay, Usage: slipway replay ["})
  void no_command_is_a_question_for_help(String line, String usage) {
    assertThat(shell.run(line)).isZero();

    assertThat(shell.out()).contains(usage, "Examples:");
    assertThat(shell.err()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "statsu, there is no command statsu",
    "status --nosuch, there is no option --nosuch",
    "status web extra, extra is one argument too many",
    "watch, pass one of",
    "replay redrve, there is no command redrve",
  })
  void what_picocli_does_not_know_is_said_in_plain_words(String line, String says) {
    assertThat(shell.run(line)).isEqualTo(2);

    assertThat(shell.err()).startsWith("slipway: " + says).doesNotContain("index", "Error");
  }

  @Test
  void a_number_out_of_bounds_is_a_mistake_on_the_command_line() {
    shell.functions.answer(
        "history", "{'refused': 'limit: expected a whole number from 1 to 50', 'malformed': true}");

    assertThat(shell.run("history web -n 0")).isEqualTo(2);

    assertThat(shell.err()).isEqualTo("slipway: --limit: expected a whole number from 1 to 50\n");
  }

  @Test
  void where_a_service_is_not_there_it_says_where_it_looked() {
    shell.functions.answer(
        "status", "{'refused': 'there is no service nope', 'noSuchService': true}");

    assertThat(shell.columns(200).run("status nope")).isEqualTo(3);

    assertThat(shell.err())
        .isEqualTo(
            "slipway: refused: there is no service nope. Looked in Region us-east-1, at"
                + " http://127.0.0.1:4566 (AWS_ENDPOINT_URL)\n");
  }

  @ParameterizedTest
  @CsvSource({
    "diff web x,           diff,     from,     REVISION",
    "diff web 1 x,         diff,     to,       REVISION",
    "rollback web --to x,  rollback, revision, --to",
    "deploy web --override x --dry-run, deploy, override, --override"
  })
  void what_a_function_finds_malformed_is_named_as_it_is_written(
      String line, String command, String member, String name) {
    shell.functions.answer(command, "{'refused': '%s: no', 'malformed': true}".formatted(member));

    assertThat(shell.run(line)).isEqualTo(2);

    assertThat(shell.err()).isEqualTo("slipway: %s: no\n".formatted(name));
  }

  @Test
  void errors_are_broken_between_words() {
    shell.functions.fail("status", "no stack slipway here: there is no function slipway-query");

    assertThat(shell.columns(40).run("status")).isEqualTo(1);

    assertThat(shell.err())
        .isEqualTo(
            """
            slipway: no stack slipway here: there is
              no function slipway-query
            """);
  }

  @Test
  void help_is_broken_where_the_terminal_ends_and_nowhere_else() {
    assertThat(shell.columns(70).run("watch --help")).isZero();

    assertThat(shell.out().lines().filter(line -> line.startsWith("It is over when")))
        .containsExactly("It is over when ECS rolls nothing and Slipway has nothing left to");
    assertThat(shell.out()).contains("\nExamples:\n  slipway watch web-staging\n");
  }

  @Test
  void tells_its_version() {
    assertThat(shell.run("--version")).isZero();

    assertThat(shell.out()).startsWith("slipway ").hasLineCount(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"nonsense", "127.0.0.1:4566", "ftp://127.0.0.1", "http:///x"})
  void an_endpoint_that_is_none_is_no_command_line(String endpoint) {
    assertThat(shell.run("status --endpoint-url " + endpoint)).isEqualTo(2);

    assertThat(shell.err())
        .startsWith("slipway: ")
        .contains("--endpoint-url")
        .doesNotContain("\n    at ");
  }

  /** What the jar has to say is checked by `make check-dist`. */
  @Test
  void a_version_is_told_without_a_stack() {
    assertThat(shell.run("--version")).isZero();

    assertThat(shell.out())
        .isEqualTo("slipway of an unknown version: it was not started from its jar\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "status",
        "explain",
        "history",
        "watch",
        "dashboard",
        "logs",
        "events",
        "diff",
        "doctor",
        "follow",
        "unfollow",
        "deploy",
        "restart",
        "rollback",
        "promote",
        "pause",
        "resume",
        "replay",
        "replay list",
        "replay redrive",
        "replay discard",
        "replay archive",
        "completion"
      })
  void every_command_explains_itself_with_examples(String command) {
    assertThat(shell.run(command + " --help")).isZero();

    assertThat(shell.out()).contains("Usage: slipway " + command, "Examples:\n  ");
    assertThat(shell.out().lines()).allSatisfy(line -> assertThat(line).hasSizeLessThan(101));
  }

  @Test
  void help_tells_the_exit_codes() {
    assertThat(shell.run("--help")).isZero();

    for (ExitCode code : ExitCode.values()) {
      assertThat(shell.out()).contains("  " + code.number() + "   " + code.meaning() + "\n");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"bash", "zsh"})
  void completes_commands_and_options(String name) {
    assertThat(shell.run("completion " + name)).isZero();

    assertThat(shell.out()).contains("complete -F _complete_slipway", "rollback", "--dry-run");
  }

  @ParameterizedTest
  @CsvSource({
    "status we, web website/web",
    "status website/w, website/web",
    "watch -e st, staging",
    "promote p, production",
    "follow we, web website/web",
    "follow web s, staging",
    "unfollow we, web website/web",
    "status --output j, json"
  })
  void completes_names_of_services_and_environments(String typed, String found) throws Exception {
    shell.functions.answer(
        "status",
        """
        {'services': [{'service': 'website/web', 'environment': 'staging'},
          {'service': 'website/$(reboot)', 'environment': 'production'}]}
        """);
    shell.run("names");
    String names = shell.out();
    assertThat(names).doesNotContain("reboot");
    Shell other = new Shell();
    other.run("completion bash");
    String script =
        other.out()
            + """
            compopt() { :; } # there is none outside a completion
            slipway() { printf '%%s' '%s'; }
            COMP_WORDS=(slipway %s)
            COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
            COMP_LINE="${COMP_WORDS[*]}"
            _complete_slipway_and_names
            printf '%%s\\n' "${COMPREPLY[@]}" | sort -u | paste -sd ' ' -
            """
                .formatted(names, typed);

    Process bash = new ProcessBuilder("bash", "-c", script).redirectErrorStream(true).start();

    assertThat(new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip())
        .isEqualTo(found);
  }
}
