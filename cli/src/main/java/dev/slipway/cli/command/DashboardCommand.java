package dev.slipway.cli.command;

import java.time.Duration;
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
      description = "To listen on, on 127.0.0.1; a free one by default.")
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
    new ServedDashboard(slipway, session, Optional.ofNullable(environment), readOnly)
        .serve(port, timeout);
    return ExitCode.DONE;
  }
}
