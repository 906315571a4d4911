package dev.slipway.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.cli.view.ChangeView;
import dev.slipway.cli.view.Line;
import java.util.List;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;

/** {@code slipway resume}. */
@Command(
    name = "resume",
    header = "End a pause; what was held meanwhile is deployed.",
    footer = {
      "",
      "Examples:",
      "  slipway resume web-production",
      "  slipway resume --environment production --yes"
    })
final class ResumeCommand extends ChangeCommand {
  @ArgGroup(multiplicity = "1")
  private Target target = new Target();

  ResumeCommand(Slipway slipway) {
    super(slipway);
  }

  @Override
  public String command() {
    return "resume";
  }

  @Override
  public ObjectNode request() {
    return target.addTo(Session.request());
  }

  @Override
  public List<Line> lines(ChangeView view, JsonNode answer, boolean done) {
    return view.pauses(answer, done);
  }

  @Override
  public String question() {
    return "Resume " + target + "?";
  }
}
