package dev.slipway.operate;

import dev.slipway.decide.Environment;
import dev.slipway.decide.Environments;
import dev.slipway.deploy.EcsClientError;
import dev.slipway.deploy.FakeEcs;
import dev.slipway.deploy.FakeHintQueue;
import dev.slipway.deploy.FakeImageRegistry;
import dev.slipway.deploy.Hint;
import dev.slipway.deploy.RevisionRegistrar;
import dev.slipway.deploy.ServiceEvaluator;
import dev.slipway.ecs.ServiceArn;
import dev.slipway.image.ImageTag;
import dev.slipway.image.Platform;
import dev.slipway.record.Trigger;

import static dev.slipway.deploy.FakeImageRegistry.digest;
import static dev.slipway.deploy.FakeImageRegistry.uri;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.operate.DeployOnDemand.Answer;
import dev.slipway.operate.DeployOnDemand.Image;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class DeployOnDemandTest {
  private static final Trigger.Request ANN = new Trigger.Request("r-1", "ann");
  private static final Scope STAGING = new Scope.OfEnvironment("staging");

  private final FakeEcs ecs = new FakeEcs();
  private final FakeImageRegistry ecr = new FakeImageRegistry();
  private final FakeHintQueue queue = new FakeHintQueue();
  private final List<Environment> environments = List.of(Environments.following("staging"));
  private final DeployOnDemand onDemand =
      new DeployOnDemand(
          new ServiceDirectory(environments, ecs),
          new ServiceEvaluator(environments, ecs, ecr),
          ecr,
          new RevisionRegistrar(ecs),
          ecs,
          queue);

  private static String web(int number) {
    return uri("web") + "@" + digest(number);
  }

  private ServiceArn service(String name, String image) {
    return ecs.have("main", name, "staging", ecs.have(name, "web", image));
  }

  private Answer deploy(Image image, boolean unblock) {
    return onDemand.deploy(STAGING, Optional.of(image), unblock, ANN, false).getFirst();
  }

  private Map<String, String> tags(ServiceArn service) {
    return ecs.describe(List.of(service)).getFirst().tags();
  }

  @Nested
  class What_the_environment_selects {
    @Test
    void is_hinted_at_where_it_differs_and_nowhere_else() {
      ServiceArn old = service("old", web(1));
      service("new", web(2));
      ecr.push("web", "staging", digest(2));

      List<Answer> answers = onDemand.deploy(STAGING, Optional.empty(), false, ANN, false);

      assertThat(answers).extracting(Answer::decision).containsExactly("Deploy", "Current");
      assertThat(queue.sent()).containsExactly(new Hint.ServiceNamed(old, ANN));
    }

    @Test
    void is_only_told_in_a_dry_run() {
      ServiceArn service = service("web", web(1));
      ecr.push("web", "staging", digest(2));
      ecs.tag(service, "slipway:blocked", digest(2).value());

      assertThat(onDemand.deploy(STAGING, Optional.empty(), true, ANN, true))
          .extracting(Answer::decision)
          .containsExactly("Deploy");
      assertThat(queue.sent()).isEmpty();
      assertThat(tags(service)).containsKey("slipway:blocked");
    }

    @Test
    void is_unblocked_alone_and_its_wish_ends() {
      ServiceArn service = service("web", web(1));
      ecr.push("web", "staging", digest(2));
      ecs.tag(service, "slipway:blocked", digest(9) + " " + digest(2));
      ecs.tag(service, "slipway:chosen", "web:1 instead of " + digest(2).abbreviated());
      ecs.tag(service, "slipway:chosen-by", "bob");
      assertThat(onDemand.deploy(STAGING, Optional.empty(), false, ANN, false))
          .extracting(Answer::decision)
          .containsExactly("Held");

      onDemand.deploy(STAGING, Optional.empty(), true, ANN, false);

      assertThat(tags(service))
          .containsOnly(
              Map.entry("slipway:environment", "staging"),
              Map.entry("slipway:blocked", digest(9).value()));
      assertThat(queue.sent()).hasSize(1);
    }
  }

  @Nested
  class An_image_of_a_persons_choice {
    @Test
    void that_is_the_selected_one_is_a_plain_deployment() {
      ServiceArn service = service("web", web(1));
      ecr.push("web", "staging", digest(2));

      Answer answer = deploy(new Image.Digested(digest(2)), false);

      assertThat(answer.decision()).isEqualTo("Deploy");
      assertThat(ecs.registered()).isEmpty();
      assertThat(tags(service)).containsOnlyKeys("slipway:environment");
      assertThat(queue.sent()).hasSize(1);
    }

    @Test
    void is_registered_once_however_often_it_is_asked_for() {
      service("web", web(1));
      ecr.push("web", "hotfix", digest(3));
      ecr.push("web", "staging", digest(1));

      deploy(new Image.Tagged(new ImageTag("hotfix")), false);
      deploy(new Image.Tagged(new ImageTag("hotfix")), false);

      assertThat(ecs.registered()).hasSize(1);
      assertThat(queue.sent()).hasSize(2);
    }

    @Test
    void that_is_blocked_is_held_until_it_is_unblocked() {
      ServiceArn service = service("web", web(1));
      ecr.push("web", "hotfix", digest(3));
      ecr.push("web", "staging", digest(1));
      ecs.tag(service, "slipway:blocked", digest(3).value());
      assertThat(deploy(new Image.Digested(digest(3)), false).decision()).isEqualTo("Held");
      assertThat(queue.sent()).isEmpty();

      assertThat(deploy(new Image.Digested(digest(3)), true).decision()).isEqualTo("Deploy");

      assertThat(tags(service)).containsEntry("slipway:blocked", digest(1).value());
    }

    @Test
    void for_another_platform_is_refused_by_the_same_rules_as_ever() {
      ServiceArn service = service("web", web(1));
      ecs.document(service).put("launchType", "FARGATE");
      ecr.push("web", "staging", digest(1));
      ecr.push("web", "arm", digest(3), Set.of(new Platform("linux", "arm64")));

      Answer answer = deploy(new Image.Digested(digest(3)), false);

      assertThat(answer.decision()).isEqualTo("Refused");
      assertThat(answer.reason()).contains("is for linux/arm64");
      assertThat(ecs.registered()).isEmpty();
    }

    @Test
    void is_refused_where_the_environment_selects_nothing_to_pass_over() {
      service("web", web(1));
      ecr.push("web", "hotfix", digest(3));

      assertThat(deploy(new Image.Digested(digest(3)), false).reason())
          .isEqualTo(
              "tag staging selects no image for it, and digest 000000000003 can only be deployed"
                  + " instead of one: push an image with that tag");
    }

    @Test
    void that_a_service_has_is_current() {
      service("web", web(3));
      ecr.push("web", "hotfix", digest(3));
      ecr.push("web", "staging", digest(1));

      assertThat(deploy(new Image.Tagged(new ImageTag("hotfix")), false).decision())
          .isEqualTo("Current");
    }
  }

  @Test
  void what_ecs_refuses_for_one_service_keeps_no_other_from_it() {
    service("one", web(1));
    service("two", web(1));
    ecr.push("web", "hotfix", digest(3));
    ecr.push("web", "staging", digest(2));
    ecs.interruptions()
        .before(
            FakeEcs.Operation.REGISTER,
            "one",
            () -> {
              throw new EcsClientError("ClientException: no.", new IllegalStateException());
            });

    assertThat(
            onDemand.deploy(STAGING, Optional.of(new Image.Digested(digest(3))), false, ANN, false))
        .extracting(Answer::decision)
        .containsExactly("Refused", "Deploy");
  }

  @Test
  void an_environment_that_nothing_follows_is_refused() {
    assertThatThrownBy(() -> onDemand.deploy(STAGING, Optional.empty(), false, ANN, false))
        .isInstanceOf(Refusal.class)
        .hasMessage("no service follows environment staging");
  }
}
