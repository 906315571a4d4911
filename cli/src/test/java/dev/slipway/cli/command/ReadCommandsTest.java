package dev.slipway.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The commands that change nothing. */
class ReadCommandsTest {
  static final String STATUS =
      """
      {'services': [
        {'service': 'website/web-production', 'environment': 'production',
         'arn': 'arn:aws:ecs:eu-central-1:123456789012:service/website/web-production',
         'taskDefinition': 'web-production:2', 'desired': 4, 'running': 4, 'pending': 0,
         'images': [{'container': 'web', 'repository': 'web', 'tag': 'production',
           'digest': 'sha256:c5bd9d1d27aa0000000000000000000000000000000000000000000000000000',
           'selected': 'sha256:c5bd9d1d27aa0000000000000000000000000000000000000000000000000000'},
           {'container': 'proxy', 'repository': null, 'tag': null, 'digest': null}],
         'since': '2026-11-21T09:30:00Z', 'rollout': 'COMPLETED', 'rolloutReason': null,
         'deployments': [{'id': 'ecs-svc/1', 'status': 'PRIMARY',
           'taskDefinition': 'web-production:2', 'desired': 4, 'running': 4, 'pending': 0,
           'failed': 0, 'rolloutState': 'COMPLETED', 'createdAt': '2026-11-21T09:28:00Z'}],
         'blocked': [], 'blockedCount': 0, 'paused': null, 'pin': null, 'state': 'up to date',
         'decision': 'Current', 'reason': 'has what production selects'},
        {'service': 'website/web-staging', 'environment': 'staging',
         'arn': 'arn:aws:ecs:eu-central-1:123456789012:service/website/web-staging',
         'taskDefinition': 'web-staging:2', 'desired': 3, 'running': 3, 'pending': 0,
         'images': [{'container': 'web', 'repository': 'web', 'tag': 'staging',
           'digest': 'sha256:c5bd9d1d27aa0000000000000000000000000000000000000000000000000000',
           'selected': 'sha256:969cd3337efe0000000000000000000000000000000000000000000000000000'},
           {'container': 'jobs', 'repository': 'jobs', 'tag': 'staging',
           'digest': 'sha256:0123456789ab0000000000000000000000000000000000000000000000000000',
           'selected': null}],
         'since': '2026-11-21T11:57:00Z', 'rollout': 'COMPLETED', 'rolloutReason': null,
         'deployments': [{'id': 'ecs-svc/2', 'status': 'PRIMARY',
           'taskDefinition': 'web-staging:2', 'desired': 3, 'running': 3, 'pending': 0,
           'failed': 0, 'rolloutState': 'COMPLETED', 'createdAt': '2026-11-21T11:50:00Z'}],
         'blocked': [{'repository': 'web', 'since': '2026-11-21T09:00:00Z', 'by': 'Slipway',
           'digest': 'sha256:969cd3337efe0000000000000000000000000000000000000000000000000000'}],
         'blockedCount': 3,
         'paused': 'by arn:aws:iam::123456789012:user/alice at 2026-11-21T10:00:00Z',
         'pin': null, 'state': 'paused', 'decision': 'Held',
         'reason': 'paused: by arn:aws:iam::123456789012:user/alice at 2026-11-21T10:00:00Z'}],
       'warnings': ['environment qa is followed by no service']}
      """;

  private final Shell shell = new Shell();

  @Nested
  class Status {
    @Test
    void is_a_table_and_below_it_what_is_in_the_way() {
      shell.functions.answer("status", STATUS);

      assertThat(shell.run("status")).isZero();

      assertThat(shell.functions.requests()).containsExactly("status {}");
      assertThat(shell.out())
          .isEqualTo(
              """
              ENVIRONMENT  SERVICE                 IMAGE  DIGEST        TAG         TASKS  SINCE      STATE
              production   website/web-production  web    c5bd9d1d27aa  production  4/4    2 h ago    up to date
              staging      website/web-staging     web    c5bd9d1d27aa  staging     3/3    3 min ago  paused
                                                   jobs   0123456789ab  staging

              website/web-staging: paused: by alice at 2026-11-21T10:00:00Z
              website/web-staging: blocked: 969cd3337efe and 2 more
              environment qa is followed by no service
              """);
      assertThat(shell.err()).isEmpty();
      assertThat(shell.functions.isClosed()).isTrue();
    }

    /** Nothing but a command lifts it: where all is as it should be it is no news. */
    @Test
    void leaves_out_what_is_blocked_where_a_service_is_up_to_date() {
      shell.functions.answer(
          "status", STATUS.replace("'state': 'paused'", "'state': 'up to date'"));

      shell.run("status");
      assertThat(shell.out()).doesNotContain("blocked: 969cd3337efe");

      shell.run("status --details");
      assertThat(shell.out()).contains("blocked: 969cd3337efe and 2 more");
    }

    @Test
    void names_the_pinned_image_instead_of_the_revision_before_it() {
      shell.functions.answer(
          "status",
          STATUS.replace(
              "'pin': null, 'state': 'paused'",
              "'pin': {'revision': 'web:2', 'by': 'ann', 'applied': true, 'images': {'web': "
                  + "'1.dkr.ecr.eu-west-1.amazonaws.com/web@sha256:33748f3ad77c"
                  + "0000000000000000000000000000000000000000000000000000'}}, 'state': 'paused'"));

      shell.run("status");

      assertThat(shell.out()).contains("website/web-staging: pinned to 33748f3ad77c by ann\n");
    }

    @Test
    void names_the_cause_of_a_failure_and_the_evidence_if_it_is_wanted() {
      shell.functions.answer("status", failing());

      shell.run("status");
      assertThat(shell.out())
          .contains("\n\nwebsite/web: web:3 fails: container web exited with 1 twice\n")
          .doesNotContain("task 1f");

      shell.run("status --details");
      assertThat(shell.out())
          .endsWith(
              """
              website/web: web:3 fails: container web exited with 1 twice
                task 1f: Essential container in task exited; web exited with 1
                log of web: Error: no database
              """);
    }

    private static String failing() {
      return """
      {'services': [{'service': 'website/web', 'environment': 'staging', 'desired': 2,
        'running': 2, 'images': [], 'rollout': 'IN_PROGRESS', 'deployments': [], 'blocked': [],
        'rolloutReason': 'ECS deployment is going on', 'failure': {'kind': 'failing',
          'taskDefinition': 'web:3', 'cause': 'container web exited with 1 twice',
          'details': ['task 1f: Essential container in task exited; web exited with 1',
            'log of web: Error: no database']},
        'state': 'rolling out', 'decision': 'Current', 'reason': 'x'}], 'warnings': []}
      """;
    }

    @ParameterizedTest
    @ValueSource(ints = {40, 60, 80, 100, 200})
    void fits_the_screen_and_keeps_digests_and_states_whole(int columns) {
      shell.functions.answer("status", STATUS);

      shell.redrawing().columns(columns).run("status");

      assertThat(shell.out().lines())
          .filteredOn(line -> line.contains("web-") || line.contains("c5bd"))
          .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(columns));
      assertThat(shell.out()).contains("c5bd9d1d27aa", "0123456789ab", "up to date", "paused");
    }

    @Test
    void is_shown_again_whenever_it_changes() {
      shell.functions.answer(
          "status", STATUS, STATUS, STATUS.replace("'running': 3", "'running': 2"));

      assertThat(shell.run("status --watch --interval 10s --timeout 35s")).isZero();

      assertThat(shell.functions.requests()).hasSize(4);
      assertThat(shell.out().lines().filter(line -> line.startsWith("ENVIRONMENT"))).hasSize(2);
      assertThat(shell.out()).contains("3/3", "2/3");
    }

    @Test
    void is_drawn_over_on_a_screen() {
      shell.functions.answer("status", STATUS);

      shell.redrawing().run("status --watch --timeout 6s");

      assertThat(shell.out()).startsWith("\u001b[H\u001b[2J");
      assertThat(shell.out().lines().filter(line -> line.contains("ENVIRONMENT"))).hasSize(2);
    }

    @Test
    void of_a_service_that_is_paused_and_up_to_date_says_so_and_how_to_end_it() {
      shell.functions.answer(
          "status",
          STATUS
              .replace("'paused': null", "'paused': 'by ann at 2026-11-21T10:00:00Z'")
              .replace("'state': 'up to date'", "'state': 'paused'"));

      shell.run("status");

      assertThat(shell.out())
          .contains("2 h ago    paused\n")
          .contains(
              """
              website/web-production: paused by ann at 2026-11-21T10:00:00Z. To end it:
              `slipway resume website/web-production`
              """);
    }

    @Test
    void fits_a_hundred_columns() {
      shell.functions.answer("status", STATUS);

      shell.run("status");

      assertThat(shell.out().lines()).allSatisfy(line -> assertThat(line).hasSizeLessThan(101));
    }

    @Test
    void is_of_one_service_or_one_environment() {
      shell.functions.answer("status", "{'services': []}");

      assertThat(shell.run("status web-staging")).isZero();
      assertThat(shell.run("status --environment production")).isZero();

      assertThat(shell.functions.requests())
          .containsExactly(
              "status {'service':'web-staging'}", "status {'environment':'production'}");
      assertThat(shell.out())
          .startsWith("No service follows an environment. To have one follow: `slipway follow ");
    }

    @Test
    void of_many_pages_is_one_table() {
      shell.functions.answer("status", STATUS.replace("'warnings'", "'next': 'c/2', 'warnings'"));
      shell.functions.answer(
          "status",
          """
          {'services': [{'service': 'website/api', 'environment': 'production',
            'desired': 1, 'running': 0, 'images': [], 'deployments': [], 'blocked': [],
            'state': 'unhealthy', 'failure': {'kind': 'stopped', 'taskDefinition': 'api:2',
              'cause': 'container api exited with 1', 'details': ['task 1f: exited']},
            'decision': 'Current', 'reason': 'has what production selects'}],
           'warnings': [], 'next': null}
          """);

      assertThat(shell.run("status")).isZero();

      assertThat(shell.functions.requests()).containsExactly("status {}", "status {'page':'c/2'}");
      assertThat(shell.out().lines().skip(1).limit(2))
          .satisfiesExactly(
              line -> assertThat(line).contains("website/api", "0/1", "unhealthy"),
              line -> assertThat(line).contains("website/web-production"));
      assertThat(shell.out())
          .contains("website/api: api:2 loses tasks: container api exited with 1\n");
    }

    @Test
    void is_the_functions_answer_for_scripts() {
      shell.functions.answer("status", STATUS);

      assertThat(shell.run("status --output json")).isZero();

      assertThat(FakeFunctions.json(shell.out())).isEqualTo(FakeFunctions.json(STATUS));
    }

    @Test
    void has_colours_where_there_are_any() {
      shell.functions.answer("status", STATUS);

      shell.inColours().run("status");

      assertThat(shell.out())
          .contains("\u001b[32mup to date\u001b[0m", "\u001b[33mpaused\u001b[0m");
    }
  }

  @Nested
  class Explain {
    private static final String ANSWER =
        """
        {'services': [{'service': 'website/web-staging', 'environment': 'staging',
          'decision': 'Deploy', 'reason': 'tag staging now selects another image',
          'from': 'web-staging:1',
          'changes': [{'container': 'web',
            'from': '123456789012.dkr.ecr.eu-central-1.amazonaws.com/web@sha256:f40ea3de2d6a0000000000000000000000000000000000000000000000000000',
            'to': '123456789012.dkr.ecr.eu-central-1.amazonaws.com/web@sha256:c5bd9d1d27aa0000000000000000000000000000000000000000000000000000'}],
          'difference': [{'path': 'containerDefinitions[web].image', 'from': 'web@old', 'to': 'web@new'},
            {'path': 'tags', 'from': null, 'to': {'slipway:tag': 'staging'}}],
          'deploymentConfiguration': {'minimumHealthyPercent': 50, 'maximumPercent': 200}},
         {'service': 'website/api', 'environment': 'staging', 'decision': 'Current',
          'reason': 'has what staging selects',
          'gates': [{'gate': 'approval', 'repository': 'api', 'digest': 'sha256:c5bd9d1d27aa',
              'closed': true, 'reason': 'nobody has approved it', 'override': null},
            {'gate': 'windows', 'repository': 'api', 'digest': 'sha256:c5bd9d1d27aa',
              'closed': false, 'reason': 'closed until Mon', 'override': 'login is broken'}],
          'selections': [{'repository': 'api', 'tag': 'main-1', 'digest': 'sha256:0',
            'passedOver': [{'image': 'fix-2', 'why': 'it does not match main-*'},
              {'image': 'fix-1', 'why': 'it does not match main-*'}],
            'warnings': ['newest main can match one tag only'],
            'note': null}, {'repository': 'job', 'note': 'the environment does not follow it'}], 'changes': [], 'difference': [],
          'deploymentConfiguration': null}],
         'reason': null}
        """;

    @Test
    void says_what_would_happen_and_why() {
      shell.functions.answer("explain", ANSWER);

      assertThat(shell.run("explain web-staging")).isZero();

      assertThat(shell.functions.requests()).containsExactly("explain {'service':'web-staging'}");
      assertThat(shell.out())
          .isEqualTo(
              """
              website/web-staging (staging): would be deployed
                tag staging now selects another image

                CONTAINER  FROM              TO
                web        web@f40ea3de2d6a  web@c5bd9d1d27aa

                Against web-staging:1:
                containerDefinitions[web].image
                - web@old
                + web@new
                tags
                + {"slipway:tag":"staging"}

                Deployment configuration:
                minimumHealthyPercent 50
                maximumPercent 200

              website/api (staging): is up to date
                has what staging selects
                × approval, api c5bd9d1d27aa: nobody has approved it
                ✓ windows, api c5bd9d1d27aa: closed until Mon; overridden: login is broken
                In api: warning: newest main can match one tag only
                Passed over in api: fix-2 (it does not match main-*), fix-1 (it does not match main-*)
                In job: the environment does not follow it
              """);
    }

    @Test
    void is_also_of_a_push_that_could_come() {
      shell.functions.answer("explain", "{'services': [], 'reason': 'nothing follows latest'}");

      assertThat(shell.run("explain --repository web --tag latest")).isZero();

      assertThat(shell.functions.requests())
          .containsExactly("explain {'repository':'web','tag':'latest'}");
      assertThat(shell.out()).isEqualTo("nothing follows latest\n");
    }

    @Test
    void is_of_a_push_by_repository_and_tag() {
      shell.functions.answer("explain", "{'services': [], 'reason': 'nothing follows latest'}");

      assertThat(shell.run("explain team/web:latest")).isZero();
      assertThat(shell.run("explain arn:aws:ecs:eu-west-1:1:service/a/b")).isZero();

      assertThat(shell.functions.requests())
          .containsExactly(
              "explain {'repository':'team/web','tag':'latest'}",
              "explain {'service':'arn:aws:ecs:eu-west-1:1:service/a/b'}");
    }

    @Test
    void names_what_went_wrong_last() {
      shell.functions.answer(
          "explain",
          """
          {'services': [{'service': 'website/web', 'environment': 'staging', 'decision': 'Held',
            'hold': 'blocked', 'reason': 'image is blocked', 'failure': {'kind': 'failed', 'taskDefinition': 'web:3',
              'cause': 'container web exited with 1', 'details': ['task 1f: exited']}}]}
          """);

      shell.run("explain web --details");

      assertThat(shell.out())
          .isEqualTo(
              """
              website/web (staging): is blocked
                image is blocked
                web:3 failed: container web exited with 1
                  task 1f: exited
              """);
    }

    @ParameterizedTest
    @CsvSource({
      "paused, is paused",
      "'waiting for approval, windows', 'is waiting for approval, windows'",
      "failed, failed",
      "runs a blocked image, runs a blocked image"
    })
    void names_what_holds_a_service(String hold, String says) {
      shell.functions.answer(
          "explain",
          "{'services': [{'service': 'website/web', 'environment': 'staging', 'decision': 'Held', 'hold': '%s'}]}"
              .formatted(hold));

      shell.run("explain web");

      assertThat(shell.out()).isEqualTo("website/web (staging): " + says + "\n");
    }

    @Test
    void needs_either() {
      assertThat(shell.run("explain")).isEqualTo(2);
      assertThat(shell.run("explain --repository web")).isEqualTo(2);
      assertThat(shell.run("explain web --repository web --tag latest")).isEqualTo(2);
      assertThat(shell.functions.requests()).isEmpty();
    }
  }

  @Nested
  class History {
    @Test
    void is_newest_first_with_what_went_wrong_below() {
      shell.functions.answer(
          "history",
          """
          {'service': 'website/web-staging', 'deployments': [
            {'deploymentId': 'ecs-svc/3', 'taskDefinition': 'web-staging:3', 'tag': 'staging',
             'images': [{'container': 'web',
               'digest': 'sha256:969cd3337efe0000000000000000000000000000000000000000000000000000'}],
             'startedAt': '2026-11-21T11:51:00Z', 'finishedAt': '2026-11-21T11:52:35Z',
             'outcome': 'rolled back', 'reason': 'container web exited with 1', 'eventId': 'e3'},
            {'deploymentId': 'ecs-svc/2', 'taskDefinition': 'web-staging:2', 'tag': 'staging',
             'images': [{'container': 'web',
               'digest': 'sha256:c5bd9d1d27aa0000000000000000000000000000000000000000000000000000'}],
             'startedAt': '2026-11-20T08:00:00Z', 'finishedAt': '2026-11-20T08:05:00Z',
             'outcome': 'deployed', 'reason': null, 'eventId': 'e2',
             'by': 'arn:aws:sts::123456789012:assumed-role/Operator/alice@example.com'},
            {'deploymentId': 'ecs-svc/1', 'taskDefinition': 'web-staging:1', 'images': [],
             'startedAt': '2025-11-20T08:00:00Z', 'finishedAt': null, 'outcome': 'superseded'}]}
          """);

      assertThat(shell.run("history web-staging --limit 3")).isZero();

      assertThat(shell.functions.requests())
          .containsExactly("history {'service':'web-staging','limit':3}");
      assertThat(shell.out())
          .isEqualTo(
              """
              website/web-staging
              STARTED           AGO    TOOK   REVISION       DIGEST        TAG      OUTCOME      BY
              12:51:00          9 min  95 s   web-staging:3  969cd3337efe  staging  rolled back
              20 Nov 09:00      28 h   5 min  web-staging:2  c5bd9d1d27aa  staging  deployed     alice@example.com
              2025-11-20 09:00  366 d  -      web-staging:1  -                      superseded

              web-staging:3 rolled back: container web exited with 1
              """);
    }

    @Test
    void has_the_evidence_if_it_is_wanted() {
      shell.functions.answer(
          "history",
          """
          {'service': 'website/web', 'deployments': [{'taskDefinition': 'web:3',
            'outcome': 'rolled back', 'diagnosis': 'container web exited with 1',
            'why': 'tag staging now selects another image', 'details': ['log of web: Error: no database']}]}
          """);

      shell.run("history web");
      assertThat(shell.out())
          .endsWith("web:3 rolled back: container web exited with 1\n")
          .doesNotContain("no database", "another image");
      shell.run("history web --details");
      assertThat(shell.out())
          .endsWith(
              """
              web:3 decided: tag staging now selects another image
              web:3 rolled back: container web exited with 1
                log of web: Error: no database
              """);
    }

    @Test
    void may_be_none() {
      shell.functions.answer("history", "{'service': 'website/web', 'deployments': []}");

      assertThat(shell.run("history web")).isZero();

      assertThat(shell.out()).isEqualTo("website/web: no deployment of it is known.\n");
    }
  }

  @Test
  void a_command_to_copy_is_not_broken_where_it_fits_on_a_line() {
    shell.functions.answer(
        "explain",
        """
        {'services': [], 'reason': 'image 1 is blocked. Deploy it anyway: `slipway deploy web \
        --unblock`, or not'}
        """);

    shell.columns(50).run("explain web");
    assertThat(shell.out())
        .isEqualTo(
            """
            image 1 is blocked. Deploy it anyway:
            `slipway deploy web --unblock`, or not
            """);
  }

  @Test
  void what_ecs_goes_back_to_is_named_by_its_revision() {
    shell.functions.answer(
        "status",
        """
        {'services': [{'service': 'website/web', 'rollout': 'IN_PROGRESS', 'running': 1,
          'desired': 2, 'state': 'rolling back', 'decision': 'Current', 'reason': 'x',
          'rolloutReason': 'ECS deployment circuit breaker: rolling back to deploymentId ecs-svc/7',
          'deployments': [{'status': 'PRIMARY', 'taskDefinition': 'web:1'}]}], 'warnings': []}
        """);

    shell.run("status");

    assertThat(shell.out())
        .endsWith("website/web: ECS deployment circuit breaker: rolling back to web:1\n");
  }

  @Nested
  class Logs {
    private static String log(String state, String task, String... lines) {
      return """
      {'task': '%s', 'container': 'web', 'taskDefinition': 'web:3', 'state': '%s',
       'warning': null, 'lines': [%s]}\
      """
          .formatted(task, state, String.join(", ", lines));
    }

    private static String line(String second, String text) {
      return "{'at': '2026-11-21T11:59:%sZ', 'text': '%s'}".formatted(second, text);
    }

    private static String logs(String... logs) {
      return "{'service': 'website/web', 'logs': [%s]}".formatted(String.join(", ", logs));
    }

    /** A container's clock may be ahead: the others' lines would be left out until then. */
    @Test
    void are_followed_from_now_on_although_a_line_is_of_the_future() {
      shell.functions.answer(
          "logs",
          """
          {'logs': [{'task': 't', 'container': 'web', 'taskDefinition': 'web:1', 'state': 'running',
            'lines': [{'at': '2099-01-01T00:00:00Z', 'text': 'ahead'}]}]}
          """);
      shell.functions.answer("logs", "{'logs': []}");

      assertThat(shell.run("logs web --follow --timeout 4s --interval 3s")).isZero();

      assertThat(shell.functions.requests()).hasSize(2);
      assertThat(shell.functions.requests().getLast()).doesNotContain("2098", "2099");
    }

    @Test
    void are_shown_log_by_log() {
      shell.functions.answer(
          "logs",
          logs(
              log("failed", "1f0c", line("01", "starting"), line("02", "Error: no database")),
              log("running", "2a3b")));

      assertThat(shell.run("logs web -c web --since 10m -n 20")).isZero();

      assertThat(shell.functions.requests())
          .containsExactly(
              "logs {'service':'web','container':'web','limit':20,'since':'2026-11-21T11:50:00Z'}");
      assertThat(shell.out())
          .isEqualTo(
              """
              web  web:3  failed
              task 1f0c
              12:59:01  starting
              12:59:02  Error: no database

              web  web:3  running
              task 2a3b
                no line in the time since 10m
              """);
    }

    @Test
    void that_have_no_line_say_which_time_was_looked_at() {
      shell.functions.answer("logs", logs(log("running", "2a3b")));

      shell.run("logs web");

      assertThat(shell.out())
          .endsWith("  no line in the last hour. To look further back: --since 12h\n");
    }

    @Test
    void are_broken_between_words_on_a_narrow_screen_and_nowhere_else() {
      String text = "Error: the variable DATABASE_URL of the container is not set";
      shell.functions.answer("logs", logs(log("failed", "1f0c", line("01", text))));

      shell.columns(40).run("logs web");
      assertThat(shell.out()).contains("12:59:01  " + text + "\n");

      shell.redrawing().columns(40).run("logs web");
      assertThat(shell.out())
          .endsWith(
              """
              12:59:01  Error: the variable
                        DATABASE_URL of the container
                        is not set
              """);
    }

    @Test
    void are_followed_line_by_line_each_once() {
      shell.functions.answer(
          "logs",
          logs(log("running", "1f0c2d3e4f", line("01", "one"), line("01", "one"))),
          logs(log("running", "1f0c2d3e4f", line("01", "one"), line("01", "one"))),
          logs(
              log("running", "1f0c2d3e4f", line("01", "one"), line("03", "three")),
              log("running", "2a3b", line("02", "two"))));

      assertThat(shell.run("logs web --follow --timeout 8s")).isZero();

      assertThat(shell.out())
          .isEqualTo(
              """
              12:59:01  1f0c2d web  one
              12:59:01  1f0c2d web  one
              12:59:02  2a3b web  two
              12:59:03  1f0c2d web  three
              """);
      assertThat(shell.functions.requests())
          .containsExactly(
              "logs {'service':'web'}",
              "logs {'service':'web','since':'2026-11-21T11:58:46Z','limit':200}",
              "logs {'service':'web','since':'2026-11-21T11:58:46Z','limit':200}");
    }

    @Test
    void a_time_that_is_none_makes_no_sense() {
      assertThat(shell.run("logs web --since yesterday")).isEqualTo(2);
    }
  }

  @Nested
  class Events {
    private static final String ONE =
        "{'at': '2026-11-21T11:59:01Z', 'source': 'ECS', 'text': 'has started 2 tasks'}";
    private static final String TWO =
        "{'at': '2026-11-21T11:59:02Z', 'source': 'Slipway', 'text': 'deployment 1 is started'}";

    @Test
    void are_in_one_order() {
      shell.functions.answer("events", "{'events': [%s, %s]}".formatted(ONE, TWO));

      assertThat(shell.run("events web -n 5")).isZero();

      assertThat(shell.functions.requests()).containsExactly("events {'service':'web','limit':5}");
      assertThat(shell.out())
          .isEqualTo(
              """
              12:59:01  ECS      has started 2 tasks
              12:59:02  Slipway  deployment 1 is started
              """);
    }

    @Test
    void say_that_there_are_older_ones() {
      shell.functions.answer("events", "{'older': 12, 'events': [%s]}".formatted(ONE));

      shell.run("events web");

      assertThat(shell.out())
          .isEqualTo(
              """
              12 events before: --limit 13 shows more
              12:59:01  ECS      has started 2 tasks
              """);
    }

    @Test
    void begin_on_a_line_of_their_own_on_a_narrow_screen() {
      shell.functions.answer("events", "{'events': [%s]}".formatted(ONE));

      shell.columns(40).run("events web");

      assertThat(shell.out()).isEqualTo("12:59:01  ECS\n  has started 2 tasks\n");
    }

    /** The diagnosis of an end comes later, and its rollback ends later still: it is one end. */
    @Test
    void say_an_end_once_although_its_text_changes() {
      String end =
          "{'at': '2026-11-21T11:59:03Z', 'source': 'Slipway', 'deployment': 'd-1', 'kind':"
              + " 'ended', 'text': 'the deployment failed%s'}";
      String other =
          "{'at': '2026-11-21T11:59:03Z', 'source': 'Slipway', 'deployment': 'd-1', 'kind':"
              + " 'stopped', 'text': 'ann stops it'}";
      shell.functions.answer(
          "events",
          "{'events': [%s]}".formatted(end.formatted("")),
          "{'events': [%s, %s]}".formatted(end.formatted(": out of memory"), other));

      shell.run("events web --watch --timeout 5s");

      assertThat(shell.out())
          .isEqualTo(
              """
              12:59:03  Slipway  the deployment failed
              12:59:03  Slipway  ann stops it
              """);
    }

    @Test
    void go_on_with_new_ones() {
      shell.functions.answer(
          "events", "{'events': [%s]}".formatted(ONE), "{'events': [%s, %s]}".formatted(ONE, TWO));

      shell.run("events web --watch --timeout 5s");

      assertThat(shell.out()).hasLineCount(2).endsWith("deployment 1 is started\n");
    }
  }

  @Nested
  class Diff {
    @Test
    void is_of_two_revisions() {
      shell.functions.answer(
          "diff",
          """
          {'service': 'website/web', 'from': 'web:2', 'to': 'web:3', 'difference': [
            {'path': 'memory', 'from': '512', 'to': '1024'}]}
          """);

      assertThat(shell.run("diff web 2 web:3")).isZero();
      assertThat(shell.run("diff web")).isZero();

      assertThat(shell.functions.requests())
          .containsExactly(
              "diff {'service':'web','from':'2','to':'web:3'}", "diff {'service':'web'}");
      assertThat(shell.out()).startsWith("website/web: web:2 → web:3\nmemory\n- 512\n+ 1024\n");
    }
  }

  @Nested
  class Doctor {
    private static final String FINDINGS =
        """
        {'stack': 'slipway', 'version': '1.0', 'findings': [
          {'severity': 'warning', 'where': 'website/web', 'what': 'its deployment circuit breaker is off',
           'remedy': 'switch it on'},
          {'severity': 'unchecked', 'where': 'topic slipway-notifications',
           'what': 'could not check subscriptions: access denied', 'remedy': 'try again'},
          {'severity': 'problem', 'where': 'website/web', 'remedy': '`aws logs create-log-group`',
           'what': 'its log group /ecs/web is not there: its next task cannot start'},
          {'severity': 'problem', 'where': 'queue slipway-deploy-dead-letters',
           'what': '3 messages wait there', 'remedy': '`slipway replay list`'}],
         'checked': {'stack': ['rules', 'dead letters'], 'services': ['website/web'],
           'ofServices': ['log groups', 'circuit breakers']}, 'next': null}
        """;

    private static final String WELL =
        """
        {'stack': 'slipway', 'version': '1.0', 'findings': [], 'checked': {
          'stack': ['rules', 'dead letters'], 'services': ['website/api', 'website/web'],
          'ofServices': ['log groups', 'circuit breakers']}, 'next': null}
        """;

    @Test
    void shows_the_worst_first_by_what_it_is_about_and_ends_with_1() {
      shell.functions.answer("doctor", FINDINGS);

      assertThat(shell.columns(60).run("doctor web")).isEqualTo(1);

      assertThat(shell.functions.requests()).containsExactly("doctor {'service':'web'}");
      assertThat(shell.out())
          .isEqualTo(
              """
              queue slipway-deploy-dead-letters
              problem    3 messages wait there
                         → `slipway replay list`

              website/web
              problem    its log group /ecs/web is not there: its next
                         task cannot start
                         → `aws logs create-log-group`
              warning    its deployment circuit breaker is off
                         → switch it on

              topic slipway-notifications
              unchecked  could not check subscriptions: access denied
                         → try again

              2 problems and 1 warning; 1 could not be checked.
              Looked at stack slipway (version 1.0): rules and dead
              letters.
              Looked at website/web: log groups and circuit breakers.
              """);
      assertThat(shell.err()).isEmpty();
    }

    @Test
    void says_what_it_looked_at_where_all_is_well() {
      shell.functions.answer("doctor", WELL);

      assertThat(shell.run("doctor")).isZero();

      assertThat(shell.functions.requests()).containsExactly("doctor {}");
      assertThat(shell.out())
          .isEqualTo(
              """
              Nothing found that would keep a deployment or a rollback from working.
              What runs, and how it is: `slipway status`.
              Looked at stack slipway (version 1.0): rules and dead letters.
              Looked at 2 services: log groups and circuit breakers.
              """);
    }

    @Test
    void tells_once_what_is_found_of_several_services() {
      shell.functions.answer(
          "doctor",
          WELL.replace(
              "'findings': []",
              """
              'findings': [
                {'severity': 'warning', 'where': 'website/api', 'what': 'its breaker is off', 'remedy': 'switch it on'},
                {'severity': 'problem', 'where': 'website/web', 'what': 'its log group is not there', 'remedy': 'make it'},
                {'severity': 'warning', 'where': 'website/web', 'what': 'its breaker is off', 'remedy': 'switch it on'}]
              """));

      assertThat(shell.run("doctor")).isEqualTo(1);

      assertThat(shell.out())
          .startsWith(
              """
              website/web
              problem    its log group is not there
                         → make it

              website/api and website/web
              warning    its breaker is off
                         → switch it on

              1 problem and 2 warnings.
              """);
    }

    @ParameterizedTest
    @CsvSource({
      "warning, Nothing found that would keep a deployment or a rollback from working; 1 warning.",
      "unchecked, Nothing found that would keep a deployment or a rollback from working; 1 could"
          + " not be checked.",
      "novelty, Nothing found that would keep a deployment or a rollback from working; 1 could not"
          + " be checked.",
    })
    void ends_with_0_where_there_is_no_problem(String severity, String summary) {
      shell.functions.answer(
          "doctor",
          WELL.replace(
              "'findings': []",
              "'findings': [{'severity': '%s', 'where': 'x', 'what': 'y'}]".formatted(severity)));

      assertThat(shell.run("doctor")).isZero();

      assertThat(shell.out()).startsWith("x\n");
      assertThat(shell.out().replaceAll("\\s+", " ")).contains(summary);
    }

    @Test
    void asks_page_by_page_and_says_once_what_pages_share() {
      shell.functions.answer(
          "doctor",
          FINDINGS.replace("'next': null", "'next': 'website/token'"),
          FINDINGS
              .replace("['website/web']", "['website/zeta']")
              .replace("'stack': ['rules', 'dead letters']", "'stack': []"));

      assertThat(shell.run("doctor --output json")).isEqualTo(1);

      assertThat(shell.functions.requests())
          .containsExactly("doctor {}", "doctor {'page':'website/token'}");
      assertThat(FakeFunctions.json(shell.out()).path("findings")).hasSize(4);
      assertThat(FakeFunctions.json(shell.out()).path("checked").path("services"))
          .hasToString("[\"website/web\",\"website/zeta\"]");
      assertThat(FakeFunctions.json(shell.out()).has("next")).isFalse();
    }

    @Test
    void says_so_where_no_service_has_the_tag() {
      shell.functions.answer("doctor", WELL.replace("['website/api', 'website/web']", "[]"));

      assertThat(shell.run("doctor")).isZero();

      assertThat(shell.out())
          .contains(
              "Looked at no service: none that could be read has the tag slipway:environment.");
    }

    @ParameterizedTest
    @ValueSource(ints = {40, 80, 200})
    void fits_the_screen_and_escapes_what_comes_from_outside(int columns) {
      shell.functions.answer(
          "doctor", FINDINGS.replace("its log group", "its \\u001b[2J\\u202elog group"));

      shell.columns(columns).inColours().run("doctor");

      assertThat(shell.out().replaceAll("\u001b\\[[0-9]+m", ""))
          .contains("\\u001b[2J\\u202elog")
          .doesNotContain("\u001b", "\u202e")
          .satisfies(text ->
              assertThat(text.lines())
                  .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(columns)));
    }
  }

  @Nested
  class Dead_letters {
    @Test
    void are_listed_with_what_each_was_and_why_it_is_there() {
      shell.functions.answer(
          "list",
          """
          {'messages': [
            {'id': '6f1c2f0e-8f3a-4f6e-9d57-0d0f6f2a7d11', 'queue': 'deploy',
             'what': 'push of web:staging', 'eventId': 'e1', 'repository': 'web', 'tag': 'staging',
             'service': null, 'sentAt': '2026-11-21T11:00:00Z', 'tries': 8,
             'reason': 'RegisterTaskDefinition was refused: the role may not be passed'},
            {'id': '0b7a', 'queue': 'undeliverable', 'what': 'push of a:b', 'tries': 1}]}
          """);

      assertThat(shell.run("replay list")).isZero();

      assertThat(shell.functions.requests()).containsExactly("list {}");
      assertThat(shell.out())
          .isEqualTo(
              """
              6f1c2f0e-8f3a-4f6e-9d57-0d0f6f2a7d11  push of web:staging
                queue deploy, sent 12:00:00 (60 min ago), tried 8 times, event e1
                RegisterTaskDefinition was refused: the role may not be passed

              0b7a  push of a:b
                queue undeliverable, tried once
              """);
    }

    @Test
    void may_be_none() {
      shell.functions.answer("list", "{'messages': []}");

      assertThat(shell.run("replay list")).isZero();

      assertThat(shell.out()).isEqualTo("There are no dead letters.\n");
    }
  }
}
