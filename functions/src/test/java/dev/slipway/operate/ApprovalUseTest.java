package dev.slipway.operate;

import static dev.slipway.deploy.FakeImageRegistry.digest;
import static dev.slipway.operate.Stack.ANN;
import static dev.slipway.operate.Stack.image;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.slipway.decide.Environment;
import dev.slipway.ecs.ServiceArn;
import dev.slipway.gate.ApprovalGate;
import dev.slipway.image.ImageReference;
import dev.slipway.image.ImageTag;
import dev.slipway.image.RepositoryPattern;
import dev.slipway.image.TagPolicy;
import dev.slipway.record.Approval;
import dev.slipway.record.DeploymentId;
import dev.slipway.record.DeploymentOutcome;
import dev.slipway.record.DeploymentRecord;
import dev.slipway.record.RecordChange;
import dev.slipway.record.ServiceRecord;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What uses an approval: it expires if the image is not deployed in its time. */
class ApprovalUseTest {
  private final Stack stack =
      new Stack(
          RepositoryPattern.ALL,
          new Environment(
              "staging",
              new TagPolicy(new ImageTag("staging")),
              JsonNodeFactory.instance.objectNode(),
              Set.of(),
              Environment.Drift.HOLD,
              List.of(new ApprovalGate(Duration.ofDays(1)))));

  /** Nothing was deployed: ECS refused it, or the function ended before it asked. */
  @ParameterizedTest
  @EnumSource(
      value = DeploymentOutcome.class,
      names = {"REFUSED", "DROPPED"})
  void an_approval_is_not_used_by_what_was_never_deployed(DeploymentOutcome outcome) {
    ServiceArn web = stack.have("web", "web", image("web", 1));
    stack.ecr.push("web", "staging", digest(2));
    ServiceRecord before = stack.record(web);
    DeploymentRecord never =
        new DeploymentRecord(
                DeploymentId.of(stack.now(), 99),
                web,
                "staging",
                ANN,
                stack.revision(web),
                Optional.empty(),
                List.of(),
                Map.of("web", ImageReference.parse(image("web", 2))),
                "tag staging now selects another image",
                stack.now(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Set.of())
            .ended(DeploymentRecord.Ended.because(outcome, stack.now(), "no capacity"));
    assertThat(
            stack.records.write(
                RecordChange.of(
                    before,
                    before.approve(
                        List.of(new Approval(digest(2), "ann", stack.now(), Optional.empty()))),
                    never)))
        .isTrue();

    stack.ecs.pass(Duration.ofDays(30));
    stack.check(web);

    assertThat(stack.ecs.images(web)).containsExactly(image("web", 1));
  }
}
