package dev.slipway.decide;

import dev.slipway.ecs.ServiceArn;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * The name of a parameter of AWS Systems Manager's Parameter Store, with placeholders for what
 * differs from service to service.
 *
 * @param template such as <code>/slipway/{cluster}/{service}/image</code>
 * @see <a
 *     href="https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-su-create.html">Parameter
 *     names</a>
 */
public record ParameterName(String template) {
  private static final String CLUSTER = "{cluster}";
  private static final String SERVICE = "{service}";
  private static final String CONTAINER = "{container}";
  private static final Pattern PLACEHOLDER = Pattern.compile("\\{[^{}]*}");
  private static final Pattern ALLOWED = Pattern.compile("(/[A-Za-z0-9_.-]+)+");

  /** Parameter Store's own bound, and one that leaves room for what is put in. */
  private static final int MAX_LEVELS = 15;

  private static final int MAX_LENGTH = 200;

  /**
   * Refuses what is no name for every service.
   *
   * @throws IllegalArgumentException that says why, and what to write
   */
  public ParameterName {
    for (String placeholder :
        PLACEHOLDER.matcher(template).results().map(MatchResult::group).toList()) {
      if (!List.of(CLUSTER, SERVICE, CONTAINER).contains(placeholder)) {
        throw new IllegalArgumentException(
            "it has %s; there are {cluster}, {service} and {container}".formatted(placeholder));
      }
    }
    String plain = PLACEHOLDER.matcher(template).replaceAll("x");
    if (!ALLOWED.matcher(plain).matches()) {
      throw new IllegalArgumentException(
          "it must begin with / and have nothing but letters, digits and _ . - between one / and"
              + " the next");
    }
    String first = plain.substring(1).toLowerCase(Locale.ROOT);
    if (first.startsWith("aws") || first.startsWith("ssm")) {
      throw new IllegalArgumentException("Parameter Store lets no name begin with aws or ssm");
    }
    if (plain.chars().filter(c -> c == '/').count() > MAX_LEVELS
        || template.length() > MAX_LENGTH) {
      throw new IllegalArgumentException(
          "it has more than %d parts, or more than %d characters"
              .formatted(MAX_LEVELS, MAX_LENGTH));
    }
    for (String needed : List.of(CLUSTER, SERVICE)) {
      if (!template.contains(needed)) {
        throw new IllegalArgumentException(
            "it lacks %s: two services would overwrite each other's".formatted(needed));
      }
    }
    List<String> ambiguous = ambiguous(template);
    if (!ambiguous.isEmpty()) {
      throw new IllegalArgumentException(
          "it has %s with neither / nor . between them: two services could have one name, as names have - and _ in them"
              .formatted(String.join(" and ", ambiguous)));
    }
  }

  /**
   * The placeholders whose values the name does not tell. No cluster, service or container has a /
   * or a dot in its name: between them one placeholder is what is left when the others are known.
   */
  private static List<String> ambiguous(String template) {
    List<List<String>> parts = new ArrayList<>();
    for (String part : template.split("[/.]", -1)) {
      parts.add(
          PLACEHOLDER.matcher(part).results().map(MatchResult::group).distinct().sorted().toList());
    }
    Set<String> known = new HashSet<>();
    boolean more = true;
    while (more) {
      more = false;
      for (List<String> part : parts) {
        List<String> left = part.stream().filter(p -> !known.contains(p)).toList();
        more |= left.size() == 1 && known.add(left.getFirst());
      }
    }
    return parts.stream().filter(part -> !known.containsAll(part)).findFirst().orElse(List.of());
  }

  /** Whether each container has a parameter of its own. */
  public boolean isOfContainers() {
    return template.contains(CONTAINER);
  }

  /** The name for one container of a service. */
  public String of(ServiceArn service, String container) {
    return template
        .replace(CLUSTER, service.cluster())
        .replace(SERVICE, service.name())
        .replace(CONTAINER, container);
  }

  @Override
  public String toString() {
    return template;
  }
}
