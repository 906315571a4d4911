package dev.slipway.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.cli.stack.StackException;
import dev.slipway.cli.view.Line;
import dev.slipway.cli.view.Response;
import dev.slipway.cli.view.Rollout;
import dev.slipway.cli.view.ServiceStatus;
import dev.slipway.cli.view.TimeFormat;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code slipway watch}. */
@Command(
    name = "watch",
    header = "Follow a rollout live to its end.",
    description = {
      "",
      "It is over when ECS rolls nothing and Slipway has nothing left to deploy, so it may be",
      "started right after a push, a deploy or a rollback."
    },
    footer = {
      "",
      "Ends with 0 if the service has what it should have, and with 4 if the rollout failed, was",
      "rolled back or is held back. --output json prints a line of JSON at each change, and the",
      "deployment at the end.",
      "",
      "Examples:",
      "  slipway watch web-staging",
      "  slipway watch website/web-production --timeout 15m"
    })
final class WatchCommand extends StackCommand {
  /** So many times in a row the stack may not answer before it is given up. */
  private static final int MOST_FAILURES = 5;

  @Parameters(
      paramLabel = "SERVICE",
      description = "The service: cluster/name, a name that is unique, or an ARN.")
  private String service = "";

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      converter = DurationConverter.class,
      defaultValue = "30m",
      description = "Stop watching after this time, as 90s, 30m, 1h (${DEFAULT-VALUE}).")
  private Duration timeout = Duration.ofMinutes(30);

  @Option(
      names = "--interval",
      paramLabel = "TIME",
      converter = DurationConverter.class,
      defaultValue = "2s",
      description = "Look this often (${DEFAULT-VALUE}).")
  private Duration interval = Duration.ofSeconds(2);

  WatchCommand(Slipway slipway) {
    super(slipway);
  }

  @Override
  ExitCode run(Session session) {
    Instant deadline = session.moments().now().plus(timeout);
    ServiceStatus settled = follow(session, deadline);
    Optional<Rollout> newest = outcome(session, settled, deadline);
    boolean good =
        settled.isAsItShouldBe()
            && (settled.isPinned() || newest.map(Rollout::isDeployed).orElse(true));
    if (session.isJson()) {
      newest.ifPresent(rollout -> session.printLine(rollout.json()));
    } else {
      session.terminal().print(ending(session, settled, newest));
    }
    return good ? ExitCode.DONE : ExitCode.NOT_DEPLOYED;
  }

  /** Shows the rollout until nothing is left to happen. */
  private ServiceStatus follow(Session session, Instant deadline) {
    Progress progress = Progress.of(session);
    int failures = 0;
    boolean seen = false;
    while (true) {
      try {
        ServiceStatus status = status(session);
        failures = 0;
        seen = true;
        progress.show(status);
        if (status.isSettled()) {
          return status;
        }
      } catch (StackException e) {
        failures++;
        if (!seen || failures == MOST_FAILURES) {
          throw e; // the first look tells whether there is anything to look at
        }
      }
      waitOr(session, deadline, service + " is not settled");
    }
  }

  private ServiceStatus status(Session session) {
    JsonNode answer = session.ask("status", Session.request().put("service", service));
    return Response.list(answer, "services").stream()
        .findFirst()
        .map(ServiceStatus::of)
        .orElseThrow(() -> new CommandFailure(ExitCode.REFUSED, service + ": no such service"));
  }

  /** ECS may finish its record of a deployment a moment after the deployment. */
  private Optional<Rollout> outcome(Session session, ServiceStatus settled, Instant deadline) {
    while (true) {
      JsonNode history =
          session.ask("history", Session.request().put("service", settled.name()).put("limit", 1));
      Optional<Rollout> newest =
          Response.list(history, "deployments").stream().findFirst().map(Rollout::of);
      if (newest.isEmpty() || newest.get().isOver()) {
        return newest;
      }
      waitOr(session, deadline, "ECS has not ended the deployment of " + settled.name());
    }
  }

  private void waitOr(Session session, Instant deadline, String otherwise) {
    if (!session.moments().now().plus(interval).isBefore(deadline)) {
      throw new CommandFailure(
          ExitCode.TIMED_OUT, otherwise + " after " + TimeFormat.length(timeout));
    }
    session.pause(interval);
  }

  private static List<Line> ending(
      Session session, ServiceStatus settled, Optional<Rollout> newest) {
    List<Line> lines = new ArrayList<>();
    newest.ifPresent(rollout -> lines.addAll(rollout.ending(session.columns())));
    lines.addAll(settled.standing(session.columns()));
    return lines;
  }
}
