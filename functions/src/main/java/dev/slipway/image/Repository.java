package dev.slipway.image;

import dev.slipway.text.OutsideText;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * An Amazon ECR repository, named by everything that distinguishes it: {@code web} in one account
 * or Region is another repository than {@code web} in the next.
 *
 * @param account the twelve-digit id of the account that owns the registry
 * @param region the Region of the registry, such as {@code eu-central-1}
 * @param name the name with its namespaces, such as {@code team/web}
 */
public record Repository(String account, String region, String name) {
  private static final Pattern ACCOUNT = Pattern.compile("[0-9]{12}");
  private static final Pattern REGION = Pattern.compile("[a-z]{2,}(-[a-z0-9]+)+");
  private static final int MAX_NAME = 256;
  private static final int MAX_REGION = 63;
  // https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreateRepository.html
  private static final Pattern NAME =
      Pattern.compile("(?:[a-z0-9]+(?:[._-][a-z0-9]+)*/)*[a-z0-9]+(?:[._-][a-z0-9]+)*");

  /** Refuses what ECR would refuse. */
  public Repository {
    require(ACCOUNT, account, "account id", "twelve digits");
    require(REGION, region, "Region", "such as us-east-1");
    // first: the pattern is for names of this length
    if (name.length() > MAX_NAME) {
      throw new IllegalArgumentException(lengthOf(name));
    }
    require(NAME, name, "repository name", "lower-case letters, digits, . _ - and /");
    if (name.length() < 2) {
      throw new IllegalArgumentException(lengthOf(name));
    }
  }

  /** The repository of that name; empty where ECR could not have one. */
  public static Optional<Repository> find(String account, String region, String name) {
    boolean valid =
        ACCOUNT.matcher(account).matches()
            && region.length() <= MAX_REGION
            && REGION.matcher(region).matches()
            && name.length() >= 2
            && name.length() <= MAX_NAME
            && NAME.matcher(name).matches();
    return valid ? Optional.of(new Repository(account, region, name)) : Optional.empty();
  }

  private static String lengthOf(String name) {
    return "repository name has "
        + name.length()
        + " characters; ECR allows 2 to 256: "
        + OutsideText.quoted(name);
  }

  private static void require(Pattern pattern, String value, String what, String allowed) {
    if (!pattern.matcher(value).matches()) {
      throw new IllegalArgumentException(
          "not a valid " + what + ": " + OutsideText.quoted(value) + " (allowed: " + allowed + ")");
    }
  }

  @Override
  public String toString() {
    return account + "/" + region + "/" + name;
  }
}
