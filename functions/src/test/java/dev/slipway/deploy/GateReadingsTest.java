package dev.slipway.deploy;

import static dev.slipway.deploy.DeployScene.at;
import static dev.slipway.deploy.FakeImageRegistry.digest;
import static dev.slipway.deploy.FakeImageRegistry.repository;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.slipway.decide.Decision;
import dev.slipway.decide.Environment;
import dev.slipway.deploy.FakeImageRegistry.Operation;
import dev.slipway.ecs.ServiceArn;
import dev.slipway.gate.CalendarGate;
import dev.slipway.gate.CalendarState;
import dev.slipway.gate.Gate;
import dev.slipway.gate.ScanGate;
import dev.slipway.gate.SignedGate;
import dev.slipway.image.Candidate;
import dev.slipway.image.FindingSeverity;
import dev.slipway.image.ImageScan;
import dev.slipway.image.ImageSigning;
import dev.slipway.image.ImageTag;
import dev.slipway.image.Platform;
import dev.slipway.image.ScanFinding;
import dev.slipway.image.TagPolicy;
import dev.slipway.record.Trigger;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What gates go by is read where an image waits for it, and nowhere else. */
class GateReadingsTest {
  private static final Gate SCAN =
      new ScanGate(Optional.of(FindingSeverity.HIGH), Set.of(), Duration.ofMinutes(30));

  private static Environment environment(Gate... gates) {
    return new Environment(
        "staging",
        new TagPolicy(new ImageTag("staging")),
        JsonNodeFactory.instance.objectNode(),
        Set.of(),
        Environment.Drift.HOLD,
        List.of(gates));
  }

  private static ImageScan scan(int image, ImageScan.State state, ScanFinding... findings) {
    return new ImageScan(
        digest(image), state, "", Optional.empty(), Optional.empty(), List.of(findings), true);
  }

  private static final Trigger SCANNED = new Trigger.ServiceChanged("e-scan", "ECR Image Scan");

  @Test
  void an_environment_without_the_gate_reads_no_scan() {
    DeployScene scene = new DeployScene(environment());
    scene.have("web", at("web", 9));
    scene.push("web", 1);

    assertThat(scene.ecr.calls(Operation.SCAN)).isZero();
    assertThat(scene.handle(new Hint.ImageScanned(repository("web"), SCANNED)))
        .isInstanceOf(Outcome.Ignored.class);
  }

  @Test
  void a_service_that_is_up_to_date_reads_no_scan() {
    DeployScene scene = new DeployScene(environment(SCAN));
    scene.ecr.scanned("web", scan(1, ImageScan.State.COMPLETE));
    scene.have("web", at("web", 9));
    scene.push("web", 1);
    assertThat(scene.ecr.calls(Operation.SCAN)).isEqualTo(1);

    scene.push("web", 1);

    assertThat(scene.ecr.calls(Operation.SCAN)).isEqualTo(1);
  }

  @Test
  void the_end_of_a_scan_deploys_what_waited_and_people_hear_of_no_wait() {
    DeployScene scene = new DeployScene(environment(SCAN));
    ServiceArn web = scene.have("web", at("web", 9));
    scene.ecr.scanned(
        "web", new ImageScan(digest(1), ImageScan.State.IN_PROGRESS, "", Optional.of(scene.now)));
    scene.push("web", 1);
    assertThat(scene.announcer.news()).isEmpty();
    assertThat(scene.record(web).announcedHold()).isEmpty();

    scene.ecr.scanned("web", scan(1, ImageScan.State.COMPLETE));
    Outcome outcome = scene.handle(new Hint.ImageScanned(repository("web"), SCANNED));

    assertThat(((Outcome.Decided) outcome).started()).hasSize(1);
    assertThat(scene.newest(web).trigger())
        .as("the push that waited with its image")
        .isInstanceOf(Trigger.Push.class);
    assertThat(scene.record(web).notes()).isEmpty();
  }

  @Test
  void what_was_found_is_told_once_and_not_again_by_what_else_happens() {
    DeployScene scene = new DeployScene(environment(SCAN));
    ServiceArn web = scene.have("web", at("web", 9));
    scene.ecr.scanned(
        "web",
        scan(1, ImageScan.State.COMPLETE, new ScanFinding("CVE-2026-1", FindingSeverity.CRITICAL)));

    scene.push("web", 1);
    scene.handle(new Hint.ImageScanned(repository("web"), SCANNED));
    scene.check(web, new Trigger.Sweep("s-1", scene.now));

    assertThat(scene.announcer.news())
        .singleElement()
        .isInstanceOfSatisfying(
            Decision.Held.class,
            held ->
                assertThat(held.reason())
                    .contains("web 000000000001 waits for scan (it has CVE-2026-1 (critical)")
                    .doesNotContain("--override"));
  }

  @Test
  void of_an_image_index_the_manifest_is_asked_for_that_the_tasks_run() {
    DeployScene scene = new DeployScene(environment(SCAN));
    scene.ecs.have(
        "main",
        "web",
        "staging",
        scene.ecs.have("web", "web", at("web", 9)),
        document -> document.put("launchType", "FARGATE"));
    scene.ecr.put(
        "web",
        "staging",
        new Candidate.Image(
            digest(1),
            "index",
            Set.of(new Platform("linux", "amd64"), new Platform("linux", "arm64")),
            Map.of(
                digest(11),
                Optional.of(new Platform("linux", "amd64")),
                digest(12),
                Optional.of(new Platform("linux", "arm64")))));
    scene.ecr.scanned("web", scan(11, ImageScan.State.COMPLETE));
    scene.ecr.scanned("web", scan(12, ImageScan.State.FAILED));

    Outcome outcome = scene.handle(DeployScene.push("web", "staging", digest(1), scene.now));

    assertThat(((Outcome.Decided) outcome).started()).hasSize(1);
    assertThat(scene.ecr.calls(Operation.SCAN)).isEqualTo(1);
  }

  @Test
  void a_signature_is_asked_for_where_the_gate_goes_by_it() {
    String release = "arn:aws:signer:eu-central-1:123456789012:/signing-profiles/release";
    DeployScene scene = new DeployScene(environment(new SignedGate(Set.of(release))));
    scene.have("web", at("web", 9));
    scene.ecr.signed(
        "web",
        digest(1),
        new ImageSigning(
            Map.of(release, new ImageSigning.Signature(ImageSigning.State.COMPLETE, "")),
            Optional.empty()));

    Outcome outcome = scene.push("web", 1);
    scene.push("web", 1);

    assertThat(((Outcome.Decided) outcome).started()).hasSize(1);
    assertThat(scene.ecr.calls(Operation.SIGNING)).isEqualTo(1);
    assertThat(scene.ecr.calls(Operation.SCAN)).isZero();
  }

  @Test
  void a_calendar_is_asked_for_while_an_image_waits_and_once_at_one_moment() {
    DeployScene scene = new DeployScene(environment(new CalendarGate("release")));
    ServiceArn web = scene.have("web", at("web", 9));
    ServiceArn api = scene.have("api", at("web", 9));
    scene.ecr.push("web", "staging", digest(9));
    scene.known(List.of(web, api));
    assertThat(scene.calendars.calls()).isZero();

    scene.calendars.has("release", new CalendarState.Closed(Optional.empty()));
    scene.push("web", 1);

    assertThat(scene.calendars.calls()).isEqualTo(1);
    assertThat(scene.announcer.news()).hasSize(2);

    scene.calendars.has("release", new CalendarState.Open(Optional.empty()));
    Outcome outcome = scene.check(web, new Trigger.Sweep("s-1", scene.now));

    assertThat(((Outcome.Decided) outcome).started()).hasSize(1);
  }

  @Test
  void many_services_that_may_wait_have_hints_of_their_own() {
    DeployScene scene = new DeployScene(environment(SCAN));
    List<ServiceArn> services =
        IntStream.range(0, Deployer.MAX_SERVICES + 1)
            .mapToObj(i -> scene.have("web-" + i, at("web", 9)))
            .toList();
    scene.ecr.push("web", "staging", digest(9));
    scene.known(services);

    Outcome outcome = scene.handle(new Hint.ImageScanned(repository("web"), SCANNED));

    assertThat(outcome)
        .isInstanceOfSatisfying(
            Outcome.FannedOut.class,
            fanned -> assertThat(fanned.services()).containsExactlyInAnyOrderElementsOf(services));
  }
}
