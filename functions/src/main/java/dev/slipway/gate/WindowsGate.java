package dev.slipway.gate;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Deployments start only in these hours. What has started is followed to its end.
 *
 * @param zone whose clock the windows go by, through its changes to and from summer time
 * @param open at least one window
 */
public record WindowsGate(ZoneId zone, List<Window> open) implements Gate {
  /** A window opens at least once in so many days, a change of the clock on its hour included. */
  private static final int DAYS_AHEAD = 15;

  /** Windows that follow each other for so long have no end that anybody cares for. */
  private static final int DAYS_KNOWN = 8;

  /** Copies the list. */
  public WindowsGate {
    if (open.isEmpty()) {
      throw new IllegalArgumentException("no window: it would never be open");
    }
    open = List.copyOf(open);
  }

  @Override
  public String name() {
    return "windows";
  }

  @Override
  public String awaited() {
    return "a window";
  }

  @Override
  public boolean isPassedByOverride() {
    return true;
  }

  @Override
  public Verdict judge(Subject subject) {
    Instant at = subject.at();
    List<Span> spans = spansAround(at);
    List<Span> now = Span.leadingOn(at, spans);
    if (!now.isEmpty()) {
      Instant closing = now.getLast().until();
      return new Verdict.Passes(
          closing.isBefore(at.plus(Duration.ofDays(DAYS_KNOWN)))
              ? "open until " + LocalMoments.words(closing, zone)
              : "open");
    }
    Optional<Instant> opening =
        spans.stream().map(Span::from).filter(at::isBefore).min(Comparator.naturalOrder());
    return new Verdict.Waits(
        "closed" + opening.map(moment -> " until " + LocalMoments.words(moment, zone)).orElse(""),
        opening);
  }

  private List<Span> spansAround(Instant at) {
    LocalDate today = LocalDate.ofInstant(at, zone);
    return IntStream.rangeClosed(-2, DAYS_AHEAD)
        .mapToObj(days -> today.plusDays(days))
        .flatMap(day -> open.stream().flatMap(window -> window.on(day, zone).stream()))
        .toList();
  }
}
