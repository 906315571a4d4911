package dev.slipway.announce;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.record.Trigger;

/**
 * A trigger as announcements and log lines show it: {@code kind} ({@code push}, {@code sweep},
 * {@code operator} or {@code service-changed}) and {@code eventId}; of a push {@code repository},
 * {@code tag} and, where they are known, {@code digest} and {@code pushedAt}, and {@code by} where
 * somebody promoted the image; of a sweep {@code at}; of an operator {@code by}; of a changed
 * service {@code what}.
 */
public final class TriggerJson {
  private TriggerJson() {}

  /** A new document. */
  public static ObjectNode of(Trigger trigger) {
    ObjectNode json =
        JsonNodeFactory.instance
            .objectNode()
            .put("kind", trigger.kind())
            .put("eventId", trigger.eventId());
    switch (trigger) {
      case Trigger.Push push -> {
        json.put("repository", push.repository().name()).put("tag", push.tag().value());
        push.digest().ifPresent(digest -> json.put("digest", digest.value()));
        push.at().ifPresent(at -> json.put("pushedAt", at.toString()));
        push.by().ifPresent(by -> json.put("by", by));
      }
      case Trigger.Sweep sweep -> json.put("at", sweep.at().toString());
      case Trigger.Operator operator -> json.put("by", operator.by());
      case Trigger.ServiceChanged changed -> json.put("what", changed.what());
    }
    return json;
  }
}
