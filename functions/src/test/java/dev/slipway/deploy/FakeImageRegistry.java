package dev.slipway.deploy;

import dev.slipway.image.Candidate;
import dev.slipway.image.ImageDigest;
import dev.slipway.image.ImageReference;
import dev.slipway.image.ImageScan;
import dev.slipway.image.ImageSigning;
import dev.slipway.image.ImageTag;
import dev.slipway.image.Platform;
import dev.slipway.image.Repository;
import dev.slipway.image.TaggedImage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** A small ECR in memory: tags that point at images. */
public final class FakeImageRegistry implements ImageRegistry {
  /** What can be asked of it. */
  public enum Operation {
    CANDIDATE,
    IMAGE,
    PUSHED_AT,
    TAGGED_IMAGES,
    SCAN,
    SIGNING
  }

  private record Key(Repository repository, ImageTag tag) {}

  private record Stored(Repository repository, ImageDigest digest) {}

  private final Map<Key, Candidate> candidates = new HashMap<>();
  private final Map<Stored, Candidate> images = new HashMap<>();
  private final Map<Stored, Instant> pushedAt = new HashMap<>();
  private final Map<Stored, ImageScan> scans = new HashMap<>();
  private final Map<Stored, ImageSigning> signings = new HashMap<>();
  private final Map<Operation, Integer> calls = new EnumMap<>(Operation.class);
  private final Set<Stored> archived = new HashSet<>();
  private final Set<Repository> broken = new HashSet<>();
  private final Interruptions<Operation> interruptions = new Interruptions<>();

  /** What is to happen between calls. */
  public Interruptions<Operation> interruptions() {
    return interruptions;
  }

  /** From now on nothing answers for this repository's tags. */
  public void breakDown(String repository) {
    broken.add(repository(repository));
  }

  /** How often this was asked. */
  public int calls(Operation operation) {
    return calls.getOrDefault(operation, 0);
  }

  /** A repository of the account and Region that {@link FakeEcs} is in. */
  public static Repository repository(String name) {
    return new Repository(FakeEcs.ACCOUNT, FakeEcs.REGION, name);
  }

  /** How a container names a repository of this registry. */
  public static String uri(String name) {
    return "%s.dkr.ecr.%s.amazonaws.com/%s".formatted(FakeEcs.ACCOUNT, FakeEcs.REGION, name);
  }

  /** A digest that is easily told from others. */
  public static ImageDigest digest(int number) {
    return new ImageDigest("sha256:%012d".formatted(number) + "0".repeat(52));
  }

  /** Pushes an image of which no platform is known, and moves the tag to it. */
  public void push(String repository, String tag, ImageDigest digest) {
    push(repository, tag, digest, Set.of());
  }

  /** Pushes an image for some platforms, and moves the tag to it. */
  public void push(String repository, String tag, ImageDigest digest, Set<Platform> platforms) {
    put(
        repository,
        tag,
        new Candidate.Image(
            digest, "application/vnd.oci.image.index.v1+json", platforms, Set.of()));
  }

  /** The digest that an image stands for now: how ECS resolves it when a deployment begins. */
  public Optional<ImageDigest> resolve(ImageReference image) {
    return image
        .digest()
        .or(() ->
            image
                .repository()
                .map(where -> new Key(where, image.tag().orElse(new ImageTag("latest"))))
                .flatMap(key -> Optional.ofNullable(candidates.get(key)))
                .filter(Candidate.Image.class::isInstance)
                .map(candidate -> ((Candidate.Image) candidate).digest()));
  }

  /** Moves the tag to anything. */
  public void put(String repository, String tag, Candidate candidate) {
    candidates.put(new Key(repository(repository), new ImageTag(tag)), candidate);
    if (candidate instanceof Candidate.Image image) {
      Stored stored = new Stored(repository(repository), image.digest());
      images.put(stored, candidate);
      // an image that is there already only gets another tag
      pushedAt.putIfAbsent(stored, Instant.EPOCH.plusSeconds(pushedAt.size()));
    }
  }

  /** Moves an image to the archive: it is listed still, and nobody can pull it. */
  public void archive(String repository, ImageDigest digest) {
    Stored stored = new Stored(repository(repository), digest);
    archived.add(stored);
    images.remove(stored);
  }

  /** Has an image scanned, with this outcome. */
  public void scanned(String repository, ImageScan scan) {
    scans.put(new Stored(repository(repository), scan.manifest()), scan);
  }

  /** Has an image signed, as far as this says. */
  public void signed(String repository, ImageDigest image, ImageSigning signing) {
    signings.put(new Stored(repository(repository), image), signing);
  }

  /** Deletes an image; a tag that points at it would go too, but no test has that. */
  public void delete(String repository, ImageDigest digest) {
    images.remove(new Stored(repository(repository), digest));
  }

  /** Deletes a tag. */
  public void untag(String repository, String tag) {
    candidates.remove(new Key(repository(repository), new ImageTag(tag)));
  }

  @Override
  public Candidate image(Repository repository, ImageDigest digest) {
    calls.merge(Operation.IMAGE, 1, Integer::sum);
    interruptions.interrupt(Operation.IMAGE, true, repository.toString());
    Candidate found = images.getOrDefault(new Stored(repository, digest), new Candidate.Missing());
    interruptions.interrupt(Operation.IMAGE, false, repository.toString());
    return found;
  }

  @Override
  public Optional<Instant> pushedAt(Repository repository, ImageDigest digest) {
    calls.merge(Operation.PUSHED_AT, 1, Integer::sum);
    Stored stored = new Stored(repository, digest);
    return images.containsKey(stored)
        ? Optional.ofNullable(pushedAt.get(stored))
        : Optional.empty();
  }

  @Override
  public boolean isArchived(Repository repository, ImageDigest digest) {
    return archived.contains(new Stored(repository, digest));
  }

  @Override
  public List<TaggedImage> taggedImages(Repository repository) {
    calls.merge(Operation.TAGGED_IMAGES, 1, Integer::sum);
    interruptions.interrupt(Operation.TAGGED_IMAGES, true, repository.toString());
    List<TaggedImage> found = new ArrayList<>();
    candidates.forEach((key, candidate) -> {
      if (key.repository().equals(repository) && candidate instanceof Candidate.Image image) {
        Stored stored = new Stored(repository, image.digest());
        found.add(
            new TaggedImage(
                key.tag(),
                image.digest(),
                pushedAt.getOrDefault(stored, Instant.EPOCH),
                archived.contains(stored)));
      }
    });
    interruptions.interrupt(Operation.TAGGED_IMAGES, false, repository.toString());
    return found;
  }

  @Override
  public Candidate candidate(Repository repository, ImageTag tag) {
    if (broken.contains(repository)) {
      throw new IllegalStateException("ECR does not answer for " + repository.name());
    }
    calls.merge(Operation.CANDIDATE, 1, Integer::sum);
    interruptions.interrupt(Operation.CANDIDATE, true, repository.toString());
    Candidate found = candidates.getOrDefault(new Key(repository, tag), new Candidate.Missing());
    interruptions.interrupt(Operation.CANDIDATE, false, repository.toString());
    return found;
  }

  /** It reads all of a scan at once. */
  @Override
  public ImageScan scan(Repository repository, ImageDigest manifest, Predicate<ImageScan> enough) {
    calls.merge(Operation.SCAN, 1, Integer::sum);
    return scans.getOrDefault(
        new Stored(repository, manifest),
        new ImageScan(manifest, ImageScan.State.NONE, "", Optional.empty()));
  }

  @Override
  public ImageSigning signing(Repository repository, ImageDigest image, Set<String> profiles) {
    calls.merge(Operation.SIGNING, 1, Integer::sum);
    return signings.getOrDefault(
        new Stored(repository, image), new ImageSigning(Map.of(), Optional.empty()));
  }
}
