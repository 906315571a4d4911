package dev.slipway.deploy;

import static dev.slipway.deploy.FakeImageRegistry.digest;
import static dev.slipway.deploy.FakeImageRegistry.repository;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.image.Candidate;
import dev.slipway.image.ImageTag;
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

    ecr.push("web", "staging", digest(2));
    ecr.delete("web", digest(1));

    assertThat(caching.candidate(repository("web"), staging)).isEqualTo(first);
    assertThat(caching.image(repository("web"), digest(1))).isEqualTo(first);
    assertThat(caching.candidate(repository("api"), staging)).isInstanceOf(Candidate.Missing.class);
  }
}
