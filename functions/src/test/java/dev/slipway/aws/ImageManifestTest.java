package dev.slipway.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import dev.slipway.image.Candidate;
import dev.slipway.image.ImageDigest;
import dev.slipway.image.Platform;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageManifestTest {
  private static final ImageDigest DIGEST = new ImageDigest("sha256:" + "a".repeat(64));
  private static final String OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json";
  private static final String OCI_INDEX = "application/vnd.oci.image.index.v1+json";
  private static final String DOCKER_MANIFEST =
      "application/vnd.docker.distribution.manifest.v2+json";
  private static final String DOCKER_LIST =
      "application/vnd.docker.distribution.manifest.list.v2+json";
  private static final String OCI_CONFIG = "application/vnd.oci.image.config.v1+json";
  private static final String OCI_LAYER = "application/vnd.oci.image.layer.v1.tar+gzip";

  private static Candidate read(String manifest) {
    return ImageManifest.candidate(DIGEST, null, manifest);
  }

  private static String manifest(String config, String layer) {
    return """
    {"schemaVersion": 2, "mediaType": "%s", "config": {"mediaType": "%s"},
     "layers": [{"mediaType": "%s"}]}\
    """
        .formatted(OCI_MANIFEST, config, layer);
  }

  @Nested
  class An_image_is {
    @ParameterizedTest
    @CsvSource({
      DOCKER_MANIFEST
          + ", application/vnd.docker.container.image.v1+json,"
          + " application/vnd.docker.image.rootfs.diff.tar.gzip",
      DOCKER_MANIFEST
          + ", application/vnd.docker.container.image.v1+json,"
          + " application/vnd.docker.image.rootfs.foreign.diff.tar.gzip",
      OCI_MANIFEST + ", " + OCI_CONFIG + ", " + OCI_LAYER,
      OCI_MANIFEST + ", " + OCI_CONFIG + ", application/vnd.oci.image.layer.v1.tar+zstd",
      OCI_MANIFEST
          + ", "
          + OCI_CONFIG
          + ", application/vnd.oci.image.layer.nondistributable.v1.tar+gzip",
    })
    void a_manifest_of_an_image_config_and_its_layers(String type, String config, String layer) {
      assertThat(read(manifest(config, layer).replace(OCI_MANIFEST, type)))
          .isEqualTo(new Candidate.Image(DIGEST, type, Set.of(), Set.of()));
    }

    @Test
    void one_with_other_layers_among_its_own() {
      assertThat(
              read(
                  """
                  {"mediaType": "%s", "config": {"mediaType": "%s"},
                   "layers": [{"mediaType": "application/x-comment"}, {"mediaType": "%s"}]}\
                  """
                      .formatted(OCI_MANIFEST, OCI_CONFIG, OCI_LAYER)))
          .isInstanceOf(Candidate.Image.class);
    }

    @Test
    void one_without_layers() {
      assertThat(
              read(
                  "{\"mediaType\":\"%s\",\"config\":{\"mediaType\":\"%s\"},\"layers\":[]}"
                      .formatted(OCI_MANIFEST, OCI_CONFIG)))
          .isInstanceOf(Candidate.Image.class);
    }

    @Test
    void one_whose_media_type_only_the_registry_tells() {
      String manifest =
          "{\"schemaVersion\":2,\"config\":{\"mediaType\":\"%s\"},\"layers\":[]}"
              .formatted(OCI_CONFIG);

      assertThat(ImageManifest.candidate(DIGEST, OCI_MANIFEST, manifest))
          .isEqualTo(new Candidate.Image(DIGEST, OCI_MANIFEST, Set.of(), Set.of()));
    }

    @Test
    void one_whose_media_type_nobody_tells() {
      assertThat(read("{\"schemaVersion\":2,\"config\":{},\"layers\":[]}"))
          .isInstanceOf(Candidate.Image.class);
      assertThat(
              read(
                  """
                  {"schemaVersion": 2, "manifests": [
                    {"platform": {"os": "linux", "architecture": "arm64"}}]}\
                  """))
          .isEqualTo(
              new Candidate.Image(
                  DIGEST, OCI_INDEX, Set.of(new Platform("linux", "arm64")), Set.of()));
    }

    @ParameterizedTest
    @ValueSource(strings = {OCI_INDEX, DOCKER_LIST})
    void an_index_of_images_for_the_platforms_that_it_names(String type) {
      assertThat(
              read(
                  """
                  {"mediaType": "%s", "manifests": [
                    {"mediaType": "m", "platform": {"os": "linux", "architecture": "amd64"}},
                    {"mediaType": "m", "platform": {"os": "linux", "architecture": "arm64", "variant": "v8"}},
                    {"mediaType": "m", "platform": {"os": "unknown", "architecture": "unknown"},
                     "annotations": {"vnd.docker.reference.type": "attestation-manifest"}}]}\
                  """
                      .formatted(type)))
          .isEqualTo(
              new Candidate.Image(
                  DIGEST,
                  type,
                  Set.of(new Platform("linux", "amd64"), new Platform("linux", "arm64")),
                  Set.of()));
    }

    /** ECS may record the digest of one platform's manifest instead of the index's. */
    @Test
    void an_index_with_the_digests_of_the_images_that_it_lists() {
      String amd64 = "sha256:" + "b".repeat(64);
      String arm64 = "sha256:" + "c".repeat(64);
      String attestation = "sha256:" + "d".repeat(64);

      Candidate.Image image =
          (Candidate.Image)
              read(
                  """
                  {"mediaType": "%s", "manifests": [
                    {"digest": "%s", "platform": {"os": "linux", "architecture": "amd64"}},
                    {"digest": "%s", "platform": {"os": "linux", "architecture": "arm64"}},
                    {"digest": "no digest", "platform": {"os": "linux", "architecture": "s390x"}},
                    {"digest": "%s", "platform": {"os": "unknown", "architecture": "unknown"},
                     "annotations": {"vnd.docker.reference.type": "attestation-manifest"}}]}\
                  """
                      .formatted(OCI_INDEX, amd64, arm64, attestation));

      assertThat(image.manifests())
          .containsOnly(
              entry(new ImageDigest(amd64), Optional.of(new Platform("linux", "amd64"))),
              entry(new ImageDigest(arm64), Optional.of(new Platform("linux", "arm64"))));
      assertThat(image.isRunAs(new ImageDigest(arm64))).isTrue();
      assertThat(image.isRunAs(DIGEST)).isTrue();
      assertThat(image.isRunAs(new ImageDigest(attestation))).isFalse();
    }

    @Test
    void an_index_of_one_that_may_run_on_anything() {
      assertThat(
              read(
                  """
                  {"mediaType": "%s", "manifests": [{"mediaType": "m"},
                    {"mediaType": "m", "platform": {"os": "linux", "architecture": "amd64"}}]}\
                  """
                      .formatted(OCI_INDEX)))
          .isEqualTo(new Candidate.Image(DIGEST, OCI_INDEX, Set.of(), Set.of()));
    }

    @Test
    void an_index_that_soci_has_put_itself_into() {
      assertThat(
              read(
                  """
                  {"mediaType": "%s", "manifests": [
                    {"mediaType": "m", "platform": {"os": "linux", "architecture": "amd64"}},
                    {"mediaType": "m", "artifactType": "application/vnd.amazon.soci.index.v2+json",
                     "platform": {"os": "linux", "architecture": "s390x"}}]}\
                  """
                      .formatted(OCI_INDEX)))
          .isEqualTo(
              new Candidate.Image(
                  DIGEST, OCI_INDEX, Set.of(new Platform("linux", "amd64")), Set.of()));
    }
  }

  @Nested
  class No_image_is {
    @ParameterizedTest
    @CsvSource({
      OCI_CONFIG
          + ", application/vnd.dev.cosign.simplesigning.v1+json, a signature"
          + " (application/vnd.dev.cosign.simplesigning.v1+json)",
      OCI_CONFIG + ", application/vnd.in-toto+json, an attestation (application/vnd.in-toto+json)",
      OCI_CONFIG
          + ", application/vnd.dsse.envelope.v1+json, an attestation"
          + " (application/vnd.dsse.envelope.v1+json)",
      OCI_CONFIG + ", text/spdx+json, an SBOM (text/spdx+json)",
      OCI_CONFIG + ", application/vnd.cyclonedx+json, an SBOM (application/vnd.cyclonedx+json)",
      "application/vnd.cncf.helm.config.v1+json,"
          + " application/vnd.cncf.helm.chart.content.v1.tar+gzip, a Helm chart"
          + " (application/vnd.cncf.helm.config.v1+json)",
      "application/vnd.oci.empty.v1+json, application/x-thing, an artifact"
          + " (application/vnd.oci.empty.v1+json)",
    })
    void a_manifest_of_something_else(String config, String layer, String what) {
      assertThat(read(manifest(config, layer))).isEqualTo(new Candidate.NotAnImage(DIGEST, what));
    }

    @Test
    void a_manifest_that_says_what_artifact_it_is() {
      assertThat(
              read(
                  """
                  {"mediaType": "%s", "artifactType": "application/vnd.cyclonedx+json",
                   "config": {"mediaType": "application/vnd.oci.empty.v1+json"}, "layers": []}\
                  """
                      .formatted(OCI_MANIFEST)))
          .isEqualTo(new Candidate.NotAnImage(DIGEST, "an SBOM (application/vnd.cyclonedx+json)"));
    }

    @Test
    void an_index_that_says_what_artifact_it_is() {
      assertThat(
              read(
                  """
                  {"mediaType": "%s", "artifactType": "application/vnd.example.bundle",
                   "manifests": [{"platform": {"os": "linux", "architecture": "amd64"}}]}\
                  """
                      .formatted(OCI_INDEX)))
          .isEqualTo(
              new Candidate.NotAnImage(DIGEST, "an artifact (application/vnd.example.bundle)"));
    }

    @Test
    void an_index_of_attestations() {
      assertThat(
              read(
                  """
                  {"mediaType": "%s", "manifests": [
                    {"platform": {"os": "unknown", "architecture": "unknown"}}]}\
                  """
                      .formatted(OCI_INDEX)))
          .isEqualTo(
              new Candidate.NotAnImage(
                  DIGEST, "an image index of attestations and the like, without an image"));
    }

    @Test
    void an_empty_index() {
      assertThat(read("{\"mediaType\":\"%s\",\"manifests\":[]}".formatted(OCI_INDEX)))
          .isEqualTo(new Candidate.NotAnImage(DIGEST, "an image index without images"));
    }

    @Test
    void a_manifest_of_another_kind() {
      assertThat(read("{\"mediaType\":\"application/vnd.oci.artifact.manifest.v1+json\"}"))
          .isEqualTo(
              new Candidate.NotAnImage(
                  DIGEST, "of the media type application/vnd.oci.artifact.manifest.v1+json"));
    }

    @Test
    void what_is_not_json() {
      assertThat(read("<html>"))
          .isEqualTo(new Candidate.NotAnImage(DIGEST, "a manifest that is not JSON"));
    }
  }

  /** Whoever may push may write anything into a manifest, up to ECR's 4 MB. */
  @Nested
  class A_hostile_manifest {
    private static final String LONG = "\u001b]0;owned\u0007" + "x".repeat(3_900_000);

    private String index(String os) {
      return Json.text(
          Json.object()
              .put("mediaType", OCI_INDEX)
              .set(
                  "manifests",
                  Json.object()
                      .arrayNode()
                      .add(
                          Json.object()
                              .set(
                                  "platform",
                                  Json.object().put("os", os).put("architecture", os)))));
    }

    @Test
    void has_platforms_that_are_short_and_can_be_shown() {
      Candidate.Image image = (Candidate.Image) read(index(LONG));

      assertThat(image.platforms())
          .singleElement()
          .satisfies(platform ->
              assertThat(platform.toString())
                  .hasSizeLessThan(150)
                  .startsWith("\\u001b]0;owned\\u0007xxx"));
    }

    @Test
    void has_a_media_type_that_is_short_and_can_be_shown() {
      for (String text :
          new String[] {
            Json.text(Json.object().put("mediaType", LONG)),
            Json.text(Json.object().put("mediaType", OCI_INDEX).put("artifactType", LONG)),
            Json.text(Json.object().put("mediaType", OCI_MANIFEST).put("artifactType", LONG)),
          }) {
        Candidate.NotAnImage found = (Candidate.NotAnImage) read(text);

        assertThat(found.what()).hasSizeLessThan(300).contains("\\u001b]0;owned\\u0007xxx");
      }
    }

    @Test
    void with_more_platforms_than_can_be_shown_is_left_to_ecs() {
      StringBuilder manifests = new StringBuilder();
      for (int i = 0; i < 1_000; i++) {
        manifests.append(
            "%s{\"platform\":{\"os\":\"os%d\",\"architecture\":\"amd64\"}}"
                .formatted(i == 0 ? "" : ",", i));
      }

      assertThat(read("{\"mediaType\":\"" + OCI_INDEX + "\",\"manifests\":[" + manifests + "]}"))
          .isEqualTo(new Candidate.Image(DIGEST, OCI_INDEX, Set.of(), Set.of()));
    }

    @Test
    void that_is_nested_without_end_is_no_image() {
      assertThat(read("[".repeat(1_000_000))).isInstanceOf(Candidate.NotAnImage.class);
    }
  }
}
