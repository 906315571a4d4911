package dev.slipway.cli.command;

import dev.slipway.cli.dashboard.Dashboard;
import dev.slipway.cli.dashboard.Refusal;
import dev.slipway.cli.view.Line;
import dev.slipway.cli.view.Style;
import dev.slipway.cli.view.TimeFormat;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The dashboard while the command runs. It is apart from {@link DashboardCommand}, which every
 * command line loads: no other command loads a server.
 */
final class ServedDashboard {
  private final Session session;
  private final DashboardStack stack;
  private final Dashboard.About about;

  ServedDashboard(
      Slipway slipway, Session session, Optional<String> environment, boolean readOnly) {
    this.session = session;
    this.stack = new DashboardStack(slipway, session.unprinted(), environment);
    this.about = new Dashboard.About(slipway.connection().stack(), environment, readOnly);
  }

  /**
   * Says where it is, and serves it.
   *
   * @param port to listen on; 0 for one that is free
   * @param time how long; Ctrl-C ends it before
   * @throws CommandFailure if the stack refuses, or the port is taken
   */
  void serve(int port, Duration time) {
    try (Dashboard dashboard =
        Dashboard.open(port, stack, about, session.moments()::now, this::tell)) {
      announce(dashboard.url().toString(), time);
      Thread ending = new Thread(dashboard::close, "ending");
      Runtime.getRuntime().addShutdownHook(ending);
      session.pause(time);
      Runtime.getRuntime().removeShutdownHook(ending);
    } catch (Refusal e) {
      throw new CommandFailure(ExitCode.REFUSED, String.valueOf(e.getMessage()));
    } catch (IOException e) {
      throw new CommandFailure(
          ExitCode.FAILED,
          "cannot listen on 127.0.0.1:%d: %s. Pass another --port, or leave it out"
              .formatted(port, e.getMessage()));
    }
  }

  private void announce(String url, Duration time) {
    if (session.isJson()) {
      session.printLine(Session.request().put("url", url));
      return;
    }
    session
        .terminal()
        .print(
            List.of(
                Line.of("Open ").and(url, Style.STRONG),
                Line.of(
                    "%s It ends after %s (--timeout), or with Ctrl-C."
                        .formatted(
                            about.readOnly()
                                ? "It changes nothing (--read-only)."
                                : "Whoever has this URL can change what you can.",
                            TimeFormat.length(time)),
                    Style.FAINT)));
  }

  private void tell(String path, Throwable defect) {
    session
        .terminal()
        .tell("a defect of the dashboard at " + path + ": please report it with what follows");
    session.terminal().trace(defect);
  }
}
