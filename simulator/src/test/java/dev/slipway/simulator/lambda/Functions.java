package dev.slipway.simulator.lambda;

import dev.slipway.simulator.world.Caller;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Functions for tests. */
final class Functions {
  static final FunctionSettings.Identity IDENTITY =
      new FunctionSettings.Identity(
          new Caller("arn:aws:sts::123456789012:assumed-role/deploy-role/deploy"),
          "AKIADEPLOY",
          "secret",
          "token");

  private Functions() {}

  static FunctionSettings function(
      String handler, Path packageDirectory, Map<String, String> environment, Duration timeout) {
    return new FunctionSettings(
        "deploy",
        handler,
        packageDirectory,
        environment,
        timeout,
        256,
        false,
        "/aws/lambda/deploy",
        IDENTITY,
        Map.of("live", "1"),
        List.of(),
        FunctionSettings.Asynchronous.byDefault());
  }
}
