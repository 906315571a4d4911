package dev.slipway.announce;

import static dev.slipway.record.SampleDeployments.NOON;
import static dev.slipway.record.SampleDeployments.PUSH;
import static dev.slipway.record.SampleDeployments.WEB;
import static dev.slipway.record.SampleDeployments.change;
import static dev.slipway.record.SampleDeployments.digest;
import static dev.slipway.record.SampleDeployments.ended;
import static dev.slipway.record.SampleDeployments.image;
import static dev.slipway.record.SampleDeployments.revision;
import static dev.slipway.record.SampleDeployments.running;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.decide.Decision;
import dev.slipway.decide.Decision.Hold;
import dev.slipway.ecs.ServiceArn;
import dev.slipway.gate.ApprovalGate;
import dev.slipway.gate.Window;
import dev.slipway.gate.WindowsGate;
import dev.slipway.image.ImageChange;
import dev.slipway.image.ImageReference;
import dev.slipway.image.ImageTag;
import dev.slipway.record.DeploymentOutcome;
import dev.slipway.record.DeploymentRecord;
import dev.slipway.record.Trigger;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What a notification says; {@link MessagesTest} has the texts. */
class NotificationTest {
  private static final WindowsGate ALWAYS =
      new WindowsGate(
          ZoneOffset.UTC,
          List.of(
              new Window(EnumSet.allOf(DayOfWeek.class), LocalTime.MIDNIGHT, Duration.ofDays(1))));

  private static final DeploymentRecord RUNNING = running(2, PUSH, change("web", 1, 2));

  private static Notification deployed(DeploymentRecord deployment) {
    return Notification.of(
        new RolloutResult(deployment.ended(ended(DeploymentOutcome.DEPLOYED, 3))));
  }

  private static Notification held(Hold hold, Trigger trigger) {
    return Notification.of(
        new Decision.Held(WEB, "staging", hold, "k", List.of(image("web", 2)), "why"), trigger);
  }

  @ParameterizedTest
  @CsvSource({
    "PAUSED, paused, web 000000000002 not deployed: paused",
    "BLOCKED, blocked, web 000000000002 not deployed: blocked",
    "WAITING, waiting, web 000000000002 not deployed: waiting",
    "PINNED, pinned, web 000000000002 not deployed: pinned",
    "FAILED, failed, web 000000000002 not deployed: failed",
    "ROLLING_BACK, rolling back, web 000000000002 not deployed: rolling back",
    "BLOCKED_RUNNING, runs a blocked image, runs a blocked image",
    "DRIFTED, drifted, drifted"
  })
  void a_hold_is_named_by_its_own_name_and_its_image(Hold hold, String state, String unpushed) {
    assertThat(held(hold, PUSH).headline().line())
        .isEqualTo("main/web: web:staging 000000000002 not deployed: " + state);
    assertThat(held(hold, new Trigger.Sweep("s-1", NOON)).headline().line())
        .isEqualTo("main/web: " + unpushed);
  }

  @Test
  void images_that_a_sweep_finds_held_are_named_with_their_tags() {
    assertThat(
            Notification.of(
                    new Decision.Held(
                        WEB,
                        "staging",
                        Hold.WAITING,
                        "k",
                        List.of(tagged("web"), image("api", 6)),
                        "why"),
                    new Trigger.Sweep("s-1", NOON))
                .headline()
                .line())
        .isEqualTo("main/web: web:v1 000000000002, api 000000000006 not deployed: waiting");
  }

  private static ImageReference tagged(String repository) {
    ImageReference image = image(repository, 2);
    return new ImageReference(image.name(), Optional.of(new ImageTag("v1")), image.digest());
  }

  /** What one sweep finds held in many services is one thing; a change of a service is its own. */
  @ParameterizedTest
  @CsvSource({
    "WAITING, true",
    "DRIFTED, false",
    "BLOCKED_RUNNING, false",
  })
  void what_a_sweep_finds_held_waits_for_others_unless_it_is_to_be_looked_at(
      Hold hold, boolean grouped) {
    assertThat(held(hold, new Trigger.Sweep("s-1", NOON)).group().isPresent()).isEqualTo(grouped);
    assertThat(held(hold, new Trigger.ServiceChanged("e-1", "changed")).group()).isEmpty();
  }

  @Test
  void a_wait_is_named_by_what_it_is_for() {
    assertThat(
            Notification.of(
                    new Decision.Held(
                        WEB,
                        "staging",
                        Hold.WAITING,
                        "k",
                        List.of(image("web", 2)),
                        List.of(new ApprovalGate(Duration.ofDays(1)), ALWAYS),
                        "why"),
                    PUSH)
                .headline()
                .line())
        .isEqualTo(
            "main/web: web:staging 000000000002 not deployed: waiting for approval, a window");
  }

  /** Fault 13: a push of another repository may find it. */
  @Test
  void a_push_that_is_not_held_is_not_said_to_be() {
    assertThat(
            Notification.of(
                    new Decision.Held(WEB, "staging", Hold.DRIFTED, "k", List.of(), "why"), PUSH)
                .headline()
                .line())
        .isEqualTo("main/web: drifted");
  }

  @ParameterizedTest
  @MethodSource("triggers")
  void a_trigger_is_named_in_words(Trigger trigger, String words) {
    assertThat(Notification.trigger(trigger)).isEqualTo(words);
  }

  static Stream<Arguments> triggers() {
    return Stream.of(
        Arguments.of(PUSH, "a push of web:staging at 2026-11-28T11:59:50Z"),
        Arguments.of(
            new Trigger.Push("e", PUSH.repository(), PUSH.tag(), PUSH.digest(), Optional.empty()),
            "a push of web:staging"),
        Arguments.of(
            new Trigger.Push(
                "e",
                PUSH.repository(),
                PUSH.tag(),
                PUSH.digest(),
                PUSH.at(),
                Optional.of("arn:aws:sts::123456789012:assumed-role/Deployers/ann")),
            "a promotion of web:staging by ann at 2026-11-28T11:59:50Z"),
        Arguments.of(new Trigger.Sweep("s-1", NOON), "the sweep at 2026-11-28T12:00:00Z"),
        Arguments.of(new Trigger.Operator("r-1", "arn:aws:iam::123456789012:user/ann"), "ann"),
        Arguments.of(
            new Trigger.ServiceChanged("e-1", "Tag Change on Resource"),
            "a change of the service: Tag Change on Resource"));
  }

  /** A sidecar of the same repository, and a container that is called otherwise. */
  @Test
  void images_are_named_by_repository_and_once() {
    ImageChange change = change("web", 1, 2);
    ImageChange sidecar = new ImageChange("container-2", change.from(), change.to(), change.tag());
    ImageChange other =
        new ImageChange("container-3", image("api", 5), image("api", 6), Optional.empty());

    assertThat(deployed(running(2, PUSH, change, sidecar)).facts())
        .containsEntry("Image", "web:staging 000000000002 instead of 000000000001");
    Notification several = deployed(running(2, PUSH, change, sidecar, other));
    assertThat(several.facts())
        .containsEntry("Image of web", "web:staging 000000000002 instead of 000000000001")
        .containsEntry("Image of api", "api 000000000006 instead of 000000000005");
    assertThat(several.headline().image()).contains("web:staging 000000000002, api 000000000006");
  }

  @Test
  void what_one_trigger_led_to_is_one_thread() {
    assertThat(deployed(RUNNING).thread()).isEqualTo(PUSH.eventId());
    assertThat(held(Hold.PAUSED, PUSH).thread()).isEqualTo(PUSH.eventId());
    assertThat(
            Notification.ofFailedRollback(
                    new RolloutResult(RUNNING.ended(ended(DeploymentOutcome.FAILED, 0))))
                .thread())
        .isEqualTo(PUSH.eventId());
  }

  @Test
  void what_was_never_started_is_not_told() {
    assertThatThrownBy(() ->
            Notification.of(new RolloutResult(RUNNING.ended(ended(DeploymentOutcome.DROPPED, 0)))))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void it_names_the_resources() {
    assertThat(deployed(RUNNING).resources()).containsExactly(WEB.value(), revision(2).value());
  }

  /** Each partition of AWS has a console of its own. */
  @ParameterizedTest
  @CsvSource({
    "aws, eu-central-1, https://eu-central-1.console.aws.amazon.com/",
    "aws-cn, cn-north-1, https://cn-north-1.console.amazonaws.cn/",
    "aws-us-gov, us-gov-west-1, https://us-gov-west-1.console.amazonaws-us-gov.com/",
  })
  void a_link_leads_to_the_console_of_the_partition(String partition, String region, String url) {
    ServiceArn service =
        new ServiceArn("arn:%s:ecs:%s:123456789012:service/main/web".formatted(partition, region));

    assertThat(
            Notification.of(new Decision.NotDeployable(service, Optional.empty(), "no"), PUSH)
                .links()
                .values())
        .singleElement()
        .asString()
        .startsWith(url);
  }

  /** ECS allows names of 255 characters, and ECR of 256. */
  @Test
  void a_subject_keeps_digest_and_outcome_whatever_the_names_are() {
    Headline headline =
        new Headline(
            "main/" + "s".repeat(250),
            Optional.of("r".repeat(250) + ":staging " + digest(2).abbreviated()),
            "failed, not rolled back",
            Optional.of("c".repeat(300)));

    assertThat(headline.subject())
        .isEqualTo(
            "main/ssssssssssssssssssssssss...: ...rrrrrrrrrr:staging 000000000002"
                + " failed, not rolled back...")
        .hasSizeLessThan(100);
    assertThat(headline.line()).contains("c".repeat(300));
  }

  @Test
  void a_subject_is_ascii_on_one_line() {
    assertThat(
            new Headline("main/web", Optional.empty(), "na\u00efve\nversion", Optional.empty())
                .subject())
        .isEqualTo("main/web: na?ve version");
  }

  @Test
  void evidence_of_several_tasks_alike_is_one_line_and_a_log_stays_as_it_is() {
    String task = "0123456789abcdef0123456789abcde";

    assertThat(
            EvidenceLines.once(
                List.of(
                    "task " + task + "0: exited with 1",
                    "task " + task + "1: exited with 137",
                    "task " + task + "2: exited with 1",
                    "task " + task + "3: exited with 1",
                    "log of web: request " + task + "4",
                    "log of web: request " + task + "5")))
        .containsExactly(
            "task " + task + "0: exited with 1 (and of 2 more tasks)",
            "task " + task + "1: exited with 137",
            "log of web: request " + task + "4",
            "log of web: request " + task + "5");
  }

  @Test
  void its_collections_keep_their_order() {
    assertThat(deployed(RUNNING).facts().keySet())
        .containsExactly("Environment", "Image", "Revision", "Triggered by", "Deployment");
    assertThat(Map.copyOf(deployed(RUNNING).links())).containsOnlyKeys("Service");
  }
}
