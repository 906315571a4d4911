package dev.slipway.aws;

import dev.slipway.image.Repository;
import java.util.Collection;
import java.util.List;
import software.amazon.awssdk.services.ecr.EcrClient;
import software.amazon.awssdk.services.ecr.model.BatchGetImageResponse;
import software.amazon.awssdk.services.ecr.model.ImageIdentifier;

/** Asks ECR for images, with their manifests as they were pushed. */
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
    return of(client, repository, List.of(image));
  }

  /** Asks for up to 100 images. Fails as for one. */
  static BatchGetImageResponse of(
      EcrClient client, Repository repository, Collection<ImageIdentifier> images) {
    return AwsErrors.permitted(
        "ecr:BatchGetImage",
        "repository " + repository,
        () ->
            client.batchGetImage(r ->
                r.registryId(repository.account())
                    .repositoryName(repository.name())
                    .imageIds(images)
                    .acceptedMediaTypes(ImageManifest.MEDIA_TYPES)));
  }
}
