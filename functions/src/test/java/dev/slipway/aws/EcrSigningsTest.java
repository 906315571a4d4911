package dev.slipway.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.image.ImageDigest;
import dev.slipway.image.ImageSigning;
import dev.slipway.image.ImageSigning.Signature;
import dev.slipway.image.ImageSigning.State;
import dev.slipway.image.Repository;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EcrSigningsTest {
  private static final Repository WEB = new Repository("123456789012", "us-east-1", "team/web");
  private static final ImageDigest DIGEST = new ImageDigest("sha256:" + "b".repeat(64));
  private static final String RELEASE =
      "arn:aws:signer:us-east-1:123456789012:/signing-profiles/release";
  private static final String AUDIT =
      "arn:aws:signer:us-east-1:123456789012:/signing-profiles/audit";

  private final LoopbackAws aws = new LoopbackAws();

  @AfterEach
  void end() {
    aws.close();
  }

  private ImageSigning signing(String... profiles) {
    return new EcrRegistry(aws.clients().ecr()).signing(WEB, DIGEST, Set.of(profiles));
  }

  @Test
  void asks_once_for_what_all_have_signed() {
    aws.answers(
        "DescribeImageSigningStatus",
        """
        {"signingStatuses": [{"signingProfileArn": "%s", "status": "COMPLETE"},
           {"signingProfileArn": "%s", "status": "IN_PROGRESS"}]}\
        """
            .formatted(RELEASE, AUDIT));

    ImageSigning signing = signing(RELEASE);

    assertThat(signing.isSignedBy(Set.of(RELEASE))).isTrue();
    assertThat(signing.by(AUDIT).state()).isEqualTo(State.IN_PROGRESS);
    assertThat(aws.received())
        .extracting(LoopbackAws.Received::body)
        .containsExactly(
            """
            {"repositoryName":"team/web","imageId":{"imageDigest":"%s"},"registryId":"123456789012"}\
            """
                .formatted(DIGEST));
  }

  @Test
  void asks_when_it_was_pushed_what_is_not_signed_and_keeps_why() {
    aws.answers(
        "DescribeImageSigningStatus",
        """
        {"signingStatuses": [{"signingProfileArn": "%s", "status": "FAILED",
             "failureCode": "AccessDenied", "failureReason": "not\\nauthorized"},
           {"signingProfileArn": "%s", "status": "ODD"}]}\
        """
            .formatted(RELEASE, AUDIT));
    aws.answers(
        "DescribeImages",
        """
        {"imageDetails": [{"imageDigest": "%s", "imagePushedAt": 1764298800}]}\
        """
            .formatted(DIGEST));

    ImageSigning signing = signing(RELEASE, AUDIT);

    assertThat(signing.by(RELEASE))
        .isEqualTo(new Signature(State.FAILED, "AccessDenied not authorized"));
    assertThat(signing.by(AUDIT)).isEqualTo(new Signature(State.OTHER, "ODD"));
    assertThat(signing.pushedAt()).contains(Instant.ofEpochSecond(1764298800));
  }

  @ParameterizedTest
  @ValueSource(strings = {"ImageNotFoundException", "RepositoryNotFoundException"})
  void knows_that_there_is_no_image(String code) {
    aws.fails("DescribeImageSigningStatus", 400, code, "There is none.");
    aws.fails("DescribeImages", 400, code, "There is none.");

    ImageSigning signing = signing(RELEASE);

    assertThat(signing.by(RELEASE).state()).isEqualTo(State.NONE);
    assertThat(signing.pushedAt()).isEmpty();
  }

  @Test
  void names_the_permission_that_is_missing() {
    aws.fails("DescribeImageSigningStatus", 400, "AccessDeniedException", "not authorized");

    assertThatThrownBy(() -> signing(RELEASE))
        .isInstanceOf(AccessDenied.class)
        .hasMessageContaining("must allow ecr:DescribeImageSigningStatus on repository");
  }
}
