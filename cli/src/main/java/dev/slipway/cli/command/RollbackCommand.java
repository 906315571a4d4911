package dev.slipway.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.cli.view.ChangeView;
import dev.slipway.cli.view.Line;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code slipway rollback}. */
@Command(
    name = "rollback",
    header = "Bring back the last revision that was deployed well.",
    description = {
      "",
      "Also in the middle of a rollout. The image rolled back from is blocked; neither a push nor",
      "the sweep brings it back."
    },
    footer = {
      "",
      "Examples:",
      "  slipway rollback web-production --dry-run",
      "  slipway rollback web-production --yes && slipway watch web-production",
      "  slipway rollback web-production --to 41"
    })
final class RollbackCommand extends ChangeCommand {
  @Parameters(
      paramLabel = "SERVICE",
      description = "The service: cluster/name, a name that is unique, or an ARN.")
  private String service = "";

  @Option(
      names = "--to",
      paramLabel = "REVISION",
      description = "This revision of the task definition: family:41, or 41.")
  private @Nullable String revision;

  RollbackCommand(Slipway slipway) {
    super(slipway);
  }

  @Override
  public String command() {
    return "rollback";
  }

  @Override
  public ObjectNode request() {
    ObjectNode request = Session.request().put("service", service);
    return revision == null ? request : request.put("revision", revision);
  }

  @Override
  public List<Line> lines(ChangeView view, JsonNode answer, boolean done) {
    return view.rollback(answer, done);
  }

  @Override
  public String question() {
    return "Roll " + service + " back?";
  }

  @Override
  public boolean isAnything(JsonNode answer) {
    return true; // otherwise it is refused
  }
}
