package dev.slipway.operate;

import static dev.slipway.deploy.FakeImageRegistry.digest;
import static dev.slipway.operate.Stack.image;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.ecs.ServiceArn;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ServiceEventsTest {
  private static final int ALL = 300;

  private final Stack stack = new Stack();
  private ServiceArn web;

  @BeforeEach
  void aServiceThatRuns() {
    stack.ecr.push("web", "staging", digest(1));
    web = stack.have("web", "web", image("web", 1));
  }

  private List<String> texts() {
    return new ServiceEvents(stack.records)
        .of(stack.service(web), Instant.EPOCH, ALL).stream()
            .map(ServiceEvents.Event::text)
            .toList();
  }

  @Test
  void what_ecs_says_in_one_moment_stays_in_its_order() {
    stack.ecs.says(web, "(deployment ecs-svc/2) deployment failed: tasks failed to start.");
    stack.ecs.says(web, "rolling back to deployment ecs-svc/1.");

    assertThat(texts())
        .containsSubsequence(
            "(deployment ecs-svc/2) deployment failed: tasks failed to start.",
            "rolling back to deployment ecs-svc/1.");
  }
}
