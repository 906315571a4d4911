package dev.slipway.aws;

import dev.slipway.image.Repository;
import software.amazon.awssdk.services.ecr.EcrClient;
import software.amazon.awssdk.services.ecr.model.BatchGetImageResponse;
import software.amazon.awssdk.services.ecr.model.ImageIdentifier;

/** Asks ECR for an image, with its manifest as it was pushed. */
final class BatchGetImage {
  private BatchGetImage() {}

  /**
   * Asks for one image.
   *
   * @throws AccessDenied if it may not be asked
   * @throws software.amazon.awssdk.services.ecr.model.RepositoryNotFoundException if there is no
   *     such repository
   */
  static BatchGetImageResponse of(EcrClient client, Repository repository, ImageIdentifier image) {
    return AwsErrors.permitted(
        "ecr:BatchGetImage",
        "repository " + repository,
        () ->
            client.batchGetImage(r ->
                r.registryId(repository.account())
                    .repositoryName(repository.name())
                    .imageIds(image)
                    .acceptedMediaTypes(ImageManifest.MEDIA_TYPES)));
  }
}
