package dev.slipway.cli.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
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
final class RestartCommand extends DeployingCommand {
  RestartCommand(Slipway slipway) {
    super(slipway);
  }

  @Override
  public ObjectNode request() {
    return target.addTo(Session.request()).put("force", true);
  }

  @Override
  public String question() {
    return "Restart " + target + "?";
  }
}
