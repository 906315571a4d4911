package dev.slipway.simulator.scheduler;

import dev.slipway.simulator.world.AwsError;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A schedule expression of the form {@code rate(5 minutes)}.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html">Schedule
 *     types</a>
 */
record Rate(Duration period) {
  private static final Pattern RATE =
      Pattern.compile("rate\\(([1-9]\\d{0,8}) (minute|hour|day)s?\\)");

  /**
   * @throws AwsError if it is no schedule expression
   * @throws IllegalArgumentException if it is one that is not simulated
   */
  static Rate parse(String expression) {
    Matcher rate = RATE.matcher(expression);
    if (!rate.matches()) {
      if (expression.startsWith("cron(") || expression.startsWith("at(")) {
        throw new IllegalArgumentException(
            expression + " is not simulated: only rates are, such as rate(5 minutes)");
      }
      throw AwsError.client(
          "ValidationException", "Invalid Schedule Expression " + expression + ".");
    }
    long number = Long.parseLong(rate.group(1));
    return new Rate(
        switch (rate.group(2)) {
          case "minute" -> Duration.ofMinutes(number);
          case "hour" -> Duration.ofHours(number);
          default -> Duration.ofDays(number);
        });
  }
}
