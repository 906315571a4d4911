package dev.slipway.handler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.aws.Json;
import dev.slipway.operate.RejectedRequest;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What no delivery can make better must say so: another exception would have it delivered again and
 * again.
 */
class HostileInputTest {
  private static final String PUSH =
      """
      {"version": "0", "id": "13cde686-328b-6117-af20-0e5566167482", "source": "aws.ecr",
       "detail-type": "ECR Image Action", "account": "123456789012", "region": "us-west-2",
       "time": "2026-11-16T01:54:34Z", "resources": [],
       "detail": {"result": "SUCCESS", "repository-name": "web", "image-tag": "staging",
         "image-digest": "sha256:aa", "action-type": "PUSH"}}
      """;
  private static final String HINT =
      """
      {"id": "13cde686", "source": "slipway", "detail-type": "Service Check Requested",
       "account": "123456789012", "region": "us-west-2", "time": "2026-11-16T01:54:34Z",
       "detail": {"service": "arn:aws:ecs:us-west-2:123456789012:service/main/web",
         "trigger": "sweep"}}
      """;
  private static final String ROLLOUT =
      """
      {"id": "ddca6449", "source": "aws.ecs", "detail-type": "ECS Deployment State Change",
       "time": "2026-11-16T01:54:34Z",
       "resources": ["arn:aws:ecs:us-west-2:123456789012:service/main/web"],
       "detail": {"eventType": "INFO", "eventName": "SERVICE_DEPLOYMENT_COMPLETED",
         "deploymentId": "ecs-svc/123", "updatedAt": "2026-11-16T01:54:30.100Z", "reason": "done"}}
      """;
  private static final List<String> MEMBERS =
      List.of("service", "environment", "dryRun", "limit", "note", "since", "ids");

  static Stream<Arguments> beyondWhatCanBeRead() {
    return Stream.of(
        arguments("nested 1,001 levels", "[".repeat(1_001)),
        arguments("nested 1,001 objects", "{\"a\":".repeat(1_001)),
        arguments(
            "nested and closed", "{\"detail\":" + "[".repeat(2_000) + "]".repeat(2_000) + "}"),
        arguments("a number of 1,001 digits", "{\"version\":" + "9".repeat(1_001) + "}"),
        arguments("a fraction of 1,001 digits", "{\"version\":0." + "9".repeat(1_001) + "}"),
        arguments("an exponent without end", "{\"version\":1e999999999999}"),
        arguments("a name of 60,000 characters", "{\"" + "x".repeat(60_000) + "\":1}"),
        arguments("half a character", "{\"source\":\"\ud83d\"}"),
        arguments("NUL", "\u0000"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("beyondWhatCanBeRead")
  void is_malformed_or_refused(String what, String text) {
    assertThatThrownBy(() -> Event.parse(text)).isInstanceOf(MalformedEvent.class);
    assertThatThrownBy(() -> RolloutEvent.parse(Event.read(text)))
        .isInstanceOf(MalformedEvent.class);
    assertThatThrownBy(() -> request(text)).isInstanceOf(RejectedRequest.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "+1000000001-01-01T00:00:00Z",
        "+999999999-12-31T23:59:59Z",
        "-999999999-01-01T00:00:00Z",
        "+99999999999999999999-01-01T00:00:00Z",
        "1999-12-31T23:59:59Z",
        "+10000-01-01T00:00:00Z",
        "2026-13-01T00:00:00Z",
        "2026-11-21T10:00:00+19:00",
      })
  void times_that_cannot_be_reckoned_with_are_malformed_or_refused(String time) throws Exception {
    ObjectNode push = (ObjectNode) Json.read(PUSH);
    push.put("time", time);
    ObjectNode rollout = (ObjectNode) Json.read(ROLLOUT);
    ((ObjectNode) rollout.path("detail")).put("updatedAt", time);
    Request request = request(Json.text(Json.object().put("since", time)));

    assertThatThrownBy(() -> Event.parse(push))
        .isInstanceOf(MalformedEvent.class)
        .hasMessageContaining("not a time");
    assertThatThrownBy(() -> RolloutEvent.parse(rollout)).isInstanceOf(MalformedEvent.class);
    assertThatThrownBy(() -> request.instant("since")).isInstanceOf(RejectedRequest.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\nb", "\u001b[31mred", "\u202eevil", "zero\u200bwidth", "\u0085"})
  void an_operators_text_that_cannot_be_shown_is_refused(String note) {
    Request request = request(Json.text(Json.object().put("note", "x" + note)));

    assertThatThrownBy(() -> request.text("note"))
        .isInstanceOf(RejectedRequest.class)
        .hasMessageStartingWith("note: expected a text on one line without control characters");
  }

  @Test
  void what_is_wrong_is_said_in_few_words_that_can_be_shown() throws Exception {
    String hostile = "\u001b]0;x\u0007" + "y".repeat(1_000_000);
    for (String path : List.of("source", "detail.repository-name", "detail.action-type", "time")) {
      ObjectNode push = (ObjectNode) Json.read(PUSH);
      ObjectNode in = path.startsWith("detail.") ? (ObjectNode) push.path("detail") : push;
      in.put(path.replace("detail.", ""), hostile);

      assertThat(said(push)).hasSizeLessThan(700).doesNotContain("\u001b", "\u0007");
    }
  }

  /** These events come from other accounts' services too: their texts are shown in the log. */
  @Test
  void what_other_events_hold_is_said_in_few_words_that_can_be_shown() throws Exception {
    String hostile = "\u001b]0;x\u0007" + "y".repeat(1_000_000);
    ObjectNode pulled = (ObjectNode) Json.read(PUSH);
    pulled.put("detail-type", "ECR Pull Through Cache Action");
    ((ObjectNode) pulled.path("detail")).put("sync-status", hostile);
    ObjectNode tags = Json.object().put("source", "aws.tag").put("id", "t-1");
    tags.put("detail-type", "Tag Change on Resource").putArray("resources").add(hostile);
    tags.putObject("detail").put("service", "ecs").put("resource-type", "cluster");
    ObjectNode service = tags.deepCopy();
    ((ObjectNode) service.path("detail")).put("resource-type", "service");

    for (ObjectNode event : List.of(pulled, tags, service)) {
      String said = said(event);
      assertThat(said.length()).isLessThan(700);
      assertThat(said).doesNotContain("\u001b", "\u0007");
    }
  }

  private static String said(ObjectNode push) {
    try {
      return switch (Event.parse(push)) {
        case Event.Meaningless(String reason) -> reason;
        case Event.Hinted hinted -> hinted.toString();
        case Event.KeepWarm _ -> throw new AssertionError("a push is no schedule: " + push);
      };
    } catch (MalformedEvent e) {
      return String.valueOf(e.getMessage());
    }
  }

  /** Changes good documents at random: whatever comes of it, only these exceptions do. */
  @Test
  void whatever_is_changed_is_understood_or_malformed_or_refused() throws Exception {
    Random random = new Random(20_261_128);
    for (int run = 0; run < 9_000; run++) {
      String text = mutated(List.of(PUSH, HINT, ROLLOUT).get(run % 3), random);

      assertThatCode(
              () -> {
                try {
                  Event.parse(text);
                } catch (MalformedEvent e) {
                  assertThat(e).hasMessage(e.getMessage());
                }
                try {
                  RolloutEvent.parse(Event.read(text));
                } catch (MalformedEvent e) {
                  assertThat(e).hasMessage(e.getMessage());
                }
                try {
                  read(request(text));
                } catch (RejectedRequest e) {
                  assertThat(e.sentence()).isNotBlank();
                }
              })
          .describedAs(text)
          .doesNotThrowAnyException();
    }
  }

  @Test
  void whatever_a_request_holds_is_read_or_refused() {
    Random random = new Random(20_261_129);
    for (int run = 0; run < 5_000; run++) {
      ObjectNode members = Json.object();
      for (int i = random.nextInt(3); i >= 0; i--) {
        members.set(MEMBERS.get(random.nextInt(MEMBERS.size())), value(random));
      }
      String text = Json.text(members);

      assertThatCode(
              () -> {
                try {
                  read(request(text));
                } catch (RejectedRequest e) {
                  assertThat(e.sentence()).isNotBlank().hasSizeLessThan(1_000);
                }
              })
          .describedAs(text)
          .doesNotThrowAnyException();
    }
  }

  private static Request request(String text) {
    return Request.parse("r-1", text, () -> Duration.ofSeconds(60)).allowing(MEMBERS);
  }

  private static void read(Request request) {
    request.by();
    request.flag(Request.DRY_RUN);
    request.service();
    request.environment();
    request.number("limit", 1, 100);
    request.instant("since");
    request.text("note");
    request.texts("ids");
  }

  /** Once in two on the level of text, once in two a value of the tree is another. */
  private static String mutated(String text, Random random) throws Exception {
    if (random.nextBoolean()) {
      StringBuilder changed = new StringBuilder(text);
      for (int i = random.nextInt(4); i >= 0 && !changed.isEmpty(); i--) {
        int at = random.nextInt(changed.length());
        switch (random.nextInt(4)) {
          case 0 -> changed.deleteCharAt(at);
          case 1 ->
              changed.setCharAt(at, "\"\\{}[]:,0e-.\u0000\ud800é ".charAt(random.nextInt(16)));
          case 2 -> changed.insert(at, changed.substring(at / 2, at));
          default -> changed.setLength(at + 1);
        }
      }
      return changed.toString();
    }
    JsonNode document = Json.read(text);
    ObjectNode object = (ObjectNode) document;
    ObjectNode target =
        random.nextBoolean() && document.path("detail") instanceof ObjectNode detail
            ? detail
            : object;
    List<String> names = target.properties().stream().map(e -> e.getKey()).toList();
    target.set(names.get(random.nextInt(names.size())), value(random));
    return Json.text(document);
  }

  private static JsonNode value(Random random) {
    ArrayNode list = Json.object().putArray("list");
    switch (random.nextInt(12)) {
      case 0 -> list.addNull();
      case 1 -> list.add(random.nextBoolean());
      case 2 -> list.add(random.nextLong());
      case 3 -> list.add("");
      case 4 -> list.add("a-".repeat(random.nextInt(10_000)));
      case 5 -> list.add("\u001b\u0000\u202e");
      case 6 -> list.add("%d-01-01T00:00:00Z".formatted(random.nextInt(20_000)));
      case 7 -> list.add("arn:aws:ecs:us-west-2:123456789012:service/" + "x".repeat(600));
      case 8 -> list.addArray().add("x").addNull();
      case 9 -> list.addObject().put("text", 1);
      case 10 -> list.add(new java.math.BigDecimal("1e100000"));
      default -> list.add("web/web");
    }
    return list.path(0);
  }
}
