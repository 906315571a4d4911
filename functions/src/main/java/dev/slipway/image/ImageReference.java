package dev.slipway.image;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which image a container is made from, as a task definition says it: {@code name}, {@code
 * name:tag}, {@code name@digest} or {@code name:tag@digest}. Any text is a reference: what is no
 * tag and no digest belongs to the name, so that {@code parse(text).toString()} is {@code text}
 * again, whatever was written there.
 *
 * @param name the registry's host, where there is one, and the path of the repository
 */
public record ImageReference(String name, Optional<ImageTag> tag, Optional<ImageDigest> digest) {
  /*
   * The hosts of private registries, as amazon-ecr-credential-helper knows them: IPv4 and
   * dual-stack endpoints, with and without FIPS, in every partition.
   * https://docs.aws.amazon.com/AmazonECR/latest/userguide/Registries.html
   */
  private static final Pattern ECR =
      Pattern.compile(
          "(?<account>[0-9]{12})\\.dkr[.-]ecr(?:-fips)?\\.(?<region>[a-z0-9-]+)\\."
              + "(?:amazonaws\\.com|amazonaws\\.com\\.cn|amazonaws\\.eu"
              + "|on\\.aws|on\\.amazonwebservices\\.com\\.cn|on\\.amazonwebservices\\.eu"
              + "|c2s\\.ic\\.gov|sc2s\\.sgov\\.gov|cloud\\.adc-e\\.uk|csp\\.hci\\.ic\\.gov)"
              + "/(?<repository>.+)");

  /** Reads any image text. */
  public static ImageReference parse(String text) {
    String name = text;
    Optional<ImageDigest> digest = Optional.empty();
    int at = name.lastIndexOf('@');
    if (at >= 0) {
      digest = ImageDigest.find(name.substring(at + 1));
      if (digest.isPresent()) {
        name = name.substring(0, at);
      }
    }
    Optional<ImageTag> tag = Optional.empty();
    int colon = name.lastIndexOf(':');
    // a colon before the last slash is a port's
    if (colon > name.lastIndexOf('/')) {
      tag = ImageTag.find(name.substring(colon + 1));
      if (tag.isPresent()) {
        name = name.substring(0, colon);
      }
    }
    return new ImageReference(name, tag, digest);
  }

  /** The Amazon ECR private repository that the image is in; empty for every other registry. */
  public Optional<Repository> repository() {
    Matcher host = ECR.matcher(name);
    return host.matches()
        ? Repository.find(host.group("account"), host.group("region"), host.group("repository"))
        : Optional.empty();
  }

  /** The image with this digest in the same repository, by the same host; names no tag. */
  public ImageReference at(ImageDigest other) {
    return new ImageReference(name, Optional.empty(), Optional.of(other));
  }

  @Override
  public String toString() {
    return name + tag.map(t -> ":" + t).orElse("") + digest.map(d -> "@" + d).orElse("");
  }
}
