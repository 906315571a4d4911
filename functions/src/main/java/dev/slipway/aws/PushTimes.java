package dev.slipway.aws;

import dev.slipway.image.ImageDigest;
import dev.slipway.image.Repository;
import java.time.Instant;
import java.util.Optional;
import software.amazon.awssdk.services.ecr.EcrClient;
import software.amazon.awssdk.services.ecr.model.ImageDetail;
import software.amazon.awssdk.services.ecr.model.ImageIdentifier;
import software.amazon.awssdk.services.ecr.model.ImageNotFoundException;
import software.amazon.awssdk.services.ecr.model.RepositoryNotFoundException;

/** Asks ECR when an image came. */
final class PushTimes {
  private PushTimes() {}

  /** When a manifest was pushed first; empty where it is no longer there. */
  static Optional<Instant> of(EcrClient client, Repository repository, ImageDigest manifest) {
    try {
      return AwsErrors.permitted(
              "ecr:DescribeImages",
              "repository " + repository,
              () ->
                  client.describeImages(r ->
                      r.registryId(repository.account())
                          .repositoryName(repository.name())
                          .imageIds(
                              ImageIdentifier.builder().imageDigest(manifest.value()).build())))
          .imageDetails()
          .stream()
          .findFirst()
          .map(ImageDetail::imagePushedAt);
    } catch (ImageNotFoundException _) {
      return Optional.empty();
    } catch (RepositoryNotFoundException _) {
      return Optional.empty();
    }
  }
}
