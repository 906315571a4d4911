package dev.slipway.cli.view;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Long names as people say them. */
public final class Names {
  private static final int BRIEF = 12;
  private static final String SHA256 = "sha256:";
  private static final Pattern ROLE_SESSION = Pattern.compile(".*:assumed-role/(.+)/([^/]+)");
  private static final Pattern REGISTRY = Pattern.compile("^\\d{12}\\.dkr[.-]ecr[^/]*/");
  private static final Pattern DIGEST = Pattern.compile(SHA256 + "[0-9a-f]{64}");
  private static final Pattern PERSON =
      Pattern.compile("arn:aws[a-z-]*:(?:iam|sts)::\\d{12}:[\\w+=,.@/-]*[\\w/]");
  private static final Pattern PRINCIPAL =
      Pattern.compile("arn:[^:]*:[^:]*:[^:]*:[^:]*:(?:.*/)?(.+)");

  private Names() {}

  /** The first twelve digits of a digest; anything else as it is. */
  public static String digest(String digest) {
    return digest.startsWith(SHA256)
        ? digest.substring(SHA256.length(), Math.min(digest.length(), SHA256.length() + BRIEF))
        : digest;
  }

  /** The user's name, or the session's and the role's, of an ARN; anything else as it is. */
  static String person(String arn) {
    Matcher session = ROLE_SESSION.matcher(arn);
    if (session.matches()) {
      return session.group(2) + " (" + session.group(1) + ")";
    }
    Matcher principal = PRINCIPAL.matcher(arn);
    return principal.matches() ? principal.group(1) : arn;
  }

  /** The user's name, or the session's alone, where there is little room. */
  public static String personBriefly(String arn) {
    Matcher session = ROLE_SESSION.matcher(arn);
    return session.matches() ? session.group(2) : person(arn);
  }

  /** A text in which ARNs of people and whole digests are said shortly. */
  public static String brief(String text) {
    String digests = DIGEST.matcher(text).replaceAll(match -> digest(match.group()));
    return PERSON
        .matcher(digests)
        .replaceAll(match -> Matcher.quoteReplacement(person(match.group())));
  }

  /** {@code a, b and c}. */
  static String together(List<String> names) {
    return names.size() < 2
        ? String.join("", names)
        : String.join(", ", names.subList(0, names.size() - 1)) + " and " + names.getLast();
  }

  /** {@code 1 service}, {@code 2 services}. */
  static String count(int number, String thing) {
    return number + " " + thing + (number == 1 ? "" : "s");
  }

  /** {@code web@c5bd9d1d27aa}: an image without its registry, its digest in short. */
  public static String reference(String image) {
    return brief(REGISTRY.matcher(image).replaceFirst(""));
  }
}
