package dev.slipway.ecs;

import dev.slipway.image.ImageDigest;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The tags that Slipway gives to a revision that it registers.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Tag.html">Tag</a>
 */
public final class RevisionTags {
  /** The id of the deployment that the revision was registered for: by it the record finds it. */
  public static final String DEPLOYMENT = "slipway:deployment";

  /** The image tag that was followed; for people. */
  public static final String TAG = "slipway:tag";

  /** The digests of the images that are new in the revision, while they fit; for people. */
  public static final String DIGEST = "slipway:digest";

  /** How many tags ECS allows a revision. */
  public static final int MAX_TAGS = 50;

  private static final String OWN_PREFIX = "slipway:";
  private static final String AWS_PREFIX = "aws:";

  private RevisionTags() {}

  /** The tags of a revision that its copy keeps: all but Slipway's and AWS's own. */
  public static Map<String, String> kept(TaskDefinition source) {
    Map<String, String> tags = new LinkedHashMap<>(source.tags());
    tags.keySet()
        .removeIf(key ->
            key.startsWith(OWN_PREFIX) || key.toLowerCase(Locale.ROOT).startsWith(AWS_PREFIX));
    return tags;
  }

  /**
   * The tags of a copy. Those for people are left out where there is no room for them.
   *
   * @param kept the source's own
   */
  public static Map<String, String> of(
      Map<String, String> kept,
      String deployment,
      Optional<String> imageTag,
      Collection<ImageDigest> digests) {
    Map<String, String> tags = new LinkedHashMap<>(kept);
    tags.put(DEPLOYMENT, deployment);
    String words = words(digests);
    if (!words.isEmpty() && tags.size() < MAX_TAGS) {
      tags.put(DIGEST, words);
    }
    imageTag.filter(_ -> tags.size() < MAX_TAGS).ifPresent(tag -> tags.put(TAG, tag));
    return tags;
  }

  private static String words(Collection<ImageDigest> digests) {
    StringBuilder value = new StringBuilder();
    digests.stream()
        .map(ImageDigest::value)
        .distinct()
        .filter(digest -> value.length() + 1 + digest.length() <= TagValue.MAX_LENGTH)
        .forEach(digest -> value.append(value.isEmpty() ? "" : " ").append(digest));
    return value.toString();
  }
}
