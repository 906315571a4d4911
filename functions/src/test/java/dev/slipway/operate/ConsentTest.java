package dev.slipway.operate;

import static dev.slipway.deploy.FakeImageRegistry.digest;
import static dev.slipway.operate.Stack.ANN;
import static dev.slipway.operate.Stack.image;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.decide.Environment;
import dev.slipway.deploy.FakeChangeCalendars;
import dev.slipway.ecs.PassableRoles;
import dev.slipway.ecs.ServiceArn;
import dev.slipway.gate.ApprovalGate;
import dev.slipway.gate.Freeze;
import dev.slipway.gate.FreezesGate;
import dev.slipway.gate.Gate;
import dev.slipway.image.ImageTag;
import dev.slipway.image.RepositoryPattern;
import dev.slipway.image.TagPolicy;
import dev.slipway.image.WildcardPattern;
import dev.slipway.operate.DeployCommand.Wanted;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The world changes between what was shown and the yes: the facts have to say so. */
class ConsentTest {
  private static Environment environment(String name, List<Gate> gates) {
    return new Environment(
        name,
        new TagPolicy(new ImageTag(name)),
        JsonNodeFactory.instance.objectNode(),
        Set.of(),
        Environment.Drift.HOLD,
        gates);
  }

  private Stack stack =
      new Stack(
          RepositoryPattern.ALL,
          environment("staging", List.of()),
          environment("production", List.of()));

  private Follow follow() {
    return new Follow(
        stack.environments,
        stack.followed,
        stack.ecs,
        stack.ecs,
        stack.ecr,
        new FakeChangeCalendars(),
        stack.records);
  }

  /** Another operator has the service follow something else. */
  private void retag(ServiceArn service, String environment) {
    ObjectNode document = stack.ecs.document(service);
    document
        .putArray("tags")
        .addObject()
        .put("key", "slipway:environment")
        .put("value", environment);
  }

  @Test
  void unfollowing_staging_is_no_consent_to_unfollow_production() {
    ServiceArn web = stack.have("web", "app", image("web", 1));
    List<String> shown = follow().withoutTag(ServiceSelector.parse("web")).facts();

    retag(web, "production");

    assertThat(follow().withoutTag(ServiceSelector.parse("web")).facts()).isNotEqualTo(shown);
  }

  @Test
  void following_dev_instead_of_nothing_is_no_consent_to_leave_production() {
    stack =
        new Stack(
            RepositoryPattern.ALL,
            environment("staging", List.of()),
            environment("production", List.of()),
            environment("dev", List.of()));
    ServiceArn web = stack.have("web", "app", image("web", 1));
    stack.ecr.push("web", "dev", digest(2));
    List<String> shown =
        follow()
            .plan(
                ServiceSelector.parse("web"),
                "dev",
                new PassableRoles(new WildcardPattern("*")),
                stack.now())
            .facts();

    retag(web, "production");

    assertThat(
            follow()
                .plan(
                    ServiceSelector.parse("web"),
                    "dev",
                    new PassableRoles(new WildcardPattern("*")),
                    stack.now())
                .facts())
        .isNotEqualTo(shown);
  }

  /** Shown: "passing approval". Done: "passing approval and freezes". */
  @Test
  void an_override_of_an_approval_is_no_consent_to_pass_a_freeze() {
    Stack probe = new Stack();
    LocalDateTime from = LocalDateTime.ofInstant(probe.now(), ZoneOffset.UTC).plusHours(1);
    stack =
        new Stack(
            RepositoryPattern.ALL,
            environment(
                "staging",
                List.of(
                    new ApprovalGate(Duration.ofDays(7)),
                    new FreezesGate(
                        List.of(new Freeze(from, from.plusDays(9), ZoneOffset.UTC, "audit"))))));
    ServiceArn web = stack.have("web", "web", image("web", 1));
    stack.ecr.push("web", "staging", digest(2));
    Wanted override =
        new Wanted(Optional.empty(), Optional.empty(), false, false, Optional.of("why"));
    DeployPlan shown =
        Stack.accepted(
            stack
                .deploy()
                .plan(new Scope.OfEnvironment("staging"), override, ANN, stack.now())
                .getFirst()
                .plan());
    assertThat(shown.reason()).contains("passing approval: why").doesNotContain("freezes");

    stack.ecs.pass(Duration.ofHours(2));
    DeployPlan now =
        Stack.accepted(
            stack
                .deploy()
                .plan(new Scope.OfEnvironment("staging"), override, ANN, stack.now())
                .getFirst()
                .plan());

    assertThat(now.reason()).contains("passing approval and freezes: why");
    assertThat(stack.record(web).request()).isEmpty();
    assertThat(now.facts()).isNotEqualTo(shown.facts());
  }
}
