package dev.slipway.aws;

import dev.slipway.image.ImageDigest;
import dev.slipway.image.Repository;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;
import software.amazon.awssdk.services.ecr.EcrClient;
import software.amazon.awssdk.services.ecr.model.DescribeImagesRequest;
import software.amazon.awssdk.services.ecr.model.ImageDetail;
import software.amazon.awssdk.services.ecr.model.ImageIdentifier;
import software.amazon.awssdk.services.ecr.model.ImageNotFoundException;
import software.amazon.awssdk.services.ecr.model.RepositoryNotFoundException;

/** ECR's description of one manifest: when it was pushed, and what became of it. */
final class ImageDetails {
  private ImageDetails() {}

  /** When a manifest was pushed first; empty where it is no longer there, or is archived. */
  static Optional<Instant> pushedAt(EcrClient client, Repository repository, ImageDigest manifest) {
    return of(client, repository, manifest, _ -> {}).map(ImageDetail::imagePushedAt);
  }

  /**
   * Empty where ECR does not have the manifest.
   *
   * @param filter which states of images are described, where ECR's own choice does not do
   */
  static Optional<ImageDetail> of(
      EcrClient client,
      Repository repository,
      ImageDigest manifest,
      Consumer<DescribeImagesRequest.Builder> filter) {
    try {
      return AwsErrors.permitted(
              "ecr:DescribeImages",
              "repository " + repository,
              () ->
                  client.describeImages(r ->
                      filter.accept(
                          r.registryId(repository.account())
                              .repositoryName(repository.name())
                              .imageIds(
                                  ImageIdentifier.builder()
                                      .imageDigest(manifest.value())
                                      .build()))))
          .imageDetails()
          .stream()
          .findFirst();
    } catch (ImageNotFoundException _) {
      return Optional.empty();
    } catch (RepositoryNotFoundException _) {
      return Optional.empty();
    }
  }
}
