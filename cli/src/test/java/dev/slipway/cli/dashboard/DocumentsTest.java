package dev.slipway.cli.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the page gets of the functions' answers. */
class DocumentsTest {
  private static final String HOSTILE =
      "<script>alert(1)</script>\u001b[31m\u202etxt\u200b\n\u0000";
  private static final String VISIBLE =
      "<script>alert(1)</script>\\u001b[31m\\u202etxt\\u200b \\u0000";

  @Test
  void a_service_is_as_short_as_the_command_prints_it() {
    JsonNode answer =
        FakeStack.json(
            """
            {'services': [{'service': 'website/web', 'environment': 'staging', 'desired': 2,
              'running': 1, 'pending': 1, 'state': 'rolling out', 'decision': 'Current',
              'arn': 'arn:aws:ecs:eu-central-1:123456789012:service/website/web',
              'rollout': 'IN_PROGRESS', 'since': '2026-11-21T09:30:00Z', 'images': [
                {'container': 'web', 'repository': 'web', 'tag': 'staging',
                 'digest': 'sha256:c5bd9d1d27aa0000000000000000000000000000000000000000000000000000',
                 'selected': 'sha256:fb0cb2aaf82d0000000000000000000000000000000000000000000000000000'},
                {'container': 'proxy', 'repository': null, 'digest': null}],
              'deployments': [
                {'status': 'PRIMARY', 'taskDefinition': 'web:10', 'desired': 2, 'running': 0,
                 'pending': 1, 'failed': 1, 'rolloutState': 'IN_PROGRESS'},
                {'status': 'ACTIVE', 'taskDefinition': 'web:9', 'desired': 1, 'running': 1,
                 'pending': 0, 'failed': 0, 'rolloutState': 'COMPLETED'}]}],
             'warnings': ['one could not be read']}
            """);

    ObjectNode document = StatusDocument.of(answer);

    assertThat(document)
        .isEqualTo(
            FakeStack.json(
                """
                {'services': [{'name': 'website/web', 'environment': 'staging', 'running': 1,
                  'desired': 2, 'since': '2026-11-21T09:30:00Z', 'rolling': true, 'settled': false,
                  'state': {'text': 'rolling out', 'tone': 'busy'}, 'waitingFor': [], 'atHook': false,
                  'images': [{'repository': 'web', 'tag': 'staging', 'digest': 'c5bd9d1d27aa', 'selected': 'fb0cb2aaf82d'}],
                  'lanes': [
                    {'revision': 'web:9', 'replaced': true, 'toStart': 0, 'starting': 0,
                     'running': 1, 'failed': 0, 'words': 'being replaced'},
                    {'revision': 'web:10', 'replaced': false, 'toStart': 1, 'starting': 1,
                     'running': 0, 'failed': 1, 'words': '0 of 2 running'}],
                  'paused': null, 'remarks': []}],
                 'warnings': ['one could not be read']}
                """));
  }

  @Test
  void of_one_service_there_is_the_evidence_and_what_operators_chose() {
    ObjectNode service =
        (ObjectNode)
            StatusDocument.ofOne(
                    FakeStack.json(
                        """
                        {'services': [{'service': 'website/web', 'state': 'blocked',
                          'decision': 'Held', 'reason': 'it is blocked', 'rollout': 'COMPLETED',
                          'paused': 'by ann: sale', 'taskDefinition': 'web:2',
                          'failure': {'kind': 'failed', 'taskDefinition': 'web:3',
                            'cause': 'exit code 1', 'details': ['task 1 stopped']},
                          'pin': {'revision': 'web:2', 'at': '2026-11-21T09:30:00Z',
                            'by': 'arn:aws:iam::123456789012:user/ann'},
                          'blocked': [{'repository': 'web', 'by': 'slipway', 'reason': 'it failed',
                            'digest': 'sha256:c5bd9d1d27aa0000000000000000000000000000000000000000000000000000',
                            'since': '2026-11-21T09:30:00Z'}], 'blockedCount': 4}]}
                        """))
                .path("service");

    assertThat(service.path("cause").asText()).isEqualTo("web:3 failed: exit code 1");
    assertThat(service.path("evidence"))
        .extracting(JsonNode::asText)
        .containsExactly("task 1 stopped");
    assertThat(service.path("pin").path("by").asText()).isEqualTo("ann");
    assertThat(service.path("blocked").path(0).path("digest").asText()).isEqualTo("c5bd9d1d27aa");
    assertThat(service.path("blockedCount").asInt()).isEqualTo(4);
    assertThat(service.path("remarks")).extracting(JsonNode::asText).contains("it is blocked");
    assertThat(service.path("lanes")).isEmpty();
  }

  @Test
  void a_service_that_is_not_there_is_none() {
    assertThat(StatusDocument.ofOne(FakeStack.json("{'services': []}")).has("service")).isFalse();
  }

  @Test
  void gates_say_what_ends_each() {
    ObjectNode document =
        ExplainDocument.of(
            FakeStack.json(
                """
                {'services': [{'environment': 'production', 'decision': 'Held', 'reason': 'waits',
                  'gates': [
                    {'gate': 'approval', 'repository': 'web', 'closed': true, 'until': null,
                     'digest': 'sha256:c5bd9d1d27aa0000000000000000000000000000000000000000000000000000',
                     'reason': 'nobody has approved it', 'remedy': '`slipway approve web`'},
                    {'gate': 'windows', 'repository': 'web', 'closed': true, 'remedy': null,
                     'reason': 'closed until Monday', 'until': '2026-11-23T07:00:00Z'}]}]}
                """));

    assertThat(document.path("verdict"))
        .isEqualTo(FakeStack.json("{'text': 'is held', 'tone': 'busy'}"));
    assertThat(document.path("gates").path(0).path("remedy").asText())
        .isEqualTo("`slipway approve web`");
    assertThat(document.path("gates").path(1).path("until").asText())
        .isEqualTo("2026-11-23T07:00:00Z");
  }

  @Test
  void history_has_the_time_of_the_push_and_a_reason_where_it_did_not_end_well() {
    JsonNode deployments =
        HistoryDocument.of(
                FakeStack.json(
                    """
                    {'deployments': [
                      {'taskDefinition': 'web:3', 'outcome': 'rolled back', 'diagnosis': 'exit 1',
                       'startedAt': '2026-11-21T09:30:00Z', 'finishedAt': '2026-11-21T09:31:00Z',
                       'details': ['task 1 stopped'], 'by': 'arn:aws:sts::123456789012:assumed-role/Dev/ann',
                       'trigger': {'kind': 'push', 'pushedAt': '2026-11-21T09:29:58Z'}},
                      {'taskDefinition': 'web:2', 'outcome': 'deployed', 'reason': 'completed',
                       'startedAt': '2026-11-21T08:30:00Z', 'finishedAt': '2026-11-21T08:31:00Z'}]}
                    """))
            .path("deployments");

    assertThat(deployments.path(0).path("pushedAt").asText()).isEqualTo("2026-11-21T09:29:58Z");
    assertThat(deployments.path(0).path("reason").asText()).isEqualTo("exit 1");
    assertThat(deployments.path(0).path("by").asText()).isEqualTo("ann");
    assertThat(deployments.path(0).path("outcome").path("tone").asText()).isEqualTo("bad");
    assertThat(deployments.path(1).has("reason")).isFalse();
  }

  static List<Function<JsonNode, ObjectNode>> documents() {
    return List.of(
        StatusDocument::of,
        StatusDocument::ofOne,
        ExplainDocument::of,
        HistoryDocument::of,
        EventsDocument::of,
        DeadLettersDocument::of);
  }

  /** An answer in which every text is hostile. */
  @ParameterizedTest
  @MethodSource("documents")
  void what_cannot_be_seen_is_made_visible_in_every_text(Function<JsonNode, ObjectNode> document) {
    String service =
        """
        {'service': '!', 'environment': '!', 'state': '!', 'reason': '!', 'decision': '!', 'paused': '!',
         'taskDefinition': '!', 'waitingFor': ['!'], 'hooks': [{'sentence': '!'}], 'rollout': 'IN_PROGRESS', 'rolloutReason': '!', 'waiting': '!',
         'images': [{'container': '!', 'repository': '!', 'tag': '!', 'digest': '!', 'selected': '!'}],
         'deployments': [{'status': 'PRIMARY', 'taskDefinition': '!', 'rolloutState': '!'}],
         'pin': {'revision': '!', 'by': '!', 'at': '!', 'images': {'web': '!'}},
         'blocked': [{'digest': '!', 'repository': '!', 'by': '!', 'reason': '!', 'since': '!'}],
         'failure': {'kind': '!', 'taskDefinition': '!', 'cause': '!', 'details': ['!']},
         'gates': [{'gate': '!', 'repository': '!', 'digest': '!', 'reason': '!', 'until': '!', 'remedy': '!', 'override': '!'}],
         'changes': [{'container': '!', 'from': '!', 'to': '!'}]}
        """;
    String deployment =
        """
        {'taskDefinition': '!', 'tag': '!', 'outcome': '!', 'reason': '!', 'details': ['!'], 'by': '!', 'stoppedBy': '!',
         'startedAt': '!', 'images': [{'digest': '!'}], 'trigger': {'pushedAt': '!'}}
        """;
    String message = "{'id': '!', 'what': '!', 'queue': '!', 'sentAt': '!', 'reason': '!'}";
    ObjectNode answer =
        FakeStack.json(
            "{'services': [%s], 'warnings': ['!'], 'deployments': [%s], 'messages': [%s], 'events': [{'at': '!', 'source': '!', 'text': '!'}]}"
                .formatted(service, deployment, message)
                .replace(
                    "!",
                    HOSTILE
                        .replace("\u001b", "\\u001b")
                        .replace("\n", "\\n")
                        .replace("\u0000", "\\u0000")));

    String sent = document.apply(answer).toString();

    assertThat(sent).contains(VISIBLE.replace("\\", "\\\\"));
    assertThat(sent.codePoints())
        .allMatch(c -> Character.getType(c) != Character.FORMAT && !Character.isISOControl(c));
    assertThat(sent.replace("\\\\u", "")).as("nor as JSON's own escapes").doesNotContain("\\u");
  }

  @Test
  void all_that_explain_prints_is_there() {
    JsonNode answer =
        FakeStack.json(
            """
            {'services': [{'service': 'website/web', 'environment': 'staging', 'decision': 'Current',
              'reason': 'it is so', 'selections': [{'repository': 'web',
                'warnings': ['newest main can match one tag only'],
                'passedOver': [{'image': 'fix-2', 'why': 'it does not match main-*'}]}]}]}
            """);

    assertThat(ExplainDocument.of(answer).path("lines").findValuesAsText("text"))
        .anyMatch(text -> text.contains("Passed over in web: fix-2 (it does not match main-*)"))
        .anyMatch(text -> text.contains("In web: warning: newest main can match one tag only"));
  }
}
