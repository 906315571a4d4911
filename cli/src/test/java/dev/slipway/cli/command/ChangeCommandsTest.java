package dev.slipway.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The commands that change something: previewed, confirmed, done, by a known caller. */
class ChangeCommandsTest {
  private static final String ROLLBACK =
      """
      {'service': 'website/web', 'from': 'web:3', 'to': 'web:2',
       'images': [{'container': 'web',
         'from': 'sha256:969cd3337efe0000000000000000000000000000000000000000000000000000',
         'to': 'sha256:c5bd9d1d27aa0000000000000000000000000000000000000000000000000000'}],
       'blocked': ['sha256:969cd3337efe0000000000000000000000000000000000000000000000000000'],
       'how': 'by a deployment of the earlier revision'}
      """;
  private static final String PREVIEW =
      """
      website/web would go back from web:3 to web:2
        web: 969cd3337efe → c5bd9d1d27aa
        will be blocked: 969cd3337efe
        by a deployment of the earlier revision
      """;
  private static final String BY = "'by':'arn:aws:iam::123456789012:user/alice'";

  private final Shell shell = new Shell();

  @Nested
  class Consented {
    @Test
    void shows_the_dry_run_asks_and_does_it() {
      shell.functions.answer("rollback", ROLLBACK);

      assertThat(shell.typing("y\n").run("rollback web")).isZero();

      assertThat(shell.functions.requests())
          .containsExactly(
              "rollback {'service':'web'," + BY + ",'dryRun':true}",
              "rollback {'service':'web'," + BY + "}");
      assertThat(shell.err()).isEqualTo(PREVIEW + "Roll web back? [y/N] ");
      assertThat(shell.out()).startsWith("website/web goes back from web:3 to web:2\n");
    }

    /** However long the person thinks about it. */
    @Test
    void does_what_was_shown_although_time_has_passed() {
      shell.functions.answer("archive", "{'preview': []}");

      assertThat(shell.ticking().typing("y\n").run("replay archive --from 2h")).isZero();

      assertThat(shell.functions.requests())
          .hasSize(2)
          .extracting(request -> request.replace(",'dryRun':true", ""))
          .containsOnly(shell.functions.requests().getLast());
    }

    @Test
    void sends_back_the_plan_that_was_shown() {
      shell.functions.answer(
          "rollback", ROLLBACK.replace("{'service'", "{'plan': ['web goes back'], 'service'"));

      assertThat(shell.typing("y\n").run("rollback web")).isZero();

      assertThat(shell.functions.requests())
          .last()
          .isEqualTo("rollback {'service':'web','plan':['web goes back']," + BY + "}");
    }

    @Test
    void shows_what_it_would_do_now_if_that_is_refused() {
      shell.functions.answer(
          "rollback",
          ROLLBACK.replace("{'service'", "{'plan': ['web goes back'], 'service'"),
          "{'refused': 'it is no longer what was shown', 'preview': "
              + ROLLBACK.replace("web:3", "web:4")
              + "}");

      assertThat(shell.typing("y\n").run("rollback web")).isEqualTo(3);

      assertThat(shell.out()).isEmpty();
      assertThat(shell.err())
          .isEqualTo(
              PREVIEW
                  + "Roll web back? [y/N] "
                  + PREVIEW.replace("web:3", "web:4")
                  + "slipway: refused: it is no longer what was shown\n");
    }

    @Test
    void does_it_at_once_if_told_so() {
      shell.functions.answer("rollback", ROLLBACK);

      assertThat(shell.run("rollback web --yes")).isZero();

      assertThat(shell.functions.requests())
          .containsExactly("rollback {'service':'web'," + BY + "}");
      assertThat(shell.err()).isEmpty();
    }

    @Test
    void prints_nothing_but_the_answer_for_scripts() {
      shell.functions.answer("rollback", ROLLBACK);

      assertThat(shell.typing("yes\n").run("rollback web -o json")).isZero();

      assertThat(FakeFunctions.json(shell.out())).isEqualTo(FakeFunctions.json(ROLLBACK));
      assertThat(shell.err()).startsWith(PREVIEW);
    }
  }

  @Nested
  class Not_consented {
    @ParameterizedTest
    @CsvSource({"n", "''", "no", "yesterday"})
    void does_nothing_for_any_other_answer(String answer) {
      shell.functions.answer("rollback", ROLLBACK);

      assertThat(shell.typing(answer + "\n").run("rollback web")).isEqualTo(5);

      assertThat(shell.functions.requests()).hasSize(1);
      assertThat(shell.err()).endsWith("[y/N] slipway: nothing was changed\n");
    }

    @Test
    void does_nothing_if_the_input_ends() {
      shell.functions.answer("rollback", ROLLBACK);

      assertThat(shell.typing("").run("rollback web")).isEqualTo(5);

      assertThat(shell.functions.requests()).hasSize(1);
    }

    @Test
    void does_nothing_without_a_terminal() {
      shell.functions.answer("rollback", ROLLBACK);

      assertThat(shell.run("rollback web")).isEqualTo(2);

      assertThat(shell.functions.requests())
          .containsExactly("rollback {'service':'web'," + BY + ",'dryRun':true}");
      assertThat(shell.err())
          .isEqualTo(
              "slipway: there is no terminal to ask on: pass --yes to do it, or --dry-run\n");
    }

    @Test
    void says_what_makes_no_sense_also_without_a_terminal() {
      shell.functions.answer("rollback", "{'refused': 'revision: expected a revision'}");

      assertThat(shell.run("rollback web --to x")).isEqualTo(3);

      assertThat(shell.err()).isEqualTo("slipway: refused: --to: expected a revision\n");
    }

    @Test
    void shows_what_it_would_do_if_only_that_is_wanted() {
      shell.functions.answer("rollback", ROLLBACK);

      assertThat(shell.run("rollback web --dry-run --yes")).isZero();

      assertThat(shell.functions.requests())
          .containsExactly("rollback {'service':'web'," + BY + ",'dryRun':true}");
      assertThat(shell.out()).isEqualTo(PREVIEW);
    }

    @Test
    void does_not_ask_if_there_is_nothing_to_do() {
      shell.functions.answer(
          "deploy",
          """
          {'services': [{'service': 'website/web', 'decision': 'Current', 'reason': 'has it'}],
           'sent': 0}
          """);

      assertThat(shell.typing("").run("deploy web")).isZero();

      assertThat(shell.functions.requests()).hasSize(1);
      assertThat(shell.err()).isEqualTo("website/web is up to date\n  has it\n");
    }
  }

  @Test
  void a_restart_is_a_deployment_although_the_service_has_the_image() {
    shell.functions.answer(
        "deploy",
        """
        {'services': [{'service': 'website/web', 'decision': 'Deploy',
          'reason': 'its tasks are replaced', 'unblocked': []}], 'sent': 0, 'plan': ['web']}
        """);

    assertThat(shell.typing("y\n").run("restart web")).isZero();

    assertThat(shell.functions.requests())
        .containsExactly(
            "deploy {'service':'web','force':true," + BY + ",'dryRun':true}",
            "deploy {'service':'web','force':true,'plan':['web']," + BY + "}");
    assertThat(shell.err())
        .isEqualTo("website/web would be deployed\n  its tasks are replaced\nRestart web? [y/N] ");
  }

  @Test
  void what_would_be_unblocked_is_asked_about_although_nothing_can_be_deployed_now() {
    shell.functions.answer(
        "deploy",
        """
        {'services': [{'service': 'website/web', 'decision': 'Current',
          'reason': 'has it; unblocked: 969cd3337efe', 'unblocked': ['sha256:969cd3337efe']}],
         'sent': 0}
        """);

    assertThat(shell.typing("y\n").run("deploy web --unblock")).isZero();

    assertThat(shell.functions.requests()).hasSize(2);
    assertThat(shell.out()).contains("unblocked: 969cd3337efe");
  }

  @ParameterizedTest
  @CsvSource({"Held, 3", "NotDeployable, 3", "NotFollowing, 3", "Rejected, 3", "Current, 0"})
  void a_deployment_of_which_one_service_is_held_is_not_done(String decision, int code) {
    shell.functions.answer(
        "deploy",
        """
        {'services': [{'service': 'website/web', 'decision': 'Deploy', 'reason': 'new image'},
          {'service': 'website/api', 'decision': '%s', 'reason': 'because'}], 'sent': 1}
        """
            .formatted(decision));

    assertThat(shell.run("deploy -e staging --yes")).isEqualTo(code);
  }

  @Test
  void each_service_that_is_not_deployed_is_named_with_why() {
    shell.functions.answer(
        "deploy",
        """
        {'services': [{'service': 'website/web', 'decision': 'Deploy', 'reason': 'new image'},
          {'service': 'website/api', 'decision': 'Held', 'reason': 'because'},
          {'service': 'website/rel', 'decision': 'Rejected', 'reason': 'no such tag'},
          {'service': 'website/job', 'decision': 'Held', 'reason': 'because'}], 'sent': 1}
        """);

    shell.run("deploy -e staging --yes");

    assertThat(shell.err())
        .isEqualTo("slipway: held: website/api, website/job; refused: website/rel\n");
  }

  @Test
  void no_command_is_suggested_where_none_is_near() {
    shell.run("frobnicate");

    assertThat(shell.err()).doesNotContain("Did you mean");
  }

  @ParameterizedTest
  @CsvSource({"-y", "--dry-run"})
  void a_deployment_that_is_rejected_for_every_service_is_a_refusal(String consent) {
    shell.functions.answer(
        "deploy",
        """
        {'services': [{'service': 'website/web', 'decision': 'Rejected', 'reason': 'no such tag'}],
         'sent': 0}
        """);

    assertThat(shell.run("deploy web --tag nosuch " + consent)).isEqualTo(3);

    assertThat(shell.out()).isEqualTo("website/web is refused\n  no such tag\n");
    assertThat(shell.err()).isEqualTo("slipway: refused: website/web\n");
  }

  @Test
  void a_refusal_is_told_with_an_exit_code_of_its_own() {
    shell.functions.answer("promote", "{'refused': 'website/web-staging is rolling out'}");

    assertThat(shell.run("promote staging production --yes")).isEqualTo(3);

    assertThat(shell.err()).isEqualTo("slipway: refused: website/web-staging is rolling out\n");
    assertThat(shell.out()).isEmpty();
  }

  @Test
  void a_refusal_is_an_answer_for_scripts() {
    shell.functions.answer("promote", "{'refused': 'website/web-staging is rolling out'}");

    assertThat(shell.run("promote staging production --yes -o json")).isEqualTo(3);

    assertThat(shell.out()).contains("\"refused\" : \"website/web-staging is rolling out\"");
  }

  @Test
  void a_change_by_nobody_known_is_made_with_a_warning() {
    shell.functions.answer("rollback", ROLLBACK).hideCaller("STS cannot be reached");

    assertThat(shell.run("rollback web -y")).isZero();

    assertThat(shell.functions.requests())
        .containsExactly("rollback {'service':'web','by':'unknown'}");
    assertThat(shell.err())
        .isEqualTo("warning: STS cannot be reached; the change is recorded as by unknown\n");
  }

  /** What each command line asks for, without the caller. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          deploy web | deploy {'service':'web'}
          deploy -e staging --unblock | deploy {'environment':'staging','unblock':true}
          deploy web --tag v1 | deploy {'service':'web','tag':'v1'}
          deploy web --digest sha256:1 | deploy {'service':'web','digest':'sha256:1'}
          rollback web --to web:2 | rollback {'service':'web','revision':'web:2'}
          promote staging production | promote {'from':'staging','to':'production'}
          promote a b --repository web | promote {'from':'a','to':'b','repository':'web'}
          promote a b --even-if-blocked --even-if-older | promote {'from':'a','to':'b','evenIfBlocked':true,'evenIfOlder':true}
          deploy web --override 'login is broken' | deploy {'service':'web','override':'login is broken'}
          approve web | approve {'service':'web'}
          approve -e qa --digest 4193 --note ok | approve {'environment':'qa','digest':'4193','note':'ok'}
          approve web --reject --note slow | approve {'service':'web','reject':true,'note':'slow'}
          pause web --note 'sale until Monday' | pause {'service':'web','note':'sale until Monday'}
          pause --environment qa | pause {'environment':'qa'}
          resume web | resume {'service':'web'}
          resume -e qa | resume {'environment':'qa'}
          replay redrive --all | redrive {'all':true}
          replay redrive a b | redrive {'ids':['a','b']}
          replay discard a b | discard {'ids':['a','b']}
          replay archive --from 2h | archive {'from':'2026-11-21T10:00:00Z','to':'2026-11-21T12:00:00Z'}
          replay archive --from 2026-11-21T10:00 --to 2026-11-21T10:30:00Z | archive {'from':'2026-11-21T09:00:00Z','to':'2026-11-21T10:30:00Z'}
          """)
  void asks_for_what_was_said(String line, String request) {
    String function = request.substring(0, request.indexOf(' '));
    shell.functions.answer(function, "{}");

    assertThat(shell.run(line + " --yes")).isZero();

    assertThat(shell.functions.requests())
        .containsExactly(request.substring(0, request.length() - 1) + "," + BY + "}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          deploy | pass one of (SERVICE
          deploy web -e staging | pass only one of
          deploy web --tag v1 --digest sha256:1 | pass only one of
          rollback | SERVICE
          promote staging | TO
          pause | pass one of (SERVICE
          follow | SERVICE
          follow web | ENVIRONMENT
          follow web staging production --yes | production is one argument too many
          unfollow | SERVICE
          unfollow -e staging --yes | -e
          replay redrive | pass one of (ID
          replay redrive --all abc | abc is one argument too many
          replay discard | ID
          replay archive | --from
          replay archive --from yesterday --yes | --from: yesterday is not a time
          status --output xml | xml
          rolback web | Did you mean rollback
          frobnicate | there is no command frobnicate
          """)
  void says_what_makes_no_sense(String line, String says) {
    assertThat(shell.run(line)).isEqualTo(2);

    assertThat(shell.functions.requests()).isEmpty();
    assertThat(shell.err()).contains(says);
  }

  @Nested
  class Told {
    @Test
    void deployments() {
      shell.functions.answer(
          "deploy",
          """
          {'services': [
             {'service': 'website/web', 'decision': 'Deploy', 'reason': 'tag v1 selects another'},
             {'service': 'website/api', 'decision': 'Rejected', 'reason': 'CodeDeploy deploys it'}],
           'sent': 1}
          """);

      shell.run("deploy -e staging -y");

      assertThat(shell.out())
          .isEqualTo(
              """
              website/web will be deployed
                tag v1 selects another
              website/api is refused
                CodeDeploy deploys it
              To see it arrive: `slipway watch website/web`
              """);
    }

    @Test
    void promotions() {
      shell.functions.answer(
          "promote",
          """
          {'promotions': [
             {'repository': 'web', 'tag': 'production',
              'digest': 'sha256:c5bd9d1d27aa0000000000000000000000000000000000000000000000000000',
              'replaces': 'sha256:f40ea3de2d6a0000000000000000000000000000000000000000000000000000'},
             {'repository': 'jobs', 'tag': 'production', 'digest': 'sha256:0123456789ab00',
              'replaces': null}],
           'services': ['website/web', 'website/jobs', 'website/api'],
           'followers': [
             {'service': 'website/web', 'decision': 'Deploy', 'reason': 'another image'},
             {'service': 'website/jobs', 'decision': 'Deploy', 'reason': 'another image'},
             {'service': 'website/api', 'decision': 'Deploy', 'reason': 'another image'}]}
          """);

      shell.run("promote staging production --dry-run");

      assertThat(shell.out())
          .isEqualTo(
              """
              web c5bd9d1d27aa would be tagged production, instead of f40ea3de2d6a
              jobs 0123456789ab would be tagged production
              Would follow: website/web, website/jobs and website/api
              """);
    }

    @Test
    void which_services_would_not_follow_a_promotion_and_which_pin_it_ends() {
      shell.functions.answer(
          "promote",
          """
          {'promotions': [
             {'repository': 'web', 'tag': 'production', 'digest': 'sha256:c5bd9d1d27aa00',
              'replaces': null}],
           'services': ['website/web', 'website/sale', 'website/old', 'website/more'],
           'followers': [
             {'service': 'website/web', 'decision': 'Deploy', 'reason': 'another image',
              'endsPin': {'revision': 'web:1', 'by': 'arn:aws:iam::123456789012:user/ann'}},
             {'service': 'website/sale', 'decision': 'Held',
              'hold': 'waiting for approval', 'reason': 'the image waits'}],
           'warnings': ['website/staging has drifted']}
          """);

      shell.run("promote staging production --dry-run");

      assertThat(shell.out())
          .isEqualTo(
              """
              web c5bd9d1d27aa would be tagged production
              website/staging has drifted
              Would follow: website/web
              Not looked at, since there are so many: website/old and website/more
              That would end the pin of website/web to web:1 by ann
              website/sale is waiting for approval
                the image waits
              """);
    }

    @Test
    void that_nothing_is_promoted() {
      shell.functions.answer(
          "promote",
          """
          {'promotions': [], 'services': ['website/web'],
           'warnings': ['tag production of web points at c5bd9d1d27aa already']}
          """);

      assertThat(shell.typing("").run("promote staging production")).isZero();

      assertThat(shell.err())
          .isEqualTo(
              """
              Nothing is to be promoted.
              tag production of web points at c5bd9d1d27aa already
              """);
    }

    @Test
    void what_is_refused_while_it_is_done_not_what_was_asked_for() {
      shell.functions.answer(
          "pause",
          """
          {'services': [{'service': 'website/web', 'paused': false, 'rejected': true,
              'reason': 'it is paused by bob'},
            {'service': 'website/api', 'paused': true, 'reason': null}]}
          """);
      shell.functions.answer(
          "approve",
          """
          {'services': [{'service': 'website/web', 'approved': [], 'rejected': true,
              'reason': 'another image waits by now'},
            {'service': 'website/api', 'approved': ['sha256:41'], 'reason': null}]}
          """);

      assertThat(shell.run("pause -e staging -y")).isEqualTo(3);
      assertThat(shell.run("approve -e staging -y")).isEqualTo(3);

      assertThat(shell.out())
          .isEqualTo(
              """
              website/web is refused
                it is paused by bob
              website/api is paused
              website/web is refused
                another image waits by now
              website/api approved
              """);
    }

    @Test
    void approvals() {
      shell.functions.answer(
          "approve",
          """
          {'services': [{'service': 'website/web', 'approved': ['sha256:41933e606724'],
              'reason': 'web 41933e606724; then: it is deployed'},
            {'service': 'website/api', 'approved': [], 'reason': 'no image waits for approval'}]}
          """);

      assertThat(shell.run("approve -e staging -y")).isZero();

      assertThat(shell.out())
          .isEqualTo(
              """
              website/web approved
                web 41933e606724; then: it is deployed
              website/api needs no approval
                no image waits for approval
              """);
    }

    @Test
    void answers_to_pause_hooks() {
      shell.functions.answer(
          "approve",
          """
          {'services': [{'service': 'website/web', 'approved': [], 'reason': 'it goes on',
              'hooks': [{'id': 'h1', 'stage': 'POST_SCALE_UP', 'action': 'CONTINUE'}]},
            {'service': 'website/api', 'approved': [], 'reason': 'it is rolled back',
              'hooks': [{'id': 'h2', 'stage': 'POST_SCALE_UP', 'action': 'ROLLBACK'}]}]}
          """);

      assertThat(shell.run("approve -e staging -y")).isZero();

      assertThat(shell.out())
          .isEqualTo(
              """
              website/web approved
                it goes on
              website/api rejected
                it is rolled back
              """);
    }

    @Test
    void pauses() {
      shell.functions.answer(
          "pause",
          """
          {'services': [{'service': 'website/web', 'paused': true, 'reason': 'by alice'},
            {'service': 'website/api', 'paused': false, 'reason': null}]}
          """);

      shell.run("pause -e staging -y");

      assertThat(shell.out())
          .isEqualTo(
              """
              website/web is paused
                by alice
              website/api is resumed
              """);
    }

    @Test
    void redriven_messages() {
      shell.functions.answer(
          "redrive",
          """
          {'redriven': [{'id': '6f1c', 'what': 'push of web:staging', 'reason': 'no image'}],
           'left': 1, 'warnings': ['one is being handled']}
          """);

      shell.run("replay redrive 6f1c -y");

      assertThat(shell.out())
          .isEqualTo(
              """
              6f1c is redriven: push of web:staging
                no image
              1 message stays.
              one is being handled
              """);
    }

    @Test
    void discarded_messages() {
      shell.functions.answer(
          "discard",
          """
          {'discarded': [{'id': '6f1c', 'what': 'malformed: {}', 'reason': 'source: missing'}],
           'left': 0, 'warnings': []}
          """);

      shell.run("replay discard 6f1c --dry-run");

      assertThat(shell.out())
          .isEqualTo(
              """
              6f1c would be discarded: malformed: {}
                source: missing
              """);
    }

    @Test
    void the_archive() {
      shell.functions.answer(
          "archive",
          """
          {'preview': [{'service': 'website/web', 'decision': 'Deploy', 'reason': 'another image'}],
           'replay': 'slipway-20261121T120000Z', 'state': 'STARTING',
           'warnings': ['the last pushes may be missing']}
          """);

      shell.run("replay archive --from 1h -y");

      assertThat(shell.out())
          .isEqualTo(
              """
              website/web would be deployed
                another image
              the last pushes may be missing
              Replay slipway-20261121T120000Z is starting
              """);
      assertThat(shell.err()).as("what it leads to is said once").isEmpty();
    }
  }
}
