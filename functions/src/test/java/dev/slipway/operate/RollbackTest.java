package dev.slipway.operate;

import dev.slipway.decide.Environment;
import dev.slipway.decide.Environments;
import dev.slipway.deploy.FakeEcs;
import dev.slipway.deploy.FakeHintQueue;
import dev.slipway.deploy.FakeImageRegistry;
import dev.slipway.deploy.Hint;
import dev.slipway.deploy.ServiceEvaluator;
import dev.slipway.ecs.Service;
import dev.slipway.ecs.ServiceArn;
import dev.slipway.ecs.TaskDefinitionArn;
import dev.slipway.record.Trigger;
import dev.slipway.rollout.FakeServiceDeployments;

import static dev.slipway.deploy.FakeImageRegistry.digest;
import static dev.slipway.deploy.FakeImageRegistry.uri;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.ecs.ServiceDeployment.Status;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RollbackTest {
  private static final Trigger.Request ANN = new Trigger.Request("r-1", "ann");

  private final FakeEcs ecs = new FakeEcs();
  private final FakeImageRegistry ecr = new FakeImageRegistry();
  private final FakeHintQueue queue = new FakeHintQueue();
  private final FakeServiceDeployments deployments = new FakeServiceDeployments();
  private final List<Environment> environments = List.of(Environments.following("staging"));
  private final Rollback rollback =
      new Rollback(
          new ServiceDirectory(environments, ecs),
          new ServiceEvaluator(environments, ecs, ecr),
          ecs,
          deployments,
          ecs,
          deployments,
          queue);

  private static String web(int number) {
    return uri("web") + "@" + digest(number);
  }

  private static String proxy(int number) {
    return uri("proxy") + "@" + digest(number);
  }

  private ServiceArn service(TaskDefinitionArn revision) {
    return ecs.have("main", "web", "staging", revision);
  }

  private TaskDefinitionArn revision(String... images) {
    return images.length == 1
        ? ecs.have("web", "web", images[0])
        : ecs.have("web", "web", images[0], "proxy", images[1]);
  }

  private void pushed(String repository, int... numbers) {
    for (int number : numbers) {
      ecr.push(repository, "staging", digest(number));
    }
  }

  private Rollback.Plan rollBack(String revision, boolean dryRun) {
    return rollback.rollBack(
        ServiceSelector.parse("web"),
        revision.isEmpty() ? Optional.empty() : Optional.of(revision),
        ANN,
        dryRun);
  }

  private Map<String, String> tags(ServiceArn service) {
    return ecs.describe(List.of(service)).getFirst().tags();
  }

  @Nested
  class Without_a_name {
    @Test
    void it_goes_to_the_last_revision_that_was_deployed_well() {
      TaskDefinitionArn one = revision(web(1));
      TaskDefinitionArn two = revision(web(2));
      TaskDefinitionArn three = revision(web(3));
      ServiceArn service = service(three);
      pushed("web", 1, 2, 3);
      deployments.have(service, one, Status.SUCCESSFUL, 60);
      deployments.have(service, two, Status.ROLLBACK_SUCCESSFUL, 60);
      deployments.have(service, three, Status.SUCCESSFUL, 60);

      Rollback.Plan plan = rollBack("", false);

      assertThat(plan.to()).isEqualTo(one);
      assertThat(plan.blocked()).containsExactly(digest(3));
      assertThat(tags(service))
          .containsEntry("slipway:blocked", digest(3).value())
          .containsEntry("slipway:chosen", "web:1 instead of " + digest(3).abbreviated())
          .containsEntry("slipway:chosen-by", "ann");
      assertThat(queue.sent()).containsExactly(new Hint.ServiceNamed(service, ANN));
      assertThat(ecs.updates()).as("it leaves that to DeployFunction").isEmpty();
    }

    @Test
    void it_passes_over_what_is_blocked_and_what_has_the_same_images() {
      TaskDefinitionArn one = revision(web(1));
      TaskDefinitionArn two = revision(web(2));
      TaskDefinitionArn three = revision(web(3));
      TaskDefinitionArn again = revision(web(3));
      ServiceArn service = service(again);
      pushed("web", 1, 2, 3);
      for (TaskDefinitionArn revision : List.of(one, two, three, again)) {
        deployments.have(service, revision, Status.SUCCESSFUL, 60);
      }
      ecs.tag(service, Service.BLOCKED_TAG, digest(2).value());

      assertThat(rollBack("", true).to()).isEqualTo(one);
    }

    @Test
    void it_goes_back_further_when_asked_again() {
      TaskDefinitionArn one = revision(web(1));
      TaskDefinitionArn two = revision(web(2));
      TaskDefinitionArn three = revision(web(3));
      ServiceArn service = service(three);
      pushed("web", 1, 2, 3);
      for (TaskDefinitionArn revision : List.of(one, two, three)) {
        deployments.have(service, revision, Status.SUCCESSFUL, 60);
      }
      assertThat(rollBack("", false).to()).isEqualTo(two);
      ecs.deploy(service, two);
      deployments.have(service, two, Status.SUCCESSFUL, 60);

      Rollback.Plan plan = rollBack("", false);

      assertThat(plan.to()).isEqualTo(one);
      assertThat(tags(service))
          .containsEntry("slipway:blocked", digest(2) + " " + digest(3))
          .containsEntry("slipway:chosen", "web:1 instead of " + digest(3).abbreviated());
    }

    @Test
    void it_is_refused_where_ecs_remembers_nothing_to_go_back_to() {
      service(revision(web(1)));
      pushed("web", 1);

      assertThatThrownBy(() -> rollBack("", false))
          .isInstanceOf(Refusal.class)
          .hasMessageEndingWith("within 90 days): name the revision to go back to");
    }

    @ParameterizedTest
    @EnumSource(
        value = Status.class,
        names = {"ROLLBACK_REQUESTED", "ROLLBACK_IN_PROGRESS"})
    void it_is_refused_while_ecs_goes_back_by_itself(Status status) {
      TaskDefinitionArn one = revision(web(1));
      ServiceArn service = service(one);
      pushed("web", 1, 2);
      deployments.have(service, one, Status.SUCCESSFUL, 60);
      deployments.have(service, revision(web(2)), status, 0);

      assertThatThrownBy(() -> rollBack("", false))
          .hasMessage(
              "ECS is rolling main/web back already, to web:1: look again when that is done");
      assertThat(tags(service)).containsOnlyKeys("slipway:environment");
    }
  }

  @Nested
  class A_deployment_under_way {
    private final TaskDefinitionArn one = revision(web(1));
    private final TaskDefinitionArn two = revision(web(2));
    private final TaskDefinitionArn three = revision(web(3));
    private final ServiceArn service = service(three);

    A_deployment_under_way() {
      pushed("web", 1, 2, 3);
      deployments.have(service, one, Status.SUCCESSFUL, 60);
      deployments.have(service, two, Status.SUCCESSFUL, 60);
      deployments.have(service, three, Status.IN_PROGRESS, 0);
    }

    @Test
    void is_stopped_where_ecs_goes_to_the_same_revision() {
      Rollback.Plan plan = rollBack("", false);

      assertThat(plan.to()).isEqualTo(two);
      assertThat(deployments.stopped()).hasSize(1);
      assertThat(queue.sent()).as("a hint would deploy over it").isEmpty();
      assertThat(tags(service)).containsEntry("slipway:blocked", digest(3).value());
    }

    @Test
    void is_replaced_where_another_revision_is_wanted() {
      Rollback.Plan plan = rollBack("1", false);

      assertThat(plan.to()).isEqualTo(one);
      assertThat(plan.how()).startsWith("DeployFunction deploys web:1");
      assertThat(deployments.stopped()).isEmpty();
      assertThat(queue.sent()).hasSize(1);
    }

    @Test
    void is_replaced_where_it_has_ended_meanwhile() {
      deployments.endEarly();

      assertThat(rollBack("", false).how()).startsWith("DeployFunction deploys web:2");
      assertThat(queue.sent()).hasSize(1);
    }

    @Test
    void goes_on_in_a_dry_run() {
      assertThat(rollBack("", true).how()).startsWith("the deployment under way is stopped");

      assertThat(deployments.stopped()).isEmpty();
      assertThat(queue.sent()).isEmpty();
      assertThat(tags(service)).containsOnlyKeys("slipway:environment");
    }
  }

  @Nested
  class Several_containers {
    @Test
    void block_all_that_is_selected_and_the_revision_lacks() {
      TaskDefinitionArn old = revision(web(1), proxy(2));
      ServiceArn service = service(revision(web(3), proxy(4)));
      pushed("web", 1, 3);
      pushed("proxy", 2, 4);

      Rollback.Plan plan = rollBack("1", false);

      assertThat(plan.to()).isEqualTo(old);
      assertThat(plan.images()).hasSize(2);
      assertThat(tags(service))
          .containsEntry("slipway:blocked", digest(3) + " " + digest(4))
          .containsEntry(
              "slipway:chosen",
              "web:1 instead of " + digest(3).abbreviated() + " " + digest(4).abbreviated());
    }

    @Test
    void leave_a_container_alone_that_has_the_same_in_both() {
      revision(web(1), proxy(4));
      ServiceArn service = service(revision(web(3), proxy(4)));
      pushed("web", 1, 3);
      pushed("proxy", 4);

      rollBack("1", false);

      assertThat(tags(service)).containsEntry("slipway:blocked", digest(3).value());
    }

    @Test
    void of_more_images_than_can_be_blocked_are_refused() {
      String[] old = new String[8];
      String[] young = new String[8];
      for (int i = 0; i < 4; i++) {
        String name = "r" + i + "x";
        old[2 * i] = name;
        young[2 * i] = name;
        old[2 * i + 1] = uri(name) + "@" + digest(10 + i);
        young[2 * i + 1] = uri(name) + "@" + digest(20 + i);
        ecr.push(name, "staging", digest(10 + i));
        ecr.push(name, "staging", digest(20 + i));
      }
      ecs.have("web", old);
      service(ecs.have("web", young));

      assertThatThrownBy(() -> rollBack("1", false))
          .isInstanceOf(Refusal.class)
          .hasMessageStartingWith("web:1 lacks 4 images that tag staging selects, and only 3");
    }
  }

  @Test
  void it_leaves_nothing_out_that_was_pushed_but_is_not_deployed_yet() {
    revision(web(1));
    ServiceArn service = service(revision(web(2)));
    pushed("web", 1, 2, 3);

    assertThat(rollBack("1", false).blocked()).containsExactly(digest(2), digest(3));
    assertThat(tags(service))
        .containsEntry("slipway:chosen", "web:1 instead of " + digest(3).abbreviated());
  }

  @Test
  void to_what_is_selected_is_no_rollback() {
    revision(web(2));
    service(revision(web(1)));
    pushed("web", 1, 2);

    assertThatThrownBy(() -> rollBack("1", false))
        .hasMessage(
            "web:1 has what tag staging selects, so that it needs no rollback: deploy it, unblocked"
                + " if need be");
  }

  @Test
  void it_is_refused_where_nothing_can_be_deployed() {
    ServiceArn service = service(revision(web(1)));
    ecs.document(service).putObject("deploymentController").put("type", "CODE_DEPLOY");

    assertThatThrownBy(() -> rollBack("1", false))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("only AWS CodeDeploy can deploy to it");
  }
}
