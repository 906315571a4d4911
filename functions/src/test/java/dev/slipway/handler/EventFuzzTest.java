package dev.slipway.handler;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.aws.Json;
import dev.slipway.aws.ServiceChecks;
import dev.slipway.deploy.Hint;
import dev.slipway.text.Hostile;

/** The events and messages of both queues. */
class EventFuzzTest {
  private static final int MAX_REASON = 1_000;

  @FuzzTest
  void an_event_is_understood_or_malformed(byte[] input) {
    String text = Hostile.text(input);
    try {
      Event event = Event.parse(text);
      switch (event) {
        case Event.Meaningless(String reason) -> Hostile.requireLine(reason, MAX_REASON);
        case Event.Hinted(Hint hint) -> {
          if (hint instanceof Hint.CheckService || hint instanceof Hint.SearchServices) {
            Event again = Event.parse(Json.text(ServiceChecks.body(hint)));
            Hostile.require(again.equals(event), event + " is sent as " + again, text);
          }
        }
        case Event.KeepWarm() -> {}
      }
    } catch (MalformedEvent e) {
      Hostile.requireMessage(e);
    }
  }

  @FuzzTest
  void an_event_of_a_rollout_is_understood_or_malformed(byte[] input) {
    String text = Hostile.text(input);
    try {
      RolloutEvent event = RolloutEvent.parse(Event.read(text));
      switch (event) {
        case RolloutEvent.Meaningless(String reason) -> Hostile.requireLine(reason, MAX_REASON);
        case RolloutEvent.CheckRequested(var service) ->
            requireSame(event, ServiceChecks.rolloutCheck(service));
        case RolloutEvent.NotificationsDue(var key) ->
            requireSame(event, ServiceChecks.notificationsDue(key));
        case RolloutEvent.Changed _, RolloutEvent.HookWaits _ -> {}
      }
    } catch (MalformedEvent e) {
      Hostile.requireMessage(e);
    }
  }

  @FuzzTest
  void a_batch_is_understood_or_malformed(byte[] input) {
    String text = Hostile.text(input);
    try {
      SqsJson.event(Event.read(text))
          .getRecords()
          .forEach(record -> {
            JsonNode described = Message.of(record).described();
            described.forEach(member -> requireBounded(member, record.getMessageId()));
          });
    } catch (MalformedEvent e) {
      Hostile.requireMessage(e);
    }
  }

  private static void requireBounded(JsonNode member, String id) {
    String text = member.asText();
    // SQS makes the ids, and takes back no other
    Hostile.require(text.length() <= MAX_REASON || text.equals(id), "too long", text);
  }

  private static void requireSame(RolloutEvent event, JsonNode sent) {
    RolloutEvent again = RolloutEvent.parse(Event.read(Json.text(sent)));
    Hostile.require(again.equals(event), event + " is another event", Json.text(sent));
  }
}
