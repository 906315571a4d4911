package dev.slipway.deploy;

import dev.slipway.image.ImageTag;
import dev.slipway.image.Repository;
import java.time.Instant;
import java.util.Optional;

/** Why anything is looked at. */
public sealed interface Cause {
  /**
   * What tells this cause from every other: EventBridge's id of the event, or Lambda's of the
   * request. Becomes a tag's value, so it holds what ECS allows there.
   */
  String eventId();

  /**
   * An image was pushed.
   *
   * @param repository that was pushed to
   * @param tag that was pushed
   * @param at when; empty where the event did not say
   */
  record Push(String eventId, Repository repository, ImageTag tag, Optional<Instant> at)
      implements Cause {
    /** Refuses an event id that could not be a tag's value. */
    public Push {
      requireTagValue("an event's id", eventId);
    }
  }

  /**
   * The sweep found that a service has not what it should have.
   *
   * @param at when the sweep began
   */
  record Sweep(String eventId, Instant at) implements Cause {
    /** Refuses an event id that could not be a tag's value. */
    public Sweep {
      requireTagValue("an event's id", eventId);
    }
  }

  /**
   * A person asked for it.
   *
   * @param by who: the ARN of a caller, made a tag's value ({@link TagValue#cleaned})
   */
  record Request(String eventId, String by) implements Cause {
    /** Refuses what could not be a tag's value. */
    public Request {
      requireTagValue("a request's id", eventId);
      requireTagValue("the name of who asks", by);
    }
  }

  private static void requireTagValue(String what, String text) {
    if (!TagValue.isValid(text)) {
      throw new IllegalArgumentException(
          "not "
              + what
              + ": \""
              + text
              + "\" (expected 1 to 256 letters, digits, spaces, _.:/=+@-)");
    }
  }
}
