package dev.slipway.operate;

import dev.slipway.decide.Decision;
import dev.slipway.decide.Environment;
import dev.slipway.decide.Environments;
import dev.slipway.deploy.FakeEcs;
import dev.slipway.deploy.FakeImageRegistry;
import dev.slipway.ecs.ServiceArn;
import dev.slipway.record.Trigger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class StatusTest {
  private static final Trigger CAUSE = new Trigger.Request("request-1", "ann");

  private final FakeEcs ecs = new FakeEcs();
  private final FakeImageRegistry registry = new FakeImageRegistry();
  private final Status status =
      new Status(List.of(environment("staging"), environment("production")), ecs, registry);

  private static Environment environment(String name) {
    return Environments.following(name);
  }

  private static String image(int number) {
    return FakeImageRegistry.uri("web") + "@" + FakeImageRegistry.digest(number);
  }

  private ServiceArn web(String name, String environment) {
    return ecs.have("main", name, environment, ecs.have(name, "app", image(1), "proxy", "nginx:1"));
  }

  private Standing only() {
    Status.Report report = status.ofFollowers(Optional.empty(), CAUSE);
    assertThat(report.services()).hasSize(1);
    return report.services().getFirst();
  }

  @Test
  void tells_what_a_service_has_and_what_it_should_have() {
    web("web", "staging");
    registry.push("web", "staging", FakeImageRegistry.digest(2));

    Standing standing = only();

    assertThat(standing.decision()).isInstanceOf(Decision.Deploy.class);
    assertThat(standing.images())
        .containsExactly(
            new Standing.Image(
                "app",
                "web",
                Optional.empty(),
                Optional.of(FakeImageRegistry.digest(1)),
                Optional.of(FakeImageRegistry.digest(2))),
            new Standing.Image(
                "proxy", "nginx", Optional.of("1"), Optional.empty(), Optional.empty()));
    assertThat(ecs.updates()).isEmpty();
    assertThat(ecs.registered()).isEmpty();
  }

  @Test
  void tells_since_when_by_the_newest_deployment() {
    ServiceArn web = web("web", "staging");
    ecs.document(web)
        .putArray("deployments")
        .add(deployment("ecs-svc/1", "ACTIVE", 1_700_000_000))
        .add(deployment("ecs-svc/2", "PRIMARY", 1_700_000_060.5));

    Standing standing = only();

    assertThat(standing.since()).hasToString("Optional[2023-11-14T22:14:20.500Z]");
    assertThat(standing.newest().orElseThrow().id()).isEqualTo("ecs-svc/2");
  }

  private static ObjectNode deployment(String id, String status, double createdAt) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("id", id)
        .put("status", status)
        .put("createdAt", createdAt);
  }

  @Test
  void tells_the_images_of_a_service_that_can_never_be_deployed_to() {
    ServiceArn web = web("web", "staging");
    ecs.document(web).putObject("deploymentController").put("type", "CODE_DEPLOY");

    Standing standing = only();

    assertThat(standing.decision()).isInstanceOf(Decision.Refused.class);
    assertThat(standing.images()).hasSize(2);
  }

  @Test
  void tells_of_a_service_whose_revision_ecs_does_not_tell_of() {
    ServiceArn web = web("web", "staging");
    ecs.document(web)
        .put("taskDefinition", "arn:aws:ecs:eu-central-1:123456789012:task-definition/web:99");

    Standing standing = only();

    assertThat(standing.decision()).isInstanceOf(Decision.Refused.class);
    assertThat(standing.images()).isEmpty();
  }

  @Test
  void is_sorted_by_environment_and_name() {
    web("zebra", "production");
    web("ant", "staging");
    web("bee", "production");

    assertThat(status.ofFollowers(Optional.empty(), CAUSE).services())
        .extracting(standing -> standing.service().toString())
        .containsExactly("main/bee", "main/zebra", "main/ant");
    assertThat(status.ofFollowers(Optional.of("staging"), CAUSE).services())
        .extracting(standing -> standing.service().toString())
        .containsExactly("main/ant");
  }

  @Test
  void of_an_environment_that_there_is_not_is_refused() {
    assertThatThrownBy(() -> status.ofFollowers(Optional.of("prod"), CAUSE))
        .isInstanceOf(Refusal.class);
  }

  @Test
  void asks_once_about_a_repository_and_never_twice_for_a_service() {
    for (int i = 0; i < 20; i++) {
      web("web-" + i, "staging");
    }
    AtomicInteger asked = new AtomicInteger();
    for (int i = 0; i < 20; i++) {
      registry
          .interruptions()
          .before(FakeImageRegistry.Operation.CANDIDATE, "", asked::incrementAndGet);
      ecs.interruptions().before(FakeEcs.Operation.DESCRIBE, "", asked::incrementAndGet);
    }

    status.ofFollowers(Optional.empty(), CAUSE);

    assertThat(asked).hasValue(1);
  }
}
