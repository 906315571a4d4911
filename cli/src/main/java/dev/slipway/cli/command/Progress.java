package dev.slipway.cli.command;

import dev.slipway.cli.view.Cause;
import dev.slipway.cli.view.Line;
import dev.slipway.cli.view.RolloutPicture;
import dev.slipway.cli.view.ServiceStatus;
import dev.slipway.cli.view.Style;
import dev.slipway.cli.view.TimeFormat;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Shows rollouts as they go on. */
sealed interface Progress {
  /** How the services are now, always the same ones. */
  void show(List<ServiceStatus> services);

  /** Shown in place on a terminal, line by line elsewhere, as JSON for scripts. */
  static Progress of(Session session) {
    if (session.isJson()) {
      return new Json(session);
    }
    return session.terminal().redraws() ? new Screen(session) : new Log(session);
  }

  /** What goes on besides the tasks: why they fail, why it waits, or what ECS says. */
  private static Optional<String> reason(ServiceStatus service) {
    if (!service.isRolling()) {
      return service.reason().filter(_ -> service.decision().equals("Deploy"));
    }
    return service.cause().map(Cause::text).or(service::rolloutReason);
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
    public void show(List<ServiceStatus> services) {
      // a line that wraps would be two to go up
      int columns = session.columns() - 1;
      List<Line> lines = new ArrayList<>();
      int quiet = 0;
      for (ServiceStatus service : services) {
        if (services.size() > 1 && service.state().equals("up to date")) {
          quiet++; // a screen has no room for all of them
          continue;
        }
        lines.add(Line.of(service.name(), Style.STRONG).and("  ").and(service.stateLine()));
        lines.addAll(RolloutPicture.rows(service));
        reason(service)
            .ifPresent(text -> lines.addAll(Line.wrapped(text, "  ", Style.PLAIN, columns)));
      }
      if (quiet > 0) {
        lines.add(Line.of(quiet + (quiet == 1 ? " service" : " services") + " up to date"));
      }
      lines.add(
          Line.of(
              "watched for " + TimeFormat.length(Duration.between(began, session.moments().now())),
              Style.FAINT));
      lines.addAll(RolloutPicture.legend(columns));
      if (drawn > 0) {
        session.terminal().out().print("\u001b[" + drawn + "A\u001b[J");
      }
      session.terminal().print(lines.stream().map(line -> line.fitted(columns)).toList());
      drawn = lines.size();
    }
  }

  /** A line for each change. */
  final class Log implements Progress {
    private final Session session;
    private final Map<String, String> shown = new HashMap<>();
    private final Map<String, String> shownReasons = new HashMap<>();

    private Log(Session session) {
      this.session = session;
    }

    @Override
    public void show(List<ServiceStatus> services) {
      if (shown.isEmpty()) {
        session.terminal().print(RolloutPicture.legend(session.columns()));
      }
      for (ServiceStatus service : services) {
        Line name = services.size() == 1 ? Line.empty() : Line.of(service.name() + "  ");
        Line picture = RolloutPicture.row(service);
        String before = shown.put(service.name(), picture.print(false));
        if (!picture.print(false).equals(before)) {
          print(name.and(picture));
        }
        String reason = reason(service).orElse("");
        String reasonBefore = shownReasons.put(service.name(), reason);
        if (!reason.isEmpty() && !reason.equals(reasonBefore)) {
          print(name.and(reason));
        }
      }
    }

    private void print(Line line) {
      String time = session.moments().at(session.moments().now());
      session.terminal().print(List.of(Line.of(time + "  ", Style.FAINT).and(line)));
    }
  }

  /** The answer of {@code status} about a service, on one line, at each change. */
  final class Json implements Progress {
    private final Session session;
    private final Map<String, String> shown = new HashMap<>();

    private Json(Session session) {
      this.session = session;
    }

    @Override
    public void show(List<ServiceStatus> services) {
      for (ServiceStatus service : services) {
        String line = service.json().toString();
        if (!line.equals(shown.put(service.name(), line))) {
          session.printLine(service.json());
        }
      }
    }
  }
}
