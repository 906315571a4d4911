package dev.slipway.record;

import dev.slipway.ecs.TagValue;
import dev.slipway.image.ImageDigest;
import dev.slipway.image.ImageTag;
import dev.slipway.image.Repository;
import dev.slipway.text.OutsideText;
import java.time.Instant;
import java.util.Optional;

/** Why a service is evaluated, and in the end why a deployment was started. */
public sealed interface Trigger {
  /** EventBridge's id of the event, or Lambda's of the request. */
  String eventId();

  /** Its kind, as messages and events name it: the constant {@code KIND} of each trigger. */
  String kind();

  /** Who asked for it: an operator's command, or the promotion that gave the image its tag. */
  default Optional<String> askedBy() {
    return switch (this) {
      case Operator operator -> Optional.of(operator.by());
      case Push push -> push.by();
      case Sweep _, ServiceChanged _ -> Optional.empty();
    };
  }

  /**
   * An image was pushed.
   *
   * @param repository that was pushed to
   * @param tag that was pushed
   * @param digest that the event names. It tells which push a deployment is credited to; what is
   *     deployed is read from ECR
   * @param at when; empty where the event does not say
   * @param by who promoted the image, where that is how it got the tag: the caller's ARN, reduced
   *     to plain characters ({@link TagValue#cleaned}). ECR's own event does not say who pushed
   */
  record Push(
      String eventId,
      Repository repository,
      ImageTag tag,
      Optional<ImageDigest> digest,
      Optional<Instant> at,
      Optional<String> by)
      implements Trigger {
    /** Its kind. */
    public static final String KIND = "push";

    /** Refuses an event id and a caller that are no plain short texts. */
    public Push {
      requirePlain("an event's id", eventId);
      by.ifPresent(caller -> requirePlain("the caller", caller));
    }

    /** A push as ECR reports it. */
    public Push(
        String eventId,
        Repository repository,
        ImageTag tag,
        Optional<ImageDigest> digest,
        Optional<Instant> at) {
      this(eventId, repository, tag, digest, at, Optional.empty());
    }

    @Override
    public String kind() {
      return KIND;
    }

    /** Whether this push brought the image, as far as the event tells. */
    public boolean brought(Repository where, ImageDigest image) {
      return repository.equals(where) && digest.filter(image::equals).isPresent();
    }
  }

  /**
   * The sweep found that a service differs from what its environment selects.
   *
   * @param at when the sweep began
   */
  record Sweep(String eventId, Instant at) implements Trigger {
    /** Its kind. */
    public static final String KIND = "sweep";

    /** Refuses an event id that is no plain short text. */
    public Sweep {
      requirePlain("an event's id", eventId);
    }

    @Override
    public String kind() {
      return KIND;
    }
  }

  /**
   * An operator asked for it.
   *
   * @param by the caller's ARN, reduced to plain characters ({@link TagValue#cleaned})
   */
  record Operator(String eventId, String by) implements Trigger {
    /** Its kind. */
    public static final String KIND = "operator";

    /** Refuses texts that are not plain and short. */
    public Operator {
      requirePlain("a request's id", eventId);
      requirePlain("the caller", by);
    }

    @Override
    public String kind() {
      return KIND;
    }
  }

  /**
   * AWS reports that a service has changed: another client deployed to it, its tags are others, or
   * a scan of an image has ended that it may wait for.
   *
   * @param what the event's detail type
   */
  record ServiceChanged(String eventId, String what) implements Trigger {
    /** Its kind. */
    public static final String KIND = "service-changed";

    /** Refuses texts that are not plain and short. */
    public ServiceChanged {
      requirePlain("an event's id", eventId);
      requirePlain("an event's detail type", what);
    }

    @Override
    public String kind() {
      return KIND;
    }
  }

  private static void requirePlain(String what, String text) {
    if (!TagValue.isValid(text)) {
      throw new IllegalArgumentException(
          "not %s: %s (expected 1 to 256 letters, digits, spaces, _.:/=+@-)"
              .formatted(what, OutsideText.quoted(text)));
    }
  }
}
