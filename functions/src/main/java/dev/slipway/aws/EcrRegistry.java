package dev.slipway.aws;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.deploy.ImageRegistry;
import dev.slipway.image.Candidate;
import dev.slipway.image.ImageDigest;
import dev.slipway.image.ImageTag;
import dev.slipway.image.Repository;

/** Amazon ECR's private registry of this Region. */
public final class EcrRegistry implements ImageRegistry {
  private final AwsApi api;

  /**
   * @param api of ECR
   */
  public EcrRegistry(AwsApi api) {
    this.api = api;
  }

  @Override
  public Candidate candidate(Repository repository, ImageTag tag) {
    return image(repository, ":" + tag, Json.object().put("imageTag", tag.value()));
  }

  @Override
  public Candidate image(Repository repository, ImageDigest digest) {
    return image(repository, "@" + digest, Json.object().put("imageDigest", digest.value()));
  }

  /**
   * @param called the tag or digest as it follows the repository in a message
   */
  private Candidate image(Repository repository, String called, ObjectNode identifier) {
    if (!repository.region().equals(api.region())) {
      throw new IllegalArgumentException(
          "asked the registry of " + api.region() + " for the repository " + repository);
    }
    ObjectNode request =
        Json.object()
            .put("registryId", repository.account())
            .put("repositoryName", repository.name());
    request.putArray("imageIds").add(identifier);
    ImageManifest.MEDIA_TYPES.forEach(request.putArray("acceptedMediaTypes")::add);
    ObjectNode response;
    try {
      response =
          AwsErrors.permitted(
              "ecr:BatchGetImage",
              "repository " + repository,
              () -> api.call("BatchGetImage", request));
    } catch (AwsFailure e) {
      if (e.code().equals("RepositoryNotFoundException")) {
        return new Candidate.Missing();
      }
      throw e;
    }
    if (response.path("images").path(0) instanceof ObjectNode image) {
      return ImageManifest.candidate(
          new ImageDigest(image.path("imageId").path("imageDigest").asText()),
          image.path("imageManifestMediaType").asText(null),
          image.path("imageManifest").asText());
    }
    if (response.path("failures").path(0) instanceof ObjectNode failure) {
      return failed(repository + called, failure);
    }
    throw new IllegalStateException(
        "ecr:BatchGetImage told neither of an image nor of a failure for " + repository + called);
  }

  private static Candidate failed(String image, ObjectNode failure) {
    String code = failure.path("failureCode").asText();
    if (code.equals("ImageNotFound")) {
      return new Candidate.Missing();
    }
    // of these some pass (an upstream registry, KMS) and all need the owner's eye: loud, not quiet
    throw new IllegalStateException(
        "ecr:BatchGetImage failed for "
            + image
            + ": "
            + code
            + ": "
            + failure.path("failureReason").asText());
  }
}
