package dev.slipway.deploy;

import dev.slipway.decide.Environment;
import dev.slipway.ecs.TagValue;
import dev.slipway.ecs.TaskDefinition;
import dev.slipway.image.ImageDigest;
import dev.slipway.image.TagPolicy;
import dev.slipway.record.Trigger;

import dev.slipway.image.ImageChange;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The tags that say, in ECS itself, what a revision was registered for.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Tag.html">Tag</a>
 */
public final class RevisionTags {
  /** The image tag that was followed. */
  public static final String TAG = "slipway:tag";

  /** The digests of the images that are new in the revision, divided by spaces, while they fit. */
  public static final String DIGEST = "slipway:digest";

  /** The id of the cause that led to it: of EventBridge's event, or of a person's request. */
  public static final String EVENT = "slipway:event";

  /** The revision that it is a copy of, as {@code family:revision}. */
  public static final String SOURCE = "slipway:source";

  /** When the image was pushed (ISO 8601, UTC); there where a push led to it. */
  public static final String PUSHED = "slipway:pushed";

  /** Who asked for it; there where a person did. */
  public static final String BY = "slipway:by";

  /** How many tags ECS allows a revision. */
  static final int MOST = 50;

  private RevisionTags() {}

  /** The source's tags with Slipway's own; ECS's own ({@code aws:}) cannot be given by anyone. */
  static Map<String, String> of(
      TaskDefinition source, Environment environment, List<ImageChange> changes, Trigger cause) {
    Map<String, String> tags = new LinkedHashMap<>(source.tags());
    tags.keySet().removeIf(key -> key.toLowerCase(Locale.ROOT).startsWith("aws:"));
    tags.put(
        TAG,
        switch (environment.images()) {
          case TagPolicy.Exact(var tag) -> tag.value();
        });
    tags.put(DIGEST, digests(changes));
    tags.put(EVENT, cause.eventId());
    tags.put(SOURCE, source.arn().shortName());
    // the source's own would tell of another push and another person
    tags.remove(PUSHED);
    tags.remove(BY);
    switch (cause) {
      case Trigger.Push push -> push.at().ifPresent(at -> tags.put(PUSHED, at.toString()));
      case Trigger.Sweep _ -> {}
      case Trigger.Request request -> tags.put(BY, request.by());
    }
    return tags;
  }

  private static String digests(List<ImageChange> changes) {
    StringBuilder value = new StringBuilder();
    changes.stream()
        .flatMap(change -> change.to().digest().stream())
        .map(ImageDigest::value)
        .distinct()
        .filter(digest -> value.length() + 1 + digest.length() <= TagValue.LONGEST)
        .forEach(digest -> value.append(value.isEmpty() ? "" : " ").append(digest));
    return value.toString();
  }
}
