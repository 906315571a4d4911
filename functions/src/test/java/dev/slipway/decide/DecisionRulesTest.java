package dev.slipway.decide;

import static dev.slipway.deploy.FakeImageRegistry.digest;
import static dev.slipway.deploy.FakeImageRegistry.repository;
import static dev.slipway.deploy.FakeImageRegistry.uri;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.decide.ObservedState.PinTarget;
import dev.slipway.ecs.EcsDeploymentId;
import dev.slipway.ecs.Service;
import dev.slipway.ecs.ServiceArn;
import dev.slipway.ecs.TaskDefinition;
import dev.slipway.ecs.TaskDefinitionArn;
import dev.slipway.gate.ApprovalGate;
import dev.slipway.gate.Freeze;
import dev.slipway.gate.FreezesGate;
import dev.slipway.gate.Gate;
import dev.slipway.gate.Readings;
import dev.slipway.gate.ScanGate;
import dev.slipway.image.Candidate;
import dev.slipway.image.FindingSeverity;
import dev.slipway.image.ImageChange;
import dev.slipway.image.ImageDigest;
import dev.slipway.image.ImageReference;
import dev.slipway.image.ImageScan;
import dev.slipway.image.ImageTag;
import dev.slipway.image.Platform;
import dev.slipway.image.Repository;
import dev.slipway.image.Selection;
import dev.slipway.image.TagPolicy;
import dev.slipway.record.Approval;
import dev.slipway.record.Block;
import dev.slipway.record.DeployRequest;
import dev.slipway.record.DeploymentId;
import dev.slipway.record.DeploymentOutcome;
import dev.slipway.record.DeploymentRecord;
import dev.slipway.record.Pause;
import dev.slipway.record.Pin;
import dev.slipway.record.RecordedService;
import dev.slipway.record.RefusedAttempt;
import dev.slipway.record.ServiceRecord;
import dev.slipway.record.Trigger;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DecisionRulesTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final ServiceArn WEB =
      new ServiceArn("arn:aws:ecs:eu-central-1:123456789012:service/main/web");
  private static final Instant NOON = Instant.parse("2026-11-28T12:00:00Z");

  private final ObjectNode service =
      object(
          """
          {"serviceArn": "arn:aws:ecs:eu-central-1:123456789012:service/main/web",
           "status": "ACTIVE", "desiredCount": 4,
           "taskDefinition": "arn:aws:ecs:eu-central-1:123456789012:task-definition/web:7",
           "deployments": [{"id": "ecs-svc/7", "status": "PRIMARY", "rolloutState": "COMPLETED",
             "createdAt": 1700000000,
             "taskDefinition": "arn:aws:ecs:eu-central-1:123456789012:task-definition/web:7"}],
           "tags": [{"key": "slipway:environment", "value": "staging"}]}
          """);
  private final ObjectNode taskDefinition =
      object(
          """
          {"taskDefinition": {
             "taskDefinitionArn": "arn:aws:ecs:eu-central-1:123456789012:task-definition/web:7",
             "family": "web",
             "containerDefinitions": [{"name": "web", "image": "%s:staging"}]},
           "tags": []}
          """
              .formatted(uri("web")));
  private final Map<Repository, Candidate> candidates = new HashMap<>();
  private final Map<String, ImageDigest> running = new HashMap<>();
  private final List<DeploymentRecord> deployments = new ArrayList<>();
  private ObjectNode deployment = JsonNodeFactory.instance.objectNode();
  private Environment.Drift drift = Environment.Drift.HOLD;
  private final List<Gate> gates = new ArrayList<>();
  private Candidate candidate = image(1);
  private ServiceRecord record = ServiceRecord.unknown(WEB);
  private Optional<PinTarget> target = Optional.empty();
  private Readings readings = Readings.NONE;

  private static ObjectNode object(String json) {
    try {
      return (ObjectNode) JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new AssertionError(json, e);
    }
  }

  private static Candidate.Image image(int number, Platform... platforms) {
    return new Candidate.Image(
        digest(number), "application/vnd.oci.image.index.v1+json", Set.of(platforms), Set.of());
  }

  private static Selection selected(Candidate candidate) {
    return new Selection(candidate, Optional.of(new ImageTag("staging")), List.of(), List.of());
  }

  private Decision decide() {
    return DecisionRules.decide(seen());
  }

  private ObservedState seen() {
    Map<Repository, Selection> all = new HashMap<>();
    candidates.forEach((where, found) -> all.put(where, selected(found)));
    all.put(repository("web"), selected(candidate));
    return new ObservedState(
        Service.parse(service),
        new Environment(
            "staging", new TagPolicy(new ImageTag("staging")), deployment, Set.of(), drift, gates),
        TaskDefinition.parse(taskDefinition),
        all,
        new RecordedService(record, deployments),
        running,
        target,
        Optional.empty(),
        readings,
        NOON);
  }

  private Decision.Deploy deploy() {
    assertThat(decide()).isInstanceOf(Decision.Deploy.class);
    return (Decision.Deploy) decide();
  }

  private Decision.Held held(Decision.Hold hold) {
    assertThat(decide())
        .isInstanceOfSatisfying(
            Decision.Held.class, held -> assertThat(held.hold()).isEqualTo(hold));
    return (Decision.Held) decide();
  }

  private void runs(String image) {
    ((ObjectNode) taskDefinition.at("/taskDefinition/containerDefinitions/0")).put("image", image);
  }

  private void runs(int number) {
    runs(at("web", number));
  }

  private static String at(String repository, int number) {
    return uri(repository) + "@" + digest(number);
  }

  private void hasToo(String container, String image) {
    ((ObjectNode) taskDefinition.path("taskDefinition"))
        .withArray("containerDefinitions")
        .addObject()
        .put("name", container)
        .put("image", image);
  }

  private void blocked(String repository, int number) {
    record =
        record.block(
            List.of(
                new Block(
                    digest(number),
                    repository,
                    NOON,
                    Block.SLIPWAY,
                    Optional.of(id(number)),
                    "container web exited with 1")));
  }

  private static DeploymentId id(int number) {
    return DeploymentId.of(NOON.minusSeconds(1_000L - number), number);
  }

  private static TaskDefinitionArn revision(String name) {
    return TaskDefinitionArn.of(WEB, name);
  }

  /** Slipway deployed these images, by container, and ECS called the deployment by this number. */
  private void deployed(
      int number, Instant startedAt, DeploymentOutcome outcome, String... namesAndImages) {
    Map<String, ImageReference> images = new LinkedHashMap<>();
    for (int i = 0; i < namesAndImages.length; i += 2) {
      images.put(namesAndImages[i], ImageReference.parse(namesAndImages[i + 1]));
    }
    deployments.add(
        new DeploymentRecord(
            id(number),
            WEB,
            "staging",
            new Trigger.Sweep("s", NOON),
            revision("web:1"),
            Optional.of(revision("web:" + number)),
            List.of(),
            images,
            "",
            startedAt,
            Optional.empty(),
            Optional.of(new EcsDeploymentId("" + number)),
            Optional.of(startedAt),
            Optional.empty(),
            Optional.of(
                new DeploymentRecord.Ended(
                    outcome,
                    startedAt.plusSeconds(60),
                    4,
                    Optional.empty(),
                    Optional.empty(),
                    List.of(),
                    Optional.empty(),
                    Optional.empty(),
                    List.of())),
            Set.of()));
  }

  private void paused() {
    record = record.withPause(Optional.of(new Pause("ann", NOON, Optional.of("release"))));
  }

  /** Slipway had deployed an image, and another client put image 9 in its place. */
  private void anotherClientReplaced(int number) {
    runs(9);
    deployed(
        5,
        Instant.ofEpochSecond(1_600_000_000),
        DeploymentOutcome.DEPLOYED,
        "web",
        at("web", number));
  }

  private void refused() {
    record =
        record.withRefused(
            Optional.of(
                new RefusedAttempt(
                    revision("web:7"),
                    Map.of("web", ImageReference.parse(at("web", 1))),
                    "ClientException: no",
                    NOON)));
  }

  private void tags(int count) {
    IntStream.range(0, count)
        .forEach(i ->
            taskDefinition
                .withArray("tags")
                .addObject()
                .put("key", "key-" + i)
                .put("value", "" + i));
  }

  private void requested(boolean force) {
    requested(force, Optional.empty());
  }

  private void requested(boolean force, Optional<String> override) {
    record =
        record.withRequest(
            Optional.of(
                new DeployRequest(
                    "r-1",
                    "ann",
                    NOON,
                    force,
                    override.map(why ->
                        new DeployRequest.GateOverride(
                            why, Set.of(digest(1), digest(2), digest(3), digest(4)))))));
  }

  /**
   * What goes before what: each row is a service that runs image 9 of web while its environment
   * selects image 1, with all that the row says true at once.
   */
  @Nested
  class Precedence {
    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        nullValues = "-",
        textBlock =
            """
            # what is so                                            | decision
            -                                                       | Deploy SELECTED
            # a service that takes no deployment, whatever else
            draining, rolling back, pin waits, asked                | NotDeployable
            # ECS going back, as an operator asked
            rolling back, pin waits, asked                          | Held ROLLING_BACK
            rolling back, paused, runs blocked                      | Held ROLLING_BACK
            # a pin that is not applied yet, before what is selected
            pin waits, paused, drifted, runs blocked                | Deploy PINNED
            pin waits, selected is another, paused                  | Deploy PINNED
            pin waits, selected is another                          | Deploy SELECTED
            pin waits, selected is another, paused, asked           | Deploy SELECTED
            pin waits, pinned is blocked                            | Held BLOCKED
            pin waits, pinned is blocked, asked                     | Held BLOCKED
            pin waits, pinned is gone                               | NotDeployable
            pin waits, pinned is gone, selected is another          | Deploy SELECTED
            # each container: runs it, blocked, passed over by a pin, platform
            runs it                                                 | Current
            runs it, paused, refused, no progress, fifty tags       | Current
            runs it, selected is blocked                            | Held BLOCKED_RUNNING
            runs it, failed                                         | Held FAILED
            # what the policy would choose again is deleted: nothing goes down by itself
            runs it, selected is gone, paused                       | Current
            runs it, selected is blocked, selected is gone          | Held BLOCKED_RUNNING
            pinned, selected is gone                                | Held PINNED
            selected is gone                                        | NotFollowing
            selected is blocked, pinned, wrong platform             | Held BLOCKED
            selected is blocked, paused, asked                      | Held BLOCKED
            pinned, wrong platform                                  | Held PINNED
            pinned, paused, asked                                   | Held PINNED
            wrong platform, paused, asked                           | NotDeployable
            no image, paused, asked                                 | NotDeployable
            nothing selected, paused, asked                         | NotFollowing
            # a blocked image that runs, before what holds a new one
            runs blocked, paused                                    | Held BLOCKED_RUNNING
            runs blocked, selected is blocked                       | Held BLOCKED_RUNNING
            runs blocked, wrong platform                            | Held BLOCKED_RUNNING
            runs blocked                                            | Deploy SELECTED
            # then the service: pause, drift; an operator's command passes both
            paused, drifted                                         | Held PAUSED
            drifted                                                 | Held DRIFTED
            drifted, restore                                        | Deploy SELECTED
            drifted, paused, asked                                  | Deploy REQUESTED
            paused, asked, refused                                  | Deploy REQUESTED
            runs it, forced, paused                                 | Deploy REQUESTED
            runs it, forced, selected is blocked                    | Held BLOCKED_RUNNING
            # then the environment's gates, image by image: a reason passes those of people
            gate closed                                             | Held WAITING
            gate closed, approved                                   | Deploy SELECTED
            gate closed, asked                                      | Held WAITING
            gate closed, overridden                                 | Deploy REQUESTED
            gate closed, paused                                     | Held PAUSED
            gate closed, paused, overridden                         | Deploy REQUESTED
            gate closed, drifted                                    | Held DRIFTED
            gate closed, drifted, restore                           | Held WAITING
            gate closed, runs blocked                               | Held BLOCKED_RUNNING
            gate closed, runs it                                    | Current
            gate closed, selected is blocked                        | Held BLOCKED
            gate closed, pinned                                     | Held PINNED
            gate closed, wrong platform                             | NotDeployable
            gate closed, refused                                    | Held WAITING
            # what runs already, and a rollback, pass all gates
            gate closed, forced                                     | Deploy REQUESTED
            gate closed, pin waits                                  | Deploy PINNED
            gate closed, pin waits, selected is another             | Deploy PINNED
            gate closed, pin waits, selected is another, overridden | Deploy SELECTED
            # last, what ECS would not take
            refused                                                 | NotDeployable
            paused, refused                                         | Held PAUSED
            drifted, refused                                        | Held DRIFTED
            asked, no progress                                      | NotDeployable
            asked, fifty tags                                       | NotDeployable
            """)
    void is(@Nullable String facts, String decision) {
      runs(9);
      if (facts != null) {
        for (String fact : facts.split(",", -1)) {
          given(fact.trim());
        }
      }

      assertThat(named(decide())).isEqualTo(decision);
    }

    private static String named(Decision decision) {
      return switch (decision) {
        case Decision.Deploy deploy -> deploy.name() + " " + deploy.basis();
        case Decision.Held held -> held.name() + " " + held.hold();
        default -> decision.name();
      };
    }

    private void given(String fact) {
      switch (fact) {
        case "draining" -> service.put("status", "DRAINING");
        case "rolling back" -> stoppedByAnOperator();
        case "pin waits" -> pin(false);
        case "pinned" -> pin(true);
        case "pinned is blocked" -> blocked("web", 3);
        case "pinned is gone" ->
            target =
                Optional.of(
                    new PinTarget.Found(
                        TaskDefinition.parse(taskDefinition),
                        List.of(ImageReference.parse(at("web", 3)))));
        case "selected is another" -> candidate = image(2);
        case "selected is blocked" -> blocked("web", 1);
        case "runs it" -> runs(1);
        case "runs blocked" -> blocked("web", 9);
        case "paused" -> paused();
        case "asked" -> requested(false);
        case "forced" -> requested(true);
        case "drifted" -> anotherClientReplaced(1);
        case "restore" -> drift = Environment.Drift.RESTORE;
        case "gate closed" -> gates.add(new ApprovalGate(Duration.ofDays(7)));
        case "approved" ->
            record =
                record.approve(List.of(new Approval(digest(1), "ann", NOON, Optional.empty())));
        case "overridden" -> requested(false, Optional.of("the site is down"));
        case "selected is gone" -> candidate = new Candidate.Gone(digest(1));
        case "nothing selected" -> candidate = new Candidate.Missing();
        case "no image" -> candidate = new Candidate.NotAnImage(digest(1), "a signature");
        case "wrong platform" -> {
          service.put("launchType", "FARGATE");
          candidate = image(1, new Platform("windows", "amd64"));
        }
        case "failed" ->
            ((ObjectNode) service.path("deployments").path(0)).put("rolloutState", "FAILED");
        case "refused" -> refused();
        case "no progress" ->
            service
                .putObject("deploymentConfiguration")
                .put("minimumHealthyPercent", 100)
                .put("maximumPercent", 100);
        case "fifty tags" -> tags(50);
        default -> throw new AssertionError("a row says: " + fact);
      }
    }

    private void pin(boolean applied) {
      record =
          record.withPin(
              Optional.of(
                  new Pin(
                      revision("web:7"),
                      Map.of("web", ImageReference.parse(at("web", applied ? 9 : 3))),
                      Set.of(digest(1)),
                      "ann",
                      NOON,
                      "r-1",
                      applied,
                      Optional.empty())));
      if (!applied) {
        target = Optional.of(new PinTarget.Found(TaskDefinition.parse(taskDefinition), List.of()));
      }
    }

    private void stoppedByAnOperator() {
      deployed(7, NOON, DeploymentOutcome.DEPLOYED, "web", at("web", 9));
      DeploymentRecord ended = deployments.removeLast();
      deployments.add(
          new DeploymentRecord(
              ended.id(),
              WEB,
              "staging",
              ended.trigger(),
              ended.from(),
              ended.to(),
              List.of(),
              ended.images(),
              "",
              NOON,
              Optional.empty(),
              ended.ecsDeployment(),
              Optional.of(NOON),
              Optional.of(new DeploymentRecord.Stop("ann", NOON)),
              Optional.empty(),
              Set.of()));
    }
  }

  @Nested
  class Gates {
    private final Gate approval = new ApprovalGate(Duration.ofDays(7));
    private final Gate freeze =
        new FreezesGate(
            List.of(
                new Freeze(
                    LocalDateTime.parse("2026-11-27T18:00"),
                    LocalDateTime.parse("2026-11-30T07:00"),
                    ZoneId.of("UTC"),
                    "the fair")));

    private void approved(int... numbers) {
      for (int number : numbers) {
        record =
            record.approve(List.of(new Approval(digest(number), "ann", NOON, Optional.empty())));
      }
    }

    @Test
    void all_that_are_closed_are_told_at_once_with_what_ends_the_wait() {
      runs(9);
      gates.addAll(List.of(approval, freeze));

      assertThat(held(Decision.Hold.WAITING).reason())
          .isEqualTo(
              "web 000000000001 waits for approval (nobody has approved it: `slipway approve"
                  + " main/web`) and freezes (frozen until Mon 2026-11-30 07:00 UTC: the fair). To"
                  + " deploy it anyway: `slipway deploy main/web --override WHY`");
    }

    @Test
    void an_override_says_what_it_passed_and_why() {
      runs(9);
      gates.addAll(List.of(approval, freeze));
      approved(1);
      requested(false, Optional.of("the site is down"));

      assertThat(deploy().reason())
          .isEqualTo(
              "tag staging now selects another image: web 000000000001; by ann, passing freezes:"
                  + " the site is down");
    }

    @Test
    void an_override_is_for_the_images_that_were_selected_when_it_was_given() {
      runs(9);
      gates.add(approval);
      requested(false, Optional.of("the site is down"));
      candidate = image(5);

      assertThat(held(Decision.Hold.WAITING).reason()).startsWith("web 000000000005 waits for");
    }

    /** It was approved and deployed in time: restoring it needs no other approval. */
    @Test
    void an_approval_does_not_expire_once_the_image_was_deployed() {
      runs(9);
      gates.add(approval);
      record =
          record.approve(
              List.of(
                  new Approval(digest(1), "ann", NOON.minusSeconds(9_000_000), Optional.empty())));
      assertThat(held(Decision.Hold.WAITING).key())
          .as("people hear that it expired")
          .endsWith(" expired");

      drift = Environment.Drift.RESTORE;
      deployed(5, NOON.minusSeconds(8_999_000), DeploymentOutcome.DEPLOYED, "web", at("web", 1));

      assertThat(deploy().changes()).hasSize(1);
    }

    @Test
    void one_image_that_waits_does_not_hold_back_another() {
      runs(9);
      hasToo("proxy", at("proxy", 8));
      candidates.put(repository("proxy"), image(2));
      gates.add(approval);
      approved(2);

      assertThat(deploy().changes()).extracting(ImageChange::container).containsExactly("proxy");
      assertThat(deploy().images().get("web")).hasToString(at("web", 9));
    }

    /** A mirrored image: both repositories have it under one digest. */
    @Test
    void the_same_digest_in_two_repositories_waits_in_both() {
      runs(9);
      hasToo("proxy", at("proxy", 8));
      candidates.put(repository("proxy"), image(1));
      gates.add(approval);

      Decision.Held held = held(Decision.Hold.WAITING);

      assertThat(held.images())
          .extracting(image -> image.repository().orElseThrow())
          .containsExactlyInAnyOrder(repository("web"), repository("proxy"));
      assertThat(DecisionRules.gates(seen())).hasSize(2);
    }

    @Test
    void the_hold_stays_the_same_while_people_approve_and_time_passes() {
      runs(9);
      gates.addAll(List.of(approval, freeze));
      String before = held(Decision.Hold.WAITING).key();
      approved(1);

      assertThat(held(Decision.Hold.WAITING).key()).isEqualTo(before);
    }

    /** Image 1 has been pushed just now, and its scan is in this state. */
    private void scanned(ImageScan.State state) {
      gates.add(new ScanGate(Optional.of(FindingSeverity.HIGH), Set.of(), Duration.ofMinutes(30)));
      readings =
          new Readings(
              Map.of(
                  new Readings.Of(repository("web"), digest(1)),
                  List.of(new ImageScan(digest(1), state, "", Optional.of(NOON)))),
              Map.of(),
              Optional.empty(),
              Map.of());
    }

    @Test
    void that_will_know_in_a_moment_are_no_news_but_beside_one_that_waits() {
      runs(9);
      scanned(ImageScan.State.IN_PROGRESS);
      assertThat(held(Decision.Hold.PENDING).hold().isAnnouncedOnPush()).isFalse();

      gates.add(approval);
      assertThat(held(Decision.Hold.WAITING).reason())
          .startsWith("web 000000000001 waits for scan (its scan has not ended")
          .doesNotContain("--override");
    }

    @Test
    void what_a_machine_has_found_is_another_hold_and_no_override_passes_it() {
      runs(9);
      scanned(ImageScan.State.FAILED);
      gates.add(freeze);
      requested(false, Optional.of("the site is down"));

      Decision.Held held = held(Decision.Hold.WAITING);

      assertThat(held.key()).endsWith(" scan");
      assertThat(held.reason()).contains("waits for scan (its scan failed");
    }

    @Test
    void another_image_is_another_hold() {
      runs(9);
      gates.add(approval);
      String before = held(Decision.Hold.WAITING).key();
      candidate = image(2);

      assertThat(held(Decision.Hold.WAITING).key()).isNotEqualTo(before);
    }
  }

  @Nested
  class An_image_that_the_service_does_not_have {
    @Test
    void is_deployed_by_its_digest() {
      Decision.Deploy deploy = deploy();

      assertThat(deploy.reason())
          .isEqualTo("tag staging now selects another image: web 000000000001");
      assertThat(deploy.definition())
          .hasToString(
              """
              {"family":"web","containerDefinitions":[{"name":"web","image":"%s@%s"}]}\
              """
                  .formatted(uri("web"), digest(1)));
      assertThat(deploy.basis()).isEqualTo(Decision.Basis.SELECTED);
      assertThat(deploy.deploymentConfiguration().isEmpty()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ":staging", ":1", "@%s", ":staging@%s"})
    void is_deployed_whatever_the_image_was_called(String end) {
      runs(uri("web") + end.formatted(digest(2)));

      assertThat(deploy().changes().getFirst().to()).hasToString(uri("web") + "@" + digest(1));
    }

    @Test
    void is_named_by_the_host_that_the_task_definition_uses() {
      runs("123456789012.dkr-ecr.eu-central-1.on.aws/web:1");

      assertThat(deploy().changes().getFirst().to())
          .hasToString("123456789012.dkr-ecr.eu-central-1.on.aws/web@" + digest(1));
    }

    @Test
    void replaces_the_digest_that_ecs_recorded_for_a_tag() {
      running.put("web", digest(9));

      assertThat(deploy().changes())
          .containsExactly(
              new ImageChange(
                  "web",
                  ImageReference.parse(uri("web") + ":staging@" + digest(9)),
                  ImageReference.parse(at("web", 1)),
                  Optional.of(new ImageTag("staging"))));
    }
  }

  @Nested
  class An_image_that_the_service_has {
    @ParameterizedTest
    @ValueSource(strings = {"@%s", ":staging@%s", ":other@%s"})
    void by_digest_is_current(String end) {
      runs(uri("web") + end.formatted(digest(1)));

      assertThat(decide())
          .isEqualTo(
              new Decision.Current(
                  WEB,
                  "staging",
                  "web:7 runs what tag staging selects: web:staging (000000000001)"));
    }

    /** Fault 35: CloudFormation and Terraform name the tag that the environment follows. */
    @Test
    void by_tag_is_current_if_ecs_recorded_its_digest() {
      running.put("web", digest(1));

      assertThat(decide()).isInstanceOf(Decision.Current.class);
    }

    /** Fault 35: until the first task has started, ECS has not resolved the tag. */
    @Test
    void by_tag_is_current_while_ecs_is_resolving_it() {
      ((ObjectNode) service.path("deployments").path(0)).put("rolloutState", "IN_PROGRESS");

      assertThat(decide()).isInstanceOf(Decision.Current.class);
      runs(uri("web") + ":another-tag");
      assertThat(decide()).isInstanceOf(Decision.Deploy.class);
    }

    @Test
    void by_tag_is_not_current_if_its_deployment_has_completed_without_a_digest() {
      assertThat(decide()).isInstanceOf(Decision.Deploy.class);
    }

    /** Fault 35: ECS may record the digest of the index or that of one platform's manifest. */
    @Test
    void is_current_if_ecs_recorded_a_manifest_of_its_index() {
      running.put("web", digest(11));
      candidate = new Candidate.Image(digest(1), "index", Set.of(), Set.of(digest(10), digest(11)));

      assertThat(decide()).isInstanceOf(Decision.Current.class);
    }

    /** Fault 26: a deployment that never ran is not up to date. */
    @Test
    void is_not_current_while_its_deployment_has_failed() {
      runs(1);
      ((ObjectNode) service.path("deployments").path(0)).put("rolloutState", "FAILED");

      assertThat(held(Decision.Hold.FAILED).reason())
          .isEqualTo(
              "its deployment of web:7 failed. To start it again: `slipway deploy main/web"
                  + " --force`");
    }

    @Test
    void is_deployed_again_if_an_operator_forces_it() {
      runs(1);
      requested(true);

      assertThat(deploy().basis()).isEqualTo(Decision.Basis.REQUESTED);
      assertThat(deploy().changes()).isEmpty();
      assertThat(deploy().reason()).isEqualTo("ann asked for a new deployment of the same images");
    }

    @Test
    void is_pinned_to_its_digest_when_it_is_forced() {
      running.put("web", digest(1));
      requested(true);

      assertThat(deploy().images())
          .containsEntry("web", ImageReference.parse(uri("web") + "@" + digest(1)));
    }
  }

  @Nested
  class A_service_that_cannot_be_deployed_to {
    @ParameterizedTest
    @ValueSource(strings = {"INACTIVE", "DRAINING"})
    void because_it_is_not_active_is_not_deployable(String status) {
      service.put("status", status);

      assertThat(decide()).isInstanceOf(Decision.NotDeployable.class);
      assertThat(decide().reason()).isEqualTo("the service is %s, not ACTIVE", status);
    }

    @ParameterizedTest
    @CsvSource({
      "CODE_DEPLOY,only AWS CodeDeploy can deploy to it",
      "EXTERNAL,only its task sets can be deployed to",
      "NEWER,that Slipway does not know",
    })
    void because_of_its_controller_is_not_deployable(String type, String why) {
      service.putObject("deploymentController").put("type", type);

      assertThat(decide()).isInstanceOf(Decision.NotDeployable.class);
      assertThat(decide().reason()).contains(why);
    }

    @Test
    void because_it_has_no_task_definition_is_not_deployable() {
      service.remove("taskDefinition");

      assertThat(decide().reason()).isEqualTo("the service has no task definition");
    }
  }

  @Nested
  class A_pause {
    @Test
    void holds_a_new_image_and_says_who_and_how_to_go_on() {
      paused();

      assertThat(held(Decision.Hold.PAUSED).reason())
          .isEqualTo(
              "the service is paused by ann at 2026-11-28T12:00:00Z: release; otherwise it would"
                  + " get web 000000000001. To go on: `slipway resume main/web`");
      assertThat(held(Decision.Hold.PAUSED).images())
          .extracting(ImageReference::toString)
          .containsExactly(uri("web") + ":staging@" + digest(1));
    }

    @Test
    void does_not_hide_that_the_service_is_current() {
      paused();
      runs(1);

      assertThat(decide()).isInstanceOf(Decision.Current.class);
    }

    /** Fault 27: a person's explicit command passes a pause, and says so. */
    @Test
    void is_passed_by_an_operators_command() {
      paused();
      requested(false);

      assertThat(deploy().reason())
          .endsWith(
              "; the service is paused by ann at 2026-11-28T12:00:00Z: release, but ann asked for"
                  + " this deployment");
    }
  }

  @Nested
  class A_blocked_image {
    @Test
    void is_held_with_the_reason_and_the_way_out() {
      blocked("web", 1);

      assertThat(held(Decision.Hold.BLOCKED).reason())
          .isEqualTo(
              "image 000000000001 of web is blocked since 2026-11-28T12:00:00Z: it failed in deployment %s (container web exited with 1). Push another, or deploy it anyway: `slipway deploy main/web --unblock`"
                  .formatted(id(1)));
    }

    @Test
    void keeps_no_other_image_out() {
      blocked("web", 9);

      assertThat(decide()).isInstanceOf(Decision.Deploy.class);
    }

    @Test
    void stays_out_under_another_name() {
      blocked("web", 11);
      candidate = new Candidate.Image(digest(1), "index", Set.of(), Set.of(digest(11)));

      held(Decision.Hold.BLOCKED);
    }

    /** Fault 15: a blocked image is never current. */
    @Test
    void is_never_current() {
      runs(1);
      blocked("web", 1);

      assertThat(held(Decision.Hold.BLOCKED_RUNNING).reason())
          .startsWith("it runs image ")
          .contains(", which is blocked since ");
    }

    /** Fault 15: a change to one repository never brings back another's blocked image. */
    @Test
    void is_replaced_by_the_last_good_one_when_another_container_changes() {
      runs(9);
      hasToo("api", at("api", 6));
      candidates.put(repository("api"), image(6));
      blocked("api", 6);
      deployed(5, NOON.minusSeconds(900), DeploymentOutcome.DEPLOYED, "api", at("api", 5));

      assertThat(deploy().images())
          .containsEntry("web", ImageReference.parse(at("web", 1)))
          .containsEntry("api", ImageReference.parse(at("api", 5)));
    }

    /** Fault 15: after a failed deployment with nothing to go back to. */
    @Test
    void holds_the_others_where_no_good_one_is_known() {
      runs(9);
      hasToo("api", at("api", 6));
      candidates.put(repository("api"), image(6));
      blocked("api", 6);

      assertThat(held(Decision.Hold.BLOCKED).reason())
          .contains("cannot get web 000000000001", "no earlier good image of it is known");
    }

    /** Fault 13: the hold names the repository that is held, and no other. */
    @Test
    void names_its_repository_alone() {
      runs(1);
      hasToo("api", at("api", 5));
      candidates.put(repository("api"), image(6));
      blocked("api", 6);

      Decision.Held held = held(Decision.Hold.BLOCKED);
      assertThat(held.isOf(repository("api"))).isTrue();
      assertThat(held.isOf(digest(6))).isTrue();
      assertThat(held.isOf(repository("web")) || held.isOf(digest(1))).isFalse();
    }
  }

  /** An operator rolled the service back from image 2 to image 1 of web:6. */
  @Nested
  class A_pin {
    private final ObjectNode earlier =
        object(
            """
            {"taskDefinition": {
               "taskDefinitionArn": "arn:aws:ecs:eu-central-1:123456789012:task-definition/web:6",
               "family": "web", "status": "INACTIVE",
               "containerDefinitions": [{"name": "web", "image": "%s:staging"}]},
             "tags": []}
            """
                .formatted(uri("web")));

    @BeforeEach
    void rolled_back() {
      runs(2);
      candidate = image(2);
      blocked("web", 2);
      pin(false);
      target = Optional.of(new PinTarget.Found(TaskDefinition.parse(earlier), List.of()));
    }

    private void pin(boolean applied) {
      record =
          record.withPin(
              Optional.of(
                  new Pin(
                      revision("web:6"),
                      Map.of("web", ImageReference.parse(at("web", 1))),
                      Set.of(digest(2)),
                      "ann",
                      NOON,
                      "r-1",
                      applied,
                      Optional.empty())));
    }

    /** Faults 21, 22: a pinned copy, whatever the revision names and whether it is INACTIVE. */
    @Test
    void is_deployed_as_a_copy_by_digest() {
      assertThat(deploy().images()).containsEntry("web", ImageReference.parse(at("web", 1)));
      assertThat(deploy().basis()).isEqualTo(Decision.Basis.PINNED);
      assertThat(deploy().pin().orElseThrow().applied()).isTrue();
      assertThat(deploy().reason()).isEqualTo("rolled back to web:6 by ann");
    }

    @Test
    void is_deployed_to_a_paused_service() {
      paused();

      assertThat(deploy().basis()).isEqualTo(Decision.Basis.PINNED);
    }

    @Test
    void is_held_once_the_service_has_it() {
      runs(1);

      assertThat(held(Decision.Hold.PINNED).reason())
          .startsWith("web:6 is pinned: ann chose it at 2026-11-28T12:00:00Z");
    }

    @Test
    void that_is_applied_keeps_what_it_passes_over_out() {
      record = record.unblock(List.of(digest(2)));
      pin(true);
      runs(1);

      assertThat(held(Decision.Hold.PINNED).reason()).contains("instead of 000000000002");
    }

    /** Fault 14: a newer image ends the pin for good. */
    @Test
    void ends_with_a_newer_image() {
      pin(true);
      runs(1);
      candidate = image(3);

      assertThat(deploy().basis()).isEqualTo(Decision.Basis.SELECTED);
      assertThat(deploy().pin()).isEmpty();
    }

    /** Fault 14: put back on the blocked image after that, the tag changes nothing. */
    @Test
    void that_has_ended_does_not_come_back() {
      record = record.withPin(Optional.empty());
      runs(3);

      held(Decision.Hold.BLOCKED);
    }

    /** Fault 15: the change keeps the pinned image of the other repository. */
    @Test
    void goes_on_for_the_repositories_that_have_nothing_newer() {
      hasToo("api", at("api", 6));
      candidates.put(repository("api"), image(6));
      earlier
          .withObject("taskDefinition")
          .withArray("containerDefinitions")
          .addObject()
          .put("name", "api")
          .put("image", at("api", 5));
      target = Optional.of(new PinTarget.Found(TaskDefinition.parse(earlier), List.of()));
      record =
          record.withPin(
              Optional.of(
                  new Pin(
                      revision("web:6"),
                      Map.of(
                          "web", ImageReference.parse(at("web", 1)),
                          "api", ImageReference.parse(at("api", 5))),
                      Set.of(digest(2), digest(6)),
                      "ann",
                      NOON,
                      "r-1",
                      false,
                      Optional.empty())));
      candidate = image(3);

      assertThat(deploy().images())
          .containsEntry("web", ImageReference.parse(at("web", 3)))
          .containsEntry("api", ImageReference.parse(at("api", 5)));
      assertThat(deploy().pin().orElseThrow().insteadOf()).containsExactly(digest(6));
    }

    /** Fault 25: a regression in configuration alone; the image is the same. */
    @Test
    void of_the_same_image_and_another_configuration_is_deployed() {
      record = record.unblock(List.of(digest(2)));
      runs(1);
      candidate = image(1);
      ((ObjectNode) taskDefinition.at("/taskDefinition/containerDefinitions/0")).put("cpu", 1);

      assertThat(deploy().basis()).isEqualTo(Decision.Basis.PINNED);
      assertThat(deploy().changes()).isEmpty();
    }

    @Test
    void whose_image_is_blocked_since_is_held() {
      blocked("web", 1);

      assertThat(held(Decision.Hold.BLOCKED).reason())
          .startsWith("rolled back to web:6 by ann, but its image");
    }

    @Test
    void whose_image_is_blocked_since_names_the_command_that_deploys_that_image() {
      blocked("web", 1);

      assertThat(held(Decision.Hold.BLOCKED).reason())
          .endsWith("`slipway deploy main/web --digest 000000000001 --unblock`");
    }

    /** Fault 23. */
    @Test
    void whose_image_is_gone_cannot_be_deployed() {
      target =
          Optional.of(
              new PinTarget.Found(
                  TaskDefinition.parse(earlier), List.of(ImageReference.parse(at("web", 1)))));

      assertThat(decide()).isInstanceOf(Decision.NotDeployable.class);
      assertThat(decide().reason()).contains("is no longer in Amazon ECR");
    }

    @Test
    void that_ecs_does_not_have_cannot_be_deployed() {
      target = Optional.of(new PinTarget.Lost("ECS does not have it: no such revision"));

      assertThat(decide().reason())
          .isEqualTo(
              "rolled back to web:6 by ann, but it cannot be deployed: ECS does not have it: no"
                  + " such revision");
    }
  }

  /** Fault 34: in an incident another client deploys something else. */
  @Nested
  class Drift {
    @BeforeEach
    void another_client_replaced_image_1() {
      anotherClientReplaced(1);
    }

    @Test
    void is_held_and_says_what_ends_it() {
      assertThat(held(Decision.Hold.DRIFTED).reason())
          .startsWith("another client deployed web:7 at 2023-11-14T22:13:20Z")
          .endsWith("To deploy what tag staging selects: `slipway deploy main/web`");
    }

    @Test
    void ends_with_an_image_that_was_not_deployed_before() {
      candidate = image(2);

      assertThat(decide()).isInstanceOf(Decision.Deploy.class);
    }

    @Test
    void ends_with_an_operators_command() {
      requested(false);

      assertThat(deploy().basis()).isEqualTo(Decision.Basis.REQUESTED);
    }

    @Test
    void is_put_right_where_the_environment_says_so() {
      drift = Environment.Drift.RESTORE;

      assertThat(decide()).isInstanceOf(Decision.Deploy.class);
    }

    @Test
    void is_none_where_slipway_deployed_last() {
      deployed(
          7, Instant.ofEpochSecond(1_700_000_000), DeploymentOutcome.DEPLOYED, "web", at("web", 9));

      assertThat(decide()).isInstanceOf(Decision.Deploy.class);
    }

    @Test
    void is_none_where_the_service_was_made_anew_since() {
      service.put("createdAt", 1_650_000_000);

      assertThat(decide()).isInstanceOf(Decision.Deploy.class);
    }
  }

  /** Fault 24: what ECS refused is not tried again and again. */
  @Nested
  class What_ecs_refused {
    @BeforeEach
    void ecs_has_refused_it() {
      refused();
    }

    @Test
    void is_not_tried_again_by_itself() {
      assertThat(decide()).isInstanceOf(Decision.NotDeployable.class);
      assertThat(decide().reason())
          .isEqualTo(
              "ECS refused this deployment at 2026-11-28T12:00:00Z: ClientException: no. To try it"
                  + " again: `slipway deploy main/web`");
    }

    @Test
    void is_tried_again_if_an_operator_asks() {
      requested(false);

      assertThat(decide()).isInstanceOf(Decision.Deploy.class);
    }

    @Test
    void does_not_keep_another_image_out() {
      candidate = image(2);

      assertThat(decide()).isInstanceOf(Decision.Deploy.class);
    }
  }

  @Nested
  class A_platform {
    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        nullValues = "-",
        textBlock =
            """
            # launch type | cpu    | system              | image's platforms        | runs
            FARGATE       | -      | -                   | linux/amd64              | true
            FARGATE       | -      | -                   | linux/arm64              | false
            FARGATE       | -      | -                   | linux/arm64 linux/amd64  | true
            FARGATE       | ARM64  | -                   | linux/arm64              | true
            FARGATE       | ARM64  | LINUX               | linux/amd64              | false
            FARGATE       | X86_64 | WINDOWS_SERVER_2022_CORE | windows/amd64       | true
            FARGATE       | X86_64 | WINDOWS_SERVER_2022_CORE | linux/amd64         | false
            FARGATE       | -      | -                   | unknown/unknown          | false
            FARGATE       | -      | -                   | -                        | true
            EC2           | -      | -                   | linux/arm64              | true
            EC2           | -      | -                   | windows/amd64            | true
            EC2           | ARM64  | -                   | linux/amd64              | false
            EC2           | -      | LINUX               | windows/amd64            | false
            EC2           | -      | LINUX               | linux/arm64              | true
            EC2           | NEWER  | LINUX               | linux/riscv64            | true
            """)
    void must_be_one_that_the_tasks_run_on(
        String launchType, String cpu, String system, String platforms, boolean runs) {
      service.put("launchType", launchType);
      ObjectNode runtimePlatform =
          ((ObjectNode) taskDefinition.path("taskDefinition")).putObject("runtimePlatform");
      if (cpu != null) {
        runtimePlatform.put("cpuArchitecture", cpu);
      }
      if (system != null) {
        runtimePlatform.put("operatingSystemFamily", system);
      }
      candidate =
          image(
              1,
              Stream.of(platforms == null ? new String[0] : platforms.split(" ", -1))
                  .map(platform -> platform.split("/", -1))
                  .map(parts -> new Platform(parts[0], parts[1]))
                  .toArray(Platform[]::new));

      assertThat(decide())
          .isInstanceOf(runs ? Decision.Deploy.class : Decision.NotDeployable.class);
    }

    @Test
    void that_is_missing_is_named_with_the_remedy() {
      service
          .putArray("capacityProviderStrategy")
          .addObject()
          .put("capacityProvider", "FARGATE_SPOT");
      candidate = image(1, new Platform("linux", "arm64"), new Platform("linux", "arm"));

      assertThat(decide().reason())
          .isEqualTo(
              "image 000000000001 of web is for linux/arm, linux/arm64, but the tasks run on"
                  + " linux/amd64: push an image that has it, or change the task definition's"
                  + " runtimePlatform");
    }
  }

  @Nested
  class A_deployment_configuration {
    @ParameterizedTest
    @CsvSource(
        nullValues = "-",
        textBlock =
            """
            # minimum, maximum, desired, rolls
            100,       100,     4,       false
            100,       100,     0,       true
            100,       200,     1,       true
            100,       124,     4,       false
            100,       125,     4,       true
            76,        100,     4,       false
            75,        100,     4,       true
            50,        100,     1,       false
            0,         100,     1,       true
            -,         -,       1,       true
            -,         100,     2,       false
            """)
    void must_let_a_task_be_started_or_stopped(
        Integer minimum, Integer maximum, int desired, boolean rolls) {
      service.put("desiredCount", desired);
      ObjectNode own = service.putObject("deploymentConfiguration");
      if (minimum != null) {
        own.put("minimumHealthyPercent", minimum);
      }
      if (maximum != null) {
        own.put("maximumPercent", maximum);
      }

      assertThat(decide())
          .isInstanceOf(rolls ? Decision.Deploy.class : Decision.NotDeployable.class);
    }

    @Test
    void that_can_never_make_progress_is_named_with_the_remedy() {
      service.putObject("deploymentConfiguration").put("minimumHealthyPercent", 100);
      deployment.put("maximumPercent", 120);

      assertThat(decide().reason())
          .isEqualTo(
              "the deployment could never make progress: with minimumHealthyPercent 100 and"
                  + " maximumPercent 120 ECS may neither stop nor start a task of the 4 desired:"
                  + " raise maximumPercent, or lower minimumHealthyPercent");
    }

    @Test
    void of_another_strategy_than_rolling_needs_no_percentages() {
      service
          .putObject("deploymentConfiguration")
          .put("strategy", "BLUE_GREEN")
          .put("minimumHealthyPercent", 100)
          .put("maximumPercent", 100);

      assertThat(decide()).isInstanceOf(Decision.Deploy.class);
    }

    @Test
    void of_a_daemon_service_keeps_the_services_percentages() {
      service
          .put("schedulingStrategy", "DAEMON")
          .putObject("deploymentConfiguration")
          .put("minimumHealthyPercent", 0)
          .put("maximumPercent", 100);
      deployment.put("minimumHealthyPercent", 100).put("maximumPercent", 200);
      assertThat(deploy().deploymentConfiguration().isEmpty()).isTrue();

      deployment.putObject("deploymentCircuitBreaker").put("enable", true);
      assertThat(deploy().deploymentConfiguration())
          .hasToString(
              "{\"minimumHealthyPercent\":0,\"maximumPercent\":100,"
                  + "\"deploymentCircuitBreaker\":{\"enable\":true,\"rollback\":false}}");
    }

    @Test
    void of_a_daemon_service_must_let_a_task_be_stopped() {
      service
          .put("schedulingStrategy", "DAEMON")
          .putObject("deploymentConfiguration")
          .put("minimumHealthyPercent", 100)
          .put("maximumPercent", 100);

      assertThat(decide().reason()).endsWith("lower the service's minimumHealthyPercent");
    }

    @Test
    void has_what_ecs_wants_beside_what_the_environment_says() {
      deployment.putObject("alarms").put("enable", true).putArray("alarmNames").add("5xx");

      assertThat(deploy().deploymentConfiguration())
          .hasToString(
              "{\"alarms\":{\"enable\":true,\"alarmNames\":[\"5xx\"],\"rollback\":false}}");
    }

    @Test
    void replaces_lists_and_keeps_what_it_does_not_say() {
      service
          .putObject("deploymentConfiguration")
          .put("bakeTimeInMinutes", 0)
          .putObject("alarms")
          .put("rollback", true)
          .put("enable", false)
          .putArray("alarmNames")
          .add("old");
      deployment.putObject("alarms").put("enable", true).putArray("alarmNames").add("new");

      assertThat(deploy().deploymentConfiguration())
          .hasToString(
              "{\"bakeTimeInMinutes\":0,\"alarms\":{\"rollback\":true,\"enable\":true,"
                  + "\"alarmNames\":[\"new\"]}}");
    }
  }

  @Nested
  class The_tags_of_a_revision {
    @Test
    void leave_room_for_the_deployments_id() {
      tags(49);

      assertThat(deploy().tags()).hasSize(49);
    }

    @Test
    void may_not_be_fifty() {
      tags(50);

      assertThat(decide()).isInstanceOf(Decision.NotDeployable.class);
      assertThat(decide().reason())
          .isEqualTo(
              "web:7 has 50 tags, and a copy needs one of Slipway's: ECS allows 50. Remove one from"
                  + " the task definition");
    }

    @Test
    void are_kept_but_for_slipways_and_awss_own() {
      tags(1);
      for (String key : List.of("slipway:tag", "slipway:event", "aws:cloudformation:x", "AWS:y")) {
        taskDefinition.withArray("tags").addObject().put("key", key).put("value", "old");
      }

      assertThat(deploy().tags()).containsExactly(Map.entry("key-0", "0"));
    }
  }

  @Test
  void a_container_of_no_ecr_repository_is_not_followed() {
    runs("nginx:1");
    candidates.clear();

    assertThat(decide()).isInstanceOf(Decision.NotFollowing.class);
    assertThat(decide().reason())
        .isEqualTo("it follows staging, but tag staging selects no image in web");
  }
}
