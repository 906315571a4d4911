package dev.slipway.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.cli.view.ChangeView;
import dev.slipway.cli.view.Line;
import dev.slipway.cli.view.Response;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.ArgGroup;

/** A command that has the function deploy. */
abstract class DeployingCommand extends ChangeCommand {
  /** Decisions that deploy nothing, and what each is called. */
  private static final Map<String, String> NOT_DEPLOYED =
      Map.of(
          "Held", "held",
          "NotDeployable", "not deployable",
          "NotFollowing", "nothing to deploy",
          "Rejected", "refused");

  @ArgGroup(multiplicity = "1")
  Target target = new Target();

  DeployingCommand(Slipway slipway) {
    super(slipway);
  }

  @Override
  public final String command() {
    return "deploy";
  }

  @Override
  public final List<Line> lines(ChangeView view, JsonNode answer, boolean done) {
    return view.deployments(answer, done);
  }

  /** Also what is unblocked is changed, where nothing can be deployed now. */
  @Override
  public final boolean isAnything(JsonNode answer) {
    return answer.path("sent").asInt() > 0
        || Response.list(answer, "services").stream()
            .anyMatch(service ->
                service.path("decision").asText().equals("Deploy")
                    || !Response.list(service, "unblocked").isEmpty());
  }

  @Override
  public final Optional<String> refusal(JsonNode answer) {
    return left(
        answer,
        service -> Optional.ofNullable(NOT_DEPLOYED.get(service.path("decision").asText())));
  }
}
