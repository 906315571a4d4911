package dev.slipway.explore;

import static dev.slipway.deploy.FakeImageRegistry.repository;

import dev.slipway.deploy.ImageRegistry;
import dev.slipway.explore.World.Aws;
import dev.slipway.image.Candidate;
import dev.slipway.image.ImageDigest;
import dev.slipway.image.ImageScan;
import dev.slipway.image.ImageSigning;
import dev.slipway.image.ImageTag;
import dev.slipway.image.Repository;
import dev.slipway.image.TaggedImage;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** The world's ECR. */
final class RegistryPort implements ImageRegistry {
  private final World world;
  private final Ports ports;

  /** What tags pointed at before they were moved last. */
  private final Map<String, Candidate> earlier = new HashMap<>();

  RegistryPort(World world, Ports ports) {
    this.world = world;
    this.ports = ports;
  }

  private static String key(Repository repository, ImageTag tag) {
    return repository.name() + ":" + tag;
  }

  void tagMoves(String name, String tag) {
    if (ports.has(Mutation.STALE_SELECTION)) {
      Repository repository = repository(name);
      earlier.put(
          key(repository, new ImageTag(tag)), world.ecr.candidate(repository, new ImageTag(tag)));
    }
  }

  @Override
  public Candidate candidate(Repository repository, ImageTag tag) {
    return ports.read(
        Aws.ECR,
        "ImageRegistry.candidate",
        world.tagState,
        () -> {
          Candidate candidate = world.ecr.candidate(repository, tag);
          world.journal.selected(repository, tag, candidate);
          return earlier.getOrDefault(key(repository, tag), candidate);
        });
  }

  @Override
  public List<TaggedImage> taggedImages(Repository repository) {
    return ports.read(
        Aws.ECR,
        "ImageRegistry.taggedImages",
        world.tagState,
        () -> world.ecr.taggedImages(repository));
  }

  @Override
  public Candidate image(Repository repository, ImageDigest digest) {
    return world.ecr.image(repository, digest);
  }

  @Override
  public Optional<Instant> pushedAt(Repository repository, ImageDigest digest) {
    return world.ecr.pushedAt(repository, digest);
  }

  @Override
  public boolean isArchived(Repository repository, ImageDigest digest) {
    return world.ecr.isArchived(repository, digest);
  }

  @Override
  public ImageScan scan(Repository repository, ImageDigest manifest, Predicate<ImageScan> enough) {
    return world.ecr.scan(repository, manifest, enough);
  }

  @Override
  public ImageSigning signing(Repository repository, ImageDigest image, Set<String> profiles) {
    return world.ecr.signing(repository, image, profiles);
  }
}
