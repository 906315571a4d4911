package dev.slipway.gate;

import dev.slipway.image.ImageDigest;
import dev.slipway.image.ImageScan;
import dev.slipway.image.ImageSigning;
import dev.slipway.image.Repository;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What was read of AWS for the gates of an environment, since an image waits for them.
 *
 * @param scans of the manifests that tasks may run, by image
 * @param signings by image
 * @param calendar the state of the change calendar; empty where no gate asks
 */
public record Readings(
    Map<Of, List<ImageScan>> scans,
    Map<Of, ImageSigning> signings,
    Optional<CalendarState> calendar) {
  /** Nothing was read: no gate asks, or no image waits. */
  public static final Readings NONE = new Readings(Map.of(), Map.of(), Optional.empty());

  /** The image that something was read of, by the digest that the policy selected. */
  public record Of(Repository repository, ImageDigest image) {}

  /** Copies the maps. */
  public Readings {
    scans = Map.copyOf(scans);
    signings = Map.copyOf(signings);
  }

  /** The scans of an image. */
  public List<ImageScan> scansOf(Of image) {
    return scans.getOrDefault(image, List.of());
  }

  /** The signing of an image; empty where it was not read. */
  public Optional<ImageSigning> signingOf(Of image) {
    return Optional.ofNullable(signings.get(image));
  }

  /** These and others. */
  public Readings and(Readings others) {
    return new Readings(
        both(scans, others.scans),
        both(signings, others.signings),
        others.calendar.or(() -> calendar));
  }

  private static <T> Map<Of, T> both(Map<Of, T> these, Map<Of, T> others) {
    Map<Of, T> all = new HashMap<>(these);
    all.putAll(others);
    return all;
  }
}
