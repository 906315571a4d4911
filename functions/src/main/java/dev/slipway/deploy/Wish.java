package dev.slipway.deploy;

import dev.slipway.ecs.Service;
import dev.slipway.ecs.TaskDefinitionArn;
import dev.slipway.image.ImageDigest;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a person wants a service to have in place of what its environment's policy selects, by the
 * service's tag {@code slipway:chosen}: {@code web:3 instead of 4c58c90f1497}. It holds as long as
 * the images that it names are what is selected, and blocked; the next image that is pushed ends
 * it.
 *
 * @param revision that the service is to have
 * @param insteadOf the first twelve digits of the digests that are passed over; at least one
 */
public record Wish(TaskDefinitionArn revision, List<String> insteadOf) {
  private static final Pattern FORM =
      Pattern.compile(
          "(?<revision>[A-Za-z0-9_-]{1,255}:[1-9][0-9]{0,8}) instead of"
              + " (?<digests>[0-9a-f]{12}(?: [0-9a-f]{12})*)");

  /** Copies the list. */
  public Wish {
    insteadOf = List.copyOf(insteadOf);
    if (insteadOf.isEmpty()) {
      throw new IllegalArgumentException("a wish for " + revision + " instead of nothing");
    }
  }

  /** The wish that a service's tag holds; empty without one, or where it cannot be read. */
  public static Optional<Wish> of(Service service) {
    return service
        .tag(Service.CHOSEN_TAG)
        .map(FORM::matcher)
        .filter(Matcher::matches)
        .map(tag ->
            new Wish(
                TaskDefinitionArn.of(service.arn(), tag.group("revision")),
                List.of(tag.group("digests").split(" ", -1))));
  }

  /** Somebody meant to choose something, but it cannot be told what. */
  static Optional<String> unreadable(Service service) {
    return service
        .tag(Service.CHOSEN_TAG)
        .filter(value -> !FORM.matcher(value).matches())
        .map(value ->
            ("the service's tag %s holds \"%s\", which is no wish (such as \"web:3 instead of"
                    + " 4c58c90f1497\"): correct or remove it")
                .formatted(Service.CHOSEN_TAG, value));
  }

  /** Whether it passes this image over. */
  public boolean names(ImageDigest digest) {
    return insteadOf.contains(digest.abbreviated());
  }

  /** The value of the service's tag {@code slipway:chosen}. */
  public String tagValue() {
    return revision.shortName() + " instead of " + String.join(" ", insteadOf);
  }
}
