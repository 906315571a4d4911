package dev.slipway.operate;

import java.util.List;
import java.util.Optional;

/**
 * What somebody has said yes to: the {@link Plan#facts facts} of the plan that they were shown, or
 * whatever the plan comes to, where they did not ask to see it. A plan is made anew when it is
 * carried out; where its facts are others then, it is not carried out.
 */
public final class Consent {
  /** To whatever the plan comes to: nobody was shown one. */
  public static final Consent UNSEEN = new Consent(Optional.empty());

  private final Optional<List<String>> shown;

  private Consent(Optional<List<String>> shown) {
    this.shown = shown.map(List::copyOf);
  }

  /**
   * To a plan that was shown.
   *
   * @param facts of that plan
   */
  public static Consent to(List<String> facts) {
    return new Consent(Optional.of(facts));
  }

  /** Whether a plan was shown. */
  public boolean isToShown() {
    return shown.isPresent();
  }

  /**
   * Refuses a plan that is not what was shown. The order of its facts does not matter.
   *
   * @throws PlanChanged if it is another
   */
  public void require(List<String> facts) {
    shown.ifPresent(before -> PlanChanged.refuse("nothing was changed", before, facts));
  }

  /**
   * The same plan, held to what was shown also where it is made again because another writer came
   * in between: its supplier throws {@link PlanChanged} then.
   */
  public <P extends Plan> Planned<P> holding(Planned<P> planned) {
    if (!isToShown()) {
      return planned;
    }
    return new Planned<>(
        planned.plan(),
        () -> {
          P again = planned.again().get();
          PlanChanged.refuse(
              "nothing was changed at " + again.service().arn().shortName(),
              planned.plan().facts(),
              again.facts());
          return again;
        });
  }
}
