package dev.slipway.image;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * Versions and ranges as semver.org and docs/policies.md say in words: in the plainest way, on
 * texts, and without anything of what is tested.
 */
final class SemverReference {
  /** The specification's own, without build metadata (semver.org, FAQ; CC BY 3.0). */
  private static final Pattern SPECIFIED =
      Pattern.compile(
          "^(0|[1-9]\\d*)\\.(0|[1-9]\\d*)\\.(0|[1-9]\\d*)(?:-((?:0|[1-9]\\d*|\\d*[a-zA-Z-][0-9a-zA-Z-]*)"
              + "(?:\\.(?:0|[1-9]\\d*|\\d*[a-zA-Z-][0-9a-zA-Z-]*))*))?$");

  private SemverReference() {}

  private static String withoutV(String version) {
    return version.startsWith("v") ? version.substring(1) : version;
  }

  static boolean isVersion(String tag) {
    return SPECIFIED.matcher(withoutV(tag)).matches();
  }

  private static List<BigInteger> numbers(String version) {
    return Arrays.stream(withoutV(version).split("-", 2)[0].split("\\.", -1))
        .map(BigInteger::new)
        .toList();
  }

  private static String preRelease(String version) {
    String[] parts = version.split("-", 2);
    return parts.length == 1 ? "" : parts[1];
  }

  static boolean isPreRelease(String version) {
    return !preRelease(version).isEmpty();
  }

  /** Compares as many numbers as the second has. */
  private static int compareNumbers(List<BigInteger> version, List<BigInteger> stated) {
    for (int i = 0; i < stated.size(); i++) {
      int order = version.get(i).compareTo(stated.get(i));
      if (order != 0) {
        return order;
      }
    }
    return 0;
  }

  /** Item 11 of the specification, sentence by sentence. */
  static int compare(String one, String other) {
    int order = compareNumbers(numbers(one), numbers(other));
    if (order != 0) {
      return order;
    }
    String a = preRelease(one);
    String b = preRelease(other);
    if (a.isEmpty() || b.isEmpty()) {
      // 11.3: a pre-release version has lower precedence than the normal version
      return Boolean.compare(a.isEmpty(), b.isEmpty());
    }
    String[] as = a.split("\\.", -1);
    String[] bs = b.split("\\.", -1);
    for (int i = 0; i < as.length && i < bs.length; i++) {
      boolean aIsNumber = as[i].matches("[0-9]+");
      boolean bIsNumber = bs[i].matches("[0-9]+");
      if (aIsNumber && bIsNumber) {
        // 11.4.1: numerically
        order = new BigInteger(as[i]).compareTo(new BigInteger(bs[i]));
      } else if (!aIsNumber && !bIsNumber) {
        // 11.4.2: lexically in ASCII sort order
        order = as[i].compareTo(bs[i]);
      } else {
        // 11.4.3: numeric identifiers are lower
        order = aIsNumber ? -1 : 1;
      }
      if (order != 0) {
        return order;
      }
    }
    // 11.4.4: a larger set of fields is higher
    return Integer.compare(as.length, bs.length);
  }

  static String randomVersion(Random random) {
    String version = "%d.%d.%d".formatted(random.nextInt(4), random.nextInt(4), random.nextInt(4));
    return (random.nextInt(6) == 0 ? "v" : "")
        + version
        + (random.nextInt(3) == 0 ? "-" + randomPreRelease(random) : "");
  }

  private static String randomPreRelease(Random random) {
    List<String> fields = new ArrayList<>();
    int count = 1 + random.nextInt(3);
    for (int i = 0; i < count; i++) {
      fields.add(
          List.of("0", "1", "2", "11", "100", "alpha", "beta", "rc", "r2", "r10", "-", "0a", "A")
              .get(random.nextInt(13)));
    }
    return String.join(".", fields);
  }

  /** A range, and what it says in words. */
  record Range(String text, Predicate<String> says) {
    boolean has(String version) {
      return says.test(version);
    }
  }

  static Range randomRange(Random random) {
    Range range = randomAlternative(random);
    while (random.nextInt(3) == 0) {
      Range one = range;
      Range other = randomAlternative(random);
      String or = List.of("||", " || ", " ||", "|| ").get(random.nextInt(4));
      range = new Range(one.text() + or + other.text(), one.says().or(other.says()));
    }
    return range;
  }

  private static Range randomAlternative(Random random) {
    if (random.nextInt(5) == 0) {
      Stated from = Stated.random(random);
      Stated to = Stated.random(random);
      return new Range(
          from.text() + " - " + to.text(),
          version -> from.compare(version) >= 0 && to.compare(version) <= 0);
    }
    Range range = randomComparator(random);
    while (random.nextInt(3) == 0) {
      Range one = range;
      Range other = randomComparator(random);
      range =
          new Range(
              one.text() + " ".repeat(1 + random.nextInt(2)) + other.text(),
              one.says().and(other.says()));
    }
    return range;
  }

  private static Range randomComparator(Random random) {
    String operator = List.of("", "=", ">", ">=", "<", "<=", "^", "~", "~>").get(random.nextInt(9));
    Stated stated = Stated.random(random);
    // there is nothing above, or below, any version
    while (stated.numbers().isEmpty() && (operator.equals("<") || operator.equals(">"))) {
      stated = Stated.random(random);
    }
    Stated it = stated;
    return new Range(
        operator + " ".repeat(operator.isEmpty() ? 0 : random.nextInt(2)) + it.text(),
        version -> it.has(operator, version));
  }

  /**
   * What follows an operator: numbers, of which the last may be left open, and perhaps a
   * pre-release.
   */
  private record Stated(String text, List<BigInteger> numbers, String preRelease) {
    static Stated random(Random random) {
      int stated = random.nextInt(12) == 0 ? 0 : 1 + random.nextInt(3);
      List<BigInteger> numbers = new ArrayList<>();
      for (int i = 0; i < stated; i++) {
        numbers.add(BigInteger.valueOf(random.nextInt(4)));
      }
      List<String> parts = new ArrayList<>(numbers.stream().map(BigInteger::toString).toList());
      int open = stated == 0 ? 1 : random.nextInt(4 - stated);
      for (int i = 0; i < open; i++) {
        parts.add(List.of("x", "X", "*").get(random.nextInt(3)));
      }
      String preRelease = stated == 3 && random.nextInt(4) == 0 ? randomPreRelease(random) : "";
      return new Stated(
          (stated > 0 && random.nextInt(8) == 0 ? "v" : "")
              + String.join(".", parts)
              + (preRelease.isEmpty() ? "" : "-" + preRelease),
          numbers,
          preRelease);
    }

    private boolean isWhole() {
      return numbers.size() == 3;
    }

    private String whole() {
      return "%s.%s.%s".formatted(numbers.toArray())
          + (preRelease.isEmpty() ? "" : "-" + preRelease);
    }

    /** By precedence; where numbers are left open, by those that are stated. */
    int compare(String version) {
      return isWhole()
          ? SemverReference.compare(version, whole())
          : compareNumbers(SemverReference.numbers(version), numbers);
    }

    /** Whether so many of the first numbers are those that are stated. */
    private boolean begins(String version, int count) {
      return compareNumbers(
              SemverReference.numbers(version), numbers.subList(0, Math.min(count, numbers.size())))
          == 0;
    }

    /** Up to which number ^ keeps a version: the first that is not zero, or the last. */
    private int kept() {
      for (int i = 0; i < numbers.size(); i++) {
        if (numbers.get(i).signum() > 0) {
          return i + 1;
        }
      }
      return numbers.size();
    }

    boolean has(String operator, String version) {
      return switch (operator) {
        case ">" -> compare(version) > 0;
        case ">=" -> compare(version) >= 0;
        case "<=" -> compare(version) <= 0;
        // a range that ends before 3.0.0 ends before its pre-releases, unless it names one
        case "<" ->
            compare(version) < 0
                && !(isWhole()
                    && preRelease.isEmpty()
                    && isPreRelease(version)
                    && begins(version, 3));
        case "^" -> compare(version) >= 0 && begins(version, kept());
        case "~", "~>" -> compare(version) >= 0 && begins(version, 2);
        default -> compare(version) == 0;
      };
    }
  }
}
