package dev.slipway.aws;

import dev.slipway.deploy.ImageRegistry;
import dev.slipway.image.Candidate;
import dev.slipway.image.ImageDigest;
import dev.slipway.image.ImageScan;
import dev.slipway.image.ImageSigning;
import dev.slipway.image.ImageTag;
import dev.slipway.image.KeepTag;
import dev.slipway.image.Repository;
import dev.slipway.image.TaggedImage;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import software.amazon.awssdk.services.ecr.EcrClient;
import software.amazon.awssdk.services.ecr.model.BatchGetImageResponse;
import software.amazon.awssdk.services.ecr.model.DescribeImagesResponse;
import software.amazon.awssdk.services.ecr.model.Image;
import software.amazon.awssdk.services.ecr.model.ImageDetail;
import software.amazon.awssdk.services.ecr.model.ImageFailure;
import software.amazon.awssdk.services.ecr.model.ImageFailureCode;
import software.amazon.awssdk.services.ecr.model.ImageIdentifier;
import software.amazon.awssdk.services.ecr.model.ImageStatus;
import software.amazon.awssdk.services.ecr.model.ImageStatusFilter;
import software.amazon.awssdk.services.ecr.model.RepositoryNotFoundException;
import software.amazon.awssdk.services.ecr.model.TagStatus;

/** Amazon ECR's private registry of this Region. */
public final class EcrRegistry implements ImageRegistry {
  /** The most that ECR gives in one answer. */
  private static final int A_PAGE = 1_000;

  private final EcrClient client;

  /**
   * @param client from {@link Clients}
   */
  public EcrRegistry(EcrClient client) {
    this.client = client;
  }

  @Override
  public Candidate candidate(Repository repository, ImageTag tag) {
    return image(repository, ":" + tag, ImageIdentifier.builder().imageTag(tag.value()).build());
  }

  @Override
  public Candidate image(Repository repository, ImageDigest digest) {
    return image(
        repository, "@" + digest, ImageIdentifier.builder().imageDigest(digest.value()).build());
  }

  @Override
  public List<TaggedImage> taggedImages(Repository repository) {
    needHere(repository);
    try {
      return List.copyOf(
          Pages.all(
              "ecr:DescribeImages",
              token -> {
                DescribeImagesResponse page =
                    AwsErrors.permitted(
                        "ecr:DescribeImages",
                        "repository " + repository,
                        () ->
                            client.describeImages(r ->
                                r.registryId(repository.account())
                                    .repositoryName(repository.name())
                                    .filter(f ->
                                        f.tagStatus(TagStatus.TAGGED)
                                            .imageStatus(ImageStatusFilter.ANY))
                                    .maxResults(A_PAGE)
                                    .nextToken(token)));
                // of each page only what is needed: an ImageDetail takes several times the room
                return new Pages.Page<>(
                    page.imageDetails().stream().flatMap(image -> tagged(image).stream()).toList(),
                    page.nextToken());
              }));
    } catch (RepositoryNotFoundException _) {
      return List.of();
    }
  }

  @Override
  public Optional<Instant> pushedAt(Repository repository, ImageDigest digest) {
    needHere(repository);
    return ImageDetails.pushedAt(client, repository, digest);
  }

  @Override
  public boolean isArchived(Repository repository, ImageDigest digest) {
    needHere(repository);
    return ImageDetails.of(
            client, repository, digest, r -> r.filter(f -> f.imageStatus(ImageStatusFilter.ANY)))
        .filter(EcrRegistry::isArchived)
        .isPresent();
  }

  @Override
  public ImageScan scan(Repository repository, ImageDigest manifest, Predicate<ImageScan> enough) {
    needHere(repository);
    return EcrScans.of(client, repository, manifest, enough);
  }

  @Override
  public ImageSigning signing(Repository repository, ImageDigest image, Set<String> profiles) {
    needHere(repository);
    return EcrSignings.of(client, repository, image, profiles);
  }

  private static List<TaggedImage> tagged(ImageDetail image) {
    if (ImageManifest.isOtherArtifact(image.artifactMediaType())) {
      return List.of();
    }
    ImageDigest digest = new ImageDigest(image.imageDigest());
    return image.imageTags().stream()
        .flatMap(tag -> ImageTag.find(tag).stream())
        .filter(tag -> !tag.isOfReferrers() && !KeepTag.is(tag.value()))
        .map(tag -> new TaggedImage(tag, digest, image.imagePushedAt(), isArchived(image)))
        .toList();
  }

  /** An image that is being restored cannot be pulled yet. */
  private static boolean isArchived(ImageDetail image) {
    return image.imageStatus() == ImageStatus.ARCHIVED
        || image.imageStatus() == ImageStatus.ACTIVATING;
  }

  private void needHere(Repository repository) {
    String region = client.serviceClientConfiguration().region().id();
    if (!repository.region().equals(region)) {
      throw new IllegalArgumentException(
          "asked the registry of " + region + " for the repository " + repository);
    }
  }

  /**
   * @param called the tag or digest as it follows the repository in a message
   */
  private Candidate image(Repository repository, String called, ImageIdentifier identifier) {
    needHere(repository);
    BatchGetImageResponse response;
    try {
      response = BatchGetImage.of(client, repository, identifier);
    } catch (RepositoryNotFoundException _) {
      return new Candidate.Missing();
    }
    if (!response.images().isEmpty()) {
      Image image = response.images().getFirst();
      return ImageManifest.candidate(
          new ImageDigest(image.imageId().imageDigest()),
          image.imageManifestMediaType(),
          image.imageManifest());
    }
    if (!response.failures().isEmpty()) {
      return failed(repository + called, response.failures().getFirst());
    }
    throw new IllegalStateException(
        "ecr:BatchGetImage told neither of an image nor of a failure for " + repository + called);
  }

  private static Candidate failed(String image, ImageFailure failure) {
    // nobody can pull an archived image: AWS documents 404, and has the second code
    if (failure.failureCode() == ImageFailureCode.IMAGE_NOT_FOUND
        || failure.failureCode() == ImageFailureCode.IMAGE_INACCESSIBLE) {
      return new Candidate.Missing();
    }
    // of these some pass (an upstream registry, KMS) and all need the owner's eye: loud, not quiet
    throw new IllegalStateException(
        "ecr:BatchGetImage failed for "
            + image
            + ": "
            + failure.failureCodeAsString()
            + ": "
            + failure.failureReason());
  }
}
