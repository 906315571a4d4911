package dev.slipway.deploy;

import dev.slipway.image.ImageDigest;
import dev.slipway.image.Repository;
import java.time.Instant;
import java.util.Optional;

/** When images came to Amazon ECR. */
public interface PushTimes {
  /**
   * When an image was pushed first. Another tag, or pushing it again, does not change that.
   *
   * @return empty if the repository does not have it
   */
  Optional<Instant> pushedAt(Repository repository, ImageDigest digest);
}
