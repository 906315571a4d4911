package dev.slipway.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.image.Candidate;
import dev.slipway.image.ImageDigest;
import dev.slipway.image.ImageTag;
import dev.slipway.image.Repository;
import dev.slipway.image.TaggedImage;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EcrRegistryTest {
  private static final Repository WEB = new Repository("123456789012", "us-east-1", "team/web");
  private static final ImageTag STAGING = new ImageTag("staging");
  private static final String DIGEST = "sha256:" + "b".repeat(64);

  private final LoopbackAws aws = new LoopbackAws();
  private final EcrRegistry registry = new EcrRegistry(aws.clients().ecr());

  @AfterEach
  void end() {
    aws.close();
  }

  @Test
  void gives_the_image_that_the_tag_points_at() {
    aws.answers(
        "BatchGetImage",
        """
        {"images": [{"registryId": "123456789012", "repositoryName": "team/web",
           "imageId": {"imageDigest": "%s", "imageTag": "staging"},
           "imageManifestMediaType": "application/vnd.docker.distribution.manifest.v2+json",
           "imageManifest": "{\\"schemaVersion\\": 2, \\"layers\\": []}"}], "failures": []}\
        """
            .formatted(DIGEST));

    assertThat(registry.candidate(WEB, STAGING))
        .isInstanceOfSatisfying(
            Candidate.Image.class,
            image -> {
              assertThat(image.digest()).hasToString(DIGEST);
              assertThat(image.mediaType())
                  .isEqualTo("application/vnd.docker.distribution.manifest.v2+json");
              assertThat(image.platforms()).isEqualTo(Set.of());
            });
    var request = aws.received("BatchGetImage").getFirst().json();
    assertThat(request.path("registryId").asText()).isEqualTo("123456789012");
    assertThat(request.path("repositoryName").asText()).isEqualTo("team/web");
    assertThat(request.path("imageIds")).hasToString("[{\"imageTag\":\"staging\"}]");
    assertThat(request.path("acceptedMediaTypes").toString())
        .contains("image.index.v1", "image.manifest.v1", "manifest.list.v2", "manifest.v2");
  }

  @Test
  void knows_that_there_is_no_such_tag() {
    aws.answers(
        "BatchGetImage",
        """
        {"images": [], "failures": [{"imageId": {"imageTag": "staging"},
           "failureCode": "ImageNotFound", "failureReason": "Requested image not found"}]}\
        """);

    assertThat(registry.candidate(WEB, STAGING)).isEqualTo(new Candidate.Missing());
  }

  @Test
  void knows_that_there_is_no_such_repository() {
    aws.fails("BatchGetImage", 400, "RepositoryNotFoundException", "There is none.");

    assertThat(registry.candidate(WEB, STAGING)).isEqualTo(new Candidate.Missing());
  }

  @Test
  void does_not_take_another_failure_for_absence() {
    aws.answers(
        "BatchGetImage",
        """
        {"images": [], "failures": [{"imageId": {"imageTag": "staging"},
           "failureCode": "UpstreamUnavailable", "failureReason": "try later"}]}\
        """);

    assertThatThrownBy(() -> registry.candidate(WEB, STAGING))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "ecr:BatchGetImage failed for 123456789012/us-east-1/team/web:staging:"
                + " UpstreamUnavailable: try later");
  }

  @Test
  void lists_all_tags_of_all_pages_without_what_is_no_image() {
    aws.answers(
        "DescribeImages",
        """
        {"imageDetails": [
           {"imageDigest": "%1$s", "imageTags": ["main-1", "latest"], "imagePushedAt": 1764298800,
            "imageManifestMediaType": "application/vnd.oci.image.manifest.v1+json",
            "artifactMediaType": "application/vnd.oci.image.config.v1+json"},
           {"imageDigest": "%2$s", "imageTags": ["chart-1"], "imagePushedAt": 1764298801,
            "artifactMediaType": "application/vnd.cncf.helm.config.v1+json"}],
         "nextToken": "more"}\
        """
            .formatted(DIGEST, digest("c")));
    aws.answers(
        "DescribeImages",
        """
        {"imageDetails": [
           {"imageDigest": "%1$s", "imageTags": ["main-2", "slipway-keep-a.b.1"], "imagePushedAt": 1764298802.5,
            "imageStatus": "ARCHIVED",
            "imageManifestMediaType": "application/vnd.oci.image.index.v1+json"},
           {"imageDigest": "%2$s", "imageTags": ["sha256-%3$s.sig"], "imagePushedAt": 1764298803,
            "artifactMediaType": "application/vnd.oci.image.config.v1+json"}]}\
        """
            .formatted(digest("d"), digest("e"), "b".repeat(64)));

    assertThat(registry.taggedImages(WEB))
        .containsExactly(
            tagged("main-1", DIGEST, "2025-11-28T03:00:00Z"),
            tagged("latest", DIGEST, "2025-11-28T03:00:00Z"),
            tagged("main-2", digest("d"), "2025-11-28T03:00:02.500Z").withArchived(true));
    assertThat(aws.received("DescribeImages"))
        .extracting(LoopbackAws.Received::body)
        .containsExactly(
            """
            {"registryId":"123456789012","repositoryName":"team/web","maxResults":1000,\
            "filter":{"tagStatus":"TAGGED","imageStatus":"ANY"}}\
            """,
            """
            {"registryId":"123456789012","repositoryName":"team/web","nextToken":"more",\
            "maxResults":1000,"filter":{"tagStatus":"TAGGED","imageStatus":"ANY"}}\
            """);
  }

  @Test
  void says_when_an_image_was_pushed() {
    aws.answers(
        "DescribeImages",
        """
        {"imageDetails": [{"imageDigest": "%s", "imagePushedAt": 1764298800}]}\
        """
            .formatted(DIGEST));

    assertThat(registry.pushedAt(WEB, new ImageDigest(DIGEST)))
        .contains(Instant.parse("2025-11-28T03:00:00Z"));
    assertThat(aws.received("DescribeImages"))
        .extracting(LoopbackAws.Received::body)
        .containsExactly(
            """
            {"registryId":"123456789012","repositoryName":"team/web",\
            "imageIds":[{"imageDigest":"%s"}]}\
            """
                .formatted(DIGEST));
  }

  @ParameterizedTest
  @ValueSource(strings = {"ImageNotFoundException", "RepositoryNotFoundException"})
  void knows_no_time_of_what_is_not_there(String code) {
    aws.fails("DescribeImages", 400, code, "There is none.");

    assertThat(registry.pushedAt(WEB, new ImageDigest(DIGEST))).isEmpty();
  }

  @Test
  void asks_ten_times_for_ten_thousand_images() {
    for (int page = 0; page < 10; page++) {
      StringBuilder details = new StringBuilder();
      for (int i = 0; i < 1_000; i++) {
        details
            .append(i == 0 ? "" : ",")
            .append(
                "{\"imageDigest\":\"sha256:%064d\",\"imageTags\":[\"1.%d.%d\"],\"imagePushedAt\":1764298800}"
                    .formatted(page * 1_000 + i, page, i));
      }
      aws.answers(
          "DescribeImages",
          "{\"imageDetails\":[%s]%s}"
              .formatted(details, page < 9 ? ",\"nextToken\":\"%d\"".formatted(page) : ""));
    }

    assertThat(registry.taggedImages(WEB)).hasSize(10_000);
    assertThat(aws.received("DescribeImages")).hasSize(10);
  }

  @Test
  void finds_no_image_where_nobody_can_pull_it() {
    aws.answers(
        "BatchGetImage",
        """
        {"images": [], "failures": [{"imageId": {"imageTag": "staging"},
          "failureCode": "ImageInaccessible", "failureReason": "archived"}]}\
        """);

    assertThat(registry.candidate(WEB, STAGING)).isEqualTo(new Candidate.Missing());
  }

  private static String digest(String character) {
    return "sha256:" + character.repeat(64);
  }

  private static TaggedImage tagged(String tag, String digest, String pushedAt) {
    return new TaggedImage(
        new ImageTag(tag), new ImageDigest(digest), Instant.parse(pushedAt), false);
  }

  @Test
  void lists_no_tags_where_there_is_no_such_repository() {
    aws.fails("DescribeImages", 400, "RepositoryNotFoundException", "There is none.");

    assertThat(registry.taggedImages(WEB)).isEmpty();
  }

  @Test
  void names_the_permission_to_list_that_is_missing() {
    aws.fails("DescribeImages", 400, "AccessDeniedException", "User x is not authorized");

    assertThatThrownBy(() -> registry.taggedImages(WEB))
        .isInstanceOf(AccessDenied.class)
        .hasMessageContaining("must allow ecr:DescribeImages on repository 123456789012");
  }

  @Test
  void names_the_permission_that_is_missing() {
    aws.fails("BatchGetImage", 400, "AccessDeniedException", "User x is not authorized");

    assertThatThrownBy(() -> registry.candidate(WEB, STAGING))
        .isInstanceOf(AccessDenied.class)
        .hasMessageContaining("must allow ecr:BatchGetImage on repository 123456789012");
  }

  @Test
  void does_not_answer_for_another_region() {
    assertThatThrownBy(
            () -> registry.candidate(new Repository("123456789012", "eu-west-1", "web"), STAGING))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "asked the registry of us-east-1 for the repository 123456789012/eu-west-1/web");
  }
}
