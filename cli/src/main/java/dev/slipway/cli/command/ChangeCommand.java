package dev.slipway.cli.command;

import static java.util.stream.Collectors.joining;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.cli.view.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import picocli.CommandLine.Mixin;

/** A command that changes something: previewed, confirmed, done. */
abstract class ChangeCommand extends StackCommand implements Change {
  @Mixin private Confirmation consent = new Confirmation();

  ChangeCommand(Slipway slipway) {
    super(slipway);
  }

  /**
   * Names the services of an answer that are left as they are.
   *
   * @param why a word, such as {@code held}; empty for a service that has what was asked for
   */
  static Optional<String> left(JsonNode answer, Function<JsonNode, Optional<String>> why) {
    Map<String, List<String>> left = new TreeMap<>();
    Response.list(answer, "services")
        .forEach(service ->
            why.apply(service)
                .ifPresent(word ->
                    left.computeIfAbsent(word, _ -> new ArrayList<>())
                        .add(service.path("service").asText())));
    return left.isEmpty()
        ? Optional.empty()
        : Optional.of(
            left.entrySet().stream()
                .map(entry -> entry.getKey() + ": " + String.join(", ", entry.getValue()))
                .collect(joining("; ")));
  }

  /** Whether any service is concerned. */
  @Override
  public boolean isAnything(JsonNode answer) {
    return !Response.list(answer, "services").isEmpty();
  }

  /** Names the services that cannot have what was asked for. */
  @Override
  public Optional<String> refusal(JsonNode answer) {
    return left(
        answer,
        service ->
            service.path("rejected").asBoolean() ? Optional.of("refused") : Optional.empty());
  }

  @Override
  final ExitCode run(Session session) {
    session.make(this, consent);
    return ExitCode.DONE;
  }
}
