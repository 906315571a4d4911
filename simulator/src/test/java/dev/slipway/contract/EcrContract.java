package dev.slipway.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.slipway.aws.EcrRegistry;
import dev.slipway.image.Candidate;
import dev.slipway.image.ImageDigest;
import dev.slipway.image.ImageTag;
import dev.slipway.image.Platform;
import dev.slipway.image.Repository;
import dev.slipway.image.TaggedImage;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Amazon ECR, as far as Slipway finds images in it. */
interface EcrContract extends Emulator {
  String OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json";
  String OCI_INDEX = "application/vnd.oci.image.index.v1+json";
  ImageTag STAGING = new ImageTag("staging");

  private Repository repository() {
    String name = Emulator.unique("team/web");
    clients().ecr().createRepository(r -> r.repositoryName(name));
    return new Repository("123456789012", "us-east-1", name);
  }

  private Candidate candidate(Repository repository) {
    return new EcrRegistry(clients().ecr()).candidate(repository, STAGING);
  }

  private ImageDigest push(Repository repository, String manifest, String mediaType) {
    return push(repository, manifest, mediaType, STAGING.value());
  }

  private ImageDigest push(Repository repository, String manifest, String mediaType, String tag) {
    return new ImageDigest(
        clients()
            .ecr()
            .putImage(r ->
                r.repositoryName(repository.name())
                    .imageManifest(manifest)
                    .imageManifestMediaType(mediaType)
                    .imageTag(tag))
            .image()
            .imageId()
            .imageDigest());
  }

  private static String manifest(String layerType, String seed) {
    return """
    {"schemaVersion": 2, "mediaType": "%s",
     "config": {"mediaType": "application/vnd.oci.image.config.v1+json", "size": 7, "digest": "%s"},
     "layers": [{"mediaType": "%s", "size": 9, "digest": "%s"}]}\
    """
        .formatted(OCI_MANIFEST, sha256("config" + seed), layerType, sha256("layer" + seed));
  }

  private static String image(String seed) {
    return manifest("application/vnd.oci.image.layer.v1.tar+gzip", seed);
  }

  private static String sha256(String text) {
    try {
      return "sha256:"
          + HexFormat.of()
              .formatHex(
                  MessageDigest.getInstance("SHA-256")
                      .digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  default void a_tag_points_at_an_image() {
    Repository repository = repository();
    ImageDigest digest = push(repository, image("1"), OCI_MANIFEST);

    assertThat(candidate(repository))
        .isEqualTo(new Candidate.Image(digest, OCI_MANIFEST, Set.of(), Set.of()));
  }

  @Test
  default void a_digest_is_that_of_the_manifests_bytes() {
    Repository repository = repository();
    String manifest = image("1");
    ImageDigest digest = push(repository, manifest, OCI_MANIFEST);

    expect(
        Expectation.DIGEST_OF_THE_MANIFEST, () -> assertThat(digest).hasToString(sha256(manifest)));
  }

  @Test
  default void a_tag_that_is_pushed_again_points_at_the_newer_image() {
    Repository repository = repository();
    push(repository, image("1"), OCI_MANIFEST);
    ImageDigest second = push(repository, image("2"), OCI_MANIFEST);

    assertThat(candidate(repository))
        .isEqualTo(new Candidate.Image(second, OCI_MANIFEST, Set.of(), Set.of()));
  }

  @Test
  default void an_index_tells_its_platforms() {
    Repository repository = repository();
    ImageDigest amd = push(repository, image("amd64"), OCI_MANIFEST, "amd64");
    ImageDigest arm = push(repository, image("arm64"), OCI_MANIFEST, "arm64");
    String index =
        """
        {"schemaVersion": 2, "mediaType": "%s", "manifests": [
          {"mediaType": "%s", "size": 1, "digest": "%s", "platform": {"os": "linux", "architecture": "amd64"}},
          {"mediaType": "%s", "size": 1, "digest": "%s", "platform": {"os": "linux", "architecture": "arm64"}}]}\
        """
            .formatted(OCI_INDEX, OCI_MANIFEST, amd, OCI_MANIFEST, arm);
    ImageDigest digest = push(repository, index, OCI_INDEX);

    assertThat(candidate(repository))
        .isEqualTo(
            new Candidate.Image(
                digest,
                OCI_INDEX,
                Set.of(new Platform("linux", "amd64"), new Platform("linux", "arm64")),
                Map.of(
                    amd,
                    Optional.of(new Platform("linux", "amd64")),
                    arm,
                    Optional.of(new Platform("linux", "arm64")))));
  }

  @Test
  default void a_signature_is_no_image() {
    Repository repository = repository();
    ImageDigest digest =
        push(
            repository,
            manifest("application/vnd.dev.cosign.simplesigning.v1+json", "signature"),
            OCI_MANIFEST);

    assertThat(candidate(repository))
        .isEqualTo(
            new Candidate.NotAnImage(
                digest, "a signature (application/vnd.dev.cosign.simplesigning.v1+json)"));
  }

  @Test
  default void a_tag_that_is_not_there_is_missing() {
    Repository repository = repository();
    push(repository, image("1"), OCI_MANIFEST, "production");

    assertThat(candidate(repository)).isEqualTo(new Candidate.Missing());
  }

  @Test
  default void every_tag_is_listed_with_its_image_and_when_that_was_pushed_first() {
    Repository repository = repository();
    ImageDigest first = push(repository, image("1"), OCI_MANIFEST, "main-1");
    ImageDigest second = push(repository, image("2"), OCI_MANIFEST, "main-2");
    push(repository, image("1"), OCI_MANIFEST, "staging");

    List<TaggedImage> images = new EcrRegistry(clients().ecr()).taggedImages(repository);

    assertThat(images)
        .extracting(image -> image.tag().value(), TaggedImage::digest)
        .containsExactlyInAnyOrder(
            tuple("main-1", first), tuple("staging", first), tuple("main-2", second));
    assertThat(images.stream().filter(image -> image.digest().equals(first)))
        .extracting(TaggedImage::pushedAt)
        .containsOnly(
            images.stream()
                .filter(image -> image.tag().value().equals("main-1"))
                .findFirst()
                .orElseThrow()
                .pushedAt());
  }

  @Test
  default void a_repository_that_is_not_there_has_no_tags() {
    assertThat(
            new EcrRegistry(clients().ecr())
                .taggedImages(new Repository("123456789012", "us-east-1", "nowhere")))
        .isEmpty();
  }

  @Test
  default void a_repository_that_is_not_there_is_missing() {
    assertThat(candidate(new Repository("123456789012", "us-east-1", "nowhere")))
        .isEqualTo(new Candidate.Missing());
  }
}
