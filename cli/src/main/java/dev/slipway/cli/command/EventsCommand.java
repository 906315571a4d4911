package dev.slipway.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.cli.view.EventsView;
import dev.slipway.cli.view.Response;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code slipway events}. */
@Command(
    name = "events",
    header = "What happened to a service: ECS's messages and Slipway's deployments, in order.",
    description = {"", "ECS keeps a service's last hundred messages."},
    footer = {
      "",
      "Examples:",
      "  slipway events web-staging",
      "  slipway events web-staging --limit 100",
      "  slipway events web-staging --watch"
    })
final class EventsCommand extends StackCommand {
  private static final int MAX_LIMIT = 300;

  @Parameters(
      paramLabel = "SERVICE",
      description = "The service: cluster/name, a name that is unique, or an ARN.")
  private String service = "";

  @Option(
      names = {"-n", "--limit"},
      paramLabel = "N",
      description = "The newest N (30, at most 300).")
  private @Nullable Integer limit;

  @Option(
      names = {"-w", "--watch"},
      description = "Go on with new ones, until Ctrl-C.")
  private boolean watch;

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      converter = DurationConverter.class,
      defaultValue = "8h",
      description = "With --watch: end after this time (${DEFAULT-VALUE}).")
  private Duration timeout = Duration.ofHours(8);

  @Option(
      names = "--interval",
      paramLabel = "TIME",
      converter = DurationConverter.class,
      defaultValue = "3s",
      description = "With --watch: look this often (${DEFAULT-VALUE}).")
  private Duration interval = Duration.ofSeconds(3);

  EventsCommand(Slipway slipway) {
    super(slipway);
  }

  @Override
  ExitCode run(Session session) {
    ObjectNode request = Session.request().put("service", service);
    ObjectNode first =
        session.ask("events", limit == null ? request : request.deepCopy().put("limit", limit));
    EventsView view = new EventsView(session.moments(), session.columns());
    if (!watch) {
      session.show(first, () -> view.lines(first));
      return ExitCode.DONE;
    }
    Instant oldest = oldest(first);
    Set<String> shown = new HashSet<>();
    session.follow(
        first,
        () -> session.ask("events", request.deepCopy().put("limit", MAX_LIMIT)),
        timeout,
        interval,
        answer -> {
          // what is older than the first answer was not asked for
          List<JsonNode> fresh =
              Response.list(answer, "events").stream()
                  .filter(event -> Response.time(event, "at").filter(oldest::isAfter).isEmpty())
                  .filter(event -> shown.add(key(event)))
                  .toList();
          if (session.isJson()) {
            fresh.forEach(session::printLine);
          } else {
            session.terminal().print(view.events(fresh));
          }
        });
    return ExitCode.DONE;
  }

  /**
   * Which event it is. The text of what became of a deployment may change: its diagnosis comes
   * later.
   */
  private static String key(JsonNode event) {
    return Response.text(event, "deployment")
        .map(deployment ->
            String.join(
                " ",
                event.path("at").asText(),
                event.path("source").asText(),
                deployment,
                event.path("kind").asText()))
        .orElseGet(event::toString);
  }

  private static Instant oldest(JsonNode answer) {
    return Response.list(answer, "events").stream()
        .flatMap(event -> Response.time(event, "at").stream())
        .findFirst()
        .orElse(Instant.EPOCH);
  }
}
