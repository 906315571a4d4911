package dev.slipway.aws;

import dev.slipway.deploy.ImageTags;
import dev.slipway.image.ImageDigest;
import dev.slipway.image.ImageTag;
import dev.slipway.image.Repository;
import java.util.Optional;
import software.amazon.awssdk.services.ecr.EcrClient;
import software.amazon.awssdk.services.ecr.model.EcrException;
import software.amazon.awssdk.services.ecr.model.Image;
import software.amazon.awssdk.services.ecr.model.ImageAlreadyExistsException;
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
  public Optional<String> put(Repository repository, ImageTag tag, ImageDigest digest) {
    try {
      Optional<Image> image = image(repository, digest);
      if (image.isEmpty()) {
        return Optional.of("ECR has no image " + digest + " in " + repository.name());
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

  private Optional<Image> image(Repository repository, ImageDigest digest) {
    ImageIdentifier identifier = ImageIdentifier.builder().imageDigest(digest.value()).build();
    return BatchGetImage.of(client, repository, identifier).images().stream().findFirst();
  }
}
