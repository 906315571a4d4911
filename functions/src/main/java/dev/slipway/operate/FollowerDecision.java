package dev.slipway.operate;

import dev.slipway.decide.Decision;
import dev.slipway.record.Pin;
import java.util.Optional;

/**
 * What a service that follows a promoted image would do about it.
 *
 * @param decision what would be decided once the image has the tag
 * @param endedPin the operator's pin that the deployment would end
 */
public record FollowerDecision(Decision decision, Optional<Pin> endedPin) {
  static FollowerDecision of(Decision decision, Optional<Pin> pin) {
    return new FollowerDecision(
        decision,
        decision instanceof Decision.Deploy deploy && deploy.pin().isEmpty()
            ? pin
            : Optional.empty());
  }
}
