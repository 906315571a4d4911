package dev.slipway.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.cli.view.ChangeView;
import dev.slipway.cli.view.Line;
import dev.slipway.cli.view.Response;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code slipway promote}. */
@Command(
    name = "promote",
    header = "Give what is deployed in one environment the tag that another follows.",
    description = {
      "",
      "Nothing is built again: the same digest gets the tag. Refused while the first environment",
      "is rolling out, and for what is blocked, or older than what the second runs."
    },
    footer = {
      "",
      "Examples:",
      "  slipway promote staging production --dry-run",
      "  slipway promote staging production --repository web"
    })
final class PromoteCommand extends ChangeCommand {
  @Parameters(
      index = "0",
      paramLabel = "FROM",
      description = "The environment whose images are promoted.")
  private String from = "";

  @Parameters(index = "1", paramLabel = "TO", description = "The environment that gets them.")
  private String to = "";

  @Option(
      names = "--repository",
      paramLabel = "NAME",
      description = "Only images of this repository.")
  private @Nullable String repository;

  @Option(
      names = "--even-if-blocked",
      description = "Also images that services of TO have blocked: there they stay blocked.")
  private boolean evenIfBlocked;

  @Option(
      names = "--even-if-older",
      description = "Also images that are older than what services of TO run.")
  private boolean evenIfOlder;

  PromoteCommand(Slipway slipway) {
    super(slipway);
  }

  @Override
  public String command() {
    return "promote";
  }

  @Override
  public ObjectNode request() {
    ObjectNode request = Session.request().put("from", from).put("to", to);
    if (repository != null) {
      request.put("repository", repository);
    }
    if (evenIfBlocked) {
      request.put("evenIfBlocked", true);
    }
    return evenIfOlder ? request.put("evenIfOlder", true) : request;
  }

  @Override
  public List<Line> lines(ChangeView view, JsonNode answer, boolean done) {
    return view.promotions(answer, done);
  }

  @Override
  public String question() {
    return "Promote " + from + " to " + to + "?";
  }

  @Override
  public boolean isAnything(JsonNode answer) {
    return !Response.list(answer, "promotions").isEmpty();
  }
}
