package dev.slipway.simulator.sns;

import dev.slipway.simulator.world.AwsError;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/** How a subscription is delivered to: the protocols that are simulated. */
enum Protocol {
  EMAIL("email"),
  EMAIL_JSON("email-json"),
  HTTP("http"),
  HTTPS("https"),
  SQS("sqs");

  private static final Set<String> NOT_SIMULATED =
      Set.of("sms", "application", "lambda", "firehose");

  private final String word;

  Protocol(String word) {
    this.word = word;
  }

  /** As the API has it. */
  String word() {
    return word;
  }

  static Protocol of(String word) {
    if (NOT_SIMULATED.contains(word)) {
      List<String> simulated = Arrays.stream(values()).map(Protocol::word).toList();
      throw InvalidParameter.of("The simulator delivers to " + simulated + ", not to " + word);
    }
    return Arrays.stream(values())
        .filter(protocol -> protocol.word.equals(word))
        .findFirst()
        .orElseThrow(() -> InvalidParameter.of("Does not support this protocol string: " + word));
  }

  /**
   * Refuses an endpoint that this protocol does not lead to.
   *
   * @throws AwsError InvalidParameter
   */
  void check(String endpoint) {
    switch (this) {
      case EMAIL, EMAIL_JSON -> {
        if (endpoint.indexOf('@') < 1) {
          throw InvalidParameter.of("Email address");
        }
      }
      case HTTP, HTTPS -> {
        if (!endpoint.startsWith(word + "://")) {
          throw InvalidParameter.of("Endpoint must match the specified protocol");
        }
      }
      case SQS -> {
        if (!endpoint.startsWith("arn:aws:sqs:")) {
          throw InvalidParameter.of("SQS endpoint ARN");
        }
        if (endpoint.endsWith(".fifo")) {
          throw InvalidParameter.of(
              "Invalid parameter: Endpoint Reason: FIFO SQS Queues can not be subscribed to"
                  + " standard SNS topics");
        }
      }
    }
  }

  boolean mayBeRaw() {
    return this == HTTP || this == HTTPS || this == SQS;
  }
}
