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
 * @param failures why something could not be read, by the gate's name
 */
public record Readings(
    Map<Of, List<ImageScan>> scans,
    Map<Of, ImageSigning> signings,
    Optional<CalendarState> calendar,
    Map<String, RuntimeException> failures) {
  /** Nothing was read: no gate asks, or no image waits. */
  public static final Readings NONE = new Readings(Map.of(), Map.of(), Optional.empty(), Map.of());

  /** The image that something was read of, by the digest that the policy selected. */
  public record Of(Repository repository, ImageDigest image) {}

  /** Copies the maps. */
  public Readings {
    scans = Map.copyOf(scans);
    signings = Map.copyOf(signings);
    failures = Map.copyOf(failures);
  }

  /** Why a gate cannot judge an image: what it goes by could not be read. */
  public Optional<RuntimeException> failure(Gate gate, Of image) {
    boolean isRead =
        switch (gate) {
          case ScanGate _ -> scans.containsKey(image);
          case SignedGate _ -> signings.containsKey(image);
          case CalendarGate _ -> calendar.isPresent();
          case ApprovalGate _, FreezesGate _, WhileRollingGate _, WindowsGate _ -> true;
        };
    return isRead ? Optional.empty() : Optional.ofNullable(failures.get(gate.name()));
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
        others.calendar.or(() -> calendar),
        both(failures, others.failures));
  }

  private static <K, T> Map<K, T> both(Map<K, T> these, Map<K, T> others) {
    Map<K, T> all = new HashMap<>(these);
    all.putAll(others);
    return all;
  }
}
