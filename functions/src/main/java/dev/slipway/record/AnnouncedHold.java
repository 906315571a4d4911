package dev.slipway.record;

import java.time.Instant;
import java.util.List;

/**
 * The hold that was announced last.
 *
 * @param key the hold's name, and a word for each thing that makes it another one, such as the
 *     digests of the images that it keeps back
 */
public record AnnouncedHold(String key, Instant at) {
  /** Whether a hold is no news after this one: it keeps back nothing that this did not. */
  public boolean covers(String other) {
    return words(key).containsAll(words(other));
  }

  /** Whether it is a hold of this name. */
  public boolean isOf(String name) {
    return words(key).getFirst().equals(name);
  }

  private static List<String> words(String key) {
    return List.of(key.split(" ", -1));
  }
}
