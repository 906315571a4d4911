package dev.slipway.aws;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.record.Trigger;

/**
 * A trigger as announcements and log lines show it: {@code kind} ({@code push}, {@code sweep},
 * {@code operator} or {@code service-changed}) and {@code eventId}; of a push {@code repository},
 * {@code tag} and, where they are known, {@code digest} and {@code pushedAt}; of a sweep {@code
 * at}; of an operator {@code by}; of a changed service {@code what}.
 */
public final class TriggerJson {
  private TriggerJson() {}

  /** A new document. */
  public static ObjectNode of(Trigger trigger) {
    ObjectNode json = Json.object();
    switch (trigger) {
      case Trigger.Push push -> {
        json.put("kind", ServiceChecks.PUSH)
            .put("eventId", push.eventId())
            .put("repository", push.repository().name())
            .put("tag", push.tag().value());
        push.digest().ifPresent(digest -> json.put("digest", digest.value()));
        push.at().ifPresent(at -> json.put("pushedAt", at.toString()));
      }
      case Trigger.Sweep sweep ->
          json.put("kind", ServiceChecks.SWEEP)
              .put("eventId", sweep.eventId())
              .put("at", sweep.at().toString());
      case Trigger.Operator operator ->
          json.put("kind", ServiceChecks.OPERATOR)
              .put("eventId", operator.eventId())
              .put("by", operator.by());
      case Trigger.ServiceChanged changed ->
          json.put("kind", ServiceChecks.SERVICE_CHANGED)
              .put("eventId", changed.eventId())
              .put("what", changed.what());
    }
    return json;
  }
}
