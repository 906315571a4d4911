package dev.slipway.operate;

import dev.slipway.decide.Decision;
import dev.slipway.decide.ObservedState;
import dev.slipway.deploy.ServiceEvaluator;
import dev.slipway.image.Repository;
import dev.slipway.record.Pin;
import java.util.Optional;
import java.util.Set;

/**
 * A service that follows a promoted image, and what it would do about it.
 *
 * @param decision what would be decided once the image has the tag
 * @param repositories that it follows; none where the decision needed no closer look
 * @param endedPin the operator's pin that the deployment would end
 */
public record PromotionFollower(
    Decision decision, Set<Repository> repositories, Optional<Pin> endedPin) {
  /** Copies the set. */
  public PromotionFollower {
    repositories = Set.copyOf(repositories);
  }

  static PromotionFollower of(ServiceEvaluator.Evaluation evaluation, Optional<Pin> pin) {
    return new PromotionFollower(
        evaluation.decision(),
        evaluation.state().map(ObservedState::selections).map(s -> s.keySet()).orElse(Set.of()),
        evaluation.decision() instanceof Decision.Deploy deploy && deploy.pin().isEmpty()
            ? pin
            : Optional.empty());
  }
}
