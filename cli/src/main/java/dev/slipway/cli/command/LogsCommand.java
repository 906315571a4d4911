package dev.slipway.cli.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.cli.view.LogsView;
import dev.slipway.cli.view.Response;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code slipway logs}. */
@Command(
    name = "logs",
    header = "What a service's containers have logged: the newest tasks, failed ones first.",
    description = {
      "",
      "Of five tasks and ten logs in Amazon CloudWatch; what looks like a secret is masked. ECS",
      "knows stopped tasks for an hour."
    },
    footer = {
      "",
      "A TIME is 10m, 2h (ago), 2026-11-21T10:00 (yours) or 2026-11-21T10:00:00Z.",
      "",
      "Examples:",
      "  slipway logs web-staging",
      "  slipway logs web-staging --container web --since 10m --limit 200",
      "  slipway logs web-staging --follow"
    })
final class LogsCommand extends StackCommand {
  /** CloudWatch shows a line some seconds after it was written: so much is asked for again. */
  private static final Duration OVERLAP = Duration.ofSeconds(15);

  @Parameters(
      paramLabel = "SERVICE",
      description = "The service: cluster/name, a name that is unique, or an ARN.")
  private String service = "";

  @Option(
      names = {"-c", "--container"},
      paramLabel = "NAME",
      description = "Only this container.")
  private @Nullable String container;

  @Option(names = "--since", paramLabel = "TIME", description = "No line that is older (1h).")
  private @Nullable String since;

  @Option(
      names = {"-n", "--limit"},
      paramLabel = "N",
      description = "The newest N lines of each log (50, at most 200).")
  private @Nullable Integer limit;

  @Option(
      names = {"-f", "--follow"},
      description = "Go on with new lines, until Ctrl-C.")
  private boolean follow;

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      converter = DurationConverter.class,
      defaultValue = "8h",
      description = "With --follow: end after this time (${DEFAULT-VALUE}).")
  private Duration timeout = Duration.ofHours(8);

  @Option(
      names = "--interval",
      paramLabel = "TIME",
      converter = DurationConverter.class,
      defaultValue = "3s",
      description = "With --follow: look this often (${DEFAULT-VALUE}).")
  private Duration interval = Duration.ofSeconds(3);

  LogsCommand(Slipway slipway) {
    super(slipway);
  }

  @Override
  ExitCode run(Session session) {
    ObjectNode request = Session.request().put("service", service);
    if (container != null) {
      request.put("container", container);
    }
    if (limit != null) {
      request.put("limit", limit);
    }
    if (since != null) {
      request.put("since", time(session, since).toString());
    }
    LogsView view = new LogsView(session.moments(), session.layout(false).tableColumns());
    ObjectNode first = session.ask("logs", request);
    if (!follow) {
      String looked =
          since == null
              ? "the last hour. To look further back: --since 12h"
              : "the time since " + since;
      session.show(first, () -> view.lines(first, looked));
      return ExitCode.DONE;
    }
    if (!session.isJson()) {
      session.terminal().tell(view.warnings(first));
    }
    session.follow(
        first,
        () -> session.ask("logs", next(session, request, view)),
        timeout,
        interval,
        answer -> {
          if (session.isJson()) {
            view.fresh(answer).forEach(session::printLine);
          } else {
            session.terminal().print(view.freshLines(answer));
          }
        });
    return ExitCode.DONE;
  }

  private static ObjectNode next(Session session, ObjectNode request, LogsView view) {
    Instant now = session.moments().now();
    Instant from = view.newest().filter(now::isAfter).orElse(now).minus(OVERLAP);
    Optional<Instant> earliest = Response.time(request, "since");
    return request
        .deepCopy()
        .put("since", earliest.filter(from::isBefore).orElse(from).toString())
        .put("limit", 200);
  }

  private static Instant time(Session session, String text) {
    return session
        .moments()
        .parse(text)
        .orElseThrow(() ->
            new CommandFailure(
                ExitCode.USAGE,
                "--since: %s is not a time; pass 10m, 2h, 2026-11-21T10:00 or 2026-11-21T10:00:00Z"
                    .formatted(text)));
  }
}
