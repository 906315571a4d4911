package dev.slipway.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class SsmParametersTest {
  @AutoClose private final LoopbackAws aws = new LoopbackAws();
  private final SsmParameters parameters = new SsmParameters(aws.clients());

  @Test
  void puts_a_parameter_by_a_request_that_is_signed_for_systems_manager() {
    aws.answers("PutParameter", "{\"Version\": 1}");

    parameters.put("/slipway/main/web/image", "web@sha256:1");

    assertThat(aws.received("PutParameter"))
        .singleElement()
        .satisfies(request -> {
          assertThat(request.body())
              .isEqualTo(
                  "{\"Name\":\"/slipway/main/web/image\",\"Value\":\"web@sha256:1\",\"Type\":\"String\",\"Overwrite\":true}");
          assertThat(request.authorization()).contains("/ssm/aws4_request");
        });
  }

  @Test
  void says_which_parameter_of_the_stack_allows_it() {
    aws.fails("PutParameter", 400, "AccessDeniedException", "no");

    assertThatThrownBy(() -> parameters.put("/a", "b"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("ssm:PutParameter")
        .hasMessageEndingWith("deploy the stack with PublishPath=/PATH/*");
  }
}
