package dev.slipway.deploy;

import static dev.slipway.deploy.DeployScene.at;
import static dev.slipway.deploy.DeployScene.environment;
import static dev.slipway.deploy.FakeImageRegistry.digest;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.ecs.ServiceArn;
import dev.slipway.ecs.TaskDefinitionArn;
import dev.slipway.image.ImageReference;
import dev.slipway.record.Approval;
import dev.slipway.record.DeploymentOutcome;
import dev.slipway.record.DeploymentRecord;
import dev.slipway.record.Pause;
import dev.slipway.record.Pin;
import dev.slipway.record.RecordChange;
import dev.slipway.record.RecordedService;
import dev.slipway.record.Trigger;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Deployments that are tried again after an update that failed, or a message that came back. */
class TriedAgainTest {
  private static final Trigger.Operator ANN = new Trigger.Operator("r-1", "ann");
  private static final Trigger.Operator BOB = new Trigger.Operator("r-2", "bob");

  private final DeployScene scene = new DeployScene(environment("staging", "staging"));
  private final FakeEcs ecs = scene.ecs;

  private static void noToken() {
    throw new Throttled("Rate exceeded", new IllegalStateException());
  }

  /** A followed service web that runs image 1, which its tag selects. */
  private static ServiceArn webAtImage1(DeployScene scene) {
    ServiceArn web = scene.have("web", at("web", 1));
    scene.ecr.push("web", "staging", digest(1));
    scene.known(List.of(web));
    return web;
  }

  /** ECS throttles the update that this makes. */
  private void findsNoToken(ThrowingCallable update) {
    ecs.interruptions().before(FakeEcs.Operation.UPDATE_SERVICE, "web", TriedAgainTest::noToken);
    assertThatThrownBy(update).isInstanceOf(Throttled.class);
  }

  /** A revision of the family web: the images may be the same, the rest is not. */
  private TaskDefinitionArn revision(String memory, String image) {
    ObjectNode request =
        JsonNodeFactory.instance.objectNode().put("family", "web").put("memory", memory);
    request
        .putArray("containerDefinitions")
        .addObject()
        .put("name", "web")
        .put("image", image)
        .put("cpu", 0)
        .put("essential", true);
    return ecs.have(request);
  }

  private String memory(ServiceArn service) {
    return ecs.running(service).definition().path("memory").asText();
  }

  private void pin(ServiceArn web, TaskDefinitionArn revision, Trigger.Operator who) {
    scene.write(
        web,
        record ->
            record.withPin(
                Optional.of(
                    new Pin(
                        revision,
                        Map.of("web", ImageReference.parse(at("web", 1))),
                        Set.of(digest(3)),
                        who.by(),
                        scene.now,
                        who.eventId(),
                        false,
                        Optional.empty()))));
  }

  /** Ann's rollback to web:1 found no token; Bob chooses web:2, of the same image. */
  @Test
  void a_failed_update_is_not_tried_again_for_a_pin_of_another_revision_of_the_same_image() {
    TaskDefinitionArn first = revision("256", at("web", 1));
    TaskDefinitionArn second = revision("512", at("web", 1));
    ServiceArn web = ecs.have("main", "web", "staging", revision("1024", at("web", 3)));
    scene.ecr.push("web", "staging", digest(1));
    scene.ecr.push("web", "staging", digest(3));
    scene.known(List.of(web));
    pin(web, first, ANN);
    findsNoToken(() -> scene.check(web, ANN));

    pin(web, second, BOB);
    scene.check(web, BOB);
    scene.check(web, ANN);

    assertThat(memory(web)).as("of what Bob chose").isEqualTo("512");
  }

  /** The push brings what the rollback goes back to, but with the task definition of now. */
  @Test
  void a_failed_update_of_a_push_is_not_tried_again_for_a_rollback() {
    TaskDefinitionArn first = revision("256", at("web", 1));
    ServiceArn web = ecs.have("main", "web", "staging", revision("1024", at("web", 3)));
    scene.ecr.push("web", "staging", digest(3));
    scene.known(List.of(web));
    findsNoToken(() -> scene.push("web", 1));

    pin(web, first, ANN);
    scene.check(web, ANN);

    assertThat(memory(web)).as("of the revision that Ann went back to").isEqualTo("256");
  }

  /**
   * A message that is sent anew has another id at SQS. It goes by the first one's: otherwise the
   * lease of its own earlier try were another function's, which never comes back.
   */
  @Test
  void a_hint_that_was_sent_anew_waits_for_the_lease_of_its_own_earlier_try() {
    ServiceArn web = webAtImage1(scene);
    scene.ecr.push("web", "staging", digest(2));
    Hint hint =
        new Hint.CheckService(web, DeployScene.push("web", "staging", digest(2), scene.now));
    // first delivery: neither ECS nor the table takes anything
    ecs.interruptions()
        .before(
            FakeEcs.Operation.UPDATE_SERVICE,
            "web",
            () -> {
              scene.records.beforeNextWrite(() -> {
                throw new IllegalStateException("no table");
              });
              noToken();
            });
    assertThatThrownBy(() -> scene.handle(hint, "m-first")).isInstanceOf(PartialFailure.class);
    // second delivery, 5 seconds later: it is sent anew and deleted
    scene.now = scene.now.plusSeconds(5);
    ecs.interruptions().before(FakeEcs.Operation.DESCRIBE, "web", TriedAgainTest::noToken);
    assertThatThrownBy(() -> scene.handle(hint, "m-first")).isInstanceOf(Throttled.class);
    scene.now = scene.now.plusSeconds(5);

    // its only copy, which goes by the id of the first, while the lease is not over
    assertThatThrownBy(() -> scene.handle(hint, "m-first"))
        .hasMessageContaining("lease is not over");
  }

  /** The approval came while the push was being evaluated: after the attempt began. */
  @Test
  void an_approval_that_was_given_during_the_attempt_that_used_it_is_used() {
    DeployScene gated = DeployScene.withApproval();
    ServiceArn web = webAtImage1(gated);
    gated.records.beforeNextWrite(() -> approve(gated, web, 2, 3));
    gated.push("web", 2);
    assertThat(gated.ecs.images(web)).containsExactly(at("web", 2));
    deployed(gated, web);
    approve(gated, web, 3, -1);
    gated.push("web", 3);
    assertThat(gated.ecs.images(web)).containsExactly(at("web", 3));
    deployed(gated, web);

    gated.push("web", 2);

    assertThat(gated.ecs.images(web))
        .as("its approval was used, and another image has been deployed since")
        .containsExactly(at("web", 3));
  }

  /** It completes, and RolloutFunction records that. */
  private static void deployed(DeployScene scene, ServiceArn web) {
    scene.ecs.complete(web);
    RecordedService now = scene.records.read(web);
    scene.records.write(
        RecordChange.of(
            now.service(),
            now.service(),
            now.deployments()
                .getFirst()
                .ended(
                    DeploymentRecord.Ended.because(
                        DeploymentOutcome.DEPLOYED, scene.now, "it completed"))));
    scene.now = scene.now.plusSeconds(600);
    scene.ecs.pass(Duration.ofMinutes(10));
  }

  private static void approve(DeployScene scene, ServiceArn web, int image, int seconds) {
    scene.write(
        web,
        record ->
            record.approve(
                List.of(
                    new Approval(
                        digest(image), "ann", scene.now.plusSeconds(seconds), Optional.empty()))));
  }

  /** Who pushed is known to the first try alone. */
  @Test
  void a_deployment_whose_first_revision_was_deleted_is_credited_to_the_push_still() {
    ServiceArn web = webAtImage1(scene);
    findsNoToken(() -> scene.push("web", 2));
    ecs.delete(scene.newest(web).to().orElseThrow());

    scene.check(web, new Trigger.Sweep("s-1", scene.now));

    assertThat(ecs.images(web)).containsExactly(at("web", 2));
    assertThat(scene.newest(web).trigger()).isInstanceOf(Trigger.Push.class);
  }

  /** Another client deployed twice since, and deleted the first of its revisions. */
  @Test
  void an_intent_is_healed_although_a_revision_in_the_history_was_deleted() {
    ServiceArn web = webAtImage1(scene);
    findsNoToken(() -> scene.push("web", 2));
    TaskDefinitionArn other = revision("256", at("web", 5));
    ecs.deploy(web, other);
    ecs.complete(web);
    ecs.deploy(web, revision("512", at("web", 6)));
    ecs.complete(web);
    ecs.delete(other);

    scene.check(web, new Trigger.Sweep("s-1", scene.now));

    assertThat(scene.records.read(web).intent()).as("healed").isEmpty();
  }

  /** An operator pauses between the tries: that is why it was not started. */
  @Test
  void a_failed_update_that_is_not_tried_again_is_not_told_as_a_crash() {
    ServiceArn web = webAtImage1(scene);
    findsNoToken(() -> scene.push("web", 2));
    scene.write(
        web,
        record -> record.withPause(Optional.of(new Pause("ann", scene.now, Optional.empty()))));

    scene.push("web", 2);

    assertThat(scene.newest(web).ended().orElseThrow().why().orElseThrow())
        .doesNotContain("the function ended");
  }
}
