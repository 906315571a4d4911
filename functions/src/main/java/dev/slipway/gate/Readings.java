package dev.slipway.gate;

import dev.slipway.image.ImageDigest;
import dev.slipway.image.ImageScan;
import dev.slipway.image.Repository;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What was read of AWS for the gates of an environment, since an image waits for them.
 *
 * @param scans of the manifests that tasks may run, by image
 */
public record Readings(Map<Of, List<ImageScan>> scans) {
  /** Nothing was read: no gate asks, or no image waits. */
  public static final Readings NONE = new Readings(Map.of());

  /** The image that something was read of, by the digest that the policy selected. */
  public record Of(Repository repository, ImageDigest image) {}

  /** Copies the map. */
  public Readings {
    scans = Map.copyOf(scans);
  }

  /** The scans of an image. */
  public List<ImageScan> scansOf(Of image) {
    return scans.getOrDefault(image, List.of());
  }

  /** These and others. */
  public Readings and(Readings others) {
    Map<Of, List<ImageScan>> all = new HashMap<>(scans);
    all.putAll(others.scans);
    return new Readings(all);
  }
}
