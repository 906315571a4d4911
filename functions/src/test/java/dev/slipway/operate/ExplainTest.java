package dev.slipway.operate;

import static dev.slipway.deploy.FakeImageRegistry.digest;
import static dev.slipway.deploy.FakeImageRegistry.repository;
import static dev.slipway.deploy.FakeImageRegistry.uri;
import static dev.slipway.operate.Stack.image;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.decide.Decision;
import dev.slipway.decide.Environments;
import dev.slipway.deploy.FakeChangeCalendars;
import dev.slipway.deploy.FakeEcs;
import dev.slipway.deploy.FakeImageRegistry;
import dev.slipway.ecs.ServiceArn;
import dev.slipway.ecs.TaskDefinitionArn;
import dev.slipway.image.ImageTag;
import dev.slipway.image.NewestPolicy;
import dev.slipway.image.PassedOver;
import dev.slipway.image.RepositoryPattern;
import dev.slipway.image.WildcardPattern;
import dev.slipway.record.Pause;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ExplainTest {
  private final Stack stack = new Stack();

  private Explain explain() {
    return new Explain(
        stack.environments,
        stack.followed,
        stack.ecs,
        stack.ecs,
        stack.ecr,
        new FakeChangeCalendars(),
        stack.records,
        stack.evidence);
  }

  private Explanation ofService(String name) {
    return explain().ofService(ServiceSelector.parse(name), stack.now()).services().getFirst();
  }

  @Test
  void of_a_new_image_differs_in_the_image_alone() {
    stack.ecs.have(
        "main",
        "web",
        "staging",
        stack.ecs.have("web", "proxy", "nginx:1", "app", image("web", 1)));
    stack.ecr.push("web", "staging", digest(2));

    Explanation explanation = ofService("web");

    assertThat(explanation.decision()).isInstanceOf(Decision.Deploy.class);
    assertThat(explanation.waiting()).isEmpty();
    assertThat(explanation.from().map(TaskDefinitionArn::shortName)).contains("web:1");
    assertThat(explanation.difference())
        .extracting(JsonDiff::path, at -> at.from().asText(), at -> at.to().asText())
        .containsExactly(
            tuple("containerDefinitions[app].image", image("web", 1), image("web", 2)));
  }

  @Test
  void of_a_pinned_revision_shows_all_that_it_differs_in() {
    stack.ecr.push("web", "staging", digest(1));
    ObjectNode smaller =
        JsonNodeFactory.instance.objectNode().put("family", "web").put("cpu", "256");
    smaller
        .putArray("containerDefinitions")
        .addObject()
        .put("name", "app")
        .put("image", image("web", 1));
    ServiceArn web = stack.ecs.have("main", "web", "staging", stack.ecs.have(smaller));
    stack.check(web);
    ObjectNode bigger = smaller.deepCopy().put("cpu", "512");
    ((ObjectNode) bigger.path("containerDefinitions").path(0)).put("image", image("web", 2));
    stack.ecr.push("web", "staging", digest(2));
    stack.ecs.pass(Duration.ofMinutes(1));
    stack.ecs.deploy(web, stack.ecs.have(bigger));
    stack.complete(web);
    stack.rollBack("web", Optional.empty());

    Explanation explanation = ofService("web");

    assertThat(explanation.decision()).isInstanceOf(Decision.Deploy.class);
    assertThat(explanation.difference())
        .extracting(JsonDiff::path)
        .containsExactly("cpu", "containerDefinitions[app].image");
  }

  @Test
  void of_a_service_that_has_what_is_selected_shows_no_difference() {
    stack.ecr.push("web", "staging", digest(1));
    stack.have("web", "app", image("web", 1));

    Explanation explanation = ofService("web");

    assertThat(explanation.decision()).isInstanceOf(Decision.Current.class);
    assertThat(explanation.difference()).isEmpty();
  }

  @Test
  void of_a_paused_service_shows_what_resuming_it_would_bring() {
    stack.ecr.push("web", "staging", digest(1));
    ServiceArn web = stack.have("web", "app", image("web", 1));
    stack.write(
        web, r -> r.withPause(Optional.of(new Pause("ann", stack.now(), Optional.empty()))));
    stack.ecr.push("web", "staging", digest(2));

    Explanation explanation = ofService("web");

    assertThat(explanation.decision()).isInstanceOf(Decision.Held.class);
    assertThat(explanation.deployment()).isPresent();
    assertThat(explanation.difference())
        .extracting(JsonDiff::path)
        .containsExactly("containerDefinitions[app].image");
  }

  @Test
  void says_what_is_newer_and_passed_over() {
    Stack newest =
        new Stack(
            RepositoryPattern.ALL,
            Environments.following("staging")
                .selecting(new NewestPolicy(new WildcardPattern("main-*"))));
    newest.ecr.push("web", "main-1", digest(1));
    newest.ecr.push("web", "fix-1", digest(2));
    newest.have("web", "app", image("web", 1));

    Explanation explanation =
        new Explain(
                newest.environments,
                newest.followed,
                newest.ecs,
                newest.ecs,
                newest.ecr,
                new FakeChangeCalendars(),
                newest.records,
                newest.evidence)
            .ofService(ServiceSelector.parse("web"), newest.now())
            .services()
            .getFirst();

    assertThat(explanation.decision()).isInstanceOf(Decision.Current.class);
    assertThat(explanation.selections())
        .hasEntrySatisfying(
            repository("web"),
            selection -> {
              assertThat(selection.tag()).contains(new ImageTag("main-1"));
              assertThat(selection.passedOver())
                  .containsExactly(new PassedOver("fix-1", "it does not match main-*"));
            });
  }

  /** What failed before it is not why an operator rolled an image back. */
  @Test
  void of_an_image_that_was_rolled_back_tells_of_no_failure_before_it() {
    stack.ecr.push("web", "staging", digest(1));
    ServiceArn web = stack.have("web", "app", image("web", 1));
    stack.evidence.exits(3);
    stack.failed(web, "web", 2);
    assertThat(ofService("web").failure()).as("web:2 failed").isPresent();
    stack.deployed(web, "web", 3);
    stack.rollBack("web", Optional.empty());
    stack.work();
    stack.complete(web);

    Explanation explanation = ofService("web");

    assertThat(explanation.decision()).isInstanceOf(Decision.Held.class);
    assertThat(explanation.failure()).isEmpty();
  }

  @Test
  void says_what_comes_before_the_decision() {
    stack.ecr.push("web", "staging", digest(1));
    ServiceArn web = stack.have("web", "app", image("web", 1));
    stack
        .ecs
        .interruptions()
        .before(
            FakeEcs.Operation.UPDATE_SERVICE,
            "web",
            () ->
                assertThat(ofService("web").waiting())
                    .hasValueSatisfying(
                        waiting -> assertThat(waiting).contains("is being started")));

    stack.push("web", 2);

    assertThat(stack.ecs.images(web)).containsExactly(image("web", 2));
  }

  @Test
  void of_a_push_concerns_the_services_that_the_push_would_and_leaves_no_trace() {
    stack.ecr.push("web", "staging", digest(1));
    stack.have("web", "app", image("web", 1));
    stack.ecs.have("main", "api", "staging", stack.ecs.have("api", "app", uri("api")));
    stack.records.clearCalls();

    Explain.Report report =
        explain().ofPush(repository("web"), new ImageTag("staging"), stack.now());

    assertThat(report.services())
        .extracting(explanation -> explanation.decision().service().shortName())
        .containsExactly("main/web");
    explain().ofPush(repository("nobody"), new ImageTag("staging"), stack.now());
    assertThat(stack.records.calls()).doesNotContain("write", "searched");
  }

  @Test
  void of_a_push_that_nothing_follows_says_why() {
    Explain.Report report = explain().ofPush(repository("web"), new ImageTag("v1"), stack.now());

    assertThat(report.services()).isEmpty();
    assertThat(report.reason())
        .isEqualTo(
            "Amazon ECR has no image web:v1 now: no such tag, or no such repository; no environment"
                + " follows web:v1: slipway.yaml has staging (tag staging)");
  }

  @Test
  void of_a_tag_that_is_there_says_nothing_of_it() {
    stack.ecr.push("web", "v1", digest(1));

    assertThat(explain().ofPush(repository("web"), new ImageTag("v1"), stack.now()).reason())
        .isEqualTo("no environment follows web:v1: slipway.yaml has staging (tag staging)");
  }

  @Test
  void of_a_push_says_that_ecr_cannot_be_asked_and_goes_on() {
    stack
        .ecr
        .interruptions()
        .before(
            FakeImageRegistry.Operation.CANDIDATE,
            "web",
            () -> {
              throw new IllegalStateException("denied");
            });

    assertThat(explain().ofPush(repository("web"), new ImageTag("v1"), stack.now()).reason())
        .startsWith("whether Amazon ECR has web:v1 cannot be read: denied; no environment");
  }
}
