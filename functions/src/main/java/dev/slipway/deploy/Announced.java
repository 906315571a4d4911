package dev.slipway.deploy;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * What became of announcements that were due.
 *
 * @param done those that went out
 * @param failures why the others did not
 */
public record Announced<T>(Set<T> done, List<RuntimeException> failures) {
  /** Copies the collections. */
  public Announced {
    done = Set.copyOf(done);
    failures = List.copyOf(failures);
  }

  /**
   * Makes each announcement; one that fails keeps no other from being tried.
   *
   * @param announcement makes one of them, or throws
   */
  public static <T> Announced<T> each(Set<T> due, Consumer<T> announcement) {
    Set<T> done = new LinkedHashSet<>();
    List<RuntimeException> failures = new ArrayList<>();
    for (T one : due) {
      try {
        announcement.accept(one);
        done.add(one);
      } catch (RuntimeException failure) {
        failures.add(failure);
      }
    }
    return new Announced<>(done, failures);
  }
}
