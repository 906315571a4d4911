package dev.slipway.deploy;

import dev.slipway.deploy.Decision.ImageChange;
import dev.slipway.image.ImageDigest;
import dev.slipway.image.TagPolicy;
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

  /** EventBridge's id of the event that led to it. */
  public static final String EVENT = "slipway:event";

  /** The revision that it is a copy of, as {@code family:revision}. */
  public static final String SOURCE = "slipway:source";

  /** How many tags ECS allows a revision. */
  static final int MOST = 50;

  private static final int LONGEST_VALUE = 256;

  private RevisionTags() {}

  /** The source's tags with Slipway's own; ECS's own ({@code aws:}) cannot be given by anyone. */
  static Map<String, String> of(
      TaskDefinition source, Environment environment, List<ImageChange> changes, Cause cause) {
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
    return tags;
  }

  private static String digests(List<ImageChange> changes) {
    StringBuilder value = new StringBuilder();
    changes.stream()
        .flatMap(change -> change.to().digest().stream())
        .map(ImageDigest::value)
        .distinct()
        .filter(digest -> value.length() + 1 + digest.length() <= LONGEST_VALUE)
        .forEach(digest -> value.append(value.isEmpty() ? "" : " ").append(digest));
    return value.toString();
  }
}
