package dev.slipway.operate;

import dev.slipway.ecs.Service;
import dev.slipway.text.Suggestion;
import java.util.List;
import java.util.Optional;

/** Why a service follows no environment. */
public sealed interface Unfollowed {
  /** What of it is so, in a sentence that follows on its name: {@code it has no tag …}. */
  String why();

  /**
   * It has no tag.
   *
   * @param environments the names that slipway.yaml has
   */
  record Untagged(List<String> environments) implements Unfollowed {
    /** Copies the list. */
    public Untagged {
      environments = List.copyOf(environments);
    }

    @Override
    public String why() {
      return "it has no tag " + Service.ENVIRONMENT_TAG;
    }
  }

  /**
   * Its tag names what slipway.yaml does not have.
   *
   * @param environments the names that slipway.yaml has
   */
  record NoSuchEnvironment(String name, List<String> environments) implements Unfollowed {
    /** Copies the list. */
    public NoSuchEnvironment {
      environments = List.copyOf(environments);
    }

    /** The environment that may have been meant. */
    public Optional<String> near() {
      return Suggestion.near(name, environments, 1).stream().findFirst();
    }

    @Override
    public String why() {
      return "its tag %s says \"%s\", and slipway.yaml has only %s%s"
          .formatted(
              Service.ENVIRONMENT_TAG,
              name,
              String.join(", ", environments),
              Suggestion.of(name, environments));
    }
  }

  /** Its tag names an environment whose services are in other clusters. */
  record OtherCluster(String name, String cluster) implements Unfollowed {
    @Override
    public String why() {
      return "its tag %s says \"%s\", but slipway.yaml does not have that environment in cluster %s"
          .formatted(Service.ENVIRONMENT_TAG, name, cluster);
    }
  }
}
