package dev.slipway.aws;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.image.FindingSeverity;
import dev.slipway.image.ImageDigest;
import dev.slipway.image.ImageScan;
import dev.slipway.image.Repository;
import dev.slipway.image.ScanFinding;
import dev.slipway.text.OutsideText;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.ecr.EcrClient;
import software.amazon.awssdk.services.ecr.model.ImageNotFoundException;
import software.amazon.awssdk.services.ecr.model.RepositoryNotFoundException;
import software.amazon.awssdk.services.ecr.model.ScanNotFoundException;

/** Reads what was found in images: by ECR's basic scanning, or by Amazon Inspector. */
final class EcrScans {
  /** One of Inspector's findings has some 4 KB. */
  private static final int A_PAGE = 100;

  private static final int MAX_PAGES = 10;
  private static final int MAX_NAME = 100;
  private static final int MAX_DESCRIPTION = 300;

  /** Inspector's findings that people have suppressed, and those that are no longer there. */
  private static final Set<String> PAST = Set.of("SUPPRESSED", "CLOSED");

  private EcrScans() {}

  static ImageScan of(
      EcrClient client, Repository repository, ImageDigest manifest, Predicate<ImageScan> enough) {
    List<ScanFinding> findings = new ArrayList<>();
    String token = null;
    ImageScan scan;
    int pages = 0;
    do {
      Optional<ObjectNode> page = page(client, repository, manifest, token);
      if (page.isEmpty()) {
        return new ImageScan(
            manifest,
            ImageScan.State.NONE,
            "",
            ImageDetails.pushedAt(client, repository, manifest));
      }
      ImageScan.State state =
          ImageScan.State.of(page.get().path("imageScanStatus").path("status").asText());
      if (state.isUnfinished()) {
        return new ImageScan(
            manifest,
            state,
            description(state, page.get()),
            ImageDetails.pushedAt(client, repository, manifest));
      }
      JsonNode found = page.get().path("imageScanFindings");
      found.path("findings").forEach(finding -> findings.add(basic(finding)));
      found.path("enhancedFindings").forEach(finding -> enhanced(finding).ifPresent(findings::add));
      token = page.get().path("nextToken").asText("");
      scan =
          new ImageScan(
              manifest,
              state,
              description(state, page.get()),
              Optional.empty(),
              counts(found),
              findings,
              token.isEmpty());
      pages++;
    } while (!scan.complete() && pages < MAX_PAGES && !enough.test(scan));
    return scan;
  }

  private static Optional<ObjectNode> page(
      EcrClient client, Repository repository, ImageDigest manifest, @Nullable String token) {
    try {
      return Optional.of(
          AwsErrors.permitted(
              "ecr:DescribeImageScanFindings",
              "repository " + repository,
              () ->
                  RawJson.call(override ->
                      client.describeImageScanFindings(r ->
                          r.registryId(repository.account())
                              .repositoryName(repository.name())
                              .imageId(id -> id.imageDigest(manifest.value()))
                              .maxResults(A_PAGE)
                              .nextToken(token)
                              .overrideConfiguration(override)))));
    } catch (ScanNotFoundException _) {
      return Optional.empty();
    } catch (ImageNotFoundException _) {
      return Optional.empty();
    } catch (RepositoryNotFoundException _) {
      return Optional.empty();
    }
  }

  private static String description(ImageScan.State state, ObjectNode page) {
    JsonNode status = page.path("imageScanStatus");
    String description = status.path("description").asText("");
    return OutsideText.line(
        state == ImageScan.State.OTHER
            ? "%s %s".formatted(status.path("status").asText(), description)
            : description,
        MAX_DESCRIPTION);
  }

  private static Optional<Map<FindingSeverity, Integer>> counts(JsonNode found) {
    if (!found.has("findingSeverityCounts")) {
      return Optional.empty();
    }
    Map<FindingSeverity, Integer> counts = new EnumMap<>(FindingSeverity.class);
    found
        .path("findingSeverityCounts")
        .properties()
        .forEach(count ->
            counts.merge(
                FindingSeverity.of(count.getKey()), count.getValue().asInt(), Integer::sum));
    return Optional.of(counts);
  }

  private static ScanFinding basic(JsonNode finding) {
    return finding(finding.path("name").asText(), finding.path("severity").asText());
  }

  private static Optional<ScanFinding> enhanced(JsonNode finding) {
    if (PAST.contains(finding.path("status").asText())) {
      return Optional.empty();
    }
    String vulnerability =
        finding.path("packageVulnerabilityDetails").path("vulnerabilityId").asText("");
    return Optional.of(
        finding(
            vulnerability.isEmpty() ? finding.path("title").asText() : vulnerability,
            finding.path("severity").asText()));
  }

  private static ScanFinding finding(String name, String severity) {
    return new ScanFinding(OutsideText.line(name, MAX_NAME), FindingSeverity.of(severity));
  }
}
