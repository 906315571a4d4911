package dev.slipway.aws;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.image.ImageDigest;
import dev.slipway.image.ImageSigning;
import dev.slipway.image.ImageSigning.Signature;
import dev.slipway.image.ImageSigning.State;
import dev.slipway.image.Repository;
import dev.slipway.text.OutsideText;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import software.amazon.awssdk.services.ecr.EcrClient;
import software.amazon.awssdk.services.ecr.model.ImageNotFoundException;
import software.amazon.awssdk.services.ecr.model.RepositoryNotFoundException;

/** Reads which profiles ECR has had sign an image. */
final class EcrSignings {
  private static final int MAX_REASON = 300;

  private EcrSignings() {}

  static ImageSigning of(
      EcrClient client, Repository repository, ImageDigest image, Set<String> profiles) {
    ImageSigning signing =
        new ImageSigning(signatures(client, repository, image), Optional.empty());
    return signing.isSignedBy(profiles)
        ? signing
        : new ImageSigning(signing.profiles(), ImageDetails.pushedAt(client, repository, image));
  }

  private static Map<String, Signature> signatures(
      EcrClient client, Repository repository, ImageDigest image) {
    JsonNode response;
    try {
      response =
          AwsErrors.permitted(
              "ecr:DescribeImageSigningStatus",
              "repository " + repository,
              () ->
                  RawJson.call(override ->
                      client.describeImageSigningStatus(r ->
                          r.registryId(repository.account())
                              .repositoryName(repository.name())
                              .imageId(id -> id.imageDigest(image.value()))
                              .overrideConfiguration(override))));
    } catch (ImageNotFoundException _) {
      return Map.of();
    } catch (RepositoryNotFoundException _) {
      return Map.of();
    }
    Map<String, Signature> signatures = new HashMap<>();
    response
        .path("signingStatuses")
        .forEach(
            status -> signatures.put(status.path("signingProfileArn").asText(), signature(status)));
    return signatures;
  }

  private static Signature signature(JsonNode status) {
    String name = status.path("status").asText();
    State state = State.of(name);
    String reason =
        "%s %s %s"
            .formatted(
                state == State.OTHER ? name : "",
                status.path("failureCode").asText(""),
                status.path("failureReason").asText(""));
    return new Signature(state, OutsideText.line(reason, MAX_REASON));
  }
}
