package dev.slipway.cli.command;

import dev.slipway.cli.dashboard.Dashboard;
import dev.slipway.cli.dashboard.Refusal;
import dev.slipway.cli.view.Line;
import dev.slipway.cli.view.Style;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code slipway dashboard}. */
@Command(
    name = "dashboard",
    header = "A page that shows all this in a browser, on this machine alone.",
    description = {
      "",
      "Prints its URL, and serves it until Ctrl-C. It asks what the commands ask, with your",
      "permissions, and changes nothing that it has not shown first. Whoever has the URL can use",
      "it as long as it runs: it carries a token."
    },
    footer = {
      "",
      "Examples:",
      "  slipway dashboard",
      "  slipway dashboard --read-only --environment production",
      "  slipway dashboard --port 8400             for a tunnel: ssh -L 8400:127.0.0.1:8400 HOST"
    })
final class DashboardCommand extends StackCommand {
  private final Slipway slipway;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      defaultValue = "0",
      description = "To listen on, on 127.0.0.1; one that is free if it is not said.")
  private int port;

  @Option(names = "--read-only", description = "Show everything, and refuse every change.")
  private boolean readOnly;

  @Option(
      names = {"-e", "--environment"},
      paramLabel = "NAME",
      description = "Only the services of this environment.")
  private @Nullable String environment;

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      converter = DurationConverter.class,
      defaultValue = "12h",
      description = "End after this time (${DEFAULT-VALUE}).")
  private Duration timeout = Duration.ofHours(12);

  DashboardCommand(Slipway slipway) {
    super(slipway);
    this.slipway = slipway;
  }

  @Override
  ExitCode run(Session session) {
    if (port < 0 || port > 65_535) {
      throw new CommandFailure(ExitCode.USAGE, "--port: " + port + " is no port");
    }
    Dashboard.About about =
        new Dashboard.About(
            slipway.connection().stack(),
            Optional.ofNullable(environment),
            Slipway.versionNumber().orElse("unknown"),
            readOnly);
    try (Dashboard dashboard =
        Dashboard.open(
            port,
            new DashboardStack(slipway, session, environment),
            about,
            session.moments()::now,
            (path, defect) -> tell(session.terminal(), path, defect))) {
      announce(session, dashboard);
      Thread ending = new Thread(dashboard::close, "ending");
      Runtime.getRuntime().addShutdownHook(ending);
      session.pause(timeout);
      Runtime.getRuntime().removeShutdownHook(ending);
    } catch (Refusal e) {
      throw new CommandFailure(ExitCode.REFUSED, String.valueOf(e.getMessage()));
    } catch (IOException e) {
      throw new CommandFailure(
          ExitCode.FAILED,
          "cannot listen on 127.0.0.1:%d: %s. Another --port, or none?"
              .formatted(port, e.getMessage()));
    }
    return ExitCode.DONE;
  }

  private void announce(Session session, Dashboard dashboard) {
    String url = dashboard.url().toString();
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
                    readOnly
                        ? "It changes nothing (--read-only). Ctrl-C ends it."
                        : "Whoever has this URL can change what you can. Ctrl-C ends it.",
                    Style.FAINT)));
  }

  private static void tell(Terminal terminal, String path, Throwable defect) {
    StringWriter trace = new StringWriter();
    defect.printStackTrace(new PrintWriter(trace));
    terminal.tell("a defect of the dashboard at " + path + ": please report it with what follows");
    terminal.tell(
        trace.toString().lines().map(line -> Line.of(line.replace("\t", "    "))).toList());
  }
}
