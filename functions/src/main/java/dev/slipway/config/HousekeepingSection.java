package dev.slipway.config;

import dev.slipway.decide.Housekeeping;
import dev.slipway.decide.ParameterName;
import java.util.List;
import java.util.Optional;

/** The keys of an environment that say what is done once a deployment has completed. */
final class HousekeepingSection {
  static final List<String> KEYS = List.of("keep", "publish");

  private static final int MOST_IMAGES = 20;
  private static final int MOST_REVISIONS = 50;

  private HousekeepingSection() {}

  /** What an environment wants done. */
  static Housekeeping housekeeping(Mapping environment) {
    Optional<Mapping> keep =
        environment
            .get("keep")
            .flatMap(value -> value.mapping("what is kept, such as { images: 5 }"))
            .map(mapping -> mapping.only(List.of("images", "revisions")));
    if (keep.filter(Mapping::isEmpty).isPresent()) {
      keep.get().problem("it keeps nothing: write such as { images: 5 }, or leave keep out");
    }
    int images =
        keep.flatMap(mapping -> mapping.get("images"))
            .flatMap(value -> value.number(1, MOST_IMAGES))
            .orElse(0);
    int revisions =
        keep.flatMap(mapping -> mapping.get("revisions"))
            .flatMap(value -> value.number(1, MOST_REVISIONS))
            .orElse(0);
    if (revisions > 0 && revisions < images) {
      keep.get()
          .problem(
              "revisions is less than images: a revision whose images are kept is what a rollback"
                  + " goes back to");
    }
    return new Housekeeping(
        images, revisions, environment.get("publish").flatMap(HousekeepingSection::publish));
  }

  private static Optional<ParameterName> publish(Value value) {
    return value
        .text("the name of a parameter, such as /slipway/{cluster}/{service}/image")
        .flatMap(text -> {
          try {
            return Optional.of(new ParameterName(text));
          } catch (IllegalArgumentException e) {
            return value.problem(
                "\"%s\" is not a name for parameters: %s. Write it such as /slipway/{cluster}/{service}/image"
                    .formatted(text, e.getMessage()));
          }
        });
  }
}
