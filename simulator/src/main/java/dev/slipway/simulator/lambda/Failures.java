package dev.slipway.simulator.lambda;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Lambda's words for what ends a function from outside. */
final class Failures {
  private Failures() {}

  static Outcome timedOut(Invocation invocation, List<String> log) {
    return ended(
        invocation,
        "Sandbox.Timedout",
        String.format(
            Locale.ROOT,
            "Task timed out after %.2f seconds",
            invocation.function().timeout().toMillis() / 1000.0),
        log);
  }

  static Outcome noPackage(Invocation invocation, Path packageDirectory) {
    return ended(
        invocation,
        "Runtime.InvalidCodeArtifact",
        "there is no function package at "
            + packageDirectory.toAbsolutePath()
            + "; build it first, with `sam build` or `mvn package`",
        List.of());
  }

  /**
   * @param status of the process; from 129 on, the signal that ended it is 128 less
   */
  static Outcome exited(Invocation invocation, int status, List<String> log) {
    String how =
        switch (status) {
          case 0 -> "Runtime exited without providing a reason";
          case 128 + 9 -> "Runtime exited with error: signal: killed";
          case 128 + 15 -> "Runtime exited with error: signal: terminated";
          default -> "Runtime exited with error: exit status " + status;
        };
    return ended(invocation, "Runtime.ExitError", how, log);
  }

  private static Outcome ended(
      Invocation invocation, String errorType, String how, List<String> log) {
    String message = "RequestId: " + invocation.requestId() + " Error: " + how;
    List<String> all = new ArrayList<>(log);
    all.add(message);
    return Outcome.failure(errorType, message, all);
  }
}
