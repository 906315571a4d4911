package dev.slipway.aws;

import dev.slipway.record.Trigger;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * A cause as announcements and log lines show it: {@code kind} ({@code push}, {@code sweep} or
 * {@code request}) and {@code eventId}; of a push {@code repository}, {@code tag} and where it is
 * known {@code pushedAt}; of a sweep {@code at}; of a request {@code by}.
 */
public final class CauseJson {
  private CauseJson() {}

  /** A new document. */
  public static ObjectNode of(Trigger cause) {
    ObjectNode json = Json.object();
    switch (cause) {
      case Trigger.Push push -> {
        json.put("kind", ServiceHints.PUSH)
            .put("eventId", push.eventId())
            .put("repository", push.repository().name())
            .put("tag", push.tag().value());
        push.at().ifPresent(at -> json.put("pushedAt", at.toString()));
      }
      case Trigger.Sweep sweep ->
          json.put("kind", ServiceHints.SWEEP)
              .put("eventId", sweep.eventId())
              .put("at", sweep.at().toString());
      case Trigger.Request request ->
          json.put("kind", ServiceHints.REQUEST)
              .put("eventId", request.eventId())
              .put("by", request.by());
    }
    return json;
  }
}
