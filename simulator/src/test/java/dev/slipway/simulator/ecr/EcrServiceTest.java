package dev.slipway.simulator.ecr;

import static dev.slipway.simulator.SingleQuotes.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.simulator.ecr.ImageSource.Pull;
import dev.slipway.simulator.world.Account;
import dev.slipway.simulator.world.AwsError;
import dev.slipway.simulator.world.AwsRequest;
import dev.slipway.simulator.world.World;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EcrServiceTest {
  static final String URI = "123456789012.dkr.ecr.us-east-1.amazonaws.com/web";
  static final String OCI = "application/vnd.oci.image.manifest.v1+json";
  static final String INDEX = "application/vnd.oci.image.index.v1+json";

  final World world = new World(Instant.parse("2026-11-21T10:00:00Z"), 0);
  final Account account = new Account(Account.DEFAULT_ID, "us-east-1");
  final List<ObjectNode> events = new ArrayList<>();
  final List<String> questions = new ArrayList<>();
  final EcrService ecr =
      new EcrService(
          world,
          (source, type, resources, detail) -> {
            assertThat(source).isEqualTo("aws.ecr");
            assertThat(type).isEqualTo("ECR Image Action");
            assertThat(resources).isEmpty();
            events.add(detail);
          },
          (caller, action, resource, context) -> questions.add(action + " " + resource + context),
          (topic, line) -> {},
          account);

  @BeforeEach
  void aRepository() {
    call("CreateRepository", "{'repositoryName': 'web'}");
    questions.clear();
  }

  @AfterEach
  void end() {
    world.close();
  }

  ObjectNode call(String operation, String body) {
    return call(operation, json(body));
  }

  ObjectNode call(String operation, ObjectNode body) {
    return world.call(() -> ecr.call(new AwsRequest(account.root(), operation, body)));
  }

  static String manifest(String layer) {
    return """
    {"schemaVersion": 2, "mediaType": "%s",
     "config": {"mediaType": "application/vnd.oci.image.config.v1+json", "size": 100, "digest": "sha256:c"},
     "layers": [{"mediaType": "m", "size": 1000, "digest": "sha256:%s"}],
     "annotations": {"layer": "%s"}}
    """
        .formatted(OCI, layer, layer);
  }

  static String index(String amd64, String arm64) {
    return """
    {"schemaVersion": 2, "mediaType": "%s", "manifests": [
      {"digest": "%s", "platform": {"os": "linux", "architecture": "amd64"}},
      {"digest": "%s", "platform": {"os": "linux", "architecture": "arm64"}}]}
    """
        .formatted(INDEX, amd64, arm64);
  }

  String put(String tag, String manifest) {
    ObjectNode body = json("{'repositoryName': 'web'}").put("imageManifest", manifest);
    if (!tag.isEmpty()) {
      body.put("imageTag", tag);
    }
    return call("PutImage", body).path("image").path("imageId").path("imageDigest").asText();
  }

  JsonNode get(String imageId) {
    return call("BatchGetImage", "{'repositoryName': 'web', 'imageIds': [" + imageId + "]}");
  }

  String digestOf(String tag) {
    return get("{'imageTag': '" + tag + "'}")
        .path("images")
        .path(0)
        .path("imageId")
        .path("imageDigest")
        .asText();
  }

  @Nested
  class A_push {
    @Test
    void gives_an_image_a_thousand_tags_at_most() {
      for (int i = 0; i < 1_000; i++) {
        put("t" + i, manifest("1"));
      }
      assertThatThrownBy(() -> put("more", manifest("1")))
          .isInstanceOfSatisfying(
              AwsError.class, error -> assertThat(error.code()).isEqualTo("LimitExceededException"))
          .hasMessage(
              "Adding tag 'more' to an image in the repository with name 'web' in registry with id"
                  + " '123456789012' exceeds the maximum allowed number of tags per image which is"
                  + " '1000'");
      put("more", manifest("2"));
      assertThat(digestOf("more")).isNotEqualTo(digestOf("t0"));
    }

    @Test
    void is_known_by_the_hash_of_its_bytes() throws Exception {
      String manifest = manifest("a") + "  \n ";
      String expected =
          "sha256:"
              + HexFormat.of()
                  .formatHex(
                      MessageDigest.getInstance("SHA-256")
                          .digest(manifest.getBytes(StandardCharsets.UTF_8)));
      assertThat(put("v1", manifest)).isEqualTo(expected);
      JsonNode image = get("{'imageDigest': '" + expected + "'}").path("images").path(0);
      assertThat(image.path("imageManifest").asText()).as("not a byte changed").isEqualTo(manifest);
      assertThat(image.path("imageManifestMediaType").asText()).isEqualTo(OCI);
    }

    @Test
    void moves_the_tag_and_leaves_the_old_image() {
      String first = put("staging", manifest("a"));
      String second = put("staging", manifest("b"));
      assertThat(digestOf("staging")).isEqualTo(second);
      JsonNode old =
          call(
                  "DescribeImages",
                  "{'repositoryName': 'web', 'imageIds': [{'imageDigest': '" + first + "'}]}")
              .path("imageDetails")
              .path(0);
      assertThat(old.has("imageTags")).isFalse();
    }

    @Test
    void of_the_same_image_under_another_tag_adds_the_tag() {
      put("staging", manifest("a"));
      put("production", manifest("a"));
      JsonNode detail =
          call("DescribeImages", "{'repositoryName': 'web'}").path("imageDetails").path(0);
      assertThat(detail.path("imageTags")).hasSize(2);
      assertThat(detail.path("imageSizeInBytes").asInt()).isEqualTo(1100);
      assertThat(events).hasSize(2);
    }

    @Test
    void is_told() {
      String digest = put("staging", manifest("a"));
      assertThat(events)
          .containsExactly(
              json(
                  """
                  {'result': 'SUCCESS', 'repository-name': 'web', 'image-digest': '%s',
                   'action-type': 'PUSH', 'image-tag': 'staging',
                   'artifact-media-type': 'application/vnd.oci.image.config.v1+json',
                   'manifest-media-type': '%s'}
                  """
                      .formatted(digest, OCI)));
    }

    @Test
    void of_an_index_is_told_without_an_artifact_type_and_its_children_with_an_empty_tag() {
      String amd64 = put("", manifest("a"));
      String arm64 = put("", manifest("b"));
      put("v1", index(amd64, arm64));
      assertThat(events)
          .extracting(it -> it.path("image-tag").asText())
          .containsExactly("", "", "v1");
      assertThat(events.getLast().has("artifact-media-type")).isFalse();
      assertThat(events.getLast().path("manifest-media-type").asText()).isEqualTo(INDEX);
    }

    @Test
    void that_fails_is_not_told() {
      put("v1", manifest("a"));
      events.clear();
      assertThatThrownBy(() -> put("v1", manifest("a"))).isInstanceOf(AwsError.class);
      assertThat(events).isEmpty();
    }
  }

  @Nested
  class Refuses {
    void refused(String code, String message, Runnable call) {
      assertThatThrownBy(call::run)
          .isInstanceOfSatisfying(AwsError.class, it -> assertThat(it.code()).isEqualTo(code))
          .hasMessage(message);
    }

    @Test
    void an_image_and_tag_that_are_there() {
      String digest = put("v1", manifest("a"));
      refused(
          "ImageAlreadyExistsException",
          "Image with digest '"
              + digest
              + "' and tag 'v1' already exists in the repository with name 'web' in registry with"
              + " id '123456789012'",
          () -> put("v1", manifest("a")));
    }

    @Test
    void to_move_an_immutable_tag() {
      call("CreateRepository", "{'repositoryName': 'fixed', 'imageTagMutability': 'IMMUTABLE'}");
      ObjectNode push = json("{'repositoryName': 'fixed', 'imageTag': 'v1'}");
      call("PutImage", push.deepCopy().put("imageManifest", manifest("a")));
      refused(
          "ImageTagAlreadyExistsException",
          "The image tag 'v1' already exists in the 'fixed' repository and cannot be overwritten"
              + " because the tag is immutable.",
          () -> call("PutImage", push.deepCopy().put("imageManifest", manifest("b"))));
    }

    @Test
    void an_index_whose_children_are_missing() {
      String there = put("", manifest("a"));
      refused(
          "ReferencedImagesNotFoundException",
          "Images with digests '[sha256:00]' required for pushing image into repository with name"
              + " 'web' in the registry with id '123456789012' do not exist",
          () -> put("v1", index(there, "sha256:00")));
    }

    @Test
    void another_digest_than_the_manifests() {
      assertThatThrownBy(() ->
              call(
                  "PutImage",
                  json("{'repositoryName': 'web', 'imageDigest': 'sha256:00'}")
                      .put("imageManifest", manifest("a"))))
          .isInstanceOfSatisfying(
              AwsError.class,
              it -> assertThat(it.code()).isEqualTo("ImageDigestDoesNotMatchException"));
    }

    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        textBlock =
            """
            not json                                   | ''            | Invalid JSON syntax
            {"schemaVersion": 2}                       | ''            | must be given
            {"schemaVersion": 2, "mediaType": "x/y"}   | ''            | not supported
            {"mediaType": "application/vnd.oci.image.manifest.v1+json"} | application/vnd.oci.image.index.v1+json | must be the media type of the manifest
            """)
    void manifests_it_cannot_read(String manifest, String mediaType, String naming) {
      ObjectNode body = json("{'repositoryName': 'web'}").put("imageManifest", manifest);
      if (!mediaType.isEmpty()) {
        body.put("imageManifestMediaType", mediaType);
      }
      assertThatThrownBy(() -> call("PutImage", body))
          .isInstanceOfSatisfying(
              AwsError.class, it -> assertThat(it.code()).isEqualTo("InvalidParameterException"))
          .hasMessageContaining(naming);
    }

    @Test
    void repositories_that_do_not_exist_or_do() {
      refused(
          "RepositoryNotFoundException",
          "The repository with name 'no' does not exist in the registry with id '123456789012'",
          () -> call("DescribeImages", "{'repositoryName': 'no'}"));
      refused(
          "RepositoryAlreadyExistsException",
          "The repository with name 'web' already exists in the registry with id '123456789012'",
          () -> call("CreateRepository", "{'repositoryName': 'web'}"));
    }

    @Test
    void images_that_do_not_exist() {
      refused(
          "ImageNotFoundException",
          "The image with imageId {imageDigest:'null', imageTag:'no'} does not exist within the"
              + " repository with name 'web' in the registry with id '123456789012'",
          () ->
              call(
                  "DescribeImages", "{'repositoryName': 'web', 'imageIds': [{'imageTag': 'no'}]}"));
    }
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {'imageTag': 'no'}                            | ImageNotFound
          {'imageDigest': 'sha256:00'}                  | ImageNotFound
          {'imageDigest': 'nonsense'}                   | InvalidImageDigest
          {'imageDigest': 'sha256:00', 'imageTag': 'v1'} | ImageTagDoesNotMatchDigest
          {}                                            | MissingDigestAndTag
          """)
  void what_cannot_be_got_is_named_among_the_failures(String id, String code) {
    put("v1", manifest("a"));
    JsonNode answer = get("{'imageTag': 'v1'}, " + id);
    assertThat(answer.path("images")).hasSize(1);
    assertThat(answer.path("failures").path(0).path("failureCode").asText()).isEqualTo(code);
    assertThat(answer.path("failures").path(0).path("imageId")).isEqualTo(json(id));
  }

  @Test
  void an_image_of_a_type_that_is_not_accepted_is_not_found() {
    put("v1", manifest("a"));
    JsonNode answer =
        call(
            "BatchGetImage",
            """
            {'repositoryName': 'web', 'imageIds': [{'imageTag': 'v1'}],
             'acceptedMediaTypes': ['application/vnd.docker.distribution.manifest.v2+json']}
            """);
    assertThat(answer.path("failures")).hasSize(1);
  }

  @Nested
  class A_deletion {
    void delete(String id) {
      call("BatchDeleteImage", "{'repositoryName': 'web', 'imageIds': [" + id + "]}");
    }

    @Test
    void by_tag_untags() {
      String digest = put("a", manifest("x"));
      put("b", manifest("x"));
      events.clear();
      delete("{'imageTag': 'a'}");
      assertThat(get("{'imageTag': 'a'}").path("failures")).hasSize(1);
      assertThat(digestOf("b")).isEqualTo(digest);
      assertThat(events).hasSize(1);
      assertThat(events.getFirst().path("action-type").asText()).isEqualTo("DELETE");
      assertThat(events.getFirst().path("image-tag").asText()).isEqualTo("a");
    }

    @Test
    void of_the_last_tag_deletes_the_image() {
      String digest = put("a", manifest("x"));
      delete("{'imageTag': 'a'}");
      assertThat(get("{'imageDigest': '" + digest + "'}").path("failures")).hasSize(1);
    }

    @Test
    void by_digest_deletes_all_tags() {
      String digest = put("a", manifest("x"));
      put("b", manifest("x"));
      events.clear();
      delete("{'imageDigest': '" + digest + "'}");
      assertThat(call("ListImages", "{'repositoryName': 'web'}").path("imageIds")).isEmpty();
      assertThat(events).extracting(it -> it.path("image-tag").asText()).containsExactly("a", "b");
    }

    @Test
    void spares_the_children_of_an_index() {
      String amd64 = put("", manifest("a"));
      String arm64 = put("", manifest("b"));
      put("v1", index(amd64, arm64));
      JsonNode answer =
          call(
              "BatchDeleteImage",
              "{'repositoryName': 'web', 'imageIds': [{'imageDigest': '" + amd64 + "'}]}");
      assertThat(answer.path("failures").path(0).path("failureCode").asText())
          .isEqualTo("ImageReferencedByManifestList");
    }
  }

  @Test
  void lists_by_tag_status_in_pages() {
    put("", manifest("u"));
    put("a", manifest("x"));
    put("b", manifest("x"));
    assertThat(list("'filter': {'tagStatus': 'TAGGED'}").path("imageIds")).hasSize(2);
    assertThat(list("'filter': {'tagStatus': 'UNTAGGED'}").path("imageIds")).hasSize(1);
    JsonNode first = list("'maxResults': 2");
    assertThat(first.path("imageIds")).hasSize(2);
    JsonNode second =
        list("'maxResults': 2, 'nextToken': '" + first.path("nextToken").asText() + "'");
    assertThat(second.path("imageIds")).hasSize(1);
    assertThat(second.has("nextToken")).isFalse();
    assertThatThrownBy(() -> list("'nextToken': '!'")).hasMessageContaining("Invalid token");
  }

  private JsonNode list(String members) {
    return call("ListImages", "{'repositoryName': 'web', " + members + "}");
  }

  @Test
  void asks_for_permission_on_the_repository_with_its_tags() {
    call(
        "CreateRepository",
        "{'repositoryName': 'team/app', 'tags': [{'Key': 'team', 'Value': 'a'}]}");
    String arn = "arn:aws:ecr:us-east-1:123456789012:repository/team/app";
    assertThat(questions)
        .containsExactly(
            "ecr:CreateRepository " + arn + "{aws:RequestTag/team=a}",
            "ecr:TagResource " + arn + "{aws:RequestTag/team=a}");
    questions.clear();
    call("ListImages", "{'repositoryName': 'team/app'}");
    assertThat(questions.getFirst())
        .startsWith("ecr:ListImages " + arn)
        .contains("aws:ResourceTag/team=a");
  }

  @Nested
  class A_pull {
    Pull pull(String reference) {
      return ecr.pull(reference, "linux", "amd64");
    }

    @Test
    void by_tag_and_by_digest() {
      String digest = put("v1", manifest("a"));
      Pull expected = new Pull.Pulled(digest, digest, Map.of("layer", "a"));
      assertThat(pull(URI + ":v1")).isEqualTo(expected);
      assertThat(pull(URI + "@" + digest)).isEqualTo(expected);
    }

    @Test
    void without_a_tag_is_of_latest() {
      String digest = put("latest", manifest("a"));
      assertThat(pull(URI)).isEqualTo(new Pull.Pulled(digest, digest, Map.of("layer", "a")));
    }

    @Test
    void of_an_index_runs_the_platforms_child() {
      String arm = put("", manifest("b"));
      String index = put("v1", index(put("", manifest("a")), arm));
      assertThat(ecr.pull(URI + ":v1", "linux", "arm64"))
          .isEqualTo(new Pull.Pulled(index, arm, Map.of("layer", "b")));
      assertThat(ecr.pull(URI + ":v1", "windows", "amd64"))
          .isEqualTo(
              new Pull.Refused(
                  "image Manifest does not contain descriptor matching platform"
                      + " 'windows/amd64'"));
    }

    @ParameterizedTest
    @CsvSource({":no", "@sha256:00", "-admin:v1"})
    void of_what_is_not_there_is_refused(String rest) {
      put("v1", manifest("a"));
      assertThat(pull(URI + rest)).isInstanceOf(Pull.Refused.class);
    }

    @Test
    void from_elsewhere_is_not_known() {
      assertThat(pull("public.ecr.aws/nginx/nginx:1")).isEqualTo(new Pull.Elsewhere());
      assertThat(pull(URI.replace("us-east-1", "eu-west-1") + ":v1"))
          .isEqualTo(new Pull.Elsewhere());
    }
  }
}
