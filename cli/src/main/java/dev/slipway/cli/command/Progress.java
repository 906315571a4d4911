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
import java.util.regex.Pattern;

/** Shows rollouts as they go on. */
sealed interface Progress {
  /** What ECS does once the new tasks run. */
  String STARTED = "its tasks run; ECS waits for health checks, and stops what they replace";

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
    return service.hooks().stream()
        .findFirst()
        .or(() -> service.cause().map(Cause::text))
        .or(service::rolloutReason);
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
            .or(() -> service.isStarted() ? Optional.of(STARTED) : Optional.empty())
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
    /** How often something happened, in a reason, and in a picture where it is a number. */
    private static final Pattern COUNT =
        Pattern.compile(" twice| (three|four|five) times| \\(\\d+ times\\)|×\\d+");

    private final Session session;
    private final Map<String, String> shown = new HashMap<>();
    private final Map<String, String> shownReasons = new HashMap<>();

    /** How often a reason was seen that differs in its counts alone. */
    private final Map<String, Integer> alike = new HashMap<>();

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
        String drawn = COUNT.matcher(picture.print(false)).replaceAll("");
        if (!drawn.equals(shown.put(service.name(), drawn))) {
          print(name.and(picture));
        }
        String reason = reason(service).orElse("");
        if (isNews(service, reason)) {
          print(name.and(reason));
        }
      }
    }

    /** A crash loop changes its counts at each look: it is told at the first, second, fourth… */
    private boolean isNews(ServiceStatus service, String reason) {
      String kind = COUNT.matcher(reason).replaceAll("");
      if (!kind.equals(shownReasons.put(service.name(), kind))) {
        alike.put(service.name(), 1);
        return !reason.isEmpty();
      }
      int times = alike.merge(service.name(), 1, Integer::sum);
      return !reason.equals(kind) && Integer.bitCount(times) == 1;
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
