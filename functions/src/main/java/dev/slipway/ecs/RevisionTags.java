package dev.slipway.ecs;

import dev.slipway.image.ImageDigest;
import dev.slipway.image.ImageTag;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The tags that Slipway gives to a revision that it registers.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Tag.html">Tag</a>
 */
public final class RevisionTags {
  /** The id of the deployment that the revision was registered for: by it the record finds it. */
  public static final String DEPLOYMENT = "slipway:deployment";

  /**
   * The tags that the images were selected by, of those that are new in the revision; for people.
   */
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
      Collection<ImageTag> imageTags,
      Collection<ImageDigest> digests) {
    Map<String, String> tags = new LinkedHashMap<>(kept);
    tags.put(DEPLOYMENT, deployment);
    putWords(tags, DIGEST, digests.stream().map(ImageDigest::value));
    putWords(tags, TAG, imageTags.stream().map(ImageTag::value));
    return tags;
  }

  private static void putWords(Map<String, String> tags, String key, Stream<String> words) {
    StringBuilder value = new StringBuilder();
    words
        .distinct()
        .filter(word -> value.length() + 1 + word.length() <= TagValue.MAX_LENGTH)
        .forEach(word -> value.append(value.isEmpty() ? "" : " ").append(word));
    if (!value.isEmpty() && tags.size() < MAX_TAGS) {
      tags.put(key, value.toString());
    }
  }
}
