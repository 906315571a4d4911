package dev.slipway.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.cli.view.ChangeView;
import dev.slipway.cli.view.Line;
import dev.slipway.cli.view.Response;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code slipway approve}. */
@Command(
    name = "approve",
    header = "Approve what waits for it in a service or an environment: images and rollouts.",
    description = {
      "",
      "An approval is for one image, by its digest, and expires as slipway.yaml says. The image is"
          + " deployed as soon as nothing else keeps it back.",
      "A rollout that waits at ECS's own pause hook goes on; with --reject ECS rolls it back."
    },
    footer = {
      "",
      "Examples:",
      "  slipway approve web-production",
      "  slipway approve web-production --digest 41933e606724 --note 'tested by QA'",
      "  slipway approve web-production --reject --note 'checkout is slow'",
      "  slipway approve --environment production --yes"
    })
final class ApproveCommand extends ChangeCommand {
  @ArgGroup(multiplicity = "1")
  private Target target = new Target();

  @Option(
      names = {"-d", "--digest"},
      paramLabel = "DIGEST",
      description = "Only the image whose digest begins so; refused if another one waits.")
  private @Nullable String digest;

  @Option(
      names = {"-m", "--note"},
      paramLabel = "TEXT",
      description = "The reason, kept in the record and shown by explain.")
  private @Nullable String note;

  @Option(
      names = "--reject",
      description = "Have ECS roll back what waits at its pause hook, instead of going on.")
  private boolean reject;

  ApproveCommand(Slipway slipway) {
    super(slipway);
  }

  @Override
  public String command() {
    return "approve";
  }

  @Override
  public ObjectNode request() {
    ObjectNode request = target.addTo(Session.request());
    if (digest != null) {
      request.put("digest", digest);
    }
    if (reject) {
      request.put("reject", true);
    }
    return note == null ? request : request.put("note", note);
  }

  @Override
  public List<Line> lines(ChangeView view, JsonNode answer, boolean done) {
    return view.approvals(answer, done);
  }

  @Override
  public String question() {
    return (reject ? "Reject and roll back" : "Approve") + " for " + target + "?";
  }

  @Override
  public boolean isAnything(JsonNode answer) {
    return Response.list(answer, "services").stream()
        .anyMatch(service ->
            !Response.texts(service, "approved").isEmpty()
                || !Response.list(service, "hooks").isEmpty());
  }

  @Override
  public Optional<String> refusal(JsonNode answer) {
    return super.refusal(answer)
        .or(() ->
            isAnything(answer) || Response.list(answer, "services").isEmpty()
                ? Optional.empty()
                : Optional.of(reject ? "nothing is rejected" : "nothing is approved"));
  }
}
