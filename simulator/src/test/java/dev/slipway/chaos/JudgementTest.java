package dev.slipway.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.scenario.Account;
import dev.slipway.scenario.RecordTable;
import dev.slipway.simulator.sqs.Outgoing;
import dev.slipway.simulator.world.AwsRequest;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Each thing that may not happen is made to happen, and found. */
class JudgementTest {
  private static final Story COMPLETES = Stories.all().getFirst();

  /** The judgement of a push that completes, with something done to it before or after. */
  private static List<String> findings(Consumer<Stage> before, Consumer<Stage> after) {
    try (Account account = COMPLETES.account().get()) {
      Stage stage = new Stage(account);
      before.accept(stage);
      COMPLETES.course().accept(stage);
      after.accept(stage);
      return Judgement.findings(stage, 0);
    }
  }

  private static void nothing(Stage stage) {}

  private static JsonNode sns(Stage stage, String operation, String request, Object... values) {
    return stage
        .account()
        .simulator
        .world()
        .call(() ->
            stage
                .account()
                .simulator
                .sns()
                .call(
                    new AwsRequest(
                        stage.account().simulator.account().root(),
                        operation,
                        Account.json(request, values))));
  }

  @Test
  void nothing_is_found_where_nothing_is_wrong() {
    assertThat(findings(JudgementTest::nothing, JudgementTest::nothing)).isEmpty();
  }

  @Test
  void an_event_that_is_swallowed() {
    assertThat(
            findings(
                stage ->
                    stage
                        .account()
                        .simulator
                        .events()
                        .faults()
                        .loseNext(1, event -> event.path("source").asText().equals("aws.ecr")),
                JudgementTest::nothing))
        .anyMatch(finding -> finding.startsWith("web is to run "));
  }

  @Test
  void an_end_that_is_told_nobody() {
    assertThat(
            findings(
                stage ->
                    stage
                        .account()
                        .simulator
                        .events()
                        .faults()
                        .loseNext(
                            100,
                            event ->
                                event
                                    .path("detail-type")
                                    .asText()
                                    .equals("ECS Deployment State Change")),
                JudgementTest::nothing))
        .anyMatch(finding -> finding.endsWith("of web has no outcome"))
        .anyMatch(finding -> finding.startsWith("web has open deployments in the record"));
  }

  @Test
  void a_mail_about_what_did_not_happen() {
    assertThat(
            findings(
                JudgementTest::nothing,
                stage -> {
                  sns(
                      stage,
                      "Publish",
                      "{'TopicArn': '%s', 'Subject': 'website/web: web:staging %s failed',"
                          + " 'Message': 'no'}",
                      Stories.TOPIC,
                      Stories.running(stage, "web").substring(7, 19));
                  stage.settle();
                }))
        .anyMatch(finding -> finding.startsWith("a mail is not true: website/web: "));
  }

  @Test
  void a_deployment_that_is_started_twice() {
    assertThat(
            findings(
                JudgementTest::nothing,
                stage -> {
                  stage
                      .account()
                      .ecs(
                          "UpdateService",
                          "{'cluster': 'website', 'service': 'web', 'forceNewDeployment': true}");
                  stage.settle();
                }))
        .anyMatch(finding -> finding.endsWith("was deployed to web twice"));
  }

  @Test
  void a_deployment_that_the_record_has_lost() {
    assertThat(
            findings(
                JudgementTest::nothing,
                stage -> new RecordTable(stage.account()).deleteNewestDeployment("web")))
        .anyMatch(finding -> finding.endsWith("and the record does not know it"));
  }

  @Test
  void a_revision_that_nothing_uses() {
    assertThat(
            findings(
                JudgementTest::nothing,
                stage ->
                    stage
                        .account()
                        .ecs(
                            "RegisterTaskDefinition",
                            "{'family': 'web', 'tags': [{'key': 'slipway:deployment', 'value':"
                                + " 'x'}], 'containerDefinitions': [{'name': 'web', 'image':"
                                + " 'web:1', 'memory': 128}]}")))
        .anyMatch(finding -> finding.startsWith("revisions that nothing uses: "));
  }

  @Test
  void a_dead_letter_that_is_left() {
    assertThat(
            findings(
                JudgementTest::nothing,
                stage ->
                    stage
                        .account()
                        .queue("slipway-deploy-dead-letters")
                        .send(new Outgoing("{}", Map.of(), null, null, null, null, "somebody"))))
        .anyMatch(finding -> finding.startsWith("dead letters are left in "));
  }
}
