package dev.slipway.cli.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.cli.view.HistoryView;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code slipway history}. */
@Command(
    name = "history",
    header = "The deployments of a service: what, when, by whom, and the outcome.",
    description = {
      "",
      "Newest first. The record keeps Slipway's deployments for a year; ECS lists other clients'",
      "for 90 days."
    },
    footer = {
      "",
      "Examples:",
      "  slipway history web-production",
      "  slipway history website/web-production --limit 3",
      "  slipway history web-staging --limit 1 --details     with the evidence of a failure"
    })
final class HistoryCommand extends StackCommand {
  @Parameters(
      paramLabel = "SERVICE",
      description = "The service: cluster/name, a name that is unique, or an ARN.")
  private String service = "";

  @Option(
      names = {"-n", "--limit"},
      paramLabel = "N",
      description = "The newest N (10, at most 100).")
  private @Nullable Integer limit;

  @Mixin private Details details = new Details();

  HistoryCommand(Slipway slipway) {
    super(slipway);
  }

  @Override
  ExitCode run(Session session) {
    ObjectNode request = Session.request().put("service", service);
    if (limit != null) {
      request.put("limit", limit);
    }
    ObjectNode answer = session.ask("history", request);
    session.show(
        answer,
        () ->
            new HistoryView(session.moments(), session.layout(details.areWanted())).lines(answer));
    return ExitCode.DONE;
  }
}
