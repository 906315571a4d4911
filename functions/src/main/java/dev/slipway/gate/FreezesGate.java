package dev.slipway.gate;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Nothing is deployed in these times, whatever the windows say. */
public record FreezesGate(List<Freeze> freezes) implements Gate {
  /** Copies the list. */
  public FreezesGate {
    freezes = List.copyOf(freezes);
  }

  @Override
  public String name() {
    return "freezes";
  }

  @Override
  public boolean isPassedByOverride() {
    return true;
  }

  @Override
  public Verdict judge(Subject subject) {
    Instant at = subject.at();
    Optional<Freeze> now =
        freezes.stream()
            .filter(freeze -> freeze.span().contains(at))
            .max(Comparator.comparing(freeze -> freeze.span().until()));
    if (now.isPresent()) {
      Freeze freeze = last(now.get());
      Instant end = freeze.span().until();
      return new Verdict.Waits(
          "frozen until %s: %s".formatted(LocalMoments.words(end, freeze.zone()), freeze.why()),
          Optional.of(end));
    }
    return new Verdict.Passes(
        freezes.stream()
            .filter(freeze -> freeze.span().from().isAfter(at))
            .min(Comparator.comparing(freeze -> freeze.span().from()))
            .map(freeze ->
                "none now; the next begins %s: %s"
                    .formatted(
                        LocalMoments.words(freeze.span().from(), freeze.zone()), freeze.why()))
            .orElse("none now"));
  }

  /** The last of the freezes that follow each other without a moment between them. */
  private Freeze last(Freeze freeze) {
    return freezes.stream()
        .filter(next -> next.span().contains(freeze.span().until()))
        .max(Comparator.comparing(next -> next.span().until()))
        .map(this::last)
        .orElse(freeze);
  }
}
