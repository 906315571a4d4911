package dev.slipway.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.cli.view.ChangeView;
import dev.slipway.cli.view.Line;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;

/** {@code slipway restart}: {@code deploy --force}, by the name under which people look for it. */
@Command(
    name = "restart",
    header = "Replace the tasks of a service, though it has the image already.",
    description = {
      "",
      "A rolling deployment of what the environment selects, or of what is pinned: the same as",
      "deploy --force. If another image is selected by now, that is deployed; --dry-run shows it."
    },
    footer = {
      "",
      "Examples:",
      "  slipway restart web-production",
      "  slipway restart --environment staging --dry-run"
    })
final class RestartCommand extends ChangeCommand {
  @ArgGroup(multiplicity = "1")
  private Target target = new Target();

  RestartCommand(Slipway slipway) {
    super(slipway);
  }

  @Override
  public String command() {
    return "deploy";
  }

  @Override
  public ObjectNode request() {
    return target.addTo(Session.request()).put("force", true);
  }

  @Override
  public List<Line> lines(ChangeView view, JsonNode answer, boolean done) {
    return view.deployments(answer, done);
  }

  @Override
  public String question() {
    return "Restart " + target + "?";
  }

  @Override
  public boolean isAnything(JsonNode answer) {
    return DeployCommand.deploysAnything(answer);
  }

  @Override
  public Optional<String> refusal(JsonNode answer) {
    return DeployCommand.left(answer);
  }
}
