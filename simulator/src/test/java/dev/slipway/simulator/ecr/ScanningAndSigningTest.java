package dev.slipway.simulator.ecr;

import static dev.slipway.simulator.SingleQuotes.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.simulator.world.Account;
import dev.slipway.simulator.world.AwsError;
import dev.slipway.simulator.world.AwsRequest;
import dev.slipway.simulator.world.World;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ScanningAndSigningTest {
  private static final String ARN = "arn:aws:ecr:us-east-1:123456789012:repository/team/web";
  private static final String PROFILE =
      "arn:aws:signer:us-east-1:123456789012:/signing-profiles/release";

  private final World world = new World(Instant.parse("2026-11-21T10:00:00Z"), 0);
  private final Account account = new Account(Account.DEFAULT_ID, "us-east-1");
  private final List<String> events = new ArrayList<>();
  private final List<String> questions = new ArrayList<>();
  private final EcrService ecr =
      new EcrService(
          world,
          (source, type, resources, detail) -> {
            if (!type.equals("ECR Image Action")) {
              events.add("%s %s %s %s".formatted(source, type, resources, detail));
            }
          },
          (caller, action, resource, context) -> questions.add(action + " " + resource),
          (topic, line) -> {},
          account);

  @AfterEach
  void end() {
    world.close();
  }

  private ObjectNode call(String operation, String body) {
    return world.call(() -> ecr.call(new AwsRequest(account.root(), operation, json(body))));
  }

  private void repository(boolean scanOnPush) {
    call(
        "CreateRepository",
        "{'repositoryName': 'team/web', 'imageScanningConfiguration': {'scanOnPush': "
            + scanOnPush
            + "}}");
  }

  private String push(String annotations) {
    ObjectNode body = json("{'repositoryName': 'team/web', 'imageTag': 'v1'}");
    body.put(
        "imageManifest",
        json("""
        {'schemaVersion': 2, 'mediaType': 'application/vnd.oci.image.manifest.v1+json',
         'config': {'mediaType': 'application/vnd.oci.image.config.v1+json', 'size': 1, 'digest': 'sha256:c'},
         'layers': [], 'annotations': {%s}}
        """
                .formatted(annotations))
            .toString());
    return world
        .call(() -> ecr.call(new AwsRequest(account.root(), "PutImage", body)))
        .path("image")
        .path("imageId")
        .path("imageDigest")
        .asText();
  }

  private JsonNode findings(String members) {
    return call(
        "DescribeImageScanFindings",
        "{'repositoryName': 'team/web', 'imageId': {'imageTag': 'v1'}" + members + "}");
  }

  private void pass(Duration time) {
    world.runUntil(() -> false, time);
  }

  @Test
  void basic_scanning_takes_its_time_and_gives_findings_in_pages() {
    repository(true);
    String digest = push("'slipway.simulator/findings': 'CVE-2026-1 HIGH, CVE-2026-2 HIGH'");
    assertThat(findings("").path("imageScanStatus").path("status").asText())
        .isEqualTo("IN_PROGRESS");

    pass(Duration.ofSeconds(20));

    JsonNode first = findings(", 'maxResults': 1");
    assertThat(first.path("imageScanStatus").path("status").asText()).isEqualTo("COMPLETE");
    assertThat(first.path("imageScanFindings").path("findingSeverityCounts"))
        .hasToString("{\"HIGH\":2}");
    assertThat(first.path("imageScanFindings").path("findings"))
        .hasToString("[{\"name\":\"CVE-2026-1\",\"severity\":\"HIGH\"}]");
    JsonNode second =
        findings(", 'maxResults': 1, 'nextToken': '" + first.path("nextToken").asText() + "'");
    assertThat(second.path("imageScanFindings").path("findings"))
        .hasToString("[{\"name\":\"CVE-2026-2\",\"severity\":\"HIGH\"}]");
    assertThat(second.has("nextToken")).isFalse();
    assertThat(events)
        .containsExactly(
            """
            aws.ecr ECR Image Scan [%s] {"scan-status":"COMPLETE","repository-name":"team/web",\
            "finding-severity-counts":{"HIGH":2},"image-digest":"%s","image-tags":["v1"]}\
            """
                .formatted(ARN, digest));
    assertThat(questions).contains("ecr:DescribeImageScanFindings " + ARN);
  }

  @Test
  void enhanced_scanning_has_inspectors_event_and_findings() {
    repository(false);
    call(
        "PutRegistryScanningConfiguration",
        """
        {'scanType': 'ENHANCED', 'rules': [{'scanFrequency': 'SCAN_ON_PUSH',
          'repositoryFilters': [{'filter': 'team/*', 'filterType': 'WILDCARD'}]}]}
        """);
    String digest = push("'slipway.simulator/findings': 'CVE-2026-1 LOW'");
    assertThat(findings("").path("imageScanStatus").path("status").asText()).isEqualTo("PENDING");

    pass(Duration.ofSeconds(20));

    assertThat(findings("").path("imageScanStatus").path("status").asText()).isEqualTo("ACTIVE");
    assertThat(findings("").at("/imageScanFindings/enhancedFindings/0/packageVulnerabilityDetails"))
        .hasToString("{\"vulnerabilityId\":\"CVE-2026-1\"}");
    assertThat(events)
        .containsExactly(
            """
            aws.inspector2 Inspector2 Scan [%1$s] {"scan-status":"INITIAL_SCAN_COMPLETE",\
            "repository-name":"%1$s","finding-severity-counts":{"LOW":1,"TOTAL":1},\
            "image-digest":"%2$s","image-tags":["v1"]}\
            """
                .formatted(ARN, digest));
  }

  @Test
  void an_image_that_nobody_scans_has_no_scan_until_somebody_starts_one() {
    repository(false);
    push("'slipway.simulator/scan-status': 'UNSUPPORTED_IMAGE'");
    assertThatThrownBy(() -> findings(""))
        .isInstanceOfSatisfying(
            AwsError.class, error -> assertThat(error.code()).isEqualTo("ScanNotFoundException"));

    call("StartImageScan", "{'repositoryName': 'team/web', 'imageId': {'imageTag': 'v1'}}");
    pass(Duration.ofSeconds(20));

    assertThat(findings("").path("imageScanStatus").path("status").asText())
        .isEqualTo("UNSUPPORTED_IMAGE");
  }

  private JsonNode signings() {
    return call(
            "DescribeImageSigningStatus",
            "{'repositoryName': 'team/web', 'imageId': {'imageTag': 'v1'}}")
        .path("signingStatuses");
  }

  @Test
  void what_is_pushed_is_signed_by_the_profiles_of_the_rules_that_match() {
    repository(false);
    call(
        "PutSigningConfiguration",
        """
        {'signingConfiguration': {'rules': [
          {'signingProfileArn': '%1$s'},
          {'signingProfileArn': '%1$s2', 'repositoryFilters':
            [{'filter': 'other/*', 'filterType': 'WILDCARD_MATCH'}]}]}}
        """
            .formatted(PROFILE));
    push("");
    assertThat(signings())
        .hasToString("[{\"signingProfileArn\":\"" + PROFILE + "\",\"status\":\"IN_PROGRESS\"}]");

    pass(Duration.ofSeconds(5));

    assertThat(signings())
        .hasToString("[{\"signingProfileArn\":\"" + PROFILE + "\",\"status\":\"COMPLETE\"}]");
  }
}
