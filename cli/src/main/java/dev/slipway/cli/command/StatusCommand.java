package dev.slipway.cli.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.cli.view.StatusView;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code slipway status}. */
@Command(
    name = "status",
    header = "What runs where, and whether it is what the registry says it should be.",
    footer = {
      "",
      "Examples:",
      "  slipway status",
      "  slipway status --environment production",
      "  slipway status web-staging --output json"
    })
final class StatusCommand extends StackCommand {
  @Parameters(
      arity = "0..1",
      paramLabel = "SERVICE",
      description = "Only this service: cluster/name, a name that is unique, or an ARN.")
  private @Nullable String service;

  @Option(
      names = {"-e", "--environment"},
      paramLabel = "NAME",
      description = "Only the services of this environment.")
  private @Nullable String environment;

  StatusCommand(Slipway slipway) {
    super(slipway);
  }

  @Override
  ExitCode run(Session session) {
    ObjectNode request = Session.request();
    if (service != null) {
      request.put("service", service);
    }
    if (environment != null) {
      request.put("environment", environment);
    }
    ObjectNode answer = session.ask("status", request);
    session.show(answer, () -> new StatusView(session.moments(), session.columns()).lines(answer));
    return ExitCode.DONE;
  }
}
