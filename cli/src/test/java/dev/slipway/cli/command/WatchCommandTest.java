package dev.slipway.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.cli.stack.StackException;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code slipway watch}, from the first look to the outcome. */
class WatchCommandTest {
  private static final String DEPLOYED = history("web:3", "deployed", "null");
  private static final String ROLLED_BACK =
      history("web:3", "rolled back", "'container web exited with 1'");

  private final Shell shell = new Shell();

  private static String deployment(
      String status, String revision, String state, int desired, int running, int pending) {
    return """
    {'id': 'ecs-svc/1', 'status': '%s', 'taskDefinition': '%s', 'desired': %d, 'running': %d,
     'pending': %d, 'failed': 0, 'rolloutState': '%s', 'createdAt': '2026-11-21T11:59:00Z'}\
    """
        .formatted(status, revision, desired, running, pending, state);
  }

  private static String status(String decision, String rollout, String... deployments) {
    return """
    {'services': [{'service': 'website/web', 'taskDefinition': 'web:2', 'rollout': '%s',
      'rolloutReason': null, 'deployments': [%s], 'blocked': [], 'paused': null,
      'pin': null, 'state': '%s', 'decision': '%s', 'reason': 'because'}]}\
    """
        .formatted(rollout, String.join(",", deployments), state(decision, rollout), decision);
  }

  private static String state(String decision, String rollout) {
    return switch (rollout.equals("IN_PROGRESS") ? "Rolling" : decision) {
      case "Rolling" -> "rolling out";
      case "Held" -> "blocked";
      case "NotDeployable" -> "not deployable";
      case "NotFollowing" -> "nothing selected";
      default -> "up to date";
    };
  }

  private static String steady(String decision) {
    return status(decision, "COMPLETED", deployment("PRIMARY", "web:3", "COMPLETED", 2, 2, 0));
  }

  private static String rolling(int old, int running, int pending) {
    return status(
        "Current",
        "IN_PROGRESS",
        deployment("PRIMARY", "web:3", "IN_PROGRESS", 2, running, pending),
        deployment("ACTIVE", "web:2", "COMPLETED", old, old, 0));
  }

  private static String history(String revision, String outcome, String reason) {
    return """
    {'service': 'website/web', 'deployments': [{'deploymentId': 'ecs-svc/1',
      'taskDefinition': '%s', 'startedAt': '2026-11-21T11:59:00Z',
      'finishedAt': '2026-11-21T12:00:35Z', 'outcome': '%s', 'reason': %s}]}\
    """
        .formatted(revision, outcome, reason);
  }

  /** A push came between the look at the service and the look at its newest deployment. */
  @Test
  void looks_at_the_service_again_where_a_rollout_has_begun_since() {
    String begun =
        "{'service': 'website/web', 'deployments': [{'deploymentId': 'ecs-svc/1',"
            + " 'taskDefinition': 'web:3', 'startedAt': '2026-11-21T11:59:00Z',"
            + " 'finishedAt': null, 'outcome': 'in progress', 'reason': null}]}";
    String pinned = steady("Held").replace("'blocked', 'decision'", "'pinned', 'decision'");
    shell.functions.answer("status", pinned, steady("Held"));
    shell.functions.answer("history", begun, history("web:3", "rolled back", "null"));

    assertThat(shell.run("watch web")).isEqualTo(4);
    assertThat(shell.out()).contains("website/web blocked").doesNotContain("website/web pinned");
  }

  /** The scan ends within minutes, by itself: a pipeline that pushed waits for it. */
  @Test
  void waits_for_the_end_of_a_scan() {
    String scanned = steady("Held").replace("'decision'", "'waitEndsSoon': true, 'decision'");
    shell.functions.answer("status", scanned, scanned, rolling(2, 0, 2), steady("Current"));
    shell.functions.answer("history", DEPLOYED);

    assertThat(shell.run("watch web")).isZero();
  }

  @Test
  void follows_tasks_from_the_old_revision_to_the_new_and_ends_with_the_outcome() {
    shell.functions.answer(
        "status",
        status("Deploy", "COMPLETED", deployment("PRIMARY", "web:2", "COMPLETED", 2, 2, 0)),
        rolling(2, 0, 0),
        rolling(2, 0, 2),
        rolling(2, 0, 2),
        rolling(1, 2, 0),
        steady("Current"));
    shell.functions.answer("history", DEPLOYED);

    assertThat(shell.run("watch web")).isZero();

    assertThat(shell.out())
        .isEqualTo(
            """
            ○ to start   ◐ starting   ● running   × failed
            13:00:00  web:2 ●●
            13:00:00  because
            13:00:02  web:2 ●●              web:3 ○○
            13:00:04  web:2 ●●              web:3 ◐◐
            13:00:08  web:2 ●               web:3 ●●
            13:00:10  web:3 ●●
            web:3 deployed after 95 s
            """);
    assertThat(shell.functions.requests())
        .startsWith("status {'service':'web'}")
        .endsWith("history {'service':'website/web','limit':1}");
  }

  @Test
  void draws_in_place_on_a_terminal() {
    shell.functions.answer("status", rolling(1, 1, 1), steady("Current"));
    shell.functions.answer("history", DEPLOYED);

    assertThat(shell.redrawing().columns(60).run("watch web")).isZero();

    assertThat(shell.out())
        .isEqualTo(
            """
            website/web  rolling out
              web:2  ●   being replaced
              web:3  ●◐  1 of 2 running
            watched for 0 s
            ○ to start   ◐ starting   ● running   × failed
            \u001b[5A\u001b[Jwebsite/web  up to date
              web:3  ●●  2 of 2 running
            watched for 2 s
            ○ to start   ◐ starting   ● running   × failed
            web:3 deployed after 95 s
            """);
  }

  @Test
  void what_is_typed_shows_again_at_the_end_however_it_ends() {
    shell.functions.answer("status", rolling(1, 1, 1), steady("Current"));
    shell.functions.answer("history", DEPLOYED);
    shell.run("watch web");
    assertThat(shell.echoes()).as("where nothing is drawn over").isEmpty();

    shell.redrawing().run("watch web");
    assertThat(shell.echoes()).containsExactly("off", "restored");

    shell.functions.crash("status", new StackException("gone"));
    shell.functions.answer("status", rolling(1, 1, 1));
    shell.run("watch web --timeout 5s");
    assertThat(shell.echoes()).containsExactly("off", "restored", "off", "restored");
  }

  @Test
  void the_task_that_stopped_is_seen_although_ecs_does_not_count_it_yet() {
    shell.functions.answer("status", failing(rolling(2, 0, 1)), steady("Held"));
    shell.functions.answer("history", ROLLED_BACK);

    shell.run("watch web");

    assertThat(shell.out()).contains("web:2 ●●              web:3 ×◐○");
  }

  @Test
  void a_reason_that_stays_the_same_is_told_once_although_it_has_counts() {
    String four = failing(rolling(2, 0, 2)).replace("exited with 1;", "exited with 1 four times;");
    shell.functions.answer("status", four, four, four, steady("Held"));
    shell.functions.answer("history", ROLLED_BACK);

    shell.run("watch web");

    assertThat(shell.out()).containsOnlyOnce("web:3 fails: container web exited with 1 four times");
  }

  @Test
  void nothing_is_said_of_its_tasks_before_there_are_any() {
    shell.functions.answer(
        "status",
        status("Current", "IN_PROGRESS", deployment("PRIMARY", "web:3", "IN_PROGRESS", 0, 0, 0)),
        steady("Current"));
    shell.functions.answer("history", DEPLOYED);

    shell.redrawing().run("watch web");

    assertThat(shell.out()).doesNotContain("its tasks run");
  }

  @Test
  void the_outcome_of_an_earlier_rollout_fits_a_narrow_screen() {
    shell.functions.answer("status", steady("Current"));
    shell.functions.answer("history", DEPLOYED.replace("12:00:35", "11:59:35"));

    shell.redrawing().columns(40).run("watch web");

    assertThat(shell.out()).endsWith("web:3 deployed after 35 s\n  at 12:59:35 (25 s ago)\n");
  }

  private static String failing(String status) {
    return status.replace(
        "'pin': null",
        """
        'failure': {'kind': 'failing', 'taskDefinition': 'web:3', 'cause': 'container web exited \
        with 1; last log lines: Error: DATABASE_URL is not set', 'details': ['task 1f: exited']},
        'pin': null\
        """);
  }

  @Test
  void names_the_reason_as_soon_as_a_task_has_stopped_and_once() {
    shell.functions.answer(
        "status",
        rolling(2, 0, 2),
        failing(rolling(2, 0, 2)),
        failing(rolling(2, 0, 1)),
        steady("Held"));
    shell.functions.answer("history", ROLLED_BACK);

    shell.run("watch web");

    assertThat(shell.out())
        .containsOnlyOnce(
            "13:00:02  web:3 fails: container web exited with 1; last log lines: Error:"
                + " DATABASE_URL is not set\n");
  }

  @Test
  void breaks_a_reason_between_words_where_it_draws() {
    shell.functions.answer("status", failing(rolling(2, 0, 2)), steady("Held"));
    shell.functions.answer("history", ROLLED_BACK);

    shell.redrawing().columns(40).run("watch web");

    assertThat(shell.out().lines().limit(7))
        .containsExactly(
            "website/web  rolling out",
            "  web:2  ●●   being replaced",
            "  web:3  ×◐◐  0 of 2 running",
            "  web:3 fails: container web exited",
            "  with 1; last log lines: Error:",
            "  DATABASE_URL is not set",
            "watched for 0 s");
  }

  @Test
  void the_legend_is_whole_on_a_narrow_screen() {
    shell.functions.answer("status", steady("Current"));
    shell.functions.answer("history", DEPLOYED);

    shell.redrawing().columns(40).run("watch web");

    assertThat(shell.out()).contains("○ to start   ◐ starting   ● running\n× failed\n");
  }

  @Test
  void many_failed_tasks_are_a_number() {
    shell.functions.answer(
        "status", rolling(2, 0, 2).replaceFirst("'failed': 0", "'failed': 16"), steady("Current"));
    shell.functions.answer("history", DEPLOYED);

    shell.run("watch web");

    assertThat(shell.out()).contains("web:3 ×16 ◐◐");
  }

  @Test
  void says_at_once_where_a_service_is_not_followed() {
    shell.functions.answer("status", steady("NotFollowing"));
    shell.functions.answer("history", DEPLOYED);

    assertThat(shell.run("watch web")).as("nothing was deployed, so it is no success").isEqualTo(3);

    assertThat(shell.err())
        .isEqualTo(
            "website/web: nothing selected: because. Slipway deploys nothing to it; what ECS does"
                + " is shown\n");
  }

  @Nested
  class An_environment {
    private String both(String web, String api) {
      String second = api.substring(api.indexOf('[') + 1, api.lastIndexOf(']'));
      return web.substring(0, web.lastIndexOf(']'))
          + ", "
          + second.replace("website/web", "website/api").replace("'web:", "'api:")
          + "]}";
    }

    @Test
    void is_watched_until_all_its_services_are_done() {
      shell.functions.answer(
          "status",
          both(rolling(2, 0, 2), steady("Current")),
          failing(rolling(2, 0, 2)),
          both(steady("Current"), steady("Current")));
      shell.functions.answer("history", DEPLOYED, DEPLOYED);

      assertThat(shell.run("watch -e staging")).isZero();

      assertThat(shell.functions.requests())
          .containsExactly(
              "status {'environment':'staging'}",
              "status {'service':'website/web'}",
              "status {'environment':'staging'}",
              "history {'service':'website/api','limit':1}",
              "history {'service':'website/web','limit':1}");
      assertThat(shell.out())
          .startsWith(
              """
              ○ to start   ◐ starting   ● running   × failed
              13:00:00  website/api  api:3 ●●
              13:00:00  website/web  web:2 ●●              web:3 ×◐◐
              13:00:00  website/web  web:3 fails: container web exited with 1; last log lines: Error: DATABASE_URL is not set
              13:00:05  website/web  web:3 ●●
              """)
          .contains("website/web\nweb:3 deployed", "website/api\nweb:3 deployed");
    }

    @Test
    void fails_where_one_of_its_services_does() {
      shell.functions.answer("status", both(steady("Current"), steady("Held")));
      shell.functions.answer("history", ROLLED_BACK, DEPLOYED);

      assertThat(shell.run("watch --environment staging")).isEqualTo(4);

      assertThat(shell.out()).contains("website/api blocked: because");
    }

    @Test
    void without_services_is_refused() {
      shell.functions.answer("status", "{'services': [], 'warnings': []}");

      assertThat(shell.run("watch -e staging")).isEqualTo(3);

      assertThat(shell.err()).isEqualTo("slipway: no service follows staging\n");
    }

    @Test
    void on_a_screen_shows_those_that_are_busy() {
      shell.functions.answer(
          "status",
          both(rolling(2, 0, 2), steady("Current")),
          rolling(2, 0, 2),
          both(steady("Current"), steady("Current")));
      shell.functions.answer("history", DEPLOYED, DEPLOYED);

      shell.redrawing().run("watch -e staging");

      assertThat(shell.out())
          .startsWith(
              """
              website/web  rolling out
                web:2  ●●  being replaced
                web:3  ◐◐  0 of 2 running
              1 service up to date
              watched for 0 s
              """);
    }
  }

  @Nested
  class Fails {
    @Test
    void if_ecs_rolled_it_back() {
      shell.functions.answer(
          "status",
          status(
              "Current",
              "IN_PROGRESS",
              deployment("PRIMARY", "web:2", "IN_PROGRESS", 2, 1, 1),
              """
              {'status': 'ACTIVE', 'taskDefinition': 'web:3', 'desired': 0, 'running': 0,
               'pending': 0, 'failed': 3, 'rolloutState': 'FAILED'}
              """),
          steady("Held"));
      shell.functions.answer("history", ROLLED_BACK);

      assertThat(shell.run("watch web")).isEqualTo(4);

      assertThat(shell.out())
          .contains("web:2 ●◐              web:3 ×××\n")
          .endsWith(
              """
              web:3 rolled back after 95 s
                container web exited with 1
              website/web blocked: because
              """);
    }

    @ParameterizedTest
    @CsvSource({
      "Current, rolled back, 4",
      "Current, failed, 4",
      "Held, deployed, 4",
      "NotDeployable, deployed, 4",
      "Current, deployed, 0",
      "NotFollowing, deployed, 3",
      "NotFollowing, failed, 4"
    })
    void unless_the_service_has_what_it_should_have(String decision, String outcome, int code) {
      shell.functions.answer("status", steady(decision));
      shell.functions.answer("history", history("web:3", outcome, "null"));

      assertThat(shell.run("watch web")).isEqualTo(code);
    }

    @Test
    void if_it_is_not_over_in_time() {
      shell.functions.answer("status", rolling(2, 0, 0));

      assertThat(shell.run("watch web --timeout 10s --interval 3s")).isEqualTo(6);

      assertThat(shell.err()).isEqualTo("slipway: web is not settled after 10 s\n");
      assertThat(shell.functions.requests()).hasSize(4);
    }

    @Test
    void if_there_is_no_such_service() {
      shell.functions.answer("status", "{'refused': 'no service is called web'}");

      assertThat(shell.run("watch web")).isEqualTo(3);
    }

    @Test
    void at_once_if_the_stack_is_not_there() {
      shell.functions.fail("status", "no stack slipway here");

      assertThat(shell.run("watch web")).isEqualTo(1);

      assertThat(shell.functions.requests()).hasSize(1);
    }

    @Test
    void if_the_stack_does_not_answer_any_more() {
      shell.functions.answer("status", rolling(2, 0, 0)).fail("status", "connection refused");

      assertThat(shell.run("watch web")).isEqualTo(1);

      assertThat(shell.functions.requests()).hasSize(6);
    }
  }

  @Test
  void bears_an_answer_that_does_not_come() {
    shell
        .functions
        .answer("status", rolling(2, 0, 0))
        .fail("status", "connection refused")
        .answer("status", steady("Current"))
        .answer("history", DEPLOYED);

    assertThat(shell.run("watch web")).isZero();
  }

  @Test
  void waits_for_ecs_to_end_its_record() {
    shell
        .functions
        .answer("status", steady("Current"))
        .answer("history", history("web:3", "in progress", "null"), DEPLOYED);

    assertThat(shell.run("watch web")).isZero();

    assertThat(shell.out()).endsWith("web:3 deployed after 95 s\n");
  }

  @Test
  void is_content_with_a_revision_that_an_operator_pinned() {
    shell
        .functions
        .answer(
            "status",
            steady("Held")
                .replace("'blocked', 'decision'", "'pinned', 'decision'")
                .replace("'pin': null", "'pin': {'revision': 'web:2', 'applied': true}"))
        .answer("history", ROLLED_BACK);

    assertThat(shell.run("watch web")).isZero();
  }

  @Test
  void is_not_content_with_tasks_that_do_not_run() {
    shell
        .functions
        .answer(
            "status",
            steady("Current")
                .replace(
                    "'up to date'",
                    "'unhealthy', 'failure': {'kind': 'stopped', 'cause': 'container web exited'}"))
        .answer("history", DEPLOYED);

    assertThat(shell.run("watch web")).isEqualTo(4);

    assertThat(shell.out()).endsWith("website/web unhealthy: loses tasks: container web exited\n");
  }

  @Test
  void is_a_line_of_json_for_each_change_for_scripts() {
    shell
        .functions
        .answer("status", rolling(2, 0, 0), rolling(2, 0, 0), steady("Current"))
        .answer("history", DEPLOYED);

    assertThat(shell.run("watch web -o json")).isZero();

    assertThat(shell.out().lines())
        .hasSize(3)
        .last()
        .asString()
        .contains("\"outcome\":\"deployed\"");
  }

  @Test
  void says_numbers_where_marks_would_be_too_many() {
    shell
        .functions
        .answer(
            "status",
            status(
                "Current", "COMPLETED", deployment("PRIMARY", "web:3", "COMPLETED", 120, 120, 0)))
        .answer("history", DEPLOYED);

    shell.run("watch web");

    assertThat(shell.out()).contains("web:3 ●120 ◐0 ○0");
  }

  /** One read that is throttled: the next event or sweep evaluates the service again. */
  @Test
  void goes_on_while_a_service_cannot_be_evaluated() {
    String notEvaluated = steady("NotDeployable").replace("'not deployable'", "'not evaluated'");
    shell.functions.answer(
        "status",
        status("Deploy", "COMPLETED", deployment("PRIMARY", "web:2", "COMPLETED", 2, 2, 0)),
        notEvaluated,
        rolling(2, 0, 2),
        steady("Current"));
    shell.functions.answer("history", DEPLOYED);

    assertThat(shell.run("watch web")).isZero();
  }
}
