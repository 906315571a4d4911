package dev.slipway.operate;

import static dev.slipway.deploy.FakeImageRegistry.digest;
import static dev.slipway.deploy.FakeImageRegistry.uri;
import static dev.slipway.operate.Stack.ANN;
import static dev.slipway.operate.Stack.image;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.deploy.EcsClientError;
import dev.slipway.deploy.FakeEcs;
import dev.slipway.deploy.Hint;
import dev.slipway.ecs.ServiceArn;
import dev.slipway.ecs.TaskDefinitionArn;
import dev.slipway.image.ImageReference;
import dev.slipway.operate.RollbackCommand.RollbackPlan;
import dev.slipway.record.Block;
import dev.slipway.record.DeploymentRecord;
import dev.slipway.record.Pause;
import dev.slipway.record.Pin;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RollbackTest {
  private final Stack stack = new Stack();

  private RollbackPlan rollBack(String... revision) {
    return stack.rollBack("web", List.of(revision).stream().findFirst());
  }

  private RollbackPlan plan(String... revision) {
    return stack
        .rollback()
        .plan(
            ServiceSelector.parse("web"), List.of(revision).stream().findFirst(), ANN, stack.now())
        .plan();
  }

  private ServiceArn webWith(int number) {
    stack.ecr.push("web", "staging", digest(number));
    return stack.have("web", "web", image("web", number));
  }

  @Nested
  class Without_a_name {
    @Test
    void it_pins_the_last_good_deployment_by_its_digests_and_blocks_what_is_left() {
      ServiceArn web = webWith(1);
      stack.deployed(web, "web", 2);
      stack.loseHints();

      RollbackPlan plan = rollBack();

      assertThat(plan.to().shortName()).isEqualTo("web:1");
      assertThat(plan.blocked()).containsExactly(digest(2));
      Pin pin = stack.record(web).pin().orElseThrow();
      assertThat(pin)
          .isEqualTo(
              new Pin(
                  plan.to(),
                  pin.images(),
                  Set.of(digest(2)),
                  "ann",
                  stack.now(),
                  "request-1",
                  false,
                  Optional.empty()));
      assertThat(pin.images()).containsEntry("web", ImageReference.parse(image("web", 1)));
      assertThat(stack.record(web).blocked())
          .containsExactly(
              new Block(
                  digest(2), "web", stack.now(), "ann", Optional.empty(), "rolled back to web:1"));
      assertThat(stack.queue.sent()).last().isEqualTo(new Hint.CheckService(web, ANN));
      assertThat(stack.ecs.updates()).as("it leaves that to DeployFunction").hasSize(1);

      stack.work();
      stack.complete(web);

      assertThat(stack.ecs.images(web)).containsExactly(image("web", 1));
      assertThat(stack.record(web).pin().orElseThrow().applied()).isTrue();
    }

    @Test
    void a_plan_changes_nothing() {
      ServiceArn web = webWith(1);
      stack.deployed(web, "web", 2);
      var before = stack.record(web);
      int sent = stack.queue.sent().size();

      assertThat(plan().to().shortName()).isEqualTo("web:1");

      assertThat(stack.record(web)).isEqualTo(before);
      assertThat(stack.queue.sent()).hasSize(sent);
    }

    @Test
    void it_goes_back_further_when_asked_again() {
      ServiceArn web = webWith(1);
      stack.deployed(web, "web", 2);
      stack.deployed(web, "web", 3);
      assertThat(rollBack().blocked()).containsExactly(digest(3));
      stack.work();
      stack.complete(web);
      assertThat(stack.ecs.images(web)).containsExactly(image("web", 2));

      assertThat(rollBack().blocked()).containsExactly(digest(2));
      stack.work();
      stack.complete(web);

      assertThat(stack.ecs.images(web)).containsExactly(image("web", 1));
      assertThat(stack.record(web).blocked())
          .extracting(Block::digest)
          .containsExactly(digest(3), digest(2));
      assertThatThrownBy(() -> rollBack())
          .isInstanceOf(RejectedRequest.class)
          .hasMessageStartingWith(
              "main/web has no revision to go back to: no earlier deployment completed");
    }

    /** At three in the morning: the failure was rolled back, and what runs is the last good one. */
    @Test
    void it_does_not_leave_and_block_what_ecs_has_just_gone_back_to() {
      ServiceArn web = webWith(1);
      stack.deployed(web, "web", 2);
      stack.failed(web, "web", 3);

      assertThatThrownBy(() -> rollBack())
          .isInstanceOf(RejectedRequest.class)
          .hasMessage(
              "ECS has rolled web:3 back already, so main/web has web:2 again, which ran before. To"
                  + " go back further, and block what it has now: `slipway rollback main/web --to"
                  + " web:1`");
      assertThat(plan("web:1").blocked()).as("it can be said").containsExactly(digest(2));
    }

    @Test
    void it_says_that_ecs_has_gone_back_also_where_there_is_nothing_further() {
      ServiceArn web = webWith(1);
      stack.failed(web, "web", 2);

      assertThatThrownBy(() -> rollBack())
          .isInstanceOf(RejectedRequest.class)
          .hasMessageStartingWith(
              "ECS has rolled web:2 back already, so main/web has web:1 again, which ran before."
                  + " There is nothing to go back to from there: no earlier deployment completed")
          .hasMessageNotContaining("--to");
    }

    @Test
    void what_was_left_and_blocked_before_is_not_passed_over_again() {
      ServiceArn web = webWith(1);
      stack.deployed(web, "web", 2);
      stack.deployed(web, "web", 3);
      rollBack();
      stack.work();
      stack.complete(web);

      RollbackPlan plan = plan();

      assertThat(plan.passedOver()).as("web 3 was deployed, and is blocked").isEmpty();
      assertThat(plan.how()).doesNotContain("passed over", "not deployed");
    }

    @Test
    void a_candidate_that_is_not_deployed_yet_is_passed_over_and_not_blocked() {
      ServiceArn web = webWith(1);
      stack.deployed(web, "web", 2);
      stack.ecr.push("web", "staging", digest(3));

      RollbackPlan plan = rollBack();

      assertThat(plan.blocked()).containsExactly(digest(2));
      assertThat(stack.record(web).pin().orElseThrow().insteadOf())
          .containsExactlyInAnyOrder(digest(2), digest(3));
    }

    /** Fault 11: a deployment that no task has run for is not good, whatever its status. */
    @Test
    void fault_11_a_deployment_that_nothing_ran_for_is_no_target() {
      ServiceArn web = webWith(1);
      stack.deployed(web, "web", 2);
      stack.ecs.document(web).put("desiredCount", 0);
      stack.deployed(web, "web", 3);
      stack.ecs.document(web).put("desiredCount", 3);
      stack.deployed(web, "web", 4);

      assertThat(plan().images())
          .singleElement()
          .satisfies(change -> assertThat(change.to().toString()).isEqualTo(image("web", 2)));
    }

    /** Fault 23: what cannot be started again is passed over, and the plan says so. */
    @Test
    void fault_23_an_image_that_is_gone_leads_to_the_next_good_one() {
      ServiceArn web = webWith(1);
      stack.deployed(web, "web", 2);
      stack.deployed(web, "web", 3);
      stack.ecr.delete("web", digest(2));

      RollbackPlan plan = plan();

      assertThat(plan.to().shortName()).isEqualTo("web:1");
      assertThat(plan.how())
          .contains("web:2 is not taken, since web 000000000002 is no longer in Amazon ECR");
      assertThatThrownBy(() -> plan("2"))
          .hasMessageContaining("web:2 is not taken, since web 000000000002 is no longer");
    }

    @Test
    void an_image_that_is_archived_is_named_as_such() {
      ServiceArn web = webWith(1);
      stack.deployed(web, "web", 2);
      stack.deployed(web, "web", 3);
      stack.ecr.archive("web", digest(2));

      assertThat(plan().how())
          .contains("web:2 is not taken, since web 000000000002 is archived in Amazon ECR");
      assertThatThrownBy(() -> plan("2"))
          .hasMessageEndingWith(
              "is archived in Amazon ECR: choose another revision, or restore the image");
    }

    /** Fault 25: what differs in configuration alone is a target, and its image is not blocked. */
    @Test
    void fault_25_a_regression_in_configuration_alone_goes_back_to_the_same_image() {
      ServiceArn web = webWith(1);
      TaskDefinitionArn worse = stack.ecs.have(definition("web", image("web", 1), "BROKEN=1"));
      stack.ecs.pass(Duration.ofMinutes(5));
      stack.ecs.deploy(web, worse);
      stack.complete(web);

      RollbackPlan plan = rollBack();

      assertThat(plan.to().shortName()).isEqualTo("web:1");
      assertThat(plan.blocked()).isEmpty();
      stack.work();
      assertThat(stack.ecs.running(web).definition().toString()).doesNotContain("BROKEN");
      assertThat(stack.record(web).blocked()).isEmpty();
    }

    @Test
    void what_the_record_alone_remembers_is_a_target_too() {
      ServiceArn web = webWith(1);
      stack.deployed(web, "web", 2);
      stack.deployed(web, "web", 3);
      List<RollbackTarget.Completed> completed =
          RollbackTarget.completed(List.of(), Map.of(), stack.records.read(web));

      assertThat(completed)
          .extracting(good -> good.revision().shortName())
          .containsExactly("web:3", "web:2");
      assertThat(completed.getFirst().digests()).containsEntry("web", digest(3));
    }
  }

  private static ObjectNode definition(String family, String image, String environment) {
    ObjectNode request = JsonNodeFactory.instance.objectNode().put("family", family);
    ObjectNode container =
        request
            .putArray("containerDefinitions")
            .addObject()
            .put("name", "web")
            .put("image", image)
            .put("cpu", 0)
            .put("essential", true);
    String[] variable = environment.split("=", -1);
    container
        .putArray("environment")
        .addObject()
        .put("name", variable[0])
        .put("value", variable[1]);
    return request;
  }

  @Nested
  class A_revision_that_names_a_tag {
    /**
     * Fault 21: the first revision names the tag that has moved to the bad image since. What runs
     * is the digest that ECS recorded for it.
     */
    @Test
    void fault_21_is_deployed_by_the_digest_that_ran() {
      stack.ecr.push("web", "staging", digest(1));
      ServiceArn web = stack.have("web", "web", uri("web") + ":staging");
      stack.deployed(web, "web", 2);

      RollbackPlan plan = rollBack();
      stack.work();
      stack.complete(web);

      assertThat(plan.to().shortName()).isEqualTo("web:1");
      assertThat(plan.unrecorded()).isEmpty();
      assertThat(stack.ecs.images(web)).containsExactly(image("web", 1));
      assertThat(stack.record(web).blocked()).extracting(Block::digest).containsExactly(digest(2));
    }

    @Test
    void of_which_nobody_recorded_a_digest_is_taken_only_by_its_name_and_said_so() {
      stack.ecr.push("web", "old", digest(1));
      stack.ecs.resolveTags(ImageReference::digest);
      ServiceArn web =
          stack.ecs.have(
              "main", "web", "staging", stack.ecs.have("web", "web", uri("web") + ":old"));
      stack.deployed(web, "web", 2);

      assertThatThrownBy(() -> plan())
          .hasMessageContaining("nobody recorded which digest its container web ran");

      RollbackPlan named = plan("web:1");
      assertThat(named.unrecorded()).containsExactly("web");
      assertThat(named.how()).contains("nobody recorded which digest web ran", "web 000000000001");
    }
  }

  @Nested
  class A_revision_by_its_name {
    @Test
    void is_taken_by_number_or_name() {
      ServiceArn web = webWith(1);
      stack.deployed(web, "web", 2);
      stack.deployed(web, "web", 3);

      assertThat(plan("1").to().shortName()).isEqualTo("web:1");
      assertThat(plan("web:1").to().shortName()).isEqualTo("web:1");
    }

    /** Fault 20: another family's revision would run with another family's roles. */
    @Test
    void fault_20_is_of_the_services_own_family() {
      ServiceArn web = webWith(1);
      stack.ecs.have("admin", "web", image("web", 5));
      stack.deployed(web, "web", 2);

      assertThatThrownBy(() -> rollBack("admin:1"))
          .isInstanceOf(RejectedRequest.class)
          .hasMessage("admin:1 is not of the service's family, web");
      assertThat(stack.record(web).pin()).isEmpty();
    }

    /** Fault 22: CloudFormation and others deregister the revision before as a habit. */
    @Test
    void fault_22_may_be_inactive() {
      ServiceArn web = webWith(1);
      TaskDefinitionArn first = stack.revision(web);
      stack.deployed(web, "web", 2);
      stack.ecs.deregister(first);

      assertThat(rollBack().to()).isEqualTo(first);
      stack.work();

      assertThat(stack.ecs.images(web)).containsExactly(image("web", 1));
      assertThat(stack.revision(web)).as("a copy").isNotEqualTo(first);
    }

    /** Fault 24: a revision that ECS does not have any more is found out when it is asked for. */
    @Test
    void fault_24_that_ecs_does_not_have_any_more_is_rejected() {
      ServiceArn web = webWith(1);
      TaskDefinitionArn first = stack.revision(web);
      stack.deployed(web, "web", 2);
      stack.ecs.delete(first);

      assertThatThrownBy(() -> rollBack("web:1"))
          .isInstanceOf(RejectedRequest.class)
          .hasMessage(
              "there is no revision web:1. main/web has web:2, and `slipway history main/web` lists"
                  + " what it had before");
      assertThatThrownBy(() -> rollBack())
          .hasMessageContaining("web:1 is not taken, since it cannot be read");
    }

    @Test
    void that_the_service_has_is_rejected() {
      ServiceArn web = webWith(1);
      stack.deployed(web, "web", 2);

      assertThatThrownBy(() -> rollBack("2")).hasMessage("web:2 is what the service has");
    }

    @Test
    void with_a_blocked_image_is_rejected() {
      ServiceArn web = webWith(1);
      stack.failed(web, "web", 2);
      stack.deployed(web, "web", 3);

      assertThatThrownBy(() -> rollBack("2"))
          .isInstanceOf(RejectedRequest.class)
          .hasMessageStartingWith("image 000000000002 of web in web:2 is blocked since");
      assertThat(plan().to().shortName()).as("it is no target either").isEqualTo("web:1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"web:x", "a b", ":", "web:0"})
    void must_be_one(String revision) {
      webWith(1);

      assertThatThrownBy(() -> rollBack(revision))
          .isInstanceOf(MalformedRequest.class)
          .hasMessageStartingWith("revision: not a revision: \"" + revision);
    }
  }

  @Nested
  class A_deployment_under_way {
    private final ServiceArn web = webWith(1);

    A_deployment_under_way() {
      stack.deployed(web, "web", 2);
      stack.push("web", 3);
    }

    @Test
    void of_slipways_is_stopped_where_ecs_goes_back_to_just_that() {
      int sent = stack.queue.sent().size();

      RollbackPlan plan = rollBack();

      assertThat(plan.to().shortName()).isEqualTo("web:2");
      assertThat(plan.how()).startsWith("the deployment under way is stopped, and ECS itself");
      DeploymentRecord stopped = stack.deployments(web).getFirst();
      assertThat(stopped.stop()).contains(new DeploymentRecord.Stop("ann", stack.now()));
      assertThat(stack.queue.sent()).as("a hint would deploy over it").hasSize(sent);
      assertThat(stack.revision(web).shortName()).isEqualTo("web:2");

      stack.check(web);
      stack.ecs.finishRollback(web);
      stack.report(web);
      stack.work();

      assertThat(stack.ecs.updates()).as("nothing is deployed over ECS's rollback").hasSize(2);
      assertThat(stack.record(web).pin().orElseThrow().applied()).isTrue();
      assertThat(stack.record(web).blocked()).extracting(Block::digest).containsExactly(digest(3));
    }

    @Test
    void is_deployed_over_where_another_revision_is_wanted() {
      RollbackPlan plan = rollBack("1");

      assertThat(plan.to().shortName()).isEqualTo("web:1");
      assertThat(plan.planned().stop()).isEmpty();
      assertThat(plan.how()).startsWith("DeployFunction deploys a copy of web:1");
      assertThat(stack.queue.sent()).last().isEqualTo(new Hint.CheckService(web, ANN));
    }

    @Test
    void that_has_ended_meanwhile_is_deployed_over_and_not_taken_for_one_that_ecs_rolls_back() {
      stack.ecs.interruptions().before(FakeEcs.Operation.STOP, "", () -> stack.ecs.complete(web));

      RollbackPlan plan = rollBack();

      assertThat(plan.how())
          .isEqualTo(
              "the deployment under way had ended already: DeployFunction deploys a copy of web:2");
      assertThat(stack.deployments(web).getFirst().stop()).isEmpty();
      assertThat(stack.queue.sent()).last().isEqualTo(new Hint.CheckService(web, ANN));

      stack.work();
      assertThat(stack.ecs.images(web)).containsExactly(image("web", 2));
    }

    @Test
    void that_ecs_refuses_to_stop_is_deployed_over_and_the_refusal_told() {
      stack
          .ecs
          .interruptions()
          .before(
              FakeEcs.Operation.STOP,
              "",
              () -> {
                throw new EcsClientError(
                    "AccessDeniedException: not authorized to stop", new IllegalStateException());
              });

      assertThat(rollBack().how())
          .isEqualTo(
              "the deployment under way could not be stopped (AccessDeniedException: not authorized"
                  + " to stop): DeployFunction deploys a copy of web:2");
      assertThat(stack.deployments(web).getFirst().stop()).isEmpty();
    }

    @Test
    void of_another_client_is_deployed_over() {
      TaskDefinitionArn other = stack.ecs.have("web", "web", image("web", 7));
      stack.ecs.pass(Duration.ofMinutes(1));
      stack.ecs.deploy(web, other);

      RollbackPlan plan = rollBack();

      assertThat(plan.planned().stop()).isEmpty();
      assertThat(plan.to().shortName()).isEqualTo("web:2");
      assertThat(plan.blocked()).contains(digest(7));
    }

    @Test
    void is_rolled_back_once() {
      rollBack();

      assertThatThrownBy(() -> rollBack())
          .isInstanceOf(RejectedRequest.class)
          .hasMessageContaining("ECS is rolling main/web back already");
    }
  }

  @Test
  void is_rejected_while_ecs_goes_back_by_itself() {
    ServiceArn web = webWith(1);
    stack.push("web", 2);
    stack.ecs.fail(web);

    assertThatThrownBy(() -> rollBack())
        .hasMessage("ECS is rolling main/web back already, to web:1: try again when that is done");
  }

  @Test
  void passes_a_pause_and_says_so() {
    ServiceArn web = webWith(1);
    stack.deployed(web, "web", 2);
    stack.write(
        web,
        record -> record.withPause(Optional.of(new Pause("bob", stack.now(), Optional.empty()))));

    assertThat(rollBack().how()).contains("the service is paused by bob");
    stack.work();

    assertThat(stack.ecs.images(web)).containsExactly(image("web", 1));
  }

  @Test
  void a_writer_that_comes_in_between_loses_nothing_and_is_planned_with() {
    ServiceArn web = webWith(1);
    stack.deployed(web, "web", 2);
    stack.records.beforeNextWrite(() ->
        stack.write(
            web,
            record ->
                record.withPause(Optional.of(new Pause("bob", stack.now(), Optional.empty())))));

    rollBack();

    assertThat(stack.record(web).pause()).isPresent();
    assertThat(stack.record(web).pin()).isPresent();
  }

  @Test
  void is_rejected_when_others_write_all_the_time() {
    ServiceArn web = webWith(1);
    stack.deployed(web, "web", 2);
    keepWriting(web, 100);

    assertThatThrownBy(() -> rollBack())
        .isInstanceOf(RejectedRequest.class)
        .hasMessageStartingWith("others are writing the record of main/web all the time");
    assertThat(stack.record(web).pin()).isEmpty();
  }

  @Test
  void is_carried_out_although_the_record_does_not_take_that_ecs_refused_to_stop() {
    ServiceArn web = webWith(1);
    stack.push("web", 2);
    stack
        .ecs
        .interruptions()
        .before(
            FakeEcs.Operation.STOP,
            "",
            () -> {
              keepWriting(web, 100);
              throw new IllegalStateException("throttled");
            });

    assertThatThrownBy(() -> rollBack()).isInstanceOf(IllegalStateException.class);

    assertThat(stack.queue.sent())
        .last()
        .isInstanceOfSatisfying(
            Hint.CheckService.class, hint -> assertThat(hint.service()).isEqualTo(web));
  }

  private void keepWriting(ServiceArn web, int times) {
    if (times > 0) {
      stack.records.beforeNextWrite(() -> {
        stack.write(web, record -> record);
        keepWriting(web, times - 1);
      });
    }
  }

  @Test
  void is_rejected_where_nothing_can_be_deployed() {
    ServiceArn web = webWith(1);
    stack.ecs.document(web).putObject("deploymentController").put("type", "CODE_DEPLOY");

    assertThatThrownBy(() -> rollBack())
        .isInstanceOf(RejectedRequest.class)
        .hasMessageContaining("only AWS CodeDeploy can deploy to it");
  }

  @Test
  void several_containers_block_what_each_leaves_and_the_target_lacks() {
    stack.ecr.push("web", "staging", digest(1));
    stack.ecr.push("proxy", "staging", digest(5));
    ServiceArn web = stack.have("web", "web", image("web", 1), "proxy", image("proxy", 5));
    stack.deployed(web, "web", 2);

    RollbackPlan plan = rollBack();

    assertThat(plan.blocked()).containsExactly(digest(2));
    assertThat(stack.record(web).pin().orElseThrow().insteadOf()).containsExactly(digest(2));
  }
}
