package dev.slipway.operate;

import dev.slipway.decide.Decision;
import dev.slipway.decide.Environment;
import dev.slipway.deploy.FakeEcs;
import dev.slipway.deploy.FakeImageRegistry;
import dev.slipway.ecs.ServiceArn;
import dev.slipway.ecs.TaskDefinitionArn;
import dev.slipway.image.ImageTag;
import dev.slipway.image.TagPolicy;
import dev.slipway.record.Trigger;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ExplainTest {
  private static final Trigger CAUSE = new Trigger.Request("request-1", "ann");

  private final FakeEcs ecs = new FakeEcs();
  private final FakeImageRegistry registry = new FakeImageRegistry();
  private final Explain explain =
      new Explain(
          List.of(
              new Environment(
                  "staging",
                  new TagPolicy.Exact(new ImageTag("staging")),
                  JsonNodeFactory.instance.objectNode().put("maximumPercent", 150),
                  Set.of())),
          ecs,
          registry);

  private static String image(int number) {
    return FakeImageRegistry.uri("web") + "@" + FakeImageRegistry.digest(number);
  }

  private Explanation ofService(String name) {
    return explain.ofService(ServiceSelector.parse(name), CAUSE).services().getFirst();
  }

  @Test
  void of_a_new_image_differs_in_the_image_alone() {
    ecs.have("main", "web", "staging", ecs.have("web", "proxy", "nginx:1", "app", image(1)));
    registry.push("web", "staging", FakeImageRegistry.digest(2));

    Explanation explanation = ofService("web");

    assertThat(explanation.decision()).isInstanceOf(Decision.Deploy.class);
    assertThat(explanation.from().map(TaskDefinitionArn::shortName)).contains("web:1");
    assertThat(explanation.difference())
        .extracting(Difference::path, at -> at.from().asText(), at -> at.to().asText())
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple(
                "containerDefinitions[1].image", image(1), image(2)));
  }

  @Test
  void of_a_chosen_revision_shows_all_that_it_differs_in() {
    ObjectNode smaller =
        JsonNodeFactory.instance.objectNode().put("family", "web").put("cpu", "256");
    smaller.putArray("containerDefinitions").addObject().put("name", "app").put("image", image(1));
    ecs.have(smaller);
    ObjectNode bigger = smaller.deepCopy().put("cpu", "512");
    ((ObjectNode) bigger.path("containerDefinitions").path(0)).put("image", image(2));
    ServiceArn web = ecs.have("main", "web", "staging", ecs.have(bigger));
    registry.push("web", "old", FakeImageRegistry.digest(1));
    registry.push("web", "staging", FakeImageRegistry.digest(2));
    ecs.document(web)
        .withArray("tags")
        .add(tag("slipway:blocked", FakeImageRegistry.digest(2).value()))
        .add(
            tag("slipway:chosen", "web:1 instead of " + FakeImageRegistry.digest(2).abbreviated()));

    Explanation explanation = ofService("web");

    assertThat(explanation.decision()).isInstanceOf(Decision.Deploy.class);
    assertThat(explanation.difference())
        .extracting(Difference::path)
        .containsExactly("cpu", "containerDefinitions[0].image");
  }

  private static ObjectNode tag(String key, String value) {
    return JsonNodeFactory.instance.objectNode().put("key", key).put("value", value);
  }

  @Test
  void of_a_service_that_has_what_is_selected_shows_no_difference() {
    ecs.have("main", "web", "staging", ecs.have("web", "app", image(1)));
    registry.push("web", "staging", FakeImageRegistry.digest(1));

    Explanation explanation = ofService("web");

    assertThat(explanation.decision()).isInstanceOf(Decision.Current.class);
    assertThat(explanation.difference()).isEmpty();
  }

  @Test
  void of_a_paused_service_shows_what_resuming_it_would_bring() {
    ServiceArn web = ecs.have("main", "web", "staging", ecs.have("web", "app", image(1)));
    registry.push("web", "staging", FakeImageRegistry.digest(2));
    ecs.document(web).withArray("tags").add(tag("slipway:paused", "ann at noon"));

    Explanation explanation = ofService("web");

    assertThat(explanation.decision()).isInstanceOf(Decision.Held.class);
    assertThat(explanation.deployment()).isPresent();
    assertThat(explanation.difference())
        .extracting(Difference::path)
        .containsExactly("containerDefinitions[0].image");
  }

  @Test
  void of_a_push_concerns_the_services_that_the_push_would() {
    ecs.have("main", "web", "staging", ecs.have("web", "app", image(1)));
    ecs.have("main", "api", "staging", ecs.have("api", "app", FakeImageRegistry.uri("api")));
    ecs.have("main", "stray", "stagin", ecs.have("stray", "app", image(1)));

    Explain.Report report =
        explain.ofPush(FakeImageRegistry.repository("web"), new ImageTag("staging"), CAUSE);

    assertThat(report.services())
        .extracting(explanation -> explanation.decision().service().shortName())
        .containsExactly("main/web");
    assertThat(report.reason())
        .isEqualTo("slipway.yaml does not have the environments of main/stray (stagin)");
  }

  @Test
  void of_a_push_that_nothing_follows_says_why() {
    Explain.Report report =
        explain.ofPush(FakeImageRegistry.repository("web"), new ImageTag("v1"), CAUSE);

    assertThat(report.services()).isEmpty();
    assertThat(report.reason())
        .isEqualTo("no environment follows tag v1: slipway.yaml has staging (tag staging)");
  }
}
