package dev.slipway.gate;

import static java.util.stream.Collectors.joining;

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
  public String awaited() {
    return "the end of a freeze";
  }

  @Override
  public boolean isPassedByOverride() {
    return true;
  }

  @Override
  public Verdict judge(Subject subject) {
    Instant at = subject.at();
    List<Span> now = Span.leadingOn(at, freezes.stream().map(Freeze::span).toList());
    if (!now.isEmpty()) {
      List<Freeze> links =
          now.stream()
              .flatMap(span -> freezes.stream().filter(it -> it.span().equals(span)).limit(1))
              .toList();
      Instant end = now.getLast().until();
      return new Verdict.Waits(
          "frozen until %s: %s"
              .formatted(
                  LocalMoments.words(end, links.getLast().zone()),
                  links.stream().map(Freeze::why).distinct().collect(joining(", "))),
          Optional.of(end));
    }
    return new Verdict.Passes(
        freezes.stream()
            .filter(freeze -> !freeze.span().isEmpty() && freeze.span().from().isAfter(at))
            .min(Comparator.comparing(freeze -> freeze.span().from()))
            .map(freeze ->
                "none now; the next begins %s: %s"
                    .formatted(
                        LocalMoments.words(freeze.span().from(), freeze.zone()), freeze.why()))
            .orElse("none now"));
  }
}
