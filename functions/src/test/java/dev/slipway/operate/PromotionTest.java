package dev.slipway.operate;

import dev.slipway.decide.Environment;
import dev.slipway.deploy.FakeEcs;
import dev.slipway.deploy.FakeImageRegistry;
import dev.slipway.deploy.ImageTags;
import dev.slipway.ecs.Service;
import dev.slipway.ecs.ServiceArn;
import dev.slipway.image.ImageTag;
import dev.slipway.image.TagPolicy;
import dev.slipway.record.Trigger;

import static dev.slipway.deploy.FakeImageRegistry.digest;
import static dev.slipway.deploy.FakeImageRegistry.uri;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PromotionTest {
  private static final Trigger.Request ANN = new Trigger.Request("r-1", "ann");

  private final FakeEcs ecs = new FakeEcs();
  private final FakeImageRegistry ecr = new FakeImageRegistry();
  private final List<String> put = new ArrayList<>();
  private final ImageTags images =
      (repository, tag, digest) -> {
        if (repository.name().equals("immutable")) {
          return Optional.of("the tag is immutable");
        }
        put.add(repository.name() + ":" + tag + "@" + digest.abbreviated());
        return Optional.empty();
      };
  private final Promotion promotion =
      new Promotion(
          new ServiceDirectory(
              List.of(
                  environment("staging", "staging"),
                  environment("production", "production"),
                  environment("twin", "staging")),
              ecs),
          ecs,
          ecr,
          images,
          ecs);

  private static Environment environment(String name, String tag) {
    return new Environment(
        name,
        new TagPolicy.Exact(new ImageTag(tag)),
        JsonNodeFactory.instance.objectNode(),
        Set.of());
  }

  private ServiceArn service(String name, String environment, String... images) {
    String[] containers = new String[2 * images.length];
    for (int i = 0; i < images.length; i++) {
      containers[2 * i] = "c" + i;
      containers[2 * i + 1] = images[i];
    }
    return ecs.have("main", name, environment, ecs.have(name, containers));
  }

  private static String at(String repository, int number) {
    return uri(repository) + "@" + digest(number);
  }

  private Promotion.Plan promote(String... repository) {
    return promotion.promote(
        "staging", "production", List.of(repository).stream().findFirst(), ANN, false);
  }

  @Test
  void gives_what_both_environments_have_the_others_tag() {
    service("web-s", "staging", at("web", 1), at("proxy", 2), at("only-staging", 3), "nginx");
    ServiceArn production = service("web-p", "production", at("web", 9), at("proxy", 9));
    service("other-p", "production", at("other", 9));
    ecr.push("web", "production", digest(9));

    Promotion.Plan plan = promote();

    assertThat(put)
        .containsExactly(
            "proxy:production@" + digest(2).abbreviated(),
            "web:production@" + digest(1).abbreviated());
    assertThat(plan.promoted())
        .extracting(Promotion.Promoted::replaces)
        .containsExactly(Optional.empty(), Optional.of(digest(9)));
    assertThat(plan.services()).extracting(Service::arn).containsExactly(production);
    assertThat(ecs.describe(List.of(production)).getFirst().tags())
        .containsEntry("slipway:promoted", digest(1) + " " + digest(2) + " by ann");
  }

  @Test
  void changes_nothing_in_a_dry_run() {
    service("web-s", "staging", at("web", 1));
    ServiceArn production = service("web-p", "production", at("web", 9));

    assertThat(promotion.promote("staging", "production", Optional.empty(), ANN, true).promoted())
        .hasSize(1);
    assertThat(put).isEmpty();
    assertThat(ecs.describe(List.of(production)).getFirst().tags())
        .containsOnlyKeys("slipway:environment");
  }

  @Test
  void promotes_a_repository_that_nothing_follows_yet_if_it_is_named() {
    service("web-s", "staging", at("web", 1));
    assertThatThrownBy(() -> promote())
        .isInstanceOf(Refusal.class)
        .hasMessageStartingWith("no repository has containers in services of both staging and");

    assertThat(promote("web").services()).isEmpty();
    assertThat(put).hasSize(1);
  }

  @Test
  void says_what_has_the_tag_already_and_marks_the_services_all_the_same() {
    service("web-s", "staging", at("web", 1));
    ServiceArn production = service("web-p", "production", at("web", 9));
    ecr.push("web", "production", digest(1));

    Promotion.Plan plan = promote();

    assertThat(plan.promoted()).isEmpty();
    assertThat(plan.remarks())
        .containsExactly("tag production of web points at 000000000001 already");
    assertThat(ecs.describe(List.of(production)).getFirst().tags())
        .containsEntry("slipway:promoted", digest(1) + " by ann");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          IN_PROGRESS | its deployment of web-s:1 is IN PROGRESS
          FAILED      | its deployment of web-s:1 is FAILED
          """)
  void is_refused_while_the_first_environment_has_not_come_to_rest(String state, String why) {
    ServiceArn staging = service("web-s", "staging", at("web", 1));
    service("web-p", "production", at("web", 9));
    ecs.document(staging)
        .putArray("deployments")
        .addObject()
        .put("status", "PRIMARY")
        .put("rolloutState", state)
        .put("taskDefinition", ecs.running(staging).arn().value());

    assertThatThrownBy(() -> promote())
        .isInstanceOf(Refusal.class)
        .hasMessageEndingWith("main/web-s: " + why);
    assertThat(put).isEmpty();
  }

  @Test
  void is_refused_while_tasks_of_an_earlier_deployment_are_running() {
    ServiceArn staging = service("web-s", "staging", at("web", 1));
    service("web-p", "production", at("web", 9));
    var deployments = ecs.document(staging).putArray("deployments");
    deployments.addObject().put("status", "PRIMARY").put("rolloutState", "COMPLETED");
    deployments.addObject().put("status", "ACTIVE").put("rolloutState", "COMPLETED");

    assertThatThrownBy(() -> promote())
        .hasMessageEndingWith("main/web-s: tasks of 2 deployments are running");
  }

  @Test
  void is_refused_where_services_do_not_agree() {
    service("web-s", "staging", at("web", 1));
    service("more-s", "staging", at("web", 2));
    service("web-p", "production", at("web", 9));

    assertThatThrownBy(() -> promote())
        .hasMessage(
            "the services of staging run different images of web: %s in main/web-s; %s in"
                + " main/more-s",
            digest(1), digest(2));
  }

  @Test
  void is_refused_for_what_was_not_deployed_by_its_digest() {
    service("web-s", "staging", uri("web") + ":1.2");
    service("web-p", "production", at("web", 9));

    assertThatThrownBy(() -> promote())
        .hasMessageStartingWith("main/web-s run " + uri("web") + ":1.2, which is no digest");
  }

  @Test
  void tells_what_was_promoted_before_ecr_refused() {
    service("web-s", "staging", at("api", 1), at("immutable", 2));
    service("web-p", "production", at("api", 9), at("immutable", 9));

    assertThatThrownBy(() -> promote())
        .hasMessage(
            "000000000002 cannot get tag production in immutable: the tag is immutable; already"
                + " promoted were images of api");
  }

  @Test
  void has_nothing_to_do_between_environments_of_the_same_tag() {
    assertThatThrownBy(() -> promotion.promote("staging", "twin", Optional.empty(), ANN, false))
        .hasMessage("staging and twin both follow tag staging: there is nothing to promote");
  }
}
