package dev.slipway.simulator.lambda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.simulator.world.AwsError;
import dev.slipway.simulator.world.LambdaApi.InvocationType;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The sizes that Lambda allows. */
class LimitsTest {
  @ParameterizedTest
  @CsvSource({"REQUEST_RESPONSE, 6291456", "DRY_RUN, 6291456", "EVENT, 1048576"})
  void an_event_has_a_largest_size(InvocationType type, int most) {
    String largest = "x".repeat(most);
    assertThatCode(() -> PayloadLimits.checkRequest(type, largest)).doesNotThrowAnyException();
    assertThatThrownBy(() -> PayloadLimits.checkRequest(type, largest + "x"))
        .isInstanceOfSatisfying(
            AwsError.class,
            error -> {
              assertThat(error.status()).isEqualTo(413);
              assertThat(error.code()).isEqualTo("RequestEntityTooLargeException");
            })
        .hasMessage(
            "Request must be smaller than " + most + " bytes for the InvokeFunction operation");
  }

  @Test
  void a_response_has_a_largest_size() {
    Outcome largest = new Outcome(false, "x".repeat(6_291_556), List.of("line"));
    assertThat(PayloadLimits.checked(largest)).isSameAs(largest);

    // é has two bytes
    Outcome larger = new Outcome(false, "é".repeat(3_145_779), List.of("line"));
    Outcome failure = PayloadLimits.checked(larger);
    assertThat(failure.failed()).isTrue();
    assertThat(failure.log()).containsExactly("line");
    assertThat(failure.payload())
        .isEqualTo(
            "{\"errorType\":\"Function.ResponseSizeTooLarge\",\"errorMessage\":\"Response payload"
                + " size (6291558 bytes) exceeded maximum allowed payload size (6291556"
                + " bytes).\"}");
  }

  @Test
  void a_functions_variables_have_four_kilobytes_together() {
    // {"A":"…"} has eight characters besides the value
    assertThatCode(() -> function(Map.of("A", "x".repeat(4_088)))).doesNotThrowAnyException();
    assertThatThrownBy(() -> function(Map.of("A", "x".repeat(4_089))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("exceeded the 4KB limit. String measured: {\"A\":\"xxx");
  }

  private static FunctionSettings function(Map<String, String> environment) {
    return Functions.function("Handler", Path.of("."), environment, Duration.ofSeconds(3));
  }
}
