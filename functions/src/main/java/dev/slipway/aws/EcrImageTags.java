package dev.slipway.aws;

import dev.slipway.deploy.ImageTags;
import dev.slipway.image.ImageDigest;
import dev.slipway.image.ImageTag;
import dev.slipway.image.Repository;
import java.util.Optional;
import software.amazon.awssdk.services.ecr.EcrClient;
import software.amazon.awssdk.services.ecr.model.BatchGetImageResponse;
import software.amazon.awssdk.services.ecr.model.EcrException;
import software.amazon.awssdk.services.ecr.model.Image;
import software.amazon.awssdk.services.ecr.model.ImageAlreadyExistsException;
import software.amazon.awssdk.services.ecr.model.ImageFailure;
import software.amazon.awssdk.services.ecr.model.ImageFailureCode;
import software.amazon.awssdk.services.ecr.model.ImageIdentifier;
import software.amazon.awssdk.services.ecr.model.ImageTagAlreadyExistsException;
import software.amazon.awssdk.services.ecr.model.ReferencedImagesNotFoundException;
import software.amazon.awssdk.services.ecr.model.RepositoryNotFoundException;

/** Tags of images in Amazon ECR's private registry: the manifest is put again as it is. */
public final class EcrImageTags implements ImageTags {
  private final EcrClient client;

  /**
   * @param client from {@link Clients}
   */
  public EcrImageTags(EcrClient client) {
    this.client = client;
  }

  @Override
  public Optional<String> put(
      Repository repository, ImageTag tag, ImageDigest digest, Optional<ImageDigest> replaces) {
    try {
      Optional<Image> image = image(repository, digest);
      if (image.isEmpty()) {
        return Optional.of("ECR has no image " + digest + " in " + repository.name());
      }
      // as late as can be: from here to PutImage nobody else's push is noticed
      Optional<ImageDigest> now = pointsAt(repository, tag);
      if (now.filter(digest::equals).isPresent()) {
        return Optional.empty();
      }
      if (!now.equals(replaces)) {
        return Optional.of(moved(now, replaces));
      }
      AwsErrors.permitted(
          "ecr:PutImage",
          "repository " + repository,
          () ->
              client.putImage(r ->
                  r.registryId(repository.account())
                      .repositoryName(repository.name())
                      .imageTag(tag.value())
                      .imageManifest(image.get().imageManifest())
                      .imageManifestMediaType(image.get().imageManifestMediaType())
                      // ECR refuses if the bytes should have become others on the way
                      .imageDigest(digest.value())));
      return Optional.empty();
    } catch (ImageAlreadyExistsException _) {
      return Optional.empty();
    } catch (ImageTagAlreadyExistsException
        | RepositoryNotFoundException
        | ReferencedImagesNotFoundException e) {
      return Optional.of("ECR refuses: " + words(e));
    }
  }

  private static String words(EcrException e) {
    return AwsErrors.code(e) + ": " + AwsErrors.words(e);
  }

  private static String moved(Optional<ImageDigest> now, Optional<ImageDigest> replaces) {
    String before = replaces.map(ImageDigest::abbreviated).orElse("");
    String what =
        now.map(digest ->
                before.isEmpty()
                    ? "it did not exist before, and points at %s now"
                        .formatted(digest.abbreviated())
                    : "it moved from %s to %s meanwhile".formatted(before, digest.abbreviated()))
            .orElseGet(() -> "it pointed at %s, and was deleted meanwhile".formatted(before));
    return what + "; run the command again";
  }

  private Optional<ImageDigest> pointsAt(Repository repository, ImageTag tag) {
    BatchGetImageResponse response =
        BatchGetImage.of(
            client, repository, ImageIdentifier.builder().imageTag(tag.value()).build());
    Optional<ImageFailure> other =
        response.failures().stream()
            .filter(failure -> failure.failureCode() != ImageFailureCode.IMAGE_NOT_FOUND)
            .findFirst();
    if (other.isPresent()) {
      throw new IllegalStateException(
          "ecr:BatchGetImage failed for %s:%s: %s: %s"
              .formatted(
                  repository, tag, other.get().failureCodeAsString(), other.get().failureReason()));
    }
    return response.images().stream()
        .findFirst()
        .map(image -> new ImageDigest(image.imageId().imageDigest()));
  }

  private Optional<Image> image(Repository repository, ImageDigest digest) {
    ImageIdentifier identifier = ImageIdentifier.builder().imageDigest(digest.value()).build();
    return BatchGetImage.of(client, repository, identifier).images().stream().findFirst();
  }
}
