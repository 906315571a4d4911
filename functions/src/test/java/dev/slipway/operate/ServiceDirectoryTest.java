package dev.slipway.operate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.slipway.decide.Environment;
import dev.slipway.deploy.EcsClientError;
import dev.slipway.deploy.FakeEcs;
import dev.slipway.ecs.Service;
import dev.slipway.ecs.TaskDefinitionArn;
import dev.slipway.image.ImageTag;
import dev.slipway.image.TagPolicy;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServiceDirectoryTest {
  private final FakeEcs ecs = new FakeEcs();
  private final TaskDefinitionArn revision = ecs.have("web", "app", "nginx:1");

  private static Environment environment(String name, String... clusters) {
    return new Environment(
        name,
        new TagPolicy(new ImageTag(name)),
        JsonNodeFactory.instance.objectNode(),
        Set.of(clusters),
        Environment.Drift.HOLD,
        List.of());
  }

  private ServiceDirectory directory(Environment... environments) {
    return new ServiceDirectory(List.of(environments), ecs);
  }

  private static List<String> names(List<Service> services) {
    return services.stream().map(Service::toString).toList();
  }

  @Nested
  class A_service {
    private final ServiceDirectory directory = directory(environment("staging"));

    @BeforeEach
    void services() {
      ecs.have("website", "web-staging", "staging", revision);
      ecs.have("website", "web-production", "production", revision);
      ecs.have("shop", "web-production", "production", revision);
    }

    private String find(String selector) {
      return directory.service(ServiceSelector.parse(selector)).toString();
    }

    @ParameterizedTest
    @CsvSource({
      "web-staging,            website/web-staging",
      "shop/web-production,    shop/web-production",
      "arn:aws:ecs:eu-central-1:123456789012:service/website/web-staging, website/web-staging"
    })
    void is_found_by_each_of_its_names(String selector, String service) {
      assertThat(find(selector)).isEqualTo(service);
    }

    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        value = {
          "web-production | several services are named web-production: say which of"
              + " shop/web-production, website/web-production",
          "web-stagin | there is no service web-stagin. Did you mean website/web-staging?",
          "website/web-stagin | there is no service website/web-stagin. Did you mean"
              + " website/web-staging?",
          "site/web-staging | there is no service site/web-staging. Did you mean"
              + " website/web-staging?",
          "billing | there is no service billing in clusters shop, website. `slipway status` lists"
              + " the services that follow an environment",
          "arn:aws:ecs:eu-central-1:123456789012:service/website/nothing | there is no service"
              + " arn:aws:ecs:eu-central-1:123456789012:service/website/nothing in clusters shop,"
              + " website. `slipway status` lists the services that follow an environment",
          "arn:aws:ecs:eu-west-1:123456789012:service/website/web-staging | service"
              + " arn:aws:ecs:eu-west-1:123456789012:service/website/web-staging is of another"
              + " account or Region: here it would be"
              + " arn:aws:ecs:eu-central-1:123456789012:service/website/web-staging"
        })
    void that_is_not_there_or_not_the_only_one_is_refused(String selector, String sentence) {
      assertThatThrownBy(() -> find(selector))
          .isInstanceOf(RejectedRequest.class)
          .hasMessage(sentence);
    }

    @Test
    void that_was_deleted_is_not_there() {
      ecs.document(FakeEcs.arn("website", "web-staging")).put("status", "INACTIVE");

      assertThatThrownBy(() -> find("website/web-staging"))
          .hasMessageStartingWith("there is no service website/web-staging");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a/b/c", "web staging", "/web", "web/", "arn:aws:ecs:web"})
    void cannot_be_named_otherwise(String selector) {
      assertThatThrownBy(() -> ServiceSelector.parse(selector))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("\"" + selector + "\"");
    }
  }

  @Nested
  class An_environment {
    @Test
    void is_found_by_its_name() {
      assertThat(directory(environment("a"), environment("b")).environment("b").name())
          .isEqualTo("b");
    }

    @Test
    void that_is_not_there_is_refused_with_those_that_are() {
      ServiceDirectory directory = directory(environment("staging"), environment("production"));

      assertThatThrownBy(() -> directory.environment("prodution"))
          .isInstanceOf(RejectedRequest.class)
          .hasMessage(
              "there is no environment \"prodution\": slipway.yaml has staging, production. Did you"
                  + " mean production?");
    }
  }

  @Nested
  class The_followers {
    @Test
    void of_one_environment_are_in_its_clusters() {
      ecs.have("website", "web", "staging", revision);
      ecs.have("website", "api", "production", revision);
      ecs.have("shop", "web", "staging", revision);
      Environment staging = environment("staging", "website");

      var followers = directory(staging, environment("production")).followers(staging);

      assertThat(names(followers.services())).containsExactly("website/web");
      assertThat(followers.warnings()).isEmpty();
    }

    @Test
    void of_no_environment_are_warned_of_where_they_have_the_tag() {
      ecs.have("website", "web", "staging", revision);
      ecs.have("website", "api", "stagin", revision);
      ecs.have("shop", "web", "production", revision);
      ecs.have("shop", "none", "staging", revision, service -> service.remove("tags"));
      ServiceDirectory directory =
          directory(environment("staging"), environment("production", "website"));

      assertThat(
              ecs.services(Set.of()).stream()
                  .flatMap(service -> directory.unknownEnvironment(service).stream()))
          .containsExactly(
              "website/api is not followed: its tag slipway:environment says \"stagin\", and"
                  + " slipway.yaml has only staging, production. Did you mean staging?",
              "shop/web is not followed: its tag slipway:environment says \"production\", but"
                  + " slipway.yaml does not have that environment in cluster shop");
    }

    @Test
    void may_be_in_all_clusters_or_in_those_that_are_named() {
      assertThat(directory(environment("a", "x"), environment("b", "y", "x")).clusters())
          .containsExactly("x", "y");
      assertThat(directory(environment("a", "x"), environment("b")).clusters()).isEmpty();
    }

    @Test
    void are_reported_although_a_cluster_is_not_there() {
      ecs.have("website", "web", "staging", revision);
      ecs.interruptions()
          .before(
              FakeEcs.Operation.SERVICES,
              "gone",
              () -> {
                throw new EcsClientError(
                    "ClusterNotFoundException: Cluster not found.", new IllegalStateException());
              });

      Environment staging = environment("staging", "gone", "website");

      var followers = directory(staging).followers(staging);

      assertThat(names(followers.services())).containsExactly("website/web");
      assertThat(followers.warnings())
          .containsExactly(
              "cluster gone of slipway.yaml: ClusterNotFoundException: Cluster not found.");
    }
  }
}
