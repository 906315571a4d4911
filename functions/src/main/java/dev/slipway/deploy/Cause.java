package dev.slipway.deploy;

import dev.slipway.image.ImageTag;
import dev.slipway.image.Repository;
import java.util.regex.Pattern;

/**
 * Why anything is looked at: the push that EventBridge told of.
 *
 * @param eventId EventBridge's id of the event; becomes a tag's value, so it holds what ECS allows
 *     there
 * @param repository that was pushed to
 * @param tag that was pushed
 */
public record Cause(String eventId, Repository repository, ImageTag tag) {
  // https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Tag.html
  private static final Pattern TAG_VALUE = Pattern.compile("[A-Za-z0-9 _.:/=+@-]{1,256}");

  /** Refuses an event id that could not be a tag's value. */
  public Cause {
    if (!TAG_VALUE.matcher(eventId).matches()) {
      throw new IllegalArgumentException(
          "not an event's id: \"" + eventId + "\" (expected 1 to 256 letters, digits, _.:/=+@-)");
    }
  }
}
