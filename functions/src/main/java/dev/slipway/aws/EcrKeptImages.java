package dev.slipway.aws;

import dev.slipway.housekeeping.KeptImages;
import dev.slipway.image.ImageDigest;
import dev.slipway.image.ImageTag;
import dev.slipway.image.KeepTag;
import dev.slipway.image.Repository;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import software.amazon.awssdk.services.ecr.EcrClient;
import software.amazon.awssdk.services.ecr.model.BatchGetImageResponse;
import software.amazon.awssdk.services.ecr.model.Image;
import software.amazon.awssdk.services.ecr.model.ImageAlreadyExistsException;
import software.amazon.awssdk.services.ecr.model.ImageFailure;
import software.amazon.awssdk.services.ecr.model.ImageFailureCode;
import software.amazon.awssdk.services.ecr.model.ImageIdentifier;
import software.amazon.awssdk.services.ecr.model.ImageTagAlreadyExistsException;

/** Amazon ECR's tags, for keeping images: nothing here can delete one. */
public final class EcrKeptImages implements KeptImages {
  private static final String PERMISSION = "KeepImagesState=ENABLED";

  /** ECR answers so for what is not there, and for what is archived. */
  private static final Set<ImageFailureCode> ABSENT =
      Set.of(ImageFailureCode.IMAGE_NOT_FOUND, ImageFailureCode.IMAGE_INACCESSIBLE);

  private final EcrClient client;

  /**
   * @param client from {@link Clients}
   */
  public EcrKeptImages(EcrClient client) {
    this.client = client;
  }

  @Override
  public Stored stored(
      Repository repository, Collection<ImageTag> tags, Collection<ImageDigest> images) {
    List<ImageIdentifier> asked = new ArrayList<>();
    tags.forEach(tag -> asked.add(ImageIdentifier.builder().imageTag(tag.value()).build()));
    images.forEach(
        digest -> asked.add(ImageIdentifier.builder().imageDigest(digest.value()).build()));
    BatchGetImageResponse response =
        AwsErrors.switchedOn(PERMISSION, () -> BatchGetImage.of(client, repository, asked));
    for (ImageFailure failure : response.failures()) {
      if (!ABSENT.contains(failure.failureCode())) {
        throw new IllegalStateException(
            "ecr:BatchGetImage failed for %s: %s: %s"
                .formatted(repository, failure.failureCodeAsString(), failure.failureReason()));
      }
    }
    Map<ImageTag, ImageDigest> found = new HashMap<>();
    Map<ImageDigest, Manifest> manifests = new HashMap<>();
    for (Image image : response.images()) {
      ImageDigest digest = new ImageDigest(image.imageId().imageDigest());
      manifests.put(digest, new Manifest(image.imageManifest(), image.imageManifestMediaType()));
      if (image.imageId().imageTag() != null) {
        found.put(new ImageTag(image.imageId().imageTag()), digest);
      }
    }
    return new Stored(found, manifests);
  }

  @Override
  public void move(Repository repository, ImageTag tag, ImageDigest digest, Manifest manifest) {
    try {
      AwsErrors.switchedOn(
          PERMISSION,
          () ->
              AwsErrors.permitted(
                  "ecr:PutImage",
                  "repository " + repository,
                  () ->
                      client.putImage(r ->
                          r.registryId(repository.account())
                              .repositoryName(repository.name())
                              .imageTag(tag.value())
                              .imageManifest(manifest.text())
                              .imageManifestMediaType(manifest.mediaType())
                              // ECR refuses if the bytes should have become others on the way
                              .imageDigest(digest.value())
                              .overrideConfiguration(Clients.SHORT_CALL))));
    } catch (ImageAlreadyExistsException _) {
      // it points there already
    } catch (ImageTagAlreadyExistsException e) {
      throw new IllegalStateException(
          "tags of repository %s cannot move, so that %s cannot go on to another image: make it IMMUTABLE_WITH_EXCLUSION with the filter %s*"
              .formatted(repository.name(), tag, KeepTag.PREFIX),
          e);
    }
  }
}
