package dev.slipway.doctor;

import dev.slipway.image.Repository;
import java.util.List;
import java.util.Optional;

/**
 * Reads how a repository of Amazon ECR is set up, and what is in it. Failures pass as the adapter's
 * own exceptions.
 */
public interface RepositoryReader {
  /** Whether its tags may move; empty if there is no such repository. */
  Optional<TagMutability> mutability(Repository repository);

  /** Its lifecycle policy; empty if it has none. */
  Optional<LifecyclePolicy> lifecyclePolicy(Repository repository);

  /**
   * All its images, those without a tag and archived ones too.
   *
   * @throws IllegalStateException if it has more than are read
   */
  List<StoredImage> images(Repository repository);
}
