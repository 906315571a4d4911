package dev.slipway.deploy;

import static dev.slipway.deploy.FakeImageRegistry.digest;
import static dev.slipway.deploy.FakeImageRegistry.repository;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.image.Candidate;
import dev.slipway.image.FindingSeverity;
import dev.slipway.image.ImageScan;
import dev.slipway.image.ImageTag;
import dev.slipway.image.ScanFinding;
import dev.slipway.image.TaggedImage;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class CachingImageRegistryTest {
  @Test
  void answers_the_same_as_at_first() {
    FakeImageRegistry ecr = new FakeImageRegistry();
    ecr.push("web", "staging", digest(1));
    ImageRegistry caching = new CachingImageRegistry(ecr);
    ImageTag staging = new ImageTag("staging");
    Candidate first = caching.candidate(repository("web"), staging);
    assertThat(caching.image(repository("web"), digest(1))).isEqualTo(first);
    List<TaggedImage> tagged = caching.taggedImages(repository("web"));
    assertThat(tagged).extracting(TaggedImage::digest).containsExactly(digest(1));

    ecr.push("web", "staging", digest(2));
    ecr.delete("web", digest(1));

    assertThat(caching.candidate(repository("web"), staging)).isEqualTo(first);
    assertThat(caching.image(repository("web"), digest(1))).isEqualTo(first);
    assertThat(caching.taggedImages(repository("web"))).isEqualTo(tagged);
    assertThat(caching.candidate(repository("api"), staging)).isInstanceOf(Candidate.Missing.class);
  }

  /** Gates of two environments may need to know different things of one image. */
  @Test
  void reads_a_scan_again_where_what_was_read_is_not_enough() {
    FakeImageRegistry ecr = new FakeImageRegistry();
    ImageScan partly =
        new ImageScan(
            digest(1),
            ImageScan.State.COMPLETE,
            "",
            Optional.empty(),
            Optional.empty(),
            List.of(new ScanFinding("CVE-2026-1", FindingSeverity.LOW)),
            false);
    ecr.scanned("web", partly);
    ImageRegistry caching = new CachingImageRegistry(ecr);

    caching.scan(repository("web"), digest(1), _ -> true);
    assertThat(caching.scan(repository("web"), digest(1), _ -> true)).isEqualTo(partly);
    assertThat(ecr.calls(FakeImageRegistry.Operation.SCAN)).isEqualTo(1);

    caching.scan(repository("web"), digest(1), _ -> false);
    assertThat(ecr.calls(FakeImageRegistry.Operation.SCAN)).isEqualTo(2);
  }

  /** Its Javadoc: asked everything once. Of 60 services the third is past the timeout. */
  @Test
  void what_does_not_answer_is_asked_once_too() {
    FakeImageRegistry ecr = new FakeImageRegistry();
    AtomicInteger asked = new AtomicInteger();
    for (int service = 0; service < 60; service++) {
      ecr.interruptions()
          .before(
              FakeImageRegistry.Operation.CANDIDATE,
              "web",
              () -> {
                asked.incrementAndGet();
                throw new NoAnswer("ECR does not answer", new IllegalStateException());
              });
    }
    ImageRegistry caching = new CachingImageRegistry(ecr);

    for (int service = 0; service < 60; service++) {
      assertThatThrownBy(() -> caching.candidate(repository("web"), new ImageTag("staging")))
          .hasMessageContaining("does not answer");
    }

    assertThat(asked).hasValue(1);
  }
}
