package dev.slipway.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code follow} and {@code unfollow}: planned by a function, done with the caller's tags. */
class FollowCommandsTest {
  private static final String ARN = "arn:aws:ecs:us-east-1:123456789012:service/website/web";
  private static final String FOLLOW =
      """
      {'service': 'website/web', 'arn': '%s', 'environment': 'staging',
       'follows': null, 'already': false, 'selects': 'tag staging', 'stack': null,
       'decision': 'Deploy', 'reason': 'tag staging now selects another image: web c5bd9d1d27aa',
       'changes': [{'container': 'app',
         'from': '123456789012.dkr.ecr.us-east-1.amazonaws.com/web:1',
         'to': '123456789012.dkr.ecr.us-east-1.amazonaws.com/web@sha256:c5bd9d1d27aa0000000000000000000000000000000000000000000000000000'}],
       'deploymentConfiguration': {'maximumPercent': 200, 'bakeTimeInMinutes': 0},
       'environmentDeployment': {'minimumHealthyPercent': 50, 'maximumPercent': 200},
       'containers': [
         {'container': 'app', 'image': '123456789012.dkr.ecr.us-east-1.amazonaws.com/web:1',
          'notFollowed': null},
         {'container': 'proxy', 'image': 'nginx:1.27', 'notFollowed': 'not in a private registry'}],
       'push': [{'image': '123456789012.dkr.ecr.us-east-1.amazonaws.com/web', 'tag': 'staging'}],
       'terraformIgnores': ['task_definition', 'deployment_maximum_percent']}
      """
          .formatted(ARN);
  private static final String PREVIEW =
      """
      website/web would follow staging
        it would be deployed at once: tag staging now selects another image: web c5bd9d1d27aa
          app: web:1 → web@c5bd9d1d27aa
          with the environment's deployment configuration: minimumHealthyPercent 50, maximumPercent 200
        container proxy stays as it is: nginx:1.27 is not in a private registry
      """;
  private static final String DONE =
      """
      website/web now follows staging
        it is deployed within seconds, at the latest with the next sweep: tag staging now selects another
        image: web c5bd9d1d27aa
          app: web:1 → web@c5bd9d1d27aa
          with the environment's deployment configuration: minimumHealthyPercent 50, maximumPercent 200
        to see it arrive: `slipway watch website/web`
        container proxy stays as it is: nginx:1.27 is not in a private registry

      If Terraform manages the service, its configuration needs this too, or the next apply takes the tag
      away:
        tags = { "slipway:environment" = "staging" }
        lifecycle { ignore_changes = [task_definition, deployment_maximum_percent] }

      To deploy to it, push an image:
        docker push 123456789012.dkr.ecr.us-east-1.amazonaws.com/web:staging
      """;
  private static final String ASKED = "follow {'service':'web','environment':'staging'}";
  private static final String UNFOLLOW =
      """
      {'service': 'website/web', 'arn': '%s', 'follows': 'staging', 'environment': 'staging',
       'from': 'web:4', 'goesOn': null, 'stack': null,
       'keeps': ['paused by ann at 2026-11-21T11:00:00Z: sale',
         'blocked: sha256:c5bd9d1d27aa0000000000000000000000000000000000000000000000000000']}
      """
          .formatted(ARN);

  private final Shell shell = new Shell();

  private static String with(String answer, String... replacements) {
    String changed = answer;
    for (int i = 0; i < replacements.length; i += 2) {
      assertThat(changed).contains(replacements[i]);
      changed = changed.replace(replacements[i], replacements[i + 1]);
    }
    return changed;
  }

  @Nested
  class Follow {
    @Test
    void shows_what_it_leads_to_asks_and_tags_the_service() {
      shell.functions.answer("follow", FOLLOW);

      assertThat(shell.typing("y\n").run("follow web staging")).isZero();

      assertThat(shell.err()).isEqualTo(PREVIEW + "Have web follow staging? [y/N] ");
      assertThat(shell.out()).isEqualTo(DONE);
      assertThat(shell.functions.requests()).as("checked again").containsExactly(ASKED, ASKED);
      assertThat(shell.tags.changes()).containsExactly(ARN + "=staging");
      assertThat(shell.tags.isClosed()).isTrue();
    }

    @Test
    void tags_it_at_once_if_told_so() {
      shell.functions.answer("follow", FOLLOW);

      assertThat(shell.run("follow web staging --yes")).isZero();

      assertThat(shell.functions.requests()).containsExactly(ASKED);
      assertThat(shell.tags.changes()).containsExactly(ARN + "=staging");
      assertThat(shell.out()).isEqualTo(DONE);
      assertThat(shell.err()).isEmpty();
    }

    @Test
    void tags_nothing_in_a_dry_run() {
      shell.functions.answer("follow", FOLLOW);

      assertThat(shell.run("follow web staging --dry-run --yes")).isZero();

      assertThat(shell.out()).isEqualTo(PREVIEW);
      assertThat(shell.tags.changes()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"n, 5", "'', 5"})
    void tags_nothing_for_any_other_answer(String typed, int code) {
      shell.functions.answer("follow", FOLLOW);

      assertThat(shell.typing(typed + "\n").run("follow web staging")).isEqualTo(code);

      assertThat(shell.tags.changes()).isEmpty();
    }

    @Test
    void asks_nobody_without_a_terminal() {
      shell.functions.answer("follow", "{'service': 'website/web', 'decision': 'Deploy'}");

      assertThat(shell.run("follow web staging")).isEqualTo(2);

      assertThat(shell.err()).contains("there is no terminal to ask on");
      assertThat(shell.tags.changes()).isEmpty();
    }

    @Test
    void tags_nothing_that_is_refused() {
      shell.functions.answer("follow", "{'refused': 'only AWS CodeDeploy can deploy to it'}");

      assertThat(shell.run("follow web staging --yes")).isEqualTo(3);

      assertThat(shell.err()).isEqualTo("slipway: refused: only AWS CodeDeploy can deploy to it\n");
      assertThat(shell.tags.changes()).isEmpty();
    }

    @Test
    void tags_nothing_that_is_refused_after_it_was_shown() {
      shell.functions.answer("follow", FOLLOW, "{'refused': 'the service is DRAINING'}");

      assertThat(shell.typing("y\n").run("follow web staging")).isEqualTo(3);

      assertThat(shell.tags.changes()).isEmpty();
    }

    @Test
    void has_failed_if_ecs_does_not_let_it() {
      shell.functions.answer("follow", FOLLOW);
      shell.tags.refuse("you may not call ecs:TagResource\nNothing was changed.");

      assertThat(shell.run("follow web staging --yes")).isEqualTo(1);

      assertThat(shell.err())
          .isEqualTo("slipway: you may not call ecs:TagResource\n  Nothing was changed.\n");
      assertThat(shell.out()).isEmpty();
      assertThat(shell.tags.isClosed()).isTrue();
    }

    @Test
    void has_nothing_to_do_where_the_service_follows_that_already() {
      shell.functions.answer(
          "follow",
          with(
              FOLLOW,
              "'already': false",
              "'already': true",
              "'follows': null",
              "'follows': 'staging'",
              "'Deploy'",
              "'Current'",
              "tag staging now selects another image: web c5bd9d1d27aa",
              "app has c5bd9d1d27aa"));

      assertThat(shell.run("follow web staging --yes")).isZero();

      assertThat(shell.tags.changes()).isEmpty();
      assertThat(shell.out())
          .isEqualTo(
              """
              website/web follows staging already, and is up to date
                app has c5bd9d1d27aa

              To deploy to it, push an image:
                docker push 123456789012.dkr.ecr.us-east-1.amazonaws.com/web:staging
              """);
    }

    @Test
    void answers_scripts_with_the_plan_and_whether_it_was_done() {
      shell.functions.answer("follow", FOLLOW);

      assertThat(shell.run("follow web staging --yes -o json")).isZero();

      assertThat(FakeFunctions.json(shell.out()))
          .isEqualTo(FakeFunctions.json(FOLLOW).put("tagged", true));

      Shell other = new Shell();
      other.functions.answer("follow", FOLLOW);
      assertThat(other.run("follow web staging --dry-run -o json")).isZero();
      assertThat(FakeFunctions.json(other.out()))
          .isEqualTo(FakeFunctions.json(FOLLOW).put("tagged", false));
    }

    @Test
    void says_what_the_service_followed_before() {
      shell.functions.answer("follow", with(FOLLOW, "'follows': null", "'follows': 'qa'"));

      shell.run("follow web staging --dry-run");

      assertThat(shell.out()).startsWith("website/web would follow staging instead of qa\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Current", "Held", "NotDeployable"})
    void says_that_and_why_nothing_is_deployed(String decision) {
      shell.functions.answer("follow", with(FOLLOW, "'Deploy'", "'" + decision + "'"));

      shell.run("follow web staging --yes");

      assertThat(shell.out())
          .startsWith(
              """
              website/web now follows staging
                nothing is deployed now: tag staging now selects another image: web c5bd9d1d27aa
              """)
          .doesNotContain("watch");
    }

    @Test
    void names_the_lines_of_cloudformation_where_a_stack_manages_the_service() {
      shell.functions.answer("follow", with(FOLLOW, "'stack': null", "'stack': 'website'"));

      shell.run("follow web staging --dry-run");
      shell.run("follow web staging --yes");

      assertThat(shell.out())
          .contains(
              "  CloudFormation stack website manages it: its template needs the tag too\n",
              """

              CloudFormation stack website manages the service. Its template needs this too:
                Tags: [{ Key: "slipway:environment", Value: "staging" }]

              """)
          .doesNotContain("Terraform");
    }

    @Test
    void leaves_the_tag_open_where_an_environment_selects_among_many() {
      shell.functions.answer(
          "follow",
          with(FOLLOW, "'tag': 'staging'", "'tag': null", "'tag staging'", "'newest main-*'"));

      shell.run("follow web staging --yes");

      assertThat(shell.out())
          .endsWith(
              """
              To deploy to it, push an image with a TAG that fits newest main-*:
                docker push 123456789012.dkr.ecr.us-east-1.amazonaws.com/web:TAG
              """);
    }

    @Test
    void says_what_the_record_has_from_before_unless_the_reason_says_so() {
      shell.functions.answer(
          "follow",
          with(
              FOLLOW,
              "'already': false",
              "'already': false, 'keeps': ['paused by ann', 'tag staging now selects']"));

      shell.run("follow web staging --dry-run");

      assertThat(shell.out())
          .endsWith("  Slipway's record has this about it from before:\n    paused by ann\n");
    }

    @Test
    void breaks_what_terraform_ignores_into_lines_where_it_does_not_fit() {
      shell.functions.answer("follow", FOLLOW);

      shell.columns(60).run("follow web staging --yes");

      assertThat(shell.out())
          .contains(
              """
                tags = { "slipway:environment" = "staging" }
                lifecycle {
                  ignore_changes = [
                    task_definition,
                    deployment_maximum_percent,
                  ]
                }
              """);
    }

    /** Prose is broken between words; what is to be copied stays whole. */
    @ParameterizedTest
    @ValueSource(ints = {40, 200})
    void fits_the_terminal(int columns) {
      shell.functions.answer("follow", FOLLOW);

      assertThat(shell.columns(columns).typing("y\n").run("follow web staging")).isZero();

      assertThat(shell.err().replace("Have web follow staging? [y/N] ", "") + shell.out())
          .isNotEmpty()
          .satisfies(text ->
              assertThat(text.lines().filter(line -> !line.matches("  (docker push|tags =) .*")))
                  .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(columns)));
      assertThat(shell.out().replaceAll("[\\s,]+", " ").replace("[ ", "[").replace(" ]", "]"))
          .isEqualTo(DONE.replaceAll("[\\s,]+", " "));
    }

    @Test
    void shows_what_others_named_without_what_a_terminal_obeys() {
      String hostile = "\\u001b[2J\\u202e";
      shell.functions.answer(
          "follow",
          with(
              FOLLOW,
              "'follows': null",
              "'follows': 'qa" + hostile + "'",
              "'stack': null",
              "'stack': 's" + hostile + "'",
              "nginx:1.27",
              "nginx" + hostile,
              "'proxy'",
              "'proxy" + hostile + "'"));

      assertThat(shell.typing("y\n").run("follow web staging")).isZero();

      assertThat(shell.err() + shell.out())
          .contains("proxy\\u001b[2J\\u202e", "qa\\u001b[2J", "stack s\\u001b[2J")
          .doesNotContain("\u001b", "\u202e");
    }
  }

  @Nested
  class Unfollow {
    @Test
    void says_what_stays_asks_and_takes_the_tag_away() {
      shell.functions.answer("unfollow", UNFOLLOW);

      assertThat(shell.typing("y\n").run("unfollow web")).isZero();

      assertThat(shell.err())
          .isEqualTo(
              """
              website/web would no longer follow staging
                it keeps running web:4
                Slipway's record keeps this, for when it follows an environment again:
                  paused by ann at 2026-11-21T11:00:00Z: sale
                  blocked: c5bd9d1d27aa
                if Terraform or another client manages it: take the tag out there too, or it comes back
              Have web follow no environment? [y/N] \
              """);
      assertThat(shell.out()).startsWith("website/web no longer follows staging\n");
      assertThat(shell.tags.changes()).containsExactly(ARN + "=");
      assertThat(shell.functions.requests()).contains("unfollow {'service':'web'}");
    }

    @Test
    void says_what_is_still_rolled_out() {
      shell.functions.answer(
          "unfollow",
          with(UNFOLLOW, "'goesOn': null", "'goesOn': 'web:4 is being rolled out: ECS goes on'"));

      shell.run("unfollow web --dry-run");

      assertThat(shell.out())
          .contains("\n  web:4 is being rolled out: ECS goes on\n")
          .doesNotContain("keeps running");
      assertThat(shell.tags.changes()).isEmpty();
    }

    @Test
    void names_the_stack_whose_template_has_the_tag() {
      shell.functions.answer("unfollow", with(UNFOLLOW, "'stack': null", "'stack': 'website'"));

      shell.run("unfollow web --yes");

      assertThat(shell.out())
          .contains(
              "  CloudFormation stack website manages it: take the tag out there too, or it comes"
                  + " back\n");
    }

    /** Documented: there was nothing to do. */
    @ParameterizedTest
    @ValueSource(strings = {"--yes", "--dry-run", "-y -o json"})
    void has_nothing_to_do_where_there_is_no_tag(String options) {
      shell.functions.answer(
          "unfollow",
          with(UNFOLLOW, "'follows': 'staging'", "'follows': null", "'staging'", "null"));

      assertThat(shell.run("unfollow web " + options)).isZero();

      assertThat(shell.tags.changes()).isEmpty();
      assertThat(shell.out())
          .contains(
              options.contains("json")
                  ? "\"untagged\" : false"
                  : "website/web follows no environment: it has no tag slipway:environment\n");
    }

    @Test
    void takes_away_a_tag_that_names_no_environment() {
      shell.functions.answer(
          "unfollow",
          with(UNFOLLOW, "'follows': 'staging'", "'follows': 'qa'", "'staging'", "null"));

      assertThat(shell.run("unfollow web --yes")).isZero();

      assertThat(shell.tags.changes()).containsExactly(ARN + "=");
      assertThat(shell.out())
          .startsWith(
              "website/web has lost its tag slipway:environment, which says \"qa\" and follows"
                  + " nothing\n");
    }
  }
}
