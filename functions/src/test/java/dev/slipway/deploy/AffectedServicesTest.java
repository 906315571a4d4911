package dev.slipway.deploy;

import static dev.slipway.deploy.DeployScene.environment;
import static dev.slipway.deploy.FakeImageRegistry.repository;
import static dev.slipway.deploy.FakeImageRegistry.uri;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.AdditionalAnswers.delegatesTo;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.verifyNoInteractions;
import static org.mockito.Mockito.verifyNoMoreInteractions;

import dev.slipway.decide.Environment;
import dev.slipway.ecs.ServiceArn;
import dev.slipway.image.ImageTag;
import dev.slipway.record.Trigger;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A push costs calls in proportion to the services that it concerns, not to the account. */
class AffectedServicesTest {
  private static final List<Environment> ENVIRONMENTS =
      List.of(
          environment("staging", "staging"),
          environment("qa", "staging", "lab"),
          environment("production", "production"));

  private final DeployScene scene = new DeployScene(ENVIRONMENTS.toArray(Environment[]::new));
  private final Ecs ecs = mock(Ecs.class, delegatesTo(scene.ecs));
  private final AffectedServices affected = new AffectedServices(ENVIRONMENTS, ecs, scene.records);

  private AffectedServices.Found of(String repository, String tag) {
    return of(repository, tag, scene.now);
  }

  private AffectedServices.Found of(String repository, String tag, Instant now) {
    scene.records.clearCalls();
    return affected.of(repository(repository), new ImageTag(tag), now);
  }

  /** A service that was evaluated: the index has it. */
  private ServiceArn known(String name, String repository) {
    ServiceArn service = scene.have(name, uri(repository) + ":1");
    scene.check(service, new Trigger.Sweep("s-1", scene.now));
    return service;
  }

  @Nested
  class The_index {
    @Test
    void answers_in_one_call_of_the_record_and_none_of_ecs() {
      ServiceArn web = known("web", "web");
      ServiceArn shop = known("shop", "web");
      known("api", "api");

      assertThat(of("web", "staging"))
          .isEqualTo(new AffectedServices.Found(List.of(web, shop), List.of(), "", true));
      assertThat(scene.records.calls()).containsExactly("usersOf");
      verifyNoInteractions(ecs);
    }

    @Test
    void tells_the_environments_apart() {
      known("web", "web");

      AffectedServices.Found found = of("web", "production");

      assertThat(found.all()).isEmpty();
      assertThat(found.warning())
          .isEqualTo("no service of production has a container from repository web");
    }

    @Test
    void is_kept_by_each_deployment() {
      ServiceArn web = known("web", "web");
      scene.ecs.deploy(web, scene.ecs.have("web", "web", uri("shop") + ":1"));
      scene.check(web, new Trigger.Sweep("s-2", scene.now));

      assertThat(of("shop", "staging").services()).containsExactly(web);
      assertThat(of("web", "staging").all()).isEmpty();
    }
  }

  @Test
  void a_tag_that_nothing_follows_asks_nobody() {
    assertThat(of("web", "latest").warning())
        .isEqualTo(
            "no environment follows web:latest: slipway.yaml has staging (tag staging), qa (tag"
                + " staging), production (tag production)");
    assertThat(scene.records.calls()).isEmpty();
    verifyNoInteractions(ecs);
  }

  @Nested
  class A_search {
    @Test
    void finds_services_that_were_never_evaluated() {
      ServiceArn web = scene.have("web", uri("web") + ":1");
      ServiceArn other = scene.have("other", uri("other") + ":1");

      assertThat(of("web", "staging"))
          .as("what they use is not known: each must be evaluated")
          .isEqualTo(new AffectedServices.Found(List.of(), List.of(other, web), "", true));
      assertThat(scene.records.calls()).containsExactly("usersOf", "services");
    }

    @Test
    void passes_over_services_that_are_known_to_use_something_else() {
      known("api", "api");
      ServiceArn fresh = scene.have("fresh", uri("web") + ":1");

      assertThat(of("web", "staging").unknown()).containsExactly(fresh);
    }

    @Test
    void does_not_believe_the_record_of_another_revision() {
      ServiceArn api = known("api", "api");
      scene.ecs.deploy(api, scene.ecs.have("api", "web", uri("web") + ":1"));

      assertThat(of("web", "staging").unknown()).containsExactly(api);
    }

    @Test
    void does_not_believe_the_record_of_another_environment() {
      ServiceArn api = known("api", "api");
      scene.write(api, record -> record.withEnvironment(Optional.of("production")));

      assertThat(of("web", "staging").unknown()).containsExactly(api);
    }

    @Test
    void that_finds_nobody_is_remembered_for_an_hour() {
      known("api", "api");

      assertThat(of("web", "staging").all()).isEmpty();
      assertThat(scene.records.calls()).containsExactly("usersOf", "services", "searched");
      AffectedServices.Found again = of("web", "staging", scene.now.plus(Duration.ofMinutes(59)));

      assertThat(again.warning())
          .isEqualTo(
              "no service of staging or qa has a container from repository"
                  + " web: all services were searched at"
                  + " 2026-11-28T10:00:00Z. One that was tagged since is found by its tag-change"
                  + " event, or by the next sweep");
      assertThat(scene.records.calls()).containsExactly("usersOf");
      verify(ecs).services(Set.of(), Optional.empty(), 100);

      of("web", "staging", scene.now.plus(Duration.ofHours(1)));
      verify(ecs, times(2)).services(Set.of(), Optional.empty(), 100);
    }

    @Test
    void finds_a_service_of_another_environment_than_those_that_are_known() {
      known("web", "web");
      ServiceArn production =
          scene.ecs.have("main", "shop", "production", scene.ecs.have("b", "web", uri("web")));

      assertThat(of("web", "production").unknown()).containsExactly(production);
    }

    @Test
    void is_not_remembered_while_services_of_other_environments_are_unknown() {
      scene.ecs.have("main", "shop", "production", scene.ecs.have("b", "web", uri("web")));

      assertThat(of("web", "staging").all()).isEmpty();

      assertThat(scene.records.usersOf(repository("web")).searchedAt()).isEmpty();
    }

    @Test
    void that_finds_somebody_is_not_remembered() {
      scene.have("web", uri("web") + ":1");

      of("web", "staging");

      assertThat(scene.records.usersOf(repository("web")).searchedAt()).isEmpty();
    }

    @Test
    void looks_only_in_the_clusters_of_the_environments() {
      ServiceArn lab = scene.ecs.have("lab", "web", "qa", scene.ecs.have("a", "web", uri("web")));
      scene.ecs.have("main", "web", "qa", scene.ecs.have("b", "web", uri("web")));

      assertThat(of("web", "staging").unknown()).containsExactly(lab);
      verify(ecs).services(Set.of(), Optional.empty(), 100);
      verifyNoMoreInteractions(ecs);
    }

    /** A failed search is not one that found nobody. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void that_fails_is_a_failure(boolean transientFailure) {
      RuntimeException failure =
          transientFailure
              ? new IllegalStateException("ThrottlingException")
              : new EcsClientError("AccessDenied", new IllegalStateException());
      scene
          .ecs
          .interruptions()
          .before(
              FakeEcs.Operation.SERVICES,
              "",
              () -> {
                throw failure;
              });

      assertThatThrownBy(() -> of("web", "staging")).isSameAs(failure);
      assertThat(scene.records.calls()).doesNotContain("searched");
    }
  }

  @Nested
  class A_misspelled_environment {
    @Test
    void is_named_when_a_push_concerns_nobody() {
      scene.ecs.have("main", "api", "stagin", scene.ecs.have("api", "web", uri("web") + ":1"));

      assertThat(of("web", "staging").warning())
          .endsWith("; slipway.yaml does not have the environments of main/api (stagin)");
    }

    @Test
    void is_named_beside_the_services_that_were_found() {
      scene.ecs.have("main", "api", "stagin", scene.ecs.have("api", "web", uri("web") + ":1"));
      scene.have("web", uri("web") + ":1");

      assertThat(scene.push("web", 1).reason())
          .isEqualTo(
              "1 deployment started; slipway.yaml does not have the environments of main/api"
                  + " (stagin)");
    }

    @Test
    void of_many_services_is_named_for_five() {
      for (int i = 0; i < 7; i++) {
        scene.ecs.have("main", "s" + i, "x", scene.ecs.have("s" + i, "web", uri("web") + ":1"));
      }

      assertThat(of("web", "staging").warning())
          .endsWith("main/s3 (x), main/s4 (x) and 2 more services");
    }
  }

  @Test
  void a_service_is_asked_for_once_however_it_was_found() {
    ServiceArn web = FakeEcs.arn("main", "web");

    assertThat(new AffectedServices.Found(List.of(web), List.of(web), "", true).all())
        .containsExactly(web);
  }
}
