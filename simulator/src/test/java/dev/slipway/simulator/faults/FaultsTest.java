package dev.slipway.simulator.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.simulator.faults.Effect.Connection;
import dev.slipway.simulator.faults.Faults.Injected;
import dev.slipway.simulator.world.AwsError;
import dev.slipway.simulator.world.Caller;
import dev.slipway.simulator.world.World;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FaultsTest {
  private static final Caller FUNCTION = new Caller("arn:aws:sts::1:assumed-role/Role/deploy");
  private static final ApiCall UPDATE = new ApiCall("ecs", "UpdateService", FUNCTION);
  private static final ApiCall REGISTER = new ApiCall("ecs", "RegisterTaskDefinition", FUNCTION);

  // so slow that no simulated time passes of itself
  private final World world = new World(Instant.EPOCH, 1e-9);
  private final Faults faults = new Faults(world);

  @AfterEach
  void end() {
    world.close();
  }

  private String codeOf(ApiCall call) {
    AwsError error = faults.strike(call).error();
    return error == null ? "none" : error.status() + " " + error.code();
  }

  @Test
  void strike_as_often_as_asked() {
    Injected fault = faults.throttle(Calls.to("ecs", "UpdateService"), 2);
    assertThat(codeOf(REGISTER)).isEqualTo("none");
    assertThat(codeOf(UPDATE)).isEqualTo("400 ThrottlingException");
    assertThat(codeOf(UPDATE)).isEqualTo("400 ThrottlingException");
    assertThat(codeOf(UPDATE)).isEqualTo("none");
    assertThat(fault.hits()).isEqualTo(2);
  }

  @Test
  void strike_until_they_are_ended() {
    Injected fault = faults.fail(Calls.to("ecs"), Faults.ALWAYS);
    assertThat(codeOf(UPDATE)).isEqualTo("500 ServerException");
    assertThat(codeOf(REGISTER)).isEqualTo("500 ServerException");
    fault.end();
    assertThat(codeOf(UPDATE)).isEqualTo("none");
  }

  @Test
  void strike_the_caller_they_are_meant_for() {
    faults.throttle(Calls.all().by("someone"), Faults.ALWAYS);
    assertThat(codeOf(UPDATE)).isEqualTo("none");
    faults.throttle(Calls.all().by("deploy"), Faults.ALWAYS);
    assertThat(codeOf(UPDATE)).isEqualTo("400 ThrottlingException");
  }

  @ParameterizedTest
  @CsvSource({
    "ecs,    400 ThrottlingException,    500 ServerException",
    "ecr,    400 ThrottlingException,    500 ServerException",
    "events, 400 ThrottlingException,    500 InternalException",
    "sqs,    400 RequestThrottled,       500 InternalFailure",
    "lambda, 429 TooManyRequestsException, 500 ServiceException",
    "dynamodb, 400 ProvisionedThroughputExceededException, 500 InternalServerError"
  })
  void are_spelled_as_the_service_does(String service, String throttled, String failed) {
    ApiCall call = new ApiCall(service, "Any", FUNCTION);
    faults.throttle(Calls.to(service), 1);
    assertThat(codeOf(call)).isEqualTo(throttled);
    faults.fail(Calls.to(service), 1);
    assertThat(codeOf(call)).isEqualTo(failed);
  }

  @Test
  void add_latency_to_one_other() {
    faults.delay(Calls.all(), 1, Duration.ofSeconds(2));
    faults.dropAfter(Calls.all(), 1);
    faults.delay(Calls.all(), 1, Duration.ofSeconds(3));
    Injected later = faults.throttle(Calls.all(), 1);
    Effect effect = faults.strike(UPDATE);
    assertThat(effect.latency()).isEqualTo(Duration.ofSeconds(5));
    assertThat(effect.connection()).isEqualTo(Connection.DROPPED_AFTER);
    assertThat(effect.error()).isNull();
    assertThat(later.hits()).isZero();
    assertThat(codeOf(UPDATE)).isEqualTo("400 ThrottlingException");
  }

  @Test
  void are_all_gone_when_cleared() {
    faults.throttle(Calls.all(), Faults.ALWAYS);
    faults.enforcePublishedRates();
    faults.clear();
    for (int i = 0; i < 60; i++) {
      assertThat(faults.strike(UPDATE)).isEqualTo(Effect.NONE);
    }
  }

  @Test
  void throttle_by_the_published_rates() {
    faults.enforcePublishedRates();
    for (int i = 0; i < 20; i++) {
      assertThat(codeOf(REGISTER)).isEqualTo("none");
    }
    ApiCall deregister = new ApiCall("ecs", "DeregisterTaskDefinition", FUNCTION);
    assertThat(codeOf(deregister)).as("shares the bucket").isEqualTo("400 ThrottlingException");
    assertThat(codeOf(UPDATE)).as("has another bucket").isEqualTo("none");
    world.after(Duration.ofSeconds(2), () -> {});
    world.runUntilQuiet(Duration.ofSeconds(3));
    assertThat(codeOf(REGISTER)).as("refilled by one a second").isEqualTo("none");
    assertThat(codeOf(REGISTER)).isEqualTo("none");
    assertThat(codeOf(REGISTER)).isEqualTo("400 ThrottlingException");
  }
}
