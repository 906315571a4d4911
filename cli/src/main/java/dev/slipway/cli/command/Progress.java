package dev.slipway.cli.command;

import dev.slipway.cli.view.Line;
import dev.slipway.cli.view.RolloutPicture;
import dev.slipway.cli.view.ServiceStatus;
import dev.slipway.cli.view.Style;
import dev.slipway.cli.view.TimeFormat;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Shows a rollout as it goes on. */
sealed interface Progress {
  /** How the service is now. */
  void show(ServiceStatus service);

  /** Shown in place on a terminal, line by line elsewhere, as JSON for scripts. */
  static Progress of(Session session) {
    if (session.isJson()) {
      return new Json(session);
    }
    return session.terminal().redraws() ? new Screen(session) : new Log(session);
  }

  /** What goes on besides the tasks: why it waits, or what ECS says. */
  private static Optional<String> reason(ServiceStatus service) {
    return service.isRolling()
        ? service.rolloutReason()
        : service.reason().filter(_ -> service.decision().equals("Deploy"));
  }

  /** A picture that is drawn over. */
  final class Screen implements Progress {
    private final Session session;
    private final Instant began;
    private int drawn;

    private Screen(Session session) {
      this.session = session;
      this.began = session.moments().now();
    }

    @Override
    public void show(ServiceStatus service) {
      List<Line> lines = new ArrayList<>();
      lines.add(
          Line.of(service.name(), Style.STRONG)
              .and("  ")
              .and(service.stateLine())
              .and(
                  "  watched for "
                      + TimeFormat.length(Duration.between(began, session.moments().now())),
                  Style.FAINT));
      lines.addAll(RolloutPicture.rows(service));
      lines.add(Line.of("  " + reason(service).orElse("")));
      lines.add(Line.of("  " + RolloutPicture.LEGEND, Style.FAINT));
      if (drawn > 0) {
        session.terminal().out().print("\u001b[" + drawn + "A\u001b[J");
      }
      // a line that wraps would be two to go up
      session
          .terminal()
          .print(lines.stream().map(line -> line.cutAt(session.columns() - 1)).toList());
      drawn = lines.size();
    }
  }

  /** A line for each change. */
  final class Log implements Progress {
    private final Session session;
    private String shown = "";
    private String shownReason = "";

    private Log(Session session) {
      this.session = session;
    }

    @Override
    public void show(ServiceStatus service) {
      Line picture = RolloutPicture.row(service);
      if (!picture.print(false).equals(shown)) {
        if (shown.isEmpty()) {
          session.terminal().print(List.of(Line.of(RolloutPicture.LEGEND, Style.FAINT)));
        }
        shown = picture.print(false);
        print(picture);
      }
      String reason = reason(service).orElse("");
      if (!reason.isEmpty() && !reason.equals(shownReason)) {
        print(Line.of(reason));
      }
      shownReason = reason;
    }

    private void print(Line line) {
      String time = session.moments().at(session.moments().now());
      session.terminal().print(List.of(Line.of(time + "  ", Style.FAINT).and(line)));
    }
  }

  /** The answer of {@code status} about the service, on one line, at each change. */
  final class Json implements Progress {
    private final Session session;
    private String shown = "";

    private Json(Session session) {
      this.session = session;
    }

    @Override
    public void show(ServiceStatus service) {
      String line = service.json().toString();
      if (!line.equals(shown)) {
        session.printLine(service.json());
        shown = line;
      }
    }
  }
}
