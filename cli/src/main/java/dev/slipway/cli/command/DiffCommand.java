package dev.slipway.cli.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.cli.view.DiffView;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code slipway diff}. */
@Command(
    name = "diff",
    header = "How two revisions of a service's task definition differ.",
    description = {
      "",
      "What the service has, against what was deployed to it before or the revision that you name;",
      "or the two that you name. What looks like a secret is masked."
    },
    footer = {
      "",
      "Examples:",
      "  slipway diff web-production",
      "  slipway diff web-production 41",
      "  slipway diff web-production web:41 web:43"
    })
final class DiffCommand extends StackCommand {
  @Parameters(
      index = "0",
      paramLabel = "SERVICE",
      description = "The service: cluster/name, a name that is unique, or an ARN.")
  private String service = "";

  @Parameters(
      index = "1..2",
      arity = "0..1",
      paramLabel = "REVISION",
      description = "Of the service's family: family:41, or 41.")
  private List<String> revisions = List.of();

  DiffCommand(Slipway slipway) {
    super(slipway);
  }

  @Override
  ExitCode run(Session session) {
    ObjectNode request = Session.request().put("service", service);
    if (!revisions.isEmpty()) {
      request.put("from", revisions.getFirst());
    }
    if (revisions.size() > 1) {
      request.put("to", revisions.getLast());
    }
    ObjectNode answer = session.ask("diff", request);
    session.show(answer, () -> DiffView.lines(answer));
    return ExitCode.DONE;
  }
}
