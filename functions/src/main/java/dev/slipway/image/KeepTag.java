package dev.slipway.image;

import dev.slipway.text.Sha256;

/**
 * The tags by which Slipway keeps images of a service in Amazon ECR: {@code
 * slipway-keep-CLUSTER.SERVICE.NUMBER}. There are as many as images are kept. A tag moves to a
 * newer image when its image is no longer needed, and leaves that as it was before: Slipway never
 * deletes an image or a tag, and cannot.
 */
public final class KeepTag {
  /** What they all begin with. */
  public static final String PREFIX = "slipway-keep-";

  /** So many tags a service has in a repository at most. */
  public static final int MAX_NUMBER = 50;

  /** What fits into a tag of 128 characters. */
  private static final int MAX_NAMES = 100;

  /** So many hexadecimal digits stand for what is cut off: 64 bits, which no two names share. */
  private static final int DIGEST = 16;

  private KeepTag() {}

  /** Whether a tag is one of these, of whatever service. */
  public static boolean is(String tag) {
    return tag.startsWith(PREFIX);
  }

  /** What the tags of one service begin with. Neither name can have a dot. */
  public static String prefix(String cluster, String service) {
    String names = cluster + "." + service;
    return PREFIX
        + (names.length() <= MAX_NAMES
            ? names
            : "%s.%s"
                .formatted(
                    names.substring(0, MAX_NAMES - 1 - DIGEST),
                    Sha256.hex(names).substring(0, DIGEST)))
        + ".";
  }

  /**
   * One tag of a service.
   *
   * @param number from 1 on
   */
  public static ImageTag of(String cluster, String service, int number) {
    return new ImageTag(prefix(cluster, service) + number);
  }
}
