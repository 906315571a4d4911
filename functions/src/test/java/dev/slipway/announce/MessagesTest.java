package dev.slipway.announce;

import static dev.slipway.record.SampleDeployments.NOON;
import static dev.slipway.record.SampleDeployments.PUSH;
import static dev.slipway.record.SampleDeployments.WEB;
import static dev.slipway.record.SampleDeployments.change;
import static dev.slipway.record.SampleDeployments.digest;
import static dev.slipway.record.SampleDeployments.image;
import static dev.slipway.record.SampleDeployments.intent;
import static dev.slipway.record.SampleDeployments.revision;
import static dev.slipway.record.SampleDeployments.running;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.ecs.EcsDeploymentId;
import dev.slipway.ecs.PauseHook;
import dev.slipway.ecs.ServiceArn;
import dev.slipway.gate.ApprovalGate;
import dev.slipway.gate.Freeze;
import dev.slipway.gate.FreezesGate;
import dev.slipway.image.FromPolicy;
import dev.slipway.image.ImageChange;
import dev.slipway.image.Platform;
import dev.slipway.record.Block;
import dev.slipway.record.DeploymentId;
import dev.slipway.record.DeploymentOutcome;
import dev.slipway.record.DeploymentRecord;
import dev.slipway.record.DeploymentRecord.Ended;
import dev.slipway.record.DeploymentRecord.Rollback;
import dev.slipway.record.DeploymentRecord.RollbackState;
import dev.slipway.record.DeploymentRecord.Stop;
import dev.slipway.record.HookWait;
import dev.slipway.record.Pause;
import dev.slipway.record.Pin;
import dev.slipway.record.Trigger;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/**
 * Every kind of message as people get it: {@code messages.txt} beside this class has them all, to
 * be read. After a change run this test with {@code -Dslipway.writeMessages=true}, and read what
 * {@code git diff} shows.
 */
class MessagesTest {
  private static final Path MESSAGES = Path.of("src/test/resources/messages.txt");
  private static final String ANN = "arn:aws:iam::123456789012:user/ann";
  private static final Trigger OPERATOR = new Trigger.Operator("r-1", ANN);
  private static final Trigger SWEEP = new Trigger.Sweep("s-1", NOON);
  private static final Instant EARLIER = NOON.minusSeconds(3600);
  private static final Trigger CHANGED =
      new Trigger.ServiceChanged("e-2", "ECS Deployment State Change");

  private static final List<String> EVIDENCE =
      List.of(
          "task c9ae6141a9577aa64867f0b8b45250f3: Essential container in task exited; web exited"
              + " with 1",
          "task dbcdbc729a1d7bb842775187bd632fc3: Essential container in task exited; web exited"
              + " with 1",
          "task 60a643b62cd93310f3975f1b3f6f9690: Essential container in task exited; web exited"
              + " with 1",
          "ECS: (service web) (deployment ecs-svc/2) deployment failed: tasks failed to start",
          "log of web: starting",
          "log of web: Error: DATABASE_URL is not set");

  private static final String CAUSE =
      "container web exited with 1 three times; last log lines: Error: DATABASE_URL is not set";

  private static Ended ended(
      DeploymentOutcome outcome, int tasks, Optional<Rollback> rollback, boolean blocking) {
    return new Ended(
        outcome,
        NOON.plusSeconds(60),
        tasks,
        Optional.of("arn:aws:ecs:us-east-1:123456789012:service-deployment/main/web/d2"),
        rollback,
        blocking ? List.of(digest(2)) : List.of(),
        Optional.empty(),
        Optional.empty(),
        List.of());
  }

  private static Ended failed(RollbackState state) {
    return ended(
            DeploymentOutcome.FAILED,
            0,
            Optional.of(new Rollback(Optional.of(revision(1)), state)),
            true)
        .diagnosed(CAUSE, EVIDENCE);
  }

  private static DeploymentRecord started(
      Instant decidedAt, Trigger trigger, String reason, ImageChange change) {
    return new DeploymentRecord(
            DeploymentId.of(decidedAt, 3),
            WEB,
            "staging",
            trigger,
            revision(2),
            Optional.empty(),
            List.of(change),
            Map.of("web", change.to()),
            reason,
            decidedAt,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Set.of())
        .started(revision(3), new EcsDeploymentId("3"), decidedAt.plusSeconds(3));
  }

  private static Ended because(DeploymentOutcome outcome, String why) {
    return Ended.because(outcome, NOON.plusSeconds(60), why);
  }

  private static Notification of(DeploymentRecord deployment, Ended end) {
    return Notification.of(new RolloutResult(deployment.ended(end)));
  }

  private static Notification of(SampleDecisions sample, Trigger trigger) {
    return Notification.of(sample.decision(), trigger);
  }

  private static Pin pin(int revision, int image, boolean applied) {
    return new Pin(
        revision(revision),
        Map.of("web", image("web", image)),
        Set.of(digest(2)),
        ANN,
        EARLIER,
        "r-1",
        applied,
        Optional.empty());
  }

  private static Block block(String by, Optional<DeploymentId> deployment, String reason) {
    return new Block(digest(2), "web", EARLIER, by, deployment, reason);
  }

  private static ServiceArn service(int number) {
    return new ServiceArn("arn:aws:ecs:us-east-1:123456789012:service/main/web-" + number);
  }

  private static Notification more(Notification first, int services) {
    return IntStream.rangeClosed(1, services)
        .mapToObj(MessagesTest::service)
        .reduce(
            first.group().orElseThrow(),
            (group, service) -> group.join(service, NOON).after(),
            (_, last) -> last)
        .notification();
  }

  private static HookWait answered(PauseHook hook, PauseHook.Action action, Optional<String> note) {
    return new HookWait(hook).withAnswer(Optional.of(new HookWait.Answer(action, ANN, NOON, note)));
  }

  private static Map<String, Notification> messages() {
    DeploymentRecord pushed = running(2, PUSH, change("web", 1, 2));
    Map<String, Notification> all = new LinkedHashMap<>();
    Notification deployed =
        of(pushed, ended(DeploymentOutcome.DEPLOYED, 3, Optional.empty(), false));
    all.put("deployed", deployed);
    all.put(
        "deployed, and no task runs it",
        of(pushed, ended(DeploymentOutcome.DEPLOYED, 0, Optional.empty(), false)));
    PauseHook hook =
        new PauseHook(
            "ecs-pause-1",
            Optional.of("POST_TEST_TRAFFIC_SHIFT"),
            Optional.of(NOON.plusSeconds(86_400)),
            PauseHook.Action.ROLLBACK);
    all.put("a rollout waits at a pause hook", Notification.of(new WaitingRollout(pushed, hook)));
    all.put(
        "deployed, after it was approved at a pause hook",
        of(
            pushed.waiting(
                answered(hook, PauseHook.Action.CONTINUE, Optional.of("checkout is fine"))),
            ended(DeploymentOutcome.DEPLOYED, 3, Optional.empty(), false)));
    HookWait rejected = answered(hook, PauseHook.Action.ROLLBACK, Optional.of("checkout is slow"));
    all.put(
        "rejected at a pause hook",
        of(
            pushed.waiting(rejected),
            ended(
                    DeploymentOutcome.FAILED,
                    3,
                    Optional.of(new Rollback(Optional.of(revision(1)), RollbackState.IN_PROGRESS)),
                    true)
                .explained(rejected.toString())));
    all.put(
        "several images are deployed",
        of(
            running(2, PUSH, change("web", 1, 2), change("api", 5, 6), change("mail", 7, 8)),
            ended(DeploymentOutcome.DEPLOYED, 1, Optional.empty(), false)));
    all.put(
        "the same images are deployed again, as an operator asked",
        of(running(2, OPERATOR), ended(DeploymentOutcome.DEPLOYED, 3, Optional.empty(), false)));
    all.put(
        "a promotion is deployed",
        of(
            running(
                2,
                new Trigger.Push(
                    "r-2",
                    PUSH.repository(),
                    PUSH.tag(),
                    PUSH.digest(),
                    PUSH.at(),
                    Optional.of(ANN)),
                change("web", 1, 2)),
            ended(DeploymentOutcome.DEPLOYED, 3, Optional.empty(), false)));
    all.put(
        "what an operator rolled back to is deployed",
        Notification.of(
            RolloutResult.of(
                started(
                        NOON,
                        OPERATOR,
                        "rolled back to web:1 by " + ANN,
                        new ImageChange("web", image("web", 2), image("web", 1), Optional.empty()))
                    .ended(ended(DeploymentOutcome.DEPLOYED, 3, Optional.empty(), false)),
                Optional.of(pin(1, 1, true)))));
    all.put(
        "an image of another environment is deployed",
        of(
            running(
                2,
                SWEEP,
                new ImageChange("web", image("web", 1), image("web", 2), Optional.empty())),
            ended(DeploymentOutcome.DEPLOYED, 3, Optional.empty(), false)));
    Notification failed = of(pushed, failed(RollbackState.IN_PROGRESS));
    all.put("failed, and ECS rolls back", failed);
    all.put("failed, and ECS has rolled back", of(pushed, failed(RollbackState.SUCCESSFUL)));
    all.put("failed, and ECS could not roll back", of(pushed, failed(RollbackState.FAILED)));
    all.put(
        "failed, and ECS does not roll back",
        of(
            pushed,
            ended(DeploymentOutcome.FAILED, 0, Optional.empty(), true).diagnosed(CAUSE, EVIDENCE)));
    all.put(
        "the rollback fails later",
        Notification.ofFailedRollback(
            new RolloutResult(pushed.ended(failed(RollbackState.FAILED)))));
    all.put(
        "an operator stopped it",
        of(
            pushed.stopped(new Stop(ANN, NOON)),
            ended(
                DeploymentOutcome.FAILED,
                0,
                Optional.of(new Rollback(Optional.of(revision(1)), RollbackState.IN_PROGRESS)),
                false)));
    all.put("superseded", of(pushed, because(DeploymentOutcome.SUPERSEDED, "replaced")));
    all.put(
        "ECS refused it",
        of(
            intent(2, PUSH, change("web", 1, 2)),
            because(
                DeploymentOutcome.REFUSED,
                "ecs:UpdateService on main/web: ServiceNotActiveException: Service was not"
                    + " ACTIVE.")));
    all.put("ECS forgot it", of(pushed, because(DeploymentOutcome.UNKNOWN, "no record")));
    Notification paused =
        of(
            SampleDecisions.selecting()
                .recorded(record ->
                    record.withPause(Optional.of(new Pause(ANN, EARLIER, Optional.of("release"))))),
            PUSH);
    all.put("a push is held by a pause", paused);
    SampleDecisions blocked =
        SampleDecisions.selecting()
            .recorded(record ->
                record.block(
                    List.of(
                        block(
                            Block.SLIPWAY,
                            Optional.of(DeploymentId.of(EARLIER.minusSeconds(60), 2)),
                            "tasks failed to start"))));
    all.put("a push is held by a block", of(blocked, PUSH));
    all.put(
        "a push is held by a pin",
        of(
            SampleDecisions.selecting()
                .recorded(record -> record.withPin(Optional.of(pin(1, 1, true)))),
            PUSH));
    all.put(
        "a push waits at gates",
        of(
            SampleDecisions.selecting()
                .behind(
                    new ApprovalGate(Duration.ofDays(7)),
                    new FreezesGate(
                        List.of(
                            new Freeze(
                                LocalDateTime.parse("2026-11-27T18:00"),
                                LocalDateTime.parse("2026-11-30T07:00"),
                                ZoneId.of("Europe/Berlin"),
                                "sale")))),
            PUSH));
    all.put(
        "an image of another environment waits for approval",
        of(
            SampleDecisions.selecting(new FromPolicy("testing", Duration.ofHours(2)))
                .behind(new ApprovalGate(Duration.ofDays(7))),
            SWEEP));
    all.put(
        "another client deployed something else",
        of(
            SampleDecisions.selecting()
                .running(
                    7,
                    1,
                    started(
                            EARLIER.minusSeconds(600),
                            PUSH,
                            "staging selects it",
                            change("web", 1, 2))
                        .ended(ended(DeploymentOutcome.DEPLOYED, 3, Optional.empty(), false))),
            CHANGED));
    all.put(
        "another client brought back a blocked image",
        of(
            SampleDecisions.selecting()
                .recorded(record ->
                    record.block(List.of(block(ANN, Optional.empty(), "rolled back to web:1"))))
                .running(7, 2),
            CHANGED));
    Notification platform = of(SampleDecisions.selectingFor(new Platform("linux", "arm64")), PUSH);
    all.put("a push of another platform", platform);
    all.put(
        "a push of what is no image",
        of(
            SampleDecisions.selectingArtifact(
                "an artifact (application/vnd.dev.cosign.artifact.sig.v1+json)"),
            PUSH));
    all.put(
        "an operator's command that cannot be carried out any more",
        of(
            SampleDecisions.selecting()
                .running(2, 2)
                .recorded(record -> record.withPin(Optional.of(pin(1, 3, false))))
                .withPinnedImageGone(),
            OPERATOR));
    all.put("deployed in many services: the others", more(deployed, 11));
    all.put("failed in many services: the others", more(failed, 2));
    all.put("held in many services: one other", more(paused, 1));
    all.put("a push of another platform: 499 others", more(platform, 499));
    return all;
  }

  private static String shown(String kind, Notification notification) {
    JsonNode chat = ChatMessage.of(notification).path("content");
    return """
    ################ %s
    Subject: %s

    %s
    ---------------- in a chat
    %s
    %s
    %s

    """
        .formatted(
            kind,
            notification.headline().subject(),
            MailText.belowSubject(notification),
            chat.path("title").asText(),
            chat.path("description").asText(),
            StreamSupport.stream(chat.path("nextSteps").spliterator(), false)
                .map(step -> "> " + step.asText())
                .collect(joining("\n")))
        // what no reader sees would hide in a comparison
        .replace("\u200b", "·");
  }

  @Test
  void every_kind_of_message_reads_like_this() throws IOException {
    StringBuilder shown = new StringBuilder();
    messages().forEach((kind, notification) -> shown.append(shown(kind, notification)));
    if (Boolean.getBoolean("slipway.writeMessages")) {
      Files.writeString(MESSAGES, shown);
    }

    assertThat(shown.toString().lines().toList())
        .containsExactlyElementsOf(Files.readAllLines(MESSAGES));
  }

  /** What every message has to be, whatever it says. */
  @Test
  void every_message_has_a_subject_that_sns_takes_and_repeats_nothing() {
    messages()
        .forEach((kind, notification) -> {
          String subject = notification.headline().subject();
          assertThat(subject).as(kind).hasSizeLessThan(100).matches("[ -~]+");
          assertThat(subject).as(kind).doesNotContain("123456789012.dkr.ecr");
          List<String> lines = MailText.belowSubject(notification).lines().toList();
          assertThat(lines).as(kind).doesNotContain(subject);
          assertThat(lines.stream().filter(line -> !line.isEmpty()))
              .as(kind)
              .doesNotHaveDuplicates();
        });
  }
}
