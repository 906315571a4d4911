package dev.slipway.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.image.FindingSeverity;
import dev.slipway.image.ImageDigest;
import dev.slipway.image.ImageScan;
import dev.slipway.image.Repository;
import dev.slipway.image.ScanFinding;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EcrScansTest {
  private static final Repository WEB = new Repository("123456789012", "us-east-1", "team/web");
  private static final ImageDigest DIGEST = new ImageDigest("sha256:" + "b".repeat(64));
  private static final String PUSHED =
      "{\"imageDetails\": [{\"imageDigest\": \"" + DIGEST + "\", \"imagePushedAt\": 1764298800}]}";

  private final LoopbackAws aws = new LoopbackAws();

  @AfterEach
  void end() {
    aws.close();
  }

  private ImageScan scan(Predicate<ImageScan> enough) {
    return new EcrRegistry(aws.clients().ecr()).scan(WEB, DIGEST, enough);
  }

  private ImageScan scanOfAll() {
    return scan(_ -> false);
  }

  private void answers(String status, String rest) {
    aws.answers(
        "DescribeImageScanFindings",
        """
        {"imageScanStatus": {"status": "%s", "description": "It\\nis so."}%s}\
        """
            .formatted(status, rest));
  }

  @Test
  void reads_basic_findings_of_all_pages() {
    answers(
        "COMPLETE",
        """
        , "imageScanFindings": {"findingSeverityCounts": {"HIGH": 1, "UNDEFINED": 1},
            "findings": [{"name": "CVE-2026-1", "severity": "HIGH", "attributes": []}]},
          "nextToken": "more"\
        """);
    answers(
        "COMPLETE",
        """
        , "imageScanFindings": {"findingSeverityCounts": {"HIGH": 1, "UNDEFINED": 1},
            "findings": [{"name": "CVE-2026-2", "severity": "UNDEFINED"}]}\
        """);

    ImageScan scan = scanOfAll();

    assertThat(scan.state()).isEqualTo(ImageScan.State.COMPLETE);
    assertThat(scan.description()).isEqualTo("It is so.");
    assertThat(scan.complete()).isTrue();
    assertThat(scan.counts())
        .contains(Map.of(FindingSeverity.HIGH, 1, FindingSeverity.UNDEFINED, 1));
    assertThat(scan.findings())
        .containsExactly(
            new ScanFinding("CVE-2026-1", FindingSeverity.HIGH),
            new ScanFinding("CVE-2026-2", FindingSeverity.UNDEFINED));
    assertThat(aws.received())
        .extracting(LoopbackAws.Received::body)
        .containsExactly(
            """
            {"registryId":"123456789012","repositoryName":"team/web","imageId":{"imageDigest":"%s"},\
            "maxResults":100}\
            """
                .formatted(DIGEST),
            """
            {"registryId":"123456789012","repositoryName":"team/web","imageId":{"imageDigest":"%s"},\
            "nextToken":"more","maxResults":100}\
            """
                .formatted(DIGEST));
  }

  @Test
  void reads_inspectors_findings_by_the_names_of_their_vulnerabilities_without_those_of_the_past() {
    answers(
        "ACTIVE",
        """
        , "imageScanFindings": {"enhancedFindings": [
            {"title": "CVE-2026-1 - openssl", "severity": "CRITICAL", "status": "ACTIVE",
             "packageVulnerabilityDetails": {"vulnerabilityId": "CVE-2026-1"}},
            {"title": "CVE-2026-2 - zlib", "severity": "CRITICAL", "status": "SUPPRESSED",
             "packageVulnerabilityDetails": {"vulnerabilityId": "CVE-2026-2"}},
            {"title": "Something else", "severity": "UNTRIAGED"}]}\
        """);

    ImageScan scan = scanOfAll();

    assertThat(scan.counts()).isEmpty();
    assertThat(scan.findings())
        .containsExactly(
            new ScanFinding("CVE-2026-1", FindingSeverity.CRITICAL),
            new ScanFinding("Something else", FindingSeverity.UNDEFINED));
  }

  @Test
  void stops_as_soon_as_that_is_enough_and_after_ten_pages_anyway() {
    String page =
        """
        , "imageScanFindings": {"findings": [{"name": "CVE-2026-1", "severity": "LOW"}]},
          "nextToken": "more"\
        """;
    for (int i = 0; i < 12; i++) {
      answers("COMPLETE", page);
    }

    assertThat(scan(scan -> scan.findings().size() == 2).complete()).isFalse();
    assertThat(aws.received()).hasSize(2);

    ImageScan scan = scanOfAll();
    assertThat(scan.findings()).hasSize(10);
    assertThat(scan.complete()).isFalse();
    assertThat(aws.received()).hasSize(12);
  }

  @ParameterizedTest
  @ValueSource(strings = {"PENDING", "IN_PROGRESS", "FINDINGS_UNAVAILABLE"})
  void tells_when_an_image_was_pushed_whose_scan_has_not_ended(String status) {
    answers(status, "");
    aws.answers("DescribeImages", PUSHED);

    assertThat(scanOfAll())
        .isEqualTo(
            new ImageScan(
                DIGEST,
                ImageScan.State.of(status),
                "It is so.",
                Optional.of(Instant.ofEpochSecond(1764298800))));
    assertThat(aws.received("DescribeImages"))
        .extracting(LoopbackAws.Received::body)
        .containsExactly(
            """
            {"registryId":"123456789012","repositoryName":"team/web","imageIds":[{"imageDigest":"%s"}]}\
            """
                .formatted(DIGEST));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"ScanNotFoundException", "ImageNotFoundException", "RepositoryNotFoundException"})
  void knows_that_there_is_no_scan(String code) {
    aws.fails("DescribeImageScanFindings", 400, code, "There is none.");
    aws.answers("DescribeImages", PUSHED);

    assertThat(scanOfAll().state()).isEqualTo(ImageScan.State.NONE);
  }

  @Test
  void knows_that_the_image_is_gone() {
    aws.fails("DescribeImageScanFindings", 400, "ImageNotFoundException", "There is none.");
    aws.fails("DescribeImages", 400, "ImageNotFoundException", "There is none.");

    assertThat(scanOfAll().pushedAt()).isEmpty();
  }

  @Test
  void keeps_the_name_of_a_state_that_is_new() {
    answers("QUARANTINED", "");

    assertThat(scanOfAll())
        .isEqualTo(
            new ImageScan(
                DIGEST, ImageScan.State.OTHER, "QUARANTINED It is so.", Optional.empty()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "FAILED",
        "UNSUPPORTED_IMAGE",
        "SCAN_ELIGIBILITY_EXPIRED",
        "LIMIT_EXCEEDED",
        "IMAGE_ARCHIVED"
      })
  void knows_the_states_of_a_scan_that_ended_without_findings(String status) {
    answers(status, "");

    assertThat(scanOfAll().state()).hasToString(status);
  }

  @Test
  void names_the_permission_that_is_missing() {
    aws.fails("DescribeImageScanFindings", 400, "AccessDeniedException", "not authorized");

    assertThatThrownBy(() -> scanOfAll())
        .isInstanceOf(AccessDenied.class)
        .hasMessageContaining("must allow ecr:DescribeImageScanFindings on repository");
  }
}
