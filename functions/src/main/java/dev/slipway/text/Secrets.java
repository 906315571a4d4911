package dev.slipway.text;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Masks what looks like a secret. A name that goes with it stays ({@code password=****}), since it
 * says what is wrong; digests, ARNs, UUIDs and commit ids stay too.
 *
 * <p>It reads the text once from left to right without going back, so that no text can make it
 * slow. It knows the common forms only: it makes leaks rare, not impossible.
 */
public final class Secrets {
  /** Characters that nobody sees, which could hide what a name says. */
  private static final Pattern INVISIBLE = Pattern.compile("\\p{Cf}");

  /** What stands in a secret's place. */
  public static final String MASK = "****";

  /** What a secret's name ends with, in small letters and without separators. */
  private static final List<String> NAMES =
      List.of(
          "password",
          "passwd",
          "passphrase",
          "passcode",
          "pwd",
          "secret",
          "token",
          "apikey",
          "accesskey",
          "secretkey",
          "privatekey",
          "signingkey",
          "encryptionkey",
          "masterkey",
          "accountkey",
          "credential",
          "credentials",
          "authorization",
          "cookie");

  private static final String PASS = "pass";

  /** What can stand where a secret should be, and says what is wrong. */
  private static final Set<String> NO_SECRETS =
      Set.of(
          "null",
          "nil",
          "none",
          "undefined",
          "true",
          "false",
          "empty",
          "missing",
          "required",
          "invalid",
          "expired",
          "unset",
          MASK);

  private static final Set<String> SCHEMES = Set.of("bearer", "basic", "token", "digest", "apikey");

  /** How tokens of well-known services begin, and how many characters follow at least. */
  private record Prefix(String text, int atLeast) {}

  private static final List<Prefix> PREFIXES =
      List.of(
          new Prefix("ghp_", 30),
          new Prefix("gho_", 30),
          new Prefix("ghu_", 30),
          new Prefix("ghs_", 30),
          new Prefix("ghr_", 30),
          new Prefix("github_pat_", 22),
          new Prefix("glpat-", 16),
          new Prefix("xoxa-", 10),
          new Prefix("xoxb-", 10),
          new Prefix("xoxe-", 10),
          new Prefix("xoxp-", 10),
          new Prefix("xoxr-", 10),
          new Prefix("xoxs-", 10),
          new Prefix("xapp-", 10),
          new Prefix("npm_", 30),
          new Prefix("sk_live_", 16),
          new Prefix("rk_live_", 16),
          new Prefix("sk-", 32),
          new Prefix("AIza", 30));

  /** Of ECR's image tags. */
  private static final int MAX_TAG = 300;

  /** So many digits of a digest does Slipway name. */
  private static final int DIGITS = 12;

  private static final String SLACK_HOOK = "hooks.slack.com/services/";
  private static final String BEGIN = "-----BEGIN ";
  private static final String END = "-----END ";
  private static final String PRIVATE_KEY = "PRIVATE KEY";

  /** A label of PEM is short: "RSA PRIVATE KEY-----". */
  private static final int LABEL = 48;

  private static final int AWS_SECRET_KEY = 40;

  private final String text;
  private final StringBuilder masked;
  private int at;

  /** Up to here the user part of addresses has been looked for: it has this last at sign. */
  private int addressEnd;

  private int lastAtSign;

  private Secrets(String text) {
    this.text = text;
    this.masked = new StringBuilder(text.length());
  }

  /** The text with every secret replaced by {@link #MASK}. */
  public static String masked(String text) {
    return new Secrets(text).mask();
  }

  /** Whether a variable, member or header of this name holds a secret. */
  public static boolean isSecretName(String name) {
    String seen = INVISIBLE.matcher(name).replaceAll("");
    return endsLikeSecret(seen, 0, seen.length());
  }

  private String mask() {
    while (at < text.length()) {
      if (!privateKey() && !address() && !word()) {
        masked.append(text.charAt(at++));
      }
    }
    return masked.toString();
  }

  // --- private keys in PEM ---------------------------------------------------------------------

  private boolean privateKey() {
    if (text.charAt(at) != '-') {
      return false;
    }
    if (text.startsWith(BEGIN, at)) {
      int label = labelEnd(BEGIN);
      if (label < 0) {
        return false;
      }
      masked.append(text, at, label).append(MASK);
      int end = text.indexOf(END, label);
      int endOfLine = end < 0 ? -1 : text.indexOf("-----", end + END.length());
      at = endOfLine < 0 ? text.length() : endOfLine + 5;
      return true;
    }
    if (text.startsWith(END, at)) {
      int label = labelEnd(END);
      if (label < 0) {
        return false;
      }
      dropEncodedLines();
      masked.append(MASK).append(text, at, label);
      at = label;
      return true;
    }
    return false;
  }

  /** Where the line that names a private key ends; -1 if it names none. */
  private int labelEnd(String begin) {
    int from = at + begin.length();
    String label = text.substring(from, Math.min(text.length(), from + LABEL));
    int dashes = label.indexOf("-----");
    return dashes >= 0 && label.substring(0, dashes).contains(PRIVATE_KEY) ? from + dashes + 5 : -1;
  }

  /** The tail of a log may hold a key's end only: its lines are those of nothing but Base64. */
  private void dropEncodedLines() {
    while (true) {
      int end = masked.length();
      int last = end > 0 && isBreak(masked.charAt(end - 1)) ? end - 1 : end;
      int start = last;
      while (start > 0 && isBase64(masked.charAt(start - 1))) {
        start--;
      }
      if (last - start < 16 || (start > 0 && !isBreak(masked.charAt(start - 1)))) {
        return;
      }
      masked.setLength(start);
    }
  }

  // --- addresses with a password ----------------------------------------------------------------

  private boolean address() {
    if (!text.startsWith("://", at)) {
      return false;
    }
    int from = at + 3;
    if (from > addressEnd) {
      addressEnd = from;
      lastAtSign = -1;
      while (addressEnd < text.length() && !endsAddress(text.charAt(addressEnd))) {
        if (text.charAt(addressEnd) == '@') {
          lastAtSign = addressEnd;
        }
        addressEnd++;
      }
    }
    int first = from;
    while (first < lastAtSign && "/?#:@".indexOf(text.charAt(first)) < 0) {
      first++;
    }
    if (first > lastAtSign) {
      return false;
    }
    int until = text.charAt(first) == ':' ? userInfoEnd(first) : -1;
    if (until > first) {
      masked.append(text, at, first + 1).append(MASK);
      at = until;
      return true;
    }
    if (text.charAt(first) == '@' && first - from >= 20) {
      // a token instead of a user
      masked.append("://").append(MASK);
      at = first;
      return true;
    }
    return false;
  }

  /** The at sign that ends a password which begins after the colon; -1 if that is a port's. */
  private int userInfoEnd(int colon) {
    int i = colon + 1;
    while (i < lastAtSign && isDigit(text.charAt(i))) {
      i++;
    }
    if (i > colon + 1 && "/?#".indexOf(text.charAt(i)) >= 0) {
      return -1;
    }
    return lastAtSign;
  }

  private static boolean endsAddress(char c) {
    return Character.isWhitespace(c) || "\"'`<>,|".indexOf(c) >= 0;
  }

  // --- words: names with values, schemes, tokens
  // ----------------------------------------------------

  private boolean word() {
    if (!isNamePart(text.charAt(at))) {
      return false;
    }
    if (at > 0 && isNamePart(text.charAt(at - 1))) {
      return false;
    }
    int end = at;
    while (end < text.length() && isNamePart(text.charAt(end))) {
      end++;
    }
    if (webToken(end) || prefixed(end) || accessKey(end) || secretKey() || slackHook()) {
      return true;
    }
    if (named(end) || scheme(end)) {
      return true;
    }
    masked.append(text, at, end);
    at = end;
    return true;
  }

  /** A JSON Web Token: three parts of Base64, the first of which begins an object. */
  private boolean webToken(int end) {
    if (!text.startsWith("eyJ", at)) {
      return false;
    }
    int dot = text.indexOf('.', at, end);
    if (dot < at + 10) {
      return false;
    }
    int second = text.indexOf('.', dot + 1, end);
    if (second < dot + 5) {
      return false;
    }
    masked.append("eyJ").append(MASK);
    at = end;
    return true;
  }

  private boolean prefixed(int end) {
    for (Prefix prefix : PREFIXES) {
      int after = at + prefix.text().length();
      if (end - after >= prefix.atLeast() && text.startsWith(prefix.text(), at)) {
        masked.append(prefix.text()).append(MASK);
        at = end;
        return true;
      }
    }
    return false;
  }

  /** {@code AKIA…} of a user, {@code ASIA…} of a session: 20 capital letters and digits. */
  private boolean accessKey(int end) {
    if (!text.startsWith("AKIA", at) && !text.startsWith("ASIA", at)) {
      return false;
    }
    int until = at;
    while (until < end && (isDigit(text.charAt(until)) || isUpper(text.charAt(until)))) {
      until++;
    }
    if (until - at != 20 || (until < end && text.charAt(until) != '.')) {
      return false;
    }
    masked.append(text, at, at + 4).append(MASK);
    at = until;
    return true;
  }

  /** 40 characters of Base64, mixed: a commit id has small letters and digits only. */
  private boolean secretKey() {
    boolean upper = false;
    boolean lower = false;
    boolean digit = false;
    int slashes = 0;
    int i = at;
    while (i < text.length() && i - at <= AWS_SECRET_KEY && isBase64(text.charAt(i))) {
      char c = text.charAt(i);
      upper |= isUpper(c);
      lower |= c >= 'a' && c <= 'z';
      digit |= isDigit(c);
      slashes += c == '/' ? 1 : 0;
      i++;
    }
    boolean alone =
        i == text.length()
            || text.charAt(i) == '.'
            || (!isNamePart(text.charAt(i)) && text.charAt(i) != '=');
    boolean begins = at == 0 || "/+@:".indexOf(text.charAt(at - 1)) < 0;
    if (i - at != AWS_SECRET_KEY
        || !alone
        || !begins
        || !upper
        || !lower
        || !digit
        || slashes > 4) {
      return false;
    }
    masked.append(MASK);
    at = i;
    return true;
  }

  private boolean slackHook() {
    if (!text.startsWith(SLACK_HOOK, at)) {
      return false;
    }
    int end = at + SLACK_HOOK.length();
    while (end < text.length() && (isToken(text.charAt(end)) || text.charAt(end) == '*')) {
      end++;
    }
    masked.append(SLACK_HOOK).append(MASK);
    at = end;
    return true;
  }

  /** {@code Bearer …}, {@code Basic …}, where what follows is no word of prose. */
  private boolean scheme(int end) {
    String name = text.substring(at, Math.min(end, at + 8)).toLowerCase(Locale.ROOT);
    if (!name.equals("bearer") && !name.equals("basic")) {
      return false;
    }
    if (end >= text.length() || text.charAt(end) != ' ') {
      return false;
    }
    int from = end + 1;
    int until = from;
    boolean digit = false;
    boolean upper = false;
    while (until < text.length() && isToken(text.charAt(until))) {
      char c = text.charAt(until);
      digit |= isDigit(c) || c == '=';
      upper |= until > from && isUpper(c);
      until++;
    }
    if (until - from < 8 || !(digit || upper)) {
      return false;
    }
    masked.append(text, at, from).append(MASK);
    at = until;
    return true;
  }

  /** {@code name=value}, {@code "name": "value"}, {@code name: value}, {@code --name value}. */
  private boolean named(int end) {
    boolean secret = endsLikeSecret(text, at, end) || isKeyOfSomething(end);
    if (!secret) {
      return false;
    }
    int i = end;
    boolean quotedName = false;
    while (i < text.length() && i < end + 4 && isQuoteOrEscape(text.charAt(i))) {
      quotedName = true;
      i++;
    }
    i = afterBlanks(i);
    boolean option = text.startsWith("--", at);
    boolean colon = i < text.length() && text.charAt(i) == ':';
    if (colon && at > 0 && (text.charAt(at - 1) == ':' || text.charAt(at - 1) == '/')) {
      // a part of an ARN or of a path
      return false;
    }
    if (colon || (i < text.length() && text.charAt(i) == '=')) {
      while (i < text.length() && i < end + 12 && "=:>".indexOf(text.charAt(i)) >= 0) {
        i++;
      }
    } else if (!option || quotedName || i == end) {
      return false;
    }
    boolean adjacent = i < text.length() && text.charAt(i) != ' ';
    if (colon && adjacent && isTagAndDigest(i)) {
      // an image as Slipway names it, of a repository such as auth-token
      return false;
    }
    return value(end, afterBlanks(i), adjacent);
  }

  /** Such as {@code staging 41933e606724}: a tag, and the first twelve digits of a digest. */
  private boolean isTagAndDigest(int from) {
    int end = from;
    while (end < text.length() && end <= from + MAX_TAG && isTag(text.charAt(end))) {
      end++;
    }
    int digest = end + 1;
    int after = digest + DIGITS;
    if (end == from || end > from + MAX_TAG || text.length() < after || text.charAt(end) != ' ') {
      return false;
    }
    for (int i = digest; i < after; i++) {
      if (Character.digit(text.charAt(i), 16) < 0 || isUpper(text.charAt(i))) {
        return false;
      }
    }
    return after == text.length() || !isTag(text.charAt(after));
  }

  private static boolean isTag(char c) {
    return isDigit(c) || isUpper(c) || (c >= 'a' && c <= 'z') || c == '_' || c == '.' || c == '-';
  }

  private boolean value(int nameEnd, int from, boolean adjacent) {
    int start = from;
    while (start < text.length() && start < from + 4 && text.charAt(start) == '\\') {
      start++;
    }
    int escapes = start - from;
    if (start < text.length() && isQuote(text.charAt(start))) {
      return !isNoSecret(start + 1, nameEnd)
          && replace(start + 1, closingQuote(start + 1, text.charAt(start), escapes));
    }
    start = from;
    if (isNoSecret(start, nameEnd)) {
      return false;
    }
    if (endsLike("cookie", nameEnd)) {
      return replace(start, lineEnd(start));
    }
    int until = valueEnd(start);
    String scheme = text.substring(start, Math.min(until, start + 8)).toLowerCase(Locale.ROOT);
    if (SCHEMES.contains(scheme) && until + 1 < text.length() && text.charAt(until) == ' ') {
      start = until + 1;
      until = valueEnd(start);
    }
    while (until > start && ",;.)]}".indexOf(text.charAt(until - 1)) >= 0) {
      until--;
    }
    // "cannot read the secret: ResourceNotFoundException: …" is prose
    boolean prose = !adjacent && (until - start < 4 || text.charAt(until - 1) == ':');
    // a task definition's family and revision
    boolean revision = adjacent && until - start <= 7 && isNumber(start, until);
    return !prose && !revision && replace(start, until);
  }

  private boolean isNumber(int from, int until) {
    for (int i = from; i < until; i++) {
      if (!isDigit(text.charAt(i))) {
        return false;
      }
    }
    return text.charAt(from - 1) == ':';
  }

  private boolean replace(int from, int until) {
    boolean saysWhatIsWrong =
        until - from <= 10
            && NO_SECRETS.contains(text.substring(from, until).toLowerCase(Locale.ROOT));
    if (from >= until || saysWhatIsWrong) {
      return false;
    }
    masked.append(text, at, from).append(MASK);
    at = until;
    return true;
  }

  /** The name of a secret, or a directory. Known before its end is looked for, to stay linear. */
  private boolean isNoSecret(int from, int nameEnd) {
    return text.startsWith("arn:", from)
        || (text.startsWith("/", from) && endsLike("pwd", nameEnd));
  }

  private boolean endsLike(String name, int end) {
    return end - at >= name.length()
        && text.regionMatches(true, end - name.length(), name, 0, name.length());
  }

  /** "API key: …": the name is two words. */
  private boolean isKeyOfSomething(int end) {
    if (end - at != 3 || !text.regionMatches(true, at, "key", 0, 3)) {
      return false;
    }
    for (String before : List.of("api ", "access ", "secret ", "private ")) {
      if (at >= before.length()
          && text.regionMatches(true, at - before.length(), before, 0, before.length())) {
        return true;
      }
    }
    return false;
  }

  private int valueEnd(int from) {
    char before = at > 0 ? text.charAt(at - 1) : ' ';
    boolean query = before == '?' || before == '&';
    boolean list = before == ';' || (at > 1 && before == ' ' && text.charAt(at - 2) == ';');
    int i = from;
    while (i < text.length()) {
      char c = text.charAt(i);
      if (Character.isWhitespace(c) || isQuote(c) || (query && c == '&') || (list && c == ';')) {
        break;
      }
      i++;
    }
    return i;
  }

  private int closingQuote(int from, char quote, int escapes) {
    int end = lineEnd(from);
    int backslashes = 0;
    for (int i = from; i < end; i++) {
      char c = text.charAt(i);
      if (c == quote && backslashes == escapes) {
        return i - escapes;
      }
      backslashes = c == '\\' ? backslashes + 1 : 0;
    }
    return end;
  }

  private int lineEnd(int from) {
    int end = text.indexOf('\n', from);
    return end < 0 ? text.length() : end;
  }

  private int afterBlanks(int from) {
    int i = from;
    while (i < text.length() && i < from + 4 && text.charAt(i) == ' ') {
      i++;
    }
    return i;
  }

  private static boolean endsLikeSecret(String text, int from, int end) {
    StringBuilder tail = new StringBuilder();
    for (int i = end - 1; i >= from && tail.length() < 16 && i > end - 24; i--) {
      char c = text.charAt(i);
      if (c != '_' && c != '-' && c != '.') {
        tail.append(Character.toLowerCase(c));
      }
    }
    String normal = tail.reverse().toString();
    return NAMES.stream().anyMatch(normal::endsWith) || endsWithPass(text, from, end);
  }

  /** {@code DB_PASS} and {@code dbPass}, but neither {@code bypass} nor how many tests pass. */
  private static boolean endsWithPass(String text, int from, int end) {
    int pass = end - PASS.length();
    if (pass <= from || !text.regionMatches(true, pass, PASS, 0, PASS.length())) {
      return false;
    }
    char before = text.charAt(pass - 1);
    return before == '_'
        || before == '-'
        || before == '.'
        || (isUpper(text.charAt(pass)) && !isUpper(before));
  }

  private static boolean isNamePart(char c) {
    return isDigit(c) || isUpper(c) || (c >= 'a' && c <= 'z') || c == '_' || c == '-' || c == '.';
  }

  private static boolean isToken(char c) {
    return isNamePart(c) || c == '~' || c == '+' || c == '/' || c == '=';
  }

  private static boolean isBase64(char c) {
    return isDigit(c) || isUpper(c) || (c >= 'a' && c <= 'z') || c == '+' || c == '/' || c == '=';
  }

  private static boolean isBreak(char c) {
    return c == '\n' || c == ' ';
  }

  private static boolean isUpper(char c) {
    return c >= 'A' && c <= 'Z';
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static boolean isQuote(char c) {
    return c == '"' || c == '\'' || c == '`';
  }

  private static boolean isQuoteOrEscape(char c) {
    return isQuote(c) || c == '\\';
  }
}
