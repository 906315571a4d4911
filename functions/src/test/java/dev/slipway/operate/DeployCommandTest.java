package dev.slipway.operate;

import static dev.slipway.deploy.FakeImageRegistry.digest;
import static dev.slipway.deploy.FakeImageRegistry.uri;
import static dev.slipway.operate.Stack.ANN;
import static dev.slipway.operate.Stack.image;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.deploy.EcsClientError;
import dev.slipway.deploy.FakeEcs;
import dev.slipway.deploy.FakeImageRegistry;
import dev.slipway.deploy.Hint;
import dev.slipway.ecs.ServiceArn;
import dev.slipway.image.Candidate;
import dev.slipway.image.ImageDigest;
import dev.slipway.image.ImageReference;
import dev.slipway.image.ImageTag;
import dev.slipway.image.Platform;
import dev.slipway.operate.DeployCommand.Wanted;
import dev.slipway.record.Block;
import dev.slipway.record.DeployRequest;
import dev.slipway.record.DeploymentRecord;
import dev.slipway.record.Pause;
import dev.slipway.record.Pin;
import dev.slipway.record.Trigger;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class DeployCommandTest {
  private static final Scope STAGING = new Scope.OfEnvironment("staging");
  private static final Wanted PLAIN =
      new Wanted(Optional.empty(), Optional.empty(), false, false, Optional.empty());
  private static final Wanted UNBLOCK =
      new Wanted(Optional.empty(), Optional.empty(), true, false, Optional.empty());
  private static final Wanted FORCE =
      new Wanted(Optional.empty(), Optional.empty(), false, true, Optional.empty());

  private final Stack stack = new Stack();

  private static Wanted tag(String tag) {
    return new Wanted(
        Optional.of(new ImageTag(tag)), Optional.empty(), false, false, Optional.empty());
  }

  private static Wanted digested(int number, boolean unblock) {
    return new Wanted(
        Optional.empty(), Optional.of(digest(number)), unblock, false, Optional.empty());
  }

  private List<DeployPlan> deployAll(Wanted wanted) {
    return stack.deploy().plan(STAGING, wanted, ANN, stack.now()).stream()
        .map(plan -> Stack.accepted(EachService.apply(plan, stack.changes)))
        .toList();
  }

  private DeployPlan deploy(Wanted wanted) {
    return deployAll(wanted).getFirst();
  }

  private ServiceArn webWith(int number) {
    stack.ecr.push("web", "staging", digest(number));
    return stack.have("web", "web", image("web", number));
  }

  private void pause(ServiceArn service) {
    stack.write(
        service,
        record ->
            record.withPause(Optional.of(new Pause("bob", stack.now(), Optional.of("freeze")))));
  }

  @Test
  void what_a_tag_points_at_is_read_again_where_another_writer_comes_in_between() {
    ServiceArn web = webWith(1);
    stack.ecr.push("web", "v1", digest(2));
    stack.records.beforeNextWrite(() -> {
      stack.ecr.push("web", "v1", digest(3));
      stack.write(web, record -> record);
    });

    deploy(tag("v1"));

    assertThat(stack.record(web).pin().orElseThrow().images())
        .containsEntry("web", ImageReference.parse(image("web", 3)));
  }

  @Test
  void what_was_shown_is_held_to_where_another_writer_comes_in_between() {
    ServiceArn web = webWith(1);
    ServiceArn other = stack.have("other", "web", image("web", 1));
    stack.ecr.push("web", "v1", digest(2));
    List<Planned<ServiceResult<DeployPlan>>> plans =
        stack.deploy().plan(STAGING, tag("v1"), ANN, stack.now());
    Consent consent = Consent.to(plans.stream().flatMap(it -> it.plan().facts().stream()).toList());
    ServiceArn first = plans.getFirst().plan().service().arn();
    stack.records.beforeNextWrite(() -> {
      stack.ecr.push("web", "v1", digest(3));
      stack.write(first, record -> record);
    });

    List<ServiceResult<DeployPlan>> applied =
        plans.stream()
            .map(plan -> EachService.apply(consent.holding(plan), stack.changes))
            .toList();

    assertThat(applied).hasSize(2);
    assertThat(Stack.accepted(applied.getLast()).decision()).isEqualTo("Deploy");
    assertThat(Stack.rejected(applied.getFirst()).why())
        .isEqualTo(
            "nothing was changed at %1$s, since it is no longer what was shown. No longer: %1$s: container web gets web@000000000002. Instead: %1$s: container web gets web@000000000003."
                .formatted(first.shortName()));
    assertThat(stack.record(first).pin()).isEmpty();
    assertThat(stack.record(first.equals(web) ? other : web).pin()).isPresent();
  }

  @Test
  void what_was_shown_is_done_where_a_writer_in_between_changes_nothing_of_it() {
    ServiceArn web = webWith(1);
    stack.ecr.push("web", "v1", digest(2));
    Planned<ServiceResult<DeployPlan>> plan =
        stack.deploy().plan(STAGING, tag("v1"), ANN, stack.now()).getFirst();
    stack.records.beforeNextWrite(() -> stack.write(web, record -> record));

    DeployPlan applied =
        Stack.accepted(
            EachService.apply(Consent.to(plan.plan().facts()).holding(plan), stack.changes));

    assertThat(applied.decision()).isEqualTo("Deploy");
    assertThat(stack.record(web).pin()).isPresent();
  }

  @Test
  void what_is_unblocked_is_said_of_every_image() {
    stack.ecr.push("web", "staging", digest(1));
    stack.ecr.push("proxy", "staging", digest(2));
    ServiceArn web = stack.have("web", "web", image("web", 1), "proxy", image("proxy", 2));
    stack.ecr.push("web", "staging", digest(3));
    stack.ecr.push("proxy", "staging", digest(4));
    stack.write(
        web,
        record ->
            record.block(
                List.of(
                    new Block(digest(3), "web", stack.now(), "ann", Optional.empty(), "bad"),
                    new Block(digest(4), "proxy", stack.now(), "ann", Optional.empty(), "bad"))));

    DeployPlan plan = deploy(UNBLOCK);

    assertThat(plan.decision()).isEqualTo("Deploy");
    assertThat(plan.unblocked()).containsExactlyInAnyOrder(digest(3), digest(4));
    assertThat(plan.reason()).contains("unblocked: ", "000000000003", "000000000004");
    assertThat(plan.facts())
        .contains(
            "main/web: %s is unblocked".formatted(digest(3)),
            "main/web: %s is unblocked".formatted(digest(4)),
            "main/web: container proxy gets %s".formatted(image("proxy", 4)));
  }

  /** One service that cannot be evaluated keeps no digest of the others from being known. */
  @Test
  void a_digest_by_its_beginning_is_found_although_one_service_cannot_be_evaluated() {
    ServiceArn web = webWith(1);
    stack.ecr.push("odd", "staging", digest(2));
    stack.have("odd", "web", image("odd", 2));
    Runnable fault =
        () -> {
          throw new IllegalStateException("ecr:BatchGetImage failed: KmsError");
        };
    KnownDigests known =
        new KnownDigests(stack.directory, stack.reader, stack.evaluator, stack.records);
    stack.write(
        web,
        record ->
            record.block(
                List.of(new Block(digest(7), "web", stack.now(), "ann", Optional.empty(), "bad"))));

    stack.ecr.interruptions().before(FakeImageRegistry.Operation.CANDIDATE, "odd", fault);
    assertThat(known.find(STAGING, digest(7).abbreviated(), stack.now())).isEqualTo(digest(7));
    stack.ecr.interruptions().before(FakeImageRegistry.Operation.CANDIDATE, "odd", fault);
    assertThat(known.find(STAGING, digest(2).abbreviated(), stack.now()))
        .as("the record knows what it runs")
        .isEqualTo(digest(2));
    stack.ecr.interruptions().before(FakeImageRegistry.Operation.CANDIDATE, "odd", fault);
    assertThatThrownBy(() -> known.find(STAGING, "abcdef012345", stack.now()))
        .isInstanceOf(RejectedRequest.class)
        .hasMessageStartingWith(
            "digest: no image that was deployed or is selected begins with abcdef012345: say all 64"
                + " digits (main/odd could not be evaluated: ecr:BatchGetImage failed: KmsError)");
  }

  @Nested
  class What_the_environment_selects {
    @Test
    void is_asked_for_in_the_record_where_it_differs_and_nowhere_else() {
      stack.ecr.push("web", "staging", digest(2));
      ServiceArn current = stack.have("current", "web", image("web", 2));
      ServiceArn old =
          stack.ecs.have("main", "old", "staging", stack.ecs.have("old", "web", image("web", 1)));

      List<DeployPlan> results = deployAll(PLAIN);

      assertThat(results).extracting(DeployPlan::decision).containsExactly("Current", "Deploy");
      assertThat(stack.record(old).request())
          .contains(new DeployRequest("request-1", "ann", stack.now(), false, Optional.empty()));
      assertThat(stack.record(current).request()).isEmpty();
      assertThat(stack.queue.sent()).containsExactly(new Hint.CheckService(old, ANN));

      stack.work();
      assertThat(stack.ecs.images(old)).containsExactly(image("web", 2));
      assertThat(stack.deployments(old).getFirst().trigger())
          .isEqualTo(new Trigger.Operator("request-1", "ann"));
      assertThat(stack.record(old).request()).as("it is carried out").isEmpty();
    }

    @Test
    void is_only_planned_in_a_dry_run() {
      ServiceArn web = webWith(1);
      stack.failed(web, "web", 2);
      var before = stack.record(web);

      DeployPlan result =
          Stack.accepted(stack.deploy().plan(STAGING, UNBLOCK, ANN, stack.now()).getFirst().plan());

      assertThat(result.decision()).isEqualTo("Deploy");
      assertThat(result.unblocked()).containsExactly(digest(2));
      assertThat(stack.record(web)).isEqualTo(before);
    }

    /** Fault 27: a person's explicit command passes a pause, and says so. */
    @Test
    void fault_27_passes_a_pause_and_says_so() {
      ServiceArn web = webWith(1);
      pause(web);
      stack.push("web", 2);
      assertThat(stack.ecs.images(web)).containsExactly(image("web", 1));

      DeployPlan result = deploy(PLAIN);
      stack.work();

      assertThat(result.reason()).contains("the service is paused by bob");
      assertThat(stack.ecs.images(web)).containsExactly(image("web", 2));
      assertThat(stack.record(web).pause()).as("it stays paused").isPresent();
    }

    @Test
    void ends_drift_and_says_so() {
      ServiceArn web = webWith(1);
      stack.deployed(web, "web", 2);
      stack.ecs.pass(Duration.ofMinutes(5));
      stack.ecs.deploy(web, stack.ecs.have("web", "web", image("web", 1)));
      stack.ecs.complete(web);
      stack.check(web);
      assertThat(stack.ecs.images(web)).as("drift is held").containsExactly(image("web", 1));

      assertThat(deploy(PLAIN).reason()).contains("it ends the drift");
      stack.work();

      assertThat(stack.ecs.images(web)).containsExactly(image("web", 2));
    }

    @Test
    void is_held_by_a_block_until_it_is_unblocked_and_the_pin_ends_with_it() {
      ServiceArn web = webWith(1);
      stack.deployed(web, "web", 2);
      stack.rollBack("web", Optional.empty());
      stack.work();
      stack.complete(web);
      assertThat(deploy(PLAIN).decision()).isEqualTo("Held");
      assertThat(stack.record(web).request()).isEmpty();

      DeployPlan result = deploy(UNBLOCK);
      stack.work();

      assertThat(result.unblocked()).containsExactly(digest(2));
      assertThat(result.reason()).contains("unblocked: 000000000002", "the pin of web:1 ends");
      assertThat(stack.record(web).blocked()).isEmpty();
      assertThat(stack.record(web).pin()).isEmpty();
      assertThat(stack.ecs.images(web)).containsExactly(image("web", 2));
    }

    @Test
    void is_unblocked_with_its_platforms_manifests_and_nothing_else_is() {
      ServiceArn web = webWith(1);
      stack.ecr.put(
          "web",
          "staging",
          new Candidate.Image(
              digest(2),
              "application/vnd.oci.image.index.v1+json",
              Set.of(),
              Set.of(digest(21), digest(22))));
      block(web, digest(21));
      block(web, digest(9));

      assertThat(deploy(UNBLOCK).unblocked()).containsExactly(digest(21));

      assertThat(stack.record(web).blocked()).extracting(Block::digest).containsExactly(digest(9));
    }
  }

  private void block(ServiceArn service, ImageDigest digest) {
    stack.write(
        service,
        record ->
            record.block(
                List.of(
                    new Block(
                        digest, "web", stack.now(), Block.SLIPWAY, Optional.empty(), "bad"))));
  }

  @Nested
  class Forced {
    @Test
    void the_tasks_of_a_service_that_is_current_are_replaced() {
      ServiceArn web = webWith(1);
      assertThat(deploy(PLAIN).decision()).isEqualTo("Current");

      assertThat(deploy(FORCE).decision()).isEqualTo("Deploy");
      stack.work();

      assertThat(stack.ecs.updates()).hasSize(1);
      assertThat(stack.ecs.images(web)).containsExactly(image("web", 1));
    }

    /** Fault 26: the first deployment failed, and no push is to come. */
    @Test
    void fault_26_a_deployment_that_failed_is_started_again() {
      stack.ecr.push("web", "staging", digest(1));
      ServiceArn web = stack.have("web", "web", image("web", 1));
      stack
          .ecs
          .document(web)
          .withArray("deployments")
          .forEach(deployment -> ((ObjectNode) deployment).put("rolloutState", "FAILED"));
      assertThat(deploy(PLAIN).decision()).isEqualTo("Held");
      assertThat(deploy(PLAIN).reason()).contains("slipway deploy main/web --force");

      assertThat(deploy(FORCE).decision()).isEqualTo("Deploy");
      stack.work();

      assertThat(stack.ecs.updates()).hasSize(1);
    }
  }

  @Nested
  class An_image_of_the_operators_choice {
    @Test
    void is_pinned_instead_of_what_is_selected_until_another_is_pushed() {
      ServiceArn web = webWith(1);
      stack.ecr.push("web", "hotfix", digest(3));

      DeployPlan result = deploy(tag("hotfix"));
      stack.work();
      stack.complete(web);

      assertThat(result.reason())
          .startsWith(
              "tag hotfix was asked for: web gets 000000000003 instead of 000000000001, which tag"
                  + " staging selects");
      Pin pin = stack.record(web).pin().orElseThrow();
      assertThat(pin.insteadOf()).containsExactly(digest(1));
      assertThat(pin.applied()).isTrue();
      assertThat(stack.record(web).blocked()).as("what is passed over is not bad").isEmpty();
      assertThat(stack.ecs.images(web)).containsExactly(image("web", 3));

      stack.check(web);
      assertThat(stack.ecs.images(web)).containsExactly(image("web", 3));
      stack.deployed(web, "web", 4);
      assertThat(stack.ecs.images(web)).containsExactly(image("web", 4));
      assertThat(stack.record(web).pin()).isEmpty();
    }

    @Test
    void that_is_deleted_is_not_started_again() {
      webWith(1);
      stack.ecr.delete("web", digest(1));

      ServiceResult<DeployPlan> result =
          EachService.apply(
              stack.deploy().plan(STAGING, FORCE, ANN, stack.now()).getFirst(), stack.changes);
      assertThat(((ServiceResult.Rejected<DeployPlan>) result).why())
          .startsWith(
              "web 000000000001 is no longer in Amazon ECR: no new task could start with it");
    }

    @Test
    void that_runs_already_is_pinned_and_its_tasks_are_replaced_with_force() {
      ServiceArn web = webWith(1);
      stack.ecr.push("web", "staging", digest(2));
      Wanted again =
          new Wanted(Optional.empty(), Optional.of(digest(1)), false, true, Optional.empty());

      DeployPlan result = deploy(again);
      stack.work();
      stack.complete(web);

      assertThat(result.reason())
          .startsWith("digest 000000000001 was asked for: its tasks are replaced instead of");
      assertThat(stack.ecs.updates()).hasSize(1);
      assertThat(stack.ecs.images(web)).containsExactly(image("web", 1));
      assertThat(stack.record(web).pin().orElseThrow().insteadOf()).containsExactly(digest(2));
      stack.check(web);
      assertThat(stack.ecs.updates()).as("once").hasSize(1);
    }

    @Test
    void that_is_the_selected_one_is_a_plain_deployment() {
      ServiceArn web = webWith(1);
      pause(web);
      stack.push("web", 2);

      assertThat(deploy(digested(2, false)).decision()).isEqualTo("Deploy");

      assertThat(stack.record(web).pin()).isEmpty();
      assertThat(stack.record(web).request()).isPresent();
    }

    /** To choose what is selected is to end the choice of something else. */
    @Test
    void that_is_the_selected_one_ends_the_pin_of_another() {
      ServiceArn web = webWith(1);
      stack.ecr.push("web", "hotfix", digest(3));
      deploy(tag("hotfix"));
      stack.work();
      stack.complete(web);
      assertThat(stack.ecs.images(web)).containsExactly(image("web", 3));

      DeployPlan result = deploy(digested(1, false));
      stack.work();
      stack.complete(web);

      assertThat(result.reason())
          .isEqualTo(
              "tag staging now selects another image: web 000000000001; the pin of image"
                  + " 000000000003 of web ends");
      assertThat(stack.record(web).pin()).isEmpty();
      assertThat(stack.ecs.images(web)).containsExactly(image("web", 1));
    }

    /** Once the pipeline selects what was pinned, it may go back to what the pin passed over. */
    @Test
    void is_pinned_no_more_once_it_is_selected() {
      ServiceArn web = webWith(1);
      stack.ecr.push("web", "hotfix", digest(3));
      deploy(tag("hotfix"));
      stack.work();
      stack.complete(web);
      assertThat(stack.record(web).pin()).isPresent();

      stack.push("web", 3);
      assertThat(stack.record(web).pin()).isEmpty();
      assertThat(stack.ecs.images(web)).containsExactly(image("web", 3));

      stack.deployed(web, "web", 1);
      assertThat(stack.ecs.images(web)).containsExactly(image("web", 1));
    }

    /** Of two repositories one still has what the pin passes over. */
    @Test
    void is_pinned_as_long_as_anything_else_is_selected() {
      stack.ecr.push("web", "staging", digest(1));
      stack.ecr.push("proxy", "staging", digest(5));
      ServiceArn web = stack.have("web", "web", image("web", 1), "proxy", image("proxy", 5));
      stack.ecr.push("web", "hotfix", digest(3));
      stack.ecr.push("proxy", "hotfix", digest(6));
      deploy(tag("hotfix"));
      stack.work();
      stack.complete(web);

      stack.push("web", 3);

      assertThat(stack.record(web).pin()).isPresent();
      stack.check(web);
      assertThat(stack.ecs.images(web)).containsExactly(image("web", 3), image("proxy", 6));
    }

    @Test
    void that_is_blocked_is_held_until_it_is_unblocked() {
      ServiceArn web = webWith(1);
      stack.ecr.push("web", "hotfix", digest(3));
      block(web, digest(3));
      assertThat(deploy(digested(3, false)).decision()).isEqualTo("Held");
      assertThat(stack.record(web).pin()).isEmpty();
      assertThat(deploy(digested(3, false)).reason())
          .as("the remedy deploys what was asked for, not what is selected")
          .endsWith(
              "Push another, or deploy it anyway: `slipway deploy main/web --digest 000000000003"
                  + " --unblock`");
      assertThat(deploy(tag("hotfix")).reason())
          .endsWith(
              "Push another, or deploy it anyway: `slipway deploy main/web --tag hotfix"
                  + " --unblock`");

      DeployPlan result = deploy(digested(3, true));

      assertThat(result.decision()).isEqualTo("Deploy");
      assertThat(result.unblocked()).containsExactly(digest(3));
      assertThat(stack.record(web).blocked()).isEmpty();
    }

    @Test
    void that_runs_although_it_is_blocked_is_kept_once_it_is_unblocked() {
      ServiceArn web = webWith(1);
      stack.ecr.push("web", "staging", digest(2));
      block(web, digest(1));
      block(web, digest(2));
      assertThat(deploy(PLAIN).reason())
          .endsWith("To keep it: `slipway deploy main/web --digest 000000000001 --unblock`");

      DeployPlan result = deploy(digested(1, true));

      assertThat(result.decision()).isEqualTo("Current");
      assertThat(result.unblocked()).containsExactly(digest(1));
      assertThat(stack.record(web).blocked()).extracting(Block::digest).containsExactly(digest(2));
      assertThat(stack.ecs.updates()).isEmpty();
    }

    /** The revision that was there before says nothing of the image that was asked for. */
    @Test
    void is_what_is_said_to_be_pinned() {
      ServiceArn web = webWith(1);
      stack.ecr.push("web", "hotfix", digest(3));
      deploy(tag("hotfix"));
      stack.work();
      stack.complete(web);

      assertThat(stack.deployments(web).getFirst().reason())
          .isEqualTo("ann chose image 000000000003 of web");
      assertThat(deploy(PLAIN).reason())
          .startsWith("image 000000000003 of web is pinned: ann chose it at ")
          .contains(" instead of 000000000001");
    }

    @Test
    void for_another_platform_is_not_deployable_by_the_same_rules_as_ever() {
      ServiceArn web = webWith(1);
      stack.ecs.document(web).put("launchType", "FARGATE");
      stack.ecr.push("web", "arm", digest(3), Set.of(new Platform("linux", "arm64")));

      DeployPlan result = deploy(digested(3, false));

      assertThat(result.decision()).isEqualTo("NotDeployable");
      assertThat(result.reason()).contains("is for linux/arm64");
      assertThat(stack.record(web).pin()).isEmpty();
    }

    @Test
    void can_be_had_where_the_environment_selects_nothing_yet() {
      ServiceArn web = stack.have("web", "web", image("web", 1));
      stack.ecr.push("web", "hotfix", digest(3));

      assertThat(deploy(digested(3, false)).decision()).isEqualTo("Deploy");
      stack.work();

      assertThat(stack.ecs.images(web)).containsExactly(image("web", 3));
    }

    @Test
    void that_a_service_has_is_current() {
      stack.ecr.push("web", "staging", digest(1));
      ServiceArn web = stack.have("web", "web", image("web", 1));
      stack.ecr.push("web", "hotfix", digest(1));

      assertThat(deploy(tag("hotfix")).decision()).isEqualTo("Current");
      assertThat(stack.record(web).pin()).isEmpty();
    }

    @Test
    void that_no_repository_has_is_rejected() {
      webWith(1);

      assertThat(
              Stack.rejected(
                      stack
                          .deploy()
                          .plan(STAGING, tag("nothing"), ANN, stack.now())
                          .getFirst()
                          .plan())
                  .why())
          .isEqualTo("no repository of its containers has an image with tag nothing: web");
    }

    /** Fault 21, of the container beside: what its tag stood for is pinned with it. */
    @Test
    void fault_21_leaves_the_container_beside_with_the_digest_that_it_runs() {
      stack.ecr.push("web", "staging", digest(1));
      stack.ecr.push("proxy", "staging", digest(5));
      ServiceArn web =
          stack.have("web", "web", image("web", 1), "proxy", uri("proxy") + ":staging");
      stack.ecr.push("web", "hotfix", digest(3));

      deploy(tag("hotfix"));
      stack.work();

      assertThat(stack.ecs.images(web)).containsExactly(image("web", 3), image("proxy", 5));
    }
  }

  @Test
  void what_ecs_refuses_for_one_service_keeps_no_other_from_it() {
    webWith(1);
    stack.have("api", "web", image("web", 1));
    stack.ecr.push("web", "hotfix", digest(3));
    stack
        .ecs
        .interruptions()
        .before(
            FakeEcs.Operation.TASK_DEFINITION,
            "api",
            () -> {
              throw new EcsClientError("ClientException: no.", new IllegalStateException());
            });

    assertThat(deployAll(tag("hotfix")))
        .extracting(DeployPlan::decision)
        .containsExactly("Deploy", "NotDeployable");
  }

  @Test
  void a_request_whose_hint_is_lost_is_carried_out_by_the_next_evaluation() {
    ServiceArn web = webWith(1);
    pause(web);
    stack.push("web", 2);
    deploy(PLAIN);
    stack.loseHints();

    stack.check(web);

    assertThat(stack.ecs.images(web)).containsExactly(image("web", 2));
    assertThat(stack.deployments(web))
        .extracting(DeploymentRecord::trigger)
        .first()
        .isEqualTo(new Trigger.Operator("request-1", "ann"));
  }

  @Test
  void what_ecs_rolled_back_stays_blocked_where_the_record_was_lost() {
    ServiceArn web = webWith(1);
    stack.failed(web, "web", 2);
    Stack without = new Stack();

    assertThat(without.records.read(web).service().isKnown()).isFalse();
    var reader = new ServiceReader(stack.ecs, stack.ecs, without.records);
    assertThat(reader.withHistory(reader.read(web)).recorded().service().blocked())
        .extracting(Block::digest)
        .containsExactly(digest(2));
  }

  @Test
  void an_environment_that_nothing_follows_is_rejected() {
    assertThatThrownBy(() -> deployAll(PLAIN))
        .isInstanceOf(RejectedRequest.class)
        .hasMessage("no service follows environment staging");
  }
}
