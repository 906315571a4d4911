package dev.slipway.simulator.ecr;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.simulator.ecr.Repository.Image;
import dev.slipway.simulator.world.Account;
import dev.slipway.simulator.world.AwsError;
import dev.slipway.simulator.world.EventSink;
import dev.slipway.simulator.world.Members;
import dev.slipway.simulator.world.Page;
import dev.slipway.simulator.world.World;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Scans images that are pushed: as ECR's basic scanning does in repositories that want it, or as
 * Amazon Inspector does where the registry has enhanced scanning. Annotations of the manifest say
 * what is found:
 *
 * <pre>
 * slipway.simulator/findings    such as CVE-2026-1 CRITICAL, CVE-2026-2 LOW
 * slipway.simulator/scan-after  seconds after which the scan ends, or never; 20 without it
 * slipway.simulator/scan-status with which it ends, where that is not the usual one
 * </pre>
 */
final class Scanning {
  private static final String PREFIX = "slipway.simulator/";
  private static final String ENHANCED = "ENHANCED";
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private record Scan(String status, List<String[]> findings, @Nullable Instant endedAt) {}

  private final World world;
  private final EventSink events;
  private final Account account;
  private final Map<Repository, Map<String, Scan>> scans = new HashMap<>();
  private ObjectNode configuration = JSON.objectNode().put("scanType", "BASIC");

  Scanning(World world, EventSink events, Account account) {
    this.world = world;
    this.events = events;
    this.account = account;
    configuration.putArray("rules");
  }

  /** What the operation of that name does. */
  ObjectNode putRegistryScanningConfiguration(ObjectNode body) {
    configuration =
        JSON.objectNode()
            .put(
                "scanType",
                Members.text(body, "scanType") == null ? "BASIC" : Members.text(body, "scanType"));
    configuration.set("rules", body.has("rules") ? body.get("rules").deepCopy() : JSON.arrayNode());
    ObjectNode output = JSON.objectNode();
    output.set("registryScanningConfiguration", configuration.deepCopy());
    return output;
  }

  private boolean isEnhanced() {
    return configuration.path("scanType").asText().equals(ENHANCED);
  }

  private boolean isScanned(Repository repository) {
    return isEnhanced()
        ? Stream.of(configuration.path("rules"))
            .flatMap(rules -> rules.valueStream())
            .filter(rule -> !rule.path("scanFrequency").asText().equals("MANUAL"))
            .flatMap(rule -> rule.path("repositoryFilters").valueStream())
            .anyMatch(filter -> matches(filter.path("filter").asText(), repository.name))
        : repository.description.path("imageScanningConfiguration").path("scanOnPush").asBoolean();
  }

  /** A filter without a wildcard matches every name that contains it. */
  static boolean matches(String filter, String name) {
    return filter.contains("*")
        ? name.matches(filter.replace(".", "\\.").replace("*", ".*"))
        : name.contains(filter);
  }

  /** Begins to scan an image; neither image indexes nor signatures are scanned. */
  void pushed(Repository repository, Image image) {
    if (isScanned(repository) && !image.manifest().isIndex()) {
      begin(repository, image);
    }
  }

  /** Scans an image on request; basic scanning only. */
  ObjectNode start(Repository repository, Image image) {
    if (isEnhanced()) {
      throw AwsError.client(
          "ValidationException", "This feature is disabled, since enhanced scanning is enabled");
    }
    begin(repository, image);
    return status(scanOf(repository, image));
  }

  private void begin(Repository repository, Image image) {
    boolean enhanced = isEnhanced();
    put(repository, image, new Scan(enhanced ? "PENDING" : "IN_PROGRESS", List.of(), null));
    Map<String, String> annotations = image.manifest().annotations();
    String seconds = annotations.getOrDefault(PREFIX + "scan-after", "20");
    if (seconds.equals("never")) {
      return;
    }
    world.after(
        Duration.ofSeconds(Long.parseLong(seconds)),
        () ->
            end(
                repository,
                image,
                new Scan(
                    annotations.getOrDefault(
                        PREFIX + "scan-status", enhanced ? "ACTIVE" : "COMPLETE"),
                    findings(annotations.getOrDefault(PREFIX + "findings", "")),
                    world.now()),
                enhanced));
  }

  private static List<String[]> findings(String annotation) {
    return Stream.of(annotation.split(",", -1))
        .map(String::strip)
        .filter(text -> !text.isEmpty())
        .map(text -> text.split(" ", 2))
        .toList();
  }

  private void put(Repository repository, Image image, Scan scan) {
    scans.computeIfAbsent(repository, _ -> new HashMap<>()).put(image.manifest().digest(), scan);
  }

  private void end(Repository repository, Image image, Scan scan, boolean enhanced) {
    put(repository, image, scan);
    String arn = account.arn("ecr", "repository/" + repository.name);
    ObjectNode detail =
        JSON.objectNode()
            .put("scan-status", enhanced ? "INITIAL_SCAN_COMPLETE" : scan.status())
            // Inspector names a repository by its ARN
            .put("repository-name", enhanced ? arn : repository.name);
    ObjectNode counts = counts(scan);
    if (enhanced) {
      counts.put("TOTAL", scan.findings().size());
    }
    detail.set("finding-severity-counts", counts);
    detail.put("image-digest", image.manifest().digest());
    repository.tagsOf(image.manifest().digest()).forEach(detail.putArray("image-tags")::add);
    events.emit(
        enhanced ? "aws.inspector2" : "aws.ecr",
        enhanced ? "Inspector2 Scan" : "ECR Image Scan",
        List.of(arn),
        detail);
  }

  private static ObjectNode counts(Scan scan) {
    ObjectNode counts = JSON.objectNode();
    scan.findings().forEach(finding -> counts.put(finding[1], counts.path(finding[1]).asInt() + 1));
    return counts;
  }

  private Scan scanOf(Repository repository, Image image) {
    String digest = image.manifest().digest();
    Scan scan = scans.getOrDefault(repository, Map.of()).get(digest);
    if (scan == null) {
      throw AwsError.client(
          "ScanNotFoundException",
          "Image scan does not exist for the image with '{imageDigest:'%s'}' in the repository with name '%s' in the registry with id '%s'"
              .formatted(digest, repository.name, account.id()));
    }
    return scan;
  }

  private static ObjectNode status(Scan scan) {
    ObjectNode output = JSON.objectNode();
    ObjectNode status = output.putObject("imageScanStatus").put("status", scan.status());
    switch (scan.status()) {
      case "COMPLETE" -> status.put("description", "The scan was completed successfully.");
      case "ACTIVE" -> status.put("description", "Continuous scan is selected for image.");
      case "UNSUPPORTED_IMAGE" ->
          status.put(
              "description",
              "UnsupportedImageError: The operating system and/or package manager are not"
                  + " supported.");
      default -> {}
    }
    return output;
  }

  /** The findings, in pages. */
  ObjectNode describe(Repository repository, Image image, ObjectNode body) {
    Scan scan = scanOf(repository, image);
    ObjectNode output = status(scan);
    if (scan.endedAt() == null) {
      return output;
    }
    ObjectNode found = output.putObject("imageScanFindings");
    found.set("imageScanCompletedAt", Members.timestamp(scan.endedAt()));
    found.set("findingSeverityCounts", counts(scan));
    Page<String[]> page = Page.of(scan.findings(), body, 100, 1_000);
    boolean enhanced = scan.status().equals("ACTIVE");
    for (String[] finding : page.items()) {
      JsonNode each =
          enhanced
              ? JSON.objectNode()
                  .put("status", "ACTIVE")
                  .put("type", "PACKAGE_VULNERABILITY")
                  .put("title", finding[0] + " - package")
                  .put("severity", finding[1])
                  .set(
                      "packageVulnerabilityDetails",
                      JSON.objectNode().put("vulnerabilityId", finding[0]))
              : JSON.objectNode().put("name", finding[0]).put("severity", finding[1]);
      found.withArray(enhanced ? "enhancedFindings" : "findings").add(each);
    }
    return page.tokenInto(output);
  }
}
