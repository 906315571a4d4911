package dev.slipway.simulator.ecr;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.simulator.world.AwsError;
import dev.slipway.simulator.world.Members;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Whether a repository's tags may move.
 *
 * @param setting {@code MUTABLE} or {@code IMMUTABLE}, each also with {@code _WITH_EXCLUSION}
 * @param exclusions wildcard filters naming the tags for which the contrary holds
 */
record TagMutability(String setting, List<String> exclusions) {
  private static final Pattern FILTER = Pattern.compile("[0-9a-zA-Z._*-]{1,128}");
  private static final String SUFFIX = "_WITH_EXCLUSION";

  /** Reads the setting of a CreateRepository request. */
  static TagMutability of(ObjectNode request) {
    String given = Members.text(request, "imageTagMutability");
    String setting = given == null ? "MUTABLE" : given;
    if (!setting.replace(SUFFIX, "").matches("MUTABLE|IMMUTABLE")) {
      throw AwsError.client(
          "InvalidParameterException",
          "Invalid parameter at 'imageTagMutability' failed to satisfy constraint: 'Member must"
              + " satisfy enum value set: [MUTABLE, IMMUTABLE, IMMUTABLE_WITH_EXCLUSION,"
              + " MUTABLE_WITH_EXCLUSION]'");
    }
    List<String> exclusions = new ArrayList<>();
    for (JsonNode filter : request.path("imageTagMutabilityExclusionFilters")) {
      String wildcard = filter.path("filter").asText();
      if (!filter.path("filterType").asText().equals("WILDCARD")
          || !FILTER.matcher(wildcard).matches()) {
        throw AwsError.client(
            "InvalidParameterException",
            "Invalid parameter at 'imageTagMutabilityExclusionFilters' failed to satisfy"
                + " constraint: 'filterType WILDCARD and a filter of "
                + FILTER.pattern()
                + "'");
      }
      exclusions.add(wildcard);
    }
    if (setting.endsWith(SUFFIX)
        ? exclusions.isEmpty() || exclusions.size() > 5
        : !exclusions.isEmpty()) {
      throw AwsError.client(
          "InvalidParameterException",
          "Invalid parameter at 'imageTagMutabilityExclusionFilters' failed to satisfy constraint:"
              + " '1 to 5 filters with a setting that ends in "
              + SUFFIX
              + ", none with another'");
    }
    return new TagMutability(setting, List.copyOf(exclusions));
  }

  /** Whether the tag, once given, stays where it is. */
  boolean isImmutable(String tag) {
    boolean excluded = exclusions.stream().anyMatch(filter -> matches(filter, tag));
    return setting.startsWith("IMMUTABLE") != excluded;
  }

  /** Writes the setting into a description of the repository. */
  void into(ObjectNode repository) {
    repository.put("imageTagMutability", setting);
    if (!exclusions.isEmpty()) {
      exclusions.forEach(filter ->
          repository
              .withArray("imageTagMutabilityExclusionFilters")
              .add(
                  JsonNodeFactory.instance
                      .objectNode()
                      .put("filterType", "WILDCARD")
                      .put("filter", filter)));
    }
  }

  private static boolean matches(String wildcard, String tag) {
    StringBuilder regex = new StringBuilder();
    for (String literal : wildcard.split("\\*", -1)) {
      regex.append(regex.isEmpty() ? "" : ".*").append(Pattern.quote(literal));
    }
    return Pattern.matches(regex.toString(), tag);
  }
}
