package dev.slipway.operate;

import static dev.slipway.deploy.FakeImageRegistry.digest;
import static dev.slipway.operate.Stack.image;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.ecs.ServiceArn;
import dev.slipway.ecs.ServiceDeployment;
import dev.slipway.ecs.ServiceDeployment.Status;
import dev.slipway.ecs.TaskDefinitionArn;
import dev.slipway.image.ImageReference;
import dev.slipway.record.Trigger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HistoryTest {
  private final Stack stack = new Stack();
  private final History history = new History(stack.records, stack.ecs, stack.failures());
  private final ServiceArn web = webWith(1);

  private ServiceArn webWith(int number) {
    stack.ecr.push("web", "staging", digest(number));
    return stack.have("web", "web", image("web", number));
  }

  private List<History.Entry> entries() {
    return history.of(stack.service(web), 10);
  }

  @Test
  void an_own_deployment_has_its_trigger_images_and_outcome() {
    stack.deployed(web, "web", 2);

    History.Entry entry = entries().getFirst();

    assertThat(entry.isForeign()).isFalse();
    assertThat(entry.own()).contains(stack.deployments(web).getFirst().id());
    assertThat(entry.taskDefinition().map(TaskDefinitionArn::shortName)).contains("web:2");
    assertThat(entry.images()).containsEntry("web", ImageReference.parse(image("web", 2)));
    assertThat(entry.outcome()).isEqualTo(History.Outcome.DEPLOYED);
    assertThat(entry.tasks()).contains(3);
    assertThat(entry.trigger())
        .hasValueSatisfying(trigger ->
            assertThat(trigger)
                .isInstanceOfSatisfying(
                    Trigger.Push.class, push -> assertThat(push.digest()).contains(digest(2))));
    assertThat(Duration.between(entry.startedAt(), entry.finishedAt().orElseThrow()))
        .isEqualTo(Duration.ofMinutes(2));
  }

  @Test
  void of_every_ecs_deployment_there_is_one_entry() {
    stack.deployed(web, "web", 2);
    stack.ecs.pass(Duration.ofMinutes(5));
    stack.ecs.deploy(web, stack.ecs.have("web", "web", image("web", 7)));
    stack.ecs.complete(web);
    stack.ecs.pass(Duration.ofMinutes(5));
    stack.deployed(web, "web", 3);

    assertThat(entries())
        .extracting(e -> (e.isForeign() ? "foreign " : "own ") + e.outcome())
        .containsExactly("own deployed", "foreign deployed", "own deployed", "foreign deployed");
    assertThat(entries().get(1).images().get("web"))
        .extracting(ImageReference::digest)
        .isEqualTo(Optional.of(digest(7)));
    assertThat(entries().get(1).trigger()).isEmpty();
  }

  @Test
  void one_that_ecs_has_forgotten_is_still_there() {
    stack.deployed(web, "web", 2);

    List<History.Entry> merged = History.merged(stack.deployments(web), List.of(), Map.of());

    assertThat(merged)
        .singleElement()
        .satisfies(e -> {
          assertThat(e.outcome()).isEqualTo(History.Outcome.DEPLOYED);
          assertThat(e.finishedAt()).isPresent();
        });
  }

  @Test
  void one_that_ecs_rolls_back_is_followed_to_the_rollbacks_end() {
    stack.push("web", 2);
    assertThat(entries().getFirst().outcome()).isEqualTo(History.Outcome.IN_PROGRESS);

    stack.ecs.fail(web);
    assertThat(entries().getFirst().outcome())
        .as("ECS knows first")
        .isEqualTo(History.Outcome.ROLLING_BACK);
    stack.report(web);
    assertThat(entries().getFirst().outcome()).isEqualTo(History.Outcome.ROLLING_BACK);

    stack.ecs.finishRollback(web);
    stack.report(web);
    History.Entry entry = entries().getFirst();
    assertThat(entry.outcome()).isEqualTo(History.Outcome.ROLLED_BACK);
    assertThat(entry.rollback().map(TaskDefinitionArn::shortName)).contains("web:1");
    assertThat(entry.diagnosis()).isPresent();
  }

  @Test
  void one_that_an_operator_stopped_says_who() {
    stack.deployed(web, "web", 2);
    stack.push("web", 3);
    stack.rollBack("web", Optional.empty());

    assertThat(entries().getFirst().stoppedBy()).contains("ann");
  }

  /** A rollback, a restart and a push are told apart. */
  @Test
  void an_own_deployment_says_why_it_was_decided() {
    stack.deployed(web, "web", 2);
    stack.rollBack("web", Optional.empty());
    stack.work();

    assertThat(entries().getFirst().why())
        .hasValueSatisfying(why -> assertThat(why).contains("ann", "web:1"));
    assertThat(entries().get(1).why()).contains(stack.deployments(web).get(1).reason());
    assertThat(entries().getLast().why()).as("it is not recorded").isEmpty();
  }

  /** Whose an entry is does not depend on how many are shown. */
  @Test
  void another_clients_deployment_is_so_whatever_the_limit() {
    stack.deployed(web, "web", 2);
    stack.ecs.pass(Duration.ofMinutes(5));
    stack.ecs.deploy(web, stack.ecs.have("web", "web", image("web", 7)));
    stack.ecs.complete(web);

    assertThat(history.of(stack.service(web), 1))
        .extracting(History.Entry::origin)
        .containsExactly(History.Origin.OTHER_CLIENT);
    assertThat(entries())
        .extracting(History.Entry::origin)
        .containsExactly(
            History.Origin.OTHER_CLIENT, History.Origin.SLIPWAY, History.Origin.NOT_RECORDED);
  }

  @Test
  void is_cut_at_its_limit_newest_first() {
    stack.deployed(web, "web", 2);
    stack.deployed(web, "web", 3);

    assertThat(history.of(stack.service(web), 2))
        .extracting(e -> e.taskDefinition().map(TaskDefinitionArn::shortName).orElse(""))
        .containsExactly("web:3", "web:2");
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource({
    "PENDING,              in progress",
    "IN_PROGRESS,          in progress",
    "STOP_REQUESTED,       in progress",
    "SUCCESSFUL,           deployed",
    "STOPPED,              superseded",
    "ROLLBACK_REQUESTED,   rolling back",
    "ROLLBACK_IN_PROGRESS, rolling back",
    "ROLLBACK_SUCCESSFUL,  rolled back",
    "ROLLBACK_FAILED,      failed",
    "UNKNOWN,              unknown"
  })
  void every_status_of_anothers_deployment_has_its_word(Status status, String outcome) {
    List<ServiceDeployment> listed = new ArrayList<>();
    listed.add(deployment(2, Status.IN_PROGRESS));
    listed.add(deployment(1, status));

    List<History.Entry> merged = History.merged(List.of(), listed, Map.of());

    assertThat(merged.getLast().outcome()).hasToString(outcome);
    assertThat(merged).allMatch(History.Entry::isForeign);
  }

  private ServiceDeployment deployment(int number, Status status) {
    return new ServiceDeployment(
        "arn:aws:ecs:eu-central-1:123456789012:service-deployment/main/web/" + number,
        "arn:aws:ecs:eu-central-1:123456789012:service-revision/main/web/" + number,
        status,
        Optional.of("the reason of the status"),
        Instant.parse("2026-11-28T09:00:00Z").plusSeconds(number),
        Optional.empty(),
        List.of(),
        0,
        Optional.empty(),
        false,
        List.of());
  }
}
