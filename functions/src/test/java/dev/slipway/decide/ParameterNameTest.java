package dev.slipway.decide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.ecs.ServiceArn;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ParameterNameTest {
  @Test
  void has_a_service_and_a_container_put_in() {
    ServiceArn web = new ServiceArn("arn:aws:ecs:us-east-1:123456789012:service/main/web_1");

    assertThat(new ParameterName("/a/{cluster}/{service}-image").of(web, "app"))
        .isEqualTo("/a/main/web_1-image");
    assertThat(new ParameterName("/{cluster}/{service}/{container}").of(web, "app"))
        .isEqualTo("/main/web_1/app");
    assertThat(new ParameterName("/{cluster}/{service}/{container}").isOfContainers()).isTrue();
    assertThat(new ParameterName("/{cluster}/{service}").isOfContainers()).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          /{cluster}/{service}/{tag}  | it has {tag}; there are {cluster}, {service} and {container}
          /slipway/{service}          | it lacks {cluster}: two services would overwrite each other's
          /slipway/{cluster}          | it lacks {service}: two services would overwrite each other's
          slipway/{cluster}/{service} | it must begin with /
          /{cluster}/{service}/       | it must begin with /
          /{cluster}/{service}/a b    | it must begin with /
          /{cluster}/{service}/{      | it must begin with /
          /aws/{cluster}/{service}    | Parameter Store lets no name begin with aws or ssm
          /SSM-x/{cluster}/{service}  | Parameter Store lets no name begin with aws or ssm
          /1/2/3/4/5/6/7/8/9/10/11/12/13/14/{cluster}/{service} | it has more than 15 parts
          """)
  void refuses_what_is_no_name_for_every_service(String template, String why) {
    assertThatThrownBy(() -> new ParameterName(template))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(why);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/slipway/{cluster}-{service}/image",
        "/slipway/{service}{cluster}",
        "/slipway/{cluster}/{service}-{container}",
        "/{cluster}_{service}/{service}-{cluster}"
      })
  void no_name_is_two_services_parameter(String template) {
    assertThatThrownBy(() -> new ParameterName(template))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("neither / nor . between them");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/slipway/{cluster}.{service}",
        "/slipway/image-of-{cluster}/{service}-image",
        "/{cluster}/{service}/{service}-{container}"
      })
  void a_name_is_one_services_where_it_tells_each_placeholder(String template) {
    assertThat(new ParameterName(template)).hasToString(template);
  }
}
