package dev.slipway.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.image.ImageDigest;
import dev.slipway.image.ImageTag;
import dev.slipway.image.Repository;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EcrImageTagsTest {
  private static final ImageDigest DIGEST = new ImageDigest("sha256:" + "a".repeat(64));
  private static final ImageDigest BEFORE = new ImageDigest("sha256:" + "b".repeat(64));
  private static final String INDEX = "application/vnd.oci.image.index.v1+json";
  private static final String MANIFEST = "{\n  \"schemaVersion\": 2,  \"manifests\": [] }";

  private final LoopbackAws aws = new LoopbackAws();
  private final EcrImageTags tags = new EcrImageTags(aws.clients().ecr());

  @AfterEach
  void end() {
    aws.close();
  }

  private Optional<String> put() {
    return tags.put(
        new Repository("123456789012", "us-east-1", "web"),
        new ImageTag("production"),
        DIGEST,
        Optional.of(BEFORE));
  }

  private void has(ImageDigest digest) {
    var response = Json.object();
    var image = response.putArray("images").addObject();
    image.putObject("imageId").put("imageDigest", digest.value());
    image.put("imageManifestMediaType", INDEX).put("imageManifest", MANIFEST);
    response.putArray("failures");
    aws.answers("BatchGetImage", response.toString());
  }

  /** The image is there, and the tag points at the one before. */
  private void hasImage() {
    has(DIGEST);
    has(BEFORE);
  }

  @Test
  void a_tag_that_was_moved_since_is_left_as_it_is() throws Exception {
    has(DIGEST);
    has(new ImageDigest("sha256:" + "c".repeat(64)));

    assertThat(put())
        .contains("it moved from bbbbbbbbbbbb to cccccccccccc meanwhile; run the command again");

    assertThat(aws.received("BatchGetImage").getLast().json().path("imageIds"))
        .hasToString("[{\"imageTag\":\"production\"}]");
    assertThat(aws.received("PutImage")).isEmpty();
  }

  @Test
  void a_tag_that_was_deleted_since_is_not_put() {
    has(DIGEST);
    aws.answers(
        "BatchGetImage", "{\"images\":[],\"failures\":[{\"failureCode\":\"ImageNotFound\"}]}");

    assertThat(put())
        .contains("it pointed at bbbbbbbbbbbb, and was deleted meanwhile; run the command again");
    assertThat(aws.received("PutImage")).isEmpty();
  }

  @Test
  void a_tag_that_points_there_by_now_needs_nothing() {
    has(DIGEST);
    has(DIGEST);

    assertThat(put()).isEmpty();
    assertThat(aws.received("PutImage")).isEmpty();
  }

  @Test
  void the_same_manifest_is_put_with_its_media_type_and_digest() throws Exception {
    hasImage();
    aws.answers("PutImage", "{}");

    assertThat(put()).isEmpty();

    var read = aws.received("BatchGetImage").getFirst().json();
    assertThat(read.path("imageIds")).hasToString("[{\"imageDigest\":\"" + DIGEST + "\"}]");
    assertThat(read.path("acceptedMediaTypes").toString()).contains(INDEX);
    var put = aws.received("PutImage").getFirst().json();
    assertThat(put.path("imageManifest").asText()).isEqualTo(MANIFEST);
    assertThat(put.path("imageManifestMediaType").asText()).isEqualTo(INDEX);
    assertThat(put.path("imageDigest").asText()).isEqualTo(DIGEST.value());
    assertThat(put.path("imageTag").asText()).isEqualTo("production");
  }

  @Test
  void a_tag_that_is_there_already_is_no_error() {
    hasImage();
    aws.fails("PutImage", 400, "ImageAlreadyExistsException", "it exists");

    assertThat(put()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"ImageTagAlreadyExistsException", "ReferencedImagesNotFoundException"})
  void what_ecr_refuses_for_good_is_told(String code) {
    hasImage();
    aws.fails("PutImage", 400, code, "no.");

    assertThat(put()).contains("ECR refuses: " + code + ": no.");
  }

  @Test
  void an_image_that_is_gone_is_told() {
    aws.answers("BatchGetImage", "{\"images\":[],\"failures\":[]}");

    assertThat(put()).contains("ECR has no image " + DIGEST + " in web");
  }

  @Test
  void a_missing_permission_is_named() {
    hasImage();
    aws.fails("PutImage", 400, "AccessDeniedException", "no");

    assertThatThrownBy(this::put)
        .isInstanceOf(AccessDenied.class)
        .hasMessageContaining("ecr:PutImage");
  }
}
