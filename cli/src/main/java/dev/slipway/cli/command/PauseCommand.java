package dev.slipway.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.cli.view.ChangeView;
import dev.slipway.cli.view.Line;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code slipway pause}. */
@Command(
    name = "pause",
    header = "Deploy nothing to a service or an environment until it is resumed.",
    description = {"", "What is pushed meanwhile is deployed on resume."},
    footer = {
      "",
      "Examples:",
      "  slipway pause web-production --note 'sale until Monday'",
      "  slipway pause --environment production --yes"
    })
final class PauseCommand extends ChangeCommand {
  @ArgGroup(multiplicity = "1")
  private Target target = new Target();

  @Option(
      names = {"-m", "--note"},
      paramLabel = "TEXT",
      description = "The reason, shown in status and explain.")
  private @Nullable String note;

  PauseCommand(Slipway slipway) {
    super(slipway);
  }

  @Override
  public String command() {
    return "pause";
  }

  @Override
  public ObjectNode request() {
    ObjectNode request = target.addTo(Session.request());
    return note == null ? request : request.put("note", note);
  }

  @Override
  public List<Line> lines(ChangeView view, JsonNode answer, boolean done) {
    return view.pauses(answer, done);
  }

  @Override
  public String question() {
    return "Pause " + target + "?";
  }
}
