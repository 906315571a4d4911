package dev.slipway.image;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Some versions, such as {@code >=2 <3}, {@code ^1.4}, {@code ~1.4.2}, {@code 1.x}, {@code 1.2 -
 * 1.4} or several of these with {@code ||} between them, in the grammar of <a
 * href="https://github.com/npm/node-semver#ranges">node-semver</a>. Pre-releases are in it by their
 * precedence, as with node-semver's includePrerelease; but those of 3.0.0 are not in {@code
 * <3.0.0}.
 *
 * @param text as it was written
 * @param alternatives a version is in the range if it is within all bounds of one of them
 * @param namesPreRelease whether one of its bounds is a pre-release
 */
public record VersionRange(String text, List<List<Bound>> alternatives, boolean namesPreRelease) {
  private static final String PART = "(?:" + Version.NUMBER + "|[xX*])";
  private static final String PARTIAL =
      "v?(%1$s)(?:\\.(%1$s)(?:\\.(%1$s)(?:-(%2$s))?)?)?".formatted(PART, Version.PRE_RELEASE);
  private static final Pattern HYPHEN = Pattern.compile("(?<from>\\S+)\\s+-\\s+(?<to>\\S+)");
  private static final Pattern WHOLE_PARTIAL = Pattern.compile(PARTIAL);
  private static final Pattern COMPARATOR =
      Pattern.compile("(>=|<=|>|<|=|\\^|~>|~|)\\s*([^\\s<>=^~]+)(?:\\s+|$)");
  private static final List<String> LOWEST = List.of("0");

  /** Copies the lists. */
  public VersionRange {
    alternatives = alternatives.stream().map(List::copyOf).toList();
  }

  /** How a version compares with another. */
  enum Operator {
    LESS,
    AT_MOST,
    EQUAL,
    AT_LEAST,
    MORE
  }

  /** One bound. */
  record Bound(Operator operator, Version version) {
    private boolean admits(Version other) {
      int order = other.compareTo(version);
      return switch (operator) {
        case LESS -> order < 0;
        case AT_MOST -> order <= 0;
        case EQUAL -> order == 0;
        case AT_LEAST -> order >= 0;
        case MORE -> order > 0;
      };
    }
  }

  /**
   * Reads a range; nothing of it is passed over.
   *
   * @throws IllegalArgumentException if it is none; the message says why
   */
  public static VersionRange parse(String text) {
    List<List<Bound>> alternatives = new ArrayList<>();
    boolean preRelease = false;
    for (String alternative : text.split("\\|\\|", -1)) {
      if (alternative.isBlank()) {
        throw new IllegalArgumentException("there is nothing on one side of ||");
      }
      List<Partial> named = new ArrayList<>();
      alternatives.add(bounds(alternative.strip(), named));
      preRelease |= named.stream().anyMatch(partial -> !partial.preRelease().isEmpty());
    }
    return new VersionRange(text, alternatives, preRelease);
  }

  private static List<Bound> bounds(String alternative, List<Partial> named) {
    Matcher hyphen = HYPHEN.matcher(alternative);
    if (hyphen.matches()) {
      Partial from = Partial.parse(hyphen.group("from"), named);
      Partial to = Partial.parse(hyphen.group("to"), named);
      List<Bound> bounds = new ArrayList<>(bounds(">=", from));
      bounds.addAll(bounds("<=", to));
      return bounds;
    }
    List<Bound> bounds = new ArrayList<>();
    Matcher comparator = COMPARATOR.matcher(alternative);
    int end = 0;
    while (comparator.lookingAt()) {
      bounds.addAll(bounds(comparator.group(1), Partial.parse(comparator.group(2), named)));
      end = comparator.end();
      comparator.region(end, alternative.length());
    }
    if (end < alternative.length()) {
      throw new IllegalArgumentException(
          "it cannot be read from \"%s\" on".formatted(alternative.substring(end)));
    }
    return bounds;
  }

  private static List<Bound> bounds(String operator, Partial partial) {
    if (partial.major() == null) {
      if (operator.equals("<") || operator.equals(">")) {
        throw new IllegalArgumentException("no version is %s any".formatted(operator));
      }
      return List.of();
    }
    return switch (operator) {
      case ">=" -> List.of(partial.from());
      case ">" ->
          List.of(
              partial.isWhole()
                  ? new Bound(Operator.MORE, partial.least())
                  : new Bound(Operator.AT_LEAST, partial.next()));
      case "<" ->
          List.of(
              new Bound(Operator.LESS, partial.isRelease() ? partial.lowest() : partial.least()));
      case "<=" ->
          List.of(
              partial.isWhole()
                  ? new Bound(Operator.AT_MOST, partial.least())
                  : new Bound(Operator.LESS, partial.next()));
      case "^" -> List.of(partial.from(), new Bound(Operator.LESS, partial.nextIncompatible()));
      case "~", "~>" ->
          List.of(partial.from(), new Bound(Operator.LESS, partial.withoutPatch().next()));
      default ->
          partial.isWhole()
              ? List.of(new Bound(Operator.EQUAL, partial.least()))
              : List.of(partial.from(), new Bound(Operator.LESS, partial.next()));
    };
  }

  /** Whether a version is in the range. */
  public boolean contains(Version version) {
    return alternatives.stream()
        .anyMatch(bounds -> bounds.stream().allMatch(bound -> bound.admits(version)));
  }

  /** Whether it has one version at most. */
  public boolean isOneVersion() {
    return alternatives.size() == 1
        && alternatives.getFirst().stream().anyMatch(bound -> bound.operator() == Operator.EQUAL);
  }

  @Override
  public String toString() {
    return text;
  }

  /** A version of which the last numbers may be left open. */
  private record Partial(
      @Nullable BigInteger major,
      @Nullable BigInteger minor,
      @Nullable BigInteger patch,
      List<String> preRelease) {
    static Partial parse(String text, List<Partial> named) {
      Matcher parts = WHOLE_PARTIAL.matcher(text);
      if (!parts.matches()) {
        throw new IllegalArgumentException("\"%s\" is not a version".formatted(text));
      }
      Partial partial =
          new Partial(
              number(parts.group(1)),
              number(parts.group(2)),
              number(parts.group(3)),
              Version.identifiers(parts.group(4)));
      if ((partial.major() == null && partial.minor() != null)
          || (partial.minor() == null && partial.patch() != null)
          || (partial.patch() == null && !partial.preRelease().isEmpty())) {
        throw new IllegalArgumentException(
            "in \"%s\" something follows what is left open".formatted(text));
      }
      named.add(partial);
      return partial;
    }

    private static @Nullable BigInteger number(@Nullable String part) {
      return part == null || "xX*".contains(part) ? null : new BigInteger(part);
    }

    boolean isWhole() {
      return patch != null;
    }

    /** Whether no pre-release is named. */
    boolean isRelease() {
      return preRelease.isEmpty();
    }

    private static BigInteger orZero(@Nullable BigInteger number) {
      return number == null ? BigInteger.ZERO : number;
    }

    /** The version itself; the lowest of them where numbers are left open. */
    Version least() {
      return isWhole()
          ? new Version(orZero(major), orZero(minor), orZero(patch), preRelease)
          : lowest();
    }

    /** The lowest pre-release of these numbers. */
    Version lowest() {
      return new Version(orZero(major), orZero(minor), orZero(patch), LOWEST);
    }

    Bound from() {
      return new Bound(Operator.AT_LEAST, least());
    }

    Partial withoutPatch() {
      return new Partial(major, minor, null, List.of());
    }

    /** The lowest version after all of these. */
    Version next() {
      return minor == null
          ? lowest(orZero(major).add(BigInteger.ONE), BigInteger.ZERO, BigInteger.ZERO)
          : lowest(orZero(major), minor.add(BigInteger.ONE), BigInteger.ZERO);
    }

    /** The lowest one that differs in the first number that is not zero. */
    Version nextIncompatible() {
      if (minor == null || orZero(major).signum() > 0) {
        return lowest(orZero(major).add(BigInteger.ONE), BigInteger.ZERO, BigInteger.ZERO);
      }
      return patch == null || minor.signum() > 0
          ? lowest(BigInteger.ZERO, minor.add(BigInteger.ONE), BigInteger.ZERO)
          : lowest(BigInteger.ZERO, BigInteger.ZERO, patch.add(BigInteger.ONE));
    }

    private static Version lowest(BigInteger major, BigInteger minor, BigInteger patch) {
      return new Version(major, minor, patch, LOWEST);
    }
  }
}
