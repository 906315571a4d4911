package dev.slipway.image;

import java.math.BigInteger;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A version as semver.org defines it, ordered by its precedence. There is no build metadata: no tag
 * of an image can have a {@code +}.
 *
 * @param preRelease the identifiers after the hyphen; none of a release
 * @see <a href="https://semver.org/#spec-item-11">Precedence</a>
 */
public record Version(BigInteger major, BigInteger minor, BigInteger patch, List<String> preRelease)
    implements Comparable<Version> {
  static final String NUMBER = "0|[1-9][0-9]*";

  /** Identifiers with dots between them; a number among them has no zero before it. */
  static final String PRE_RELEASE =
      "(?:0|[1-9][0-9]*|[0-9]*[A-Za-z-][0-9A-Za-z-]*)"
          + "(?:\\.(?:0|[1-9][0-9]*|[0-9]*[A-Za-z-][0-9A-Za-z-]*))*";

  /** Longer than any tag of ECR; java.util.regex needs a part of the stack for each identifier. */
  private static final int MAX_LENGTH = 300;

  private static final Pattern WHOLE =
      Pattern.compile(
          "v?(%1$s)\\.(%1$s)\\.(%1$s)(?:-(%2$s))?".formatted("(?:" + NUMBER + ")", PRE_RELEASE));

  /** Copies the list. */
  public Version {
    preRelease = List.copyOf(preRelease);
  }

  /**
   * The version that a text is: three numbers, and perhaps a pre-release; a {@code v} may be before
   * it. Empty for all else, such as {@code 1.2} or the digits of a commit.
   */
  public static Optional<Version> find(String text) {
    Matcher parts = WHOLE.matcher(text);
    return text.length() <= MAX_LENGTH && parts.matches()
        ? Optional.of(
            new Version(
                new BigInteger(parts.group(1)),
                new BigInteger(parts.group(2)),
                new BigInteger(parts.group(3)),
                identifiers(parts.group(4))))
        : Optional.empty();
  }

  static List<String> identifiers(@Nullable String preRelease) {
    return preRelease == null ? List.of() : List.of(preRelease.split("\\."));
  }

  /** Whether it comes before the release that it names. */
  public boolean isPreRelease() {
    return !preRelease.isEmpty();
  }

  @Override
  public int compareTo(Version other) {
    int numbers = major.compareTo(other.major);
    numbers = numbers != 0 ? numbers : minor.compareTo(other.minor);
    numbers = numbers != 0 ? numbers : patch.compareTo(other.patch);
    if (numbers != 0) {
      return numbers;
    }
    if (preRelease.isEmpty() || other.preRelease.isEmpty()) {
      return Boolean.compare(preRelease.isEmpty(), other.preRelease.isEmpty());
    }
    for (int i = 0; i < Math.min(preRelease.size(), other.preRelease.size()); i++) {
      int identifiers = compare(preRelease.get(i), other.preRelease.get(i));
      if (identifiers != 0) {
        return identifiers;
      }
    }
    return Integer.compare(preRelease.size(), other.preRelease.size());
  }

  private static int compare(String one, String other) {
    boolean number = isNumber(one);
    if (number != isNumber(other)) {
      return number ? -1 : 1;
    }
    // without zeros before it the longer number is the greater one
    return number && one.length() != other.length()
        ? Integer.compare(one.length(), other.length())
        : one.compareTo(other);
  }

  private static boolean isNumber(String identifier) {
    return identifier.chars().allMatch(digit -> digit >= '0' && digit <= '9');
  }

  @Override
  public String toString() {
    return "%s.%s.%s%s"
        .formatted(
            major, minor, patch, preRelease.isEmpty() ? "" : "-" + String.join(".", preRelease));
  }
}
