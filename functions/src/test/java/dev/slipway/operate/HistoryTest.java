package dev.slipway.operate;

import dev.slipway.deploy.FakeEcs;
import dev.slipway.deploy.FakeImageRegistry;
import dev.slipway.ecs.EcsDeploymentId;
import dev.slipway.ecs.Service;
import dev.slipway.ecs.ServiceArn;
import dev.slipway.ecs.TaskDefinitionArn;
import dev.slipway.rollout.FakeServiceDeployments;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.ecs.ServiceDeployment.Status;
import dev.slipway.ecs.ServiceRevision.ContainerImage;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HistoryTest {
  private final FakeEcs ecs = new FakeEcs();
  private final FakeServiceDeployments deployments = new FakeServiceDeployments();
  private final History history = new History(ecs, deployments);
  private final TaskDefinitionArn first = ecs.have("web", "app", "web:1");
  private final TaskDefinitionArn second = registered("push-1", "");
  private final ServiceArn web = ecs.have("main", "web", "staging", second);

  private TaskDefinitionArn registered(String eventId, String by) {
    ObjectNode request = JsonNodeFactory.instance.objectNode().put("family", "web");
    request.putArray("containerDefinitions").addObject().put("name", "app").put("image", "web");
    var tags = request.putArray("tags");
    tags.addObject().put("key", "slipway:tag").put("value", "staging");
    tags.addObject().put("key", "slipway:event").put("value", eventId);
    if (!by.isEmpty()) {
      tags.addObject().put("key", "slipway:by").put("value", by);
    }
    return ecs.have(request);
  }

  private List<History.Entry> told() {
    return history.of(Service.parse(ecs.document(web)), 10);
  }

  @Test
  void a_deployment_is_told_with_what_it_brought_and_what_led_to_it() {
    var image = new ContainerImage("app", Optional.of(FakeImageRegistry.digest(1)));
    EcsDeploymentId id = deployments.have(web, second, Status.SUCCESSFUL, 30, image);

    assertThat(told())
        .containsExactly(
            new History.Entry(
                id,
                Optional.of(second),
                Optional.of("staging"),
                List.of(image),
                FakeServiceDeployments.start(1),
                Optional.of(FakeServiceDeployments.start(1).plusSeconds(30)),
                "deployed",
                Optional.empty(),
                Optional.of("push-1"),
                Optional.empty()));
  }

  @ParameterizedTest(name = "{0}: {2}, {3}")
  @CsvSource({
    "PENDING,              0, in progress,  the reason of the status",
    "IN_PROGRESS,          0, in progress,  the reason of the status",
    "STOP_REQUESTED,       0, in progress,  the reason of the status",
    "SUCCESSFUL,          30, deployed,     ''",
    "STOPPED,             30, failed,       the reason of the status",
    "ROLLBACK_REQUESTED,   0, rolling back, the reason of the status",
    "ROLLBACK_IN_PROGRESS, 0, rolling back, tasks failed",
    "ROLLBACK_SUCCESSFUL, 30, rolled back,  tasks failed",
    "ROLLBACK_FAILED,     30, failed,       tasks failed",
  })
  void every_status_has_its_word_and_its_reason(
      Status status, int seconds, String outcome, String reason) {
    deployments.have(
        web, second, status, seconds, Optional.of("tasks failed").filter(reason::equals));

    History.Entry entry = told().getFirst();

    assertThat(entry.outcome()).isEqualTo(outcome);
    assertThat(entry.reason().orElse("")).isEqualTo(reason);
  }

  @Test
  void one_that_another_replaced_says_which() {
    deployments.have(web, second, Status.STOPPED, 90);
    deployments.have(web, first, Status.IN_PROGRESS, 0);

    assertThat(told())
        .extracting(History.Entry::outcome)
        .containsExactly("in progress", "superseded");
    assertThat(told().getLast().reason())
        .contains("deployment ecs-svc/2 took its place before it had ended");
  }

  @Test
  void what_led_to_a_revision_is_told_of_its_first_deployment_alone() {
    TaskDefinitionArn asked = registered("request-1", "ann");
    deployments.have(web, asked, Status.SUCCESSFUL, 30);
    deployments.have(web, first, Status.SUCCESSFUL, 30);
    deployments.have(web, asked, Status.SUCCESSFUL, 30);

    assertThat(told())
        .extracting(entry -> entry.eventId().orElse("-") + " " + entry.by().orElse("-"))
        .containsExactly("- -", "- -", "request-1 ann");
  }

  @Test
  void one_that_a_person_chose_says_who() {
    ecs.document(web)
        .withArray("tags")
        .add(tag("slipway:chosen", "web:1 instead of 000000000002"))
        .add(tag("slipway:chosen-by", "ann"));
    deployments.have(web, first, Status.SUCCESSFUL, 30);
    deployments.have(web, second, Status.SUCCESSFUL, 30);
    deployments.have(web, first, Status.SUCCESSFUL, 30);

    assertThat(told()).extracting(entry -> entry.by().orElse("-")).containsExactly("ann", "-", "-");
  }

  private static ObjectNode tag(String key, String value) {
    return JsonNodeFactory.instance.objectNode().put("key", key).put("value", value);
  }

  @Test
  void one_whose_revision_was_deleted_is_told_without_what_led_to_it() {
    deployments.have(web, TaskDefinitionArn.of(web, "web:77"), Status.SUCCESSFUL, 30);

    History.Entry entry = told().getFirst();

    assertThat(entry.taskDefinition())
        .hasToString("Optional[" + TaskDefinitionArn.of(web, "web:77") + "]");
    assertThat(entry.tag()).isEmpty();
  }

  @Test
  void one_whose_service_revision_ecs_has_forgotten_is_told_by_its_id() {
    EcsDeploymentId id = deployments.have(web, second, Status.SUCCESSFUL, 30);
    deployments.forgetRevisions();

    History.Entry entry = told().getFirst();

    assertThat(entry.id()).isEqualTo(id);
    assertThat(entry.taskDefinition()).isEmpty();
    assertThat(entry.images()).isEmpty();
  }
}
