package dev.slipway.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.cli.view.Response;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import picocli.CommandLine.Mixin;

/** A command that changes something: previewed, confirmed, done. */
abstract class ChangeCommand extends StackCommand implements Change {
  @Mixin private Confirmation consent = new Confirmation();

  ChangeCommand(Slipway slipway) {
    super(slipway);
  }

  /** Names the services of an answer that are left as they are. */
  static Optional<String> refused(JsonNode answer, Predicate<JsonNode> isLeft) {
    List<String> left =
        Response.list(answer, "services").stream()
            .filter(isLeft)
            .map(service -> service.path("service").asText())
            .toList();
    return left.isEmpty()
        ? Optional.empty()
        : Optional.of("refused or held: " + String.join(", ", left));
  }

  /** Whether any service is concerned. */
  @Override
  public boolean isAnything(JsonNode answer) {
    return !Response.list(answer, "services").isEmpty();
  }

  /** Names the services that cannot have what was asked for. */
  @Override
  public Optional<String> refusal(JsonNode answer) {
    return refused(answer, service -> service.path("rejected").asBoolean());
  }

  @Override
  final ExitCode run(Session session) {
    session.make(this, consent);
    return ExitCode.DONE;
  }
}
