package dev.slipway.ecs;

import static java.util.stream.Collectors.toSet;

import dev.slipway.image.Candidate;
import dev.slipway.image.ImageDigest;
import dev.slipway.image.Platform;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a service's tasks run on, as far as it is certain before they are placed: in Amazon EC2 a
 * task definition without a runtimePlatform goes wherever the cluster's instances are.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RuntimePlatform.html">RuntimePlatform</a>
 * @param os in the words of the OCI image specification; empty for any
 * @param architecture in the same words; empty for any
 */
public record TaskPlatform(Optional<String> os, Optional<String> architecture) {
  /** What the tasks of a service run on. */
  public static TaskPlatform of(Service service, TaskDefinition definition) {
    Optional<String> family = definition.operatingSystemFamily();
    Optional<String> cpu = definition.cpuArchitecture();
    if (service.runsOnFargate()) {
      family = family.or(() -> Optional.of("LINUX"));
      cpu = cpu.or(() -> Optional.of("X86_64"));
    }
    return new TaskPlatform(
        family.flatMap(TaskPlatform::os), cpu.flatMap(TaskPlatform::architecture));
  }

  private static Optional<String> os(String operatingSystemFamily) {
    if (operatingSystemFamily.equals("LINUX")) {
      return Optional.of("linux");
    }
    return operatingSystemFamily.startsWith("WINDOWS") ? Optional.of("windows") : Optional.empty();
  }

  private static Optional<String> architecture(String cpuArchitecture) {
    return switch (cpuArchitecture) {
      case "X86_64" -> Optional.of("amd64");
      case "ARM64" -> Optional.of("arm64");
      default -> Optional.empty();
    };
  }

  /** Whether one of an image's platforms will do; an image that does not say is believed. */
  public boolean runsAnyOf(Set<Platform> platforms) {
    return platforms.isEmpty() || platforms.stream().anyMatch(this::runs);
  }

  /**
   * The manifests of an image that tasks may run: of an image index those for this platform, and
   * those that do not say theirs; of a single manifest that one.
   */
  public Set<ImageDigest> manifestsOf(Candidate.Image image) {
    Set<ImageDigest> manifests =
        image.manifests().entrySet().stream()
            .filter(manifest -> manifest.getValue().filter(other -> !runs(other)).isEmpty())
            .map(Map.Entry::getKey)
            .collect(toSet());
    return manifests.isEmpty() ? Set.of(image.digest()) : manifests;
  }

  private boolean runs(Platform platform) {
    return os.orElse(platform.os()).equals(platform.os())
        && architecture.orElse(platform.architecture()).equals(platform.architecture());
  }

  @Override
  public String toString() {
    return os.orElse("any system") + "/" + architecture.orElse("any architecture");
  }
}
