package dev.slipway.record;

import dev.slipway.image.ImageDigest;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/**
 * The hold that was announced last.
 *
 * @param key the hold's name, and a word for each thing that makes it another one, such as the
 *     digests of the images that it keeps back
 * @param at when it was announced, or that was tried
 * @param due what failed, and is tried again
 */
public record AnnouncedHold(String key, Instant at, Set<Announcement> due) {
  /** Something that is announced of a hold, by one channel: each is done once. */
  public enum Announcement {
    /** On the event bus. */
    EVENT,
    /** To people. */
    NOTIFICATION
  }

  /** Copies the set. */
  public AnnouncedHold {
    due = Set.copyOf(due);
  }

  /** Whether a hold is no news after this one: it keeps back nothing that this did not. */
  public boolean covers(String other) {
    return words(key).containsAll(words(other));
  }

  /** Whether it is a hold of this name. */
  public boolean isOf(String name) {
    return words(key).getFirst().equals(name);
  }

  /** The images that its key names whole. */
  public List<ImageDigest> images() {
    return words(key).stream().flatMap(word -> ImageDigest.find(word).stream()).toList();
  }

  private static List<String> words(String key) {
    return List.of(key.split(" ", -1));
  }
}
