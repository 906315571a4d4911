package dev.slipway.ecs;

import static dev.slipway.deploy.FakeImageRegistry.digest;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.image.Candidate;
import dev.slipway.image.ImageDigest;
import dev.slipway.image.Platform;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TaskPlatformTest {
  private static final Optional<Platform> AMD64 = Optional.of(new Platform("linux", "amd64"));
  private static final Optional<Platform> ARM64 = Optional.of(new Platform("linux", "arm64"));

  private static Set<ImageDigest> manifests(
      TaskPlatform platform, Map<ImageDigest, Optional<Platform>> index) {
    return platform.manifestsOf(new Candidate.Image(digest(1), "index", Set.of(), index));
  }

  @Test
  void runs_the_manifests_of_an_index_that_are_for_it_or_do_not_say_what_they_are_for() {
    Map<ImageDigest, Optional<Platform>> index =
        Map.of(digest(11), AMD64, digest(12), ARM64, digest(13), Optional.empty());
    TaskPlatform arm64 = new TaskPlatform(Optional.of("linux"), Optional.of("arm64"));
    TaskPlatform any = new TaskPlatform(Optional.empty(), Optional.empty());

    assertThat(manifests(arm64, index)).containsExactlyInAnyOrder(digest(12), digest(13));
    assertThat(manifests(any, index)).isEqualTo(index.keySet());
  }

  @Test
  void runs_the_image_itself_where_that_is_a_single_manifest() {
    TaskPlatform any = new TaskPlatform(Optional.empty(), Optional.empty());

    assertThat(manifests(any, Map.of())).containsExactly(digest(1));
  }
}
