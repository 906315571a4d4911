package dev.slipway.image;

import java.util.ArrayList;
import java.util.List;

/** What looks like a mistake in a policy that chooses among tags, and is allowed. */
final class PatternWarnings {
  private PatternWarnings() {}

  /**
   * The warnings, each a sentence without its full stop.
   *
   * @param one whether no more than one tag can ever be selected
   * @param none whether none that is there can be
   */
  static List<String> of(ImagePolicy policy, boolean one, boolean none) {
    List<String> warnings = new ArrayList<>();
    if (one) {
      warnings.add(
          "%s can match one tag only: no image with another tag will ever be selected"
              .formatted(policy));
    }
    if (none) {
      warnings.add("%s matches no tag that is there".formatted(policy));
    }
    return warnings;
  }
}
