package dev.slipway.simulator.ecr;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.simulator.ecr.Repository.Image;
import dev.slipway.simulator.world.World;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * ECR's managed signing: signs what is pushed, with the profiles of the registry's rules. Pushers
 * have the permission for it, unless an annotation of the manifest says otherwise:
 *
 * <pre>
 * slipway.simulator/signing FAILED, or never
 * </pre>
 *
 * <p>The signature itself is not pushed here, and no event is sent: which one ECR sends, if any, is
 * not documented.
 */
final class Signing {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final Duration TAKES = Duration.ofSeconds(5);

  private final World world;
  private final Map<Repository, Map<String, Map<String, String>>> statuses = new HashMap<>();
  private ObjectNode configuration = JSON.objectNode();

  Signing(World world) {
    this.world = world;
    configuration.putArray("rules");
  }

  /** What the operation of that name does. */
  ObjectNode putSigningConfiguration(ObjectNode body) {
    configuration = body.path("signingConfiguration").deepCopy();
    ObjectNode output = JSON.objectNode();
    output.set("signingConfiguration", configuration.deepCopy());
    return output;
  }

  /** Begins to sign an image. */
  void pushed(Repository repository, Image image) {
    String how = image.manifest().annotations().getOrDefault("slipway.simulator/signing", "");
    Map<String, String> signings = new TreeMap<>();
    for (JsonNode rule : configuration.path("rules")) {
      JsonNode filters = rule.path("repositoryFilters");
      boolean matches =
          filters.isEmpty()
              || filters
                  .valueStream()
                  .anyMatch(
                      filter -> Scanning.matches(filter.path("filter").asText(), repository.name));
      if (matches) {
        String profile = rule.path("signingProfileArn").asText();
        signings.put(profile, "IN_PROGRESS");
        if (!how.equals("never")) {
          world.after(
              TAKES, () -> signings.put(profile, how.equals("FAILED") ? "FAILED" : "COMPLETE"));
        }
      }
    }
    statuses
        .computeIfAbsent(repository, _ -> new HashMap<>())
        .put(image.manifest().digest(), signings);
  }

  /** How far each profile has got. */
  ObjectNode describe(Repository repository, Image image) {
    ObjectNode output = JSON.objectNode();
    output.putArray("signingStatuses");
    statuses
        .getOrDefault(repository, Map.of())
        .getOrDefault(image.manifest().digest(), Map.of())
        .forEach((profile, status) -> {
          ObjectNode each =
              output
                  .withArray("signingStatuses")
                  .addObject()
                  .put("signingProfileArn", profile)
                  .put("status", status);
          if (status.equals("FAILED")) {
            each.put("failureCode", "AccessDenied")
                .put("failureReason", "User is not authorized to perform: signer:SignPayload");
          }
        });
    return output;
  }
}
