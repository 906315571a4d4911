package dev.slipway.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.cli.stack.StackException;
import dev.slipway.cli.view.Layout;
import dev.slipway.cli.view.Line;
import dev.slipway.cli.view.Response;
import dev.slipway.cli.view.Rollout;
import dev.slipway.cli.view.ServiceStatus;
import dev.slipway.cli.view.Style;
import dev.slipway.cli.view.TimeFormat;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code slipway watch}. */
@Command(
    name = "watch",
    header = "Follow a rollout live to its end, or all those of an environment.",
    description = {
      "",
      "It is over when ECS rolls nothing and Slipway has nothing left to deploy, so it may be",
      "started right after a push, a deploy or a rollback; it waits for a scan and a signature"
          + " too.",
      "Why tasks stop is shown as soon as one has stopped."
    },
    footer = {
      "",
      "Ends with 0 if the service has what it should have, also after a rollback that you asked",
      "for; with 4 if the rollout failed, was rolled back by ECS or is held back; and with 3 if",
      "Slipway deploys nothing to the service: it is not followed, or nothing is selected.",
      "--output json prints a line of JSON at each change, and the deployment at the end.",
      "",
      "Examples:",
      "  slipway watch web-staging",
      "  slipway watch --environment staging       all of its services, until all are done",
      "  slipway watch website/web-production --timeout 15m"
    })
final class WatchCommand extends StackCommand {
  /** So many times in a row the stack may not answer before it is given up. */
  private static final int MAX_FAILURES = 5;

  /** So many services of an environment that roll are looked at one by one. */
  private static final int MAX_LOOKS = 5;

  @ArgGroup(multiplicity = "1")
  private Target target = new Target();

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
      description = "Look this often (2s at one service, 5s at an environment).")
  private @Nullable Duration interval;

  @Mixin private Details details = new Details();

  WatchCommand(Slipway slipway) {
    super(slipway);
  }

  /** A service that has come to rest, and its newest deployment. */
  private record Settled(ServiceStatus status, Optional<Rollout> newest) {
    boolean isGood() {
      return status.isAsItShouldBe()
          && (status.isPinned() || newest.map(Rollout::isDeployed).orElse(true));
    }

    /** Whether nothing is wrong with it but that Slipway deploys nothing to it. */
    boolean isNotFollowed() {
      return status.isNotFollowed()
          && status.isHealthy()
          && newest.map(Rollout::isDeployed).orElse(true);
    }

    List<Line> lines(Layout layout, Instant since, TimeFormat moments) {
      List<Line> lines = new ArrayList<>();
      newest.ifPresent(rollout -> lines.addAll(rollout.ending(layout, since, moments)));
      lines.addAll(status.standing(layout.columns()));
      return lines;
    }
  }

  @Override
  ExitCode run(Session session) {
    Instant began = session.moments().now();
    Instant deadline = began.plus(timeout);
    List<Settled> settled = session.terminal().drawing(() -> settled(session, deadline));
    for (Settled service : settled) {
      if (session.isJson()) {
        service.newest().ifPresent(rollout -> session.printLine(rollout.json()));
      } else {
        if (target.isEnvironment()) {
          session.terminal().print(List.of(Line.of(service.status().name(), Style.STRONG)));
        }
        session
            .terminal()
            .print(service.lines(session.layout(details.areWanted()), began, session.moments()));
      }
    }
    if (settled.stream().anyMatch(service -> !service.isGood() && !service.isNotFollowed())) {
      return ExitCode.NOT_DEPLOYED;
    }
    return settled.stream().allMatch(Settled::isGood) ? ExitCode.DONE : ExitCode.REFUSED;
  }

  /**
   * Shows the rollouts until each has an outcome. One may have begun since the service was seen at
   * rest, and ECS may finish its record of a deployment a moment after the deployment: then all is
   * looked at again.
   */
  private List<Settled> settled(Session session, Instant deadline) {
    Progress progress = Progress.of(session);
    while (true) {
      List<Settled> settled = new ArrayList<>();
      for (ServiceStatus status : follow(session, progress, deadline)) {
        settled.add(new Settled(status, newest(session, status)));
      }
      Optional<Settled> open =
          settled.stream()
              .filter(service -> service.newest().filter(rollout -> !rollout.isOver()).isPresent())
              .findFirst();
      if (open.isEmpty()) {
        return settled;
      }
      waitOr(
          session, deadline, "ECS has not ended the deployment of " + open.get().status().name());
    }
  }

  /** Shows the rollouts until nothing is left to happen. */
  private List<ServiceStatus> follow(Session session, Progress progress, Instant deadline) {
    int failures = 0;
    boolean seen = false;
    while (true) {
      try {
        List<ServiceStatus> services = services(session);
        failures = 0;
        if (!seen) {
          services.stream()
              .filter(ServiceStatus::isNotFollowed)
              .forEach(service -> tellNotFollowed(session, service));
        }
        seen = true;
        progress.show(services);
        if (services.stream().allMatch(ServiceStatus::isSettled)) {
          return services;
        }
      } catch (StackException e) {
        failures++;
        if (!seen || failures == MAX_FAILURES) {
          throw e; // the first look tells whether there is anything to look at
        }
      }
      waitOr(session, deadline, target + " is not settled");
    }
  }

  private static void tellNotFollowed(Session session, ServiceStatus service) {
    session
        .terminal()
        .tell(
            Line.wrapped(
                "%s: %s: %s. Slipway deploys nothing to it; what ECS does is shown"
                    .formatted(
                        service.name(), service.state(), service.reason().orElse("no reason")),
                "",
                Style.PLAIN,
                session.columns()));
  }

  private List<ServiceStatus> services(Session session) {
    ObjectNode answer = StatusCommand.pages(session, target.addTo(Session.request()));
    List<ServiceStatus> services =
        Response.list(answer, "services").stream().map(ServiceStatus::of).toList();
    if (services.isEmpty()) {
      throw new CommandFailure(
          ExitCode.REFUSED,
          target.isEnvironment()
              ? "no service follows " + target.name()
              : target + ": there is no such service");
    }
    return target.isEnvironment() ? withCauses(session, services) : services;
  }

  /** A list tells why tasks fail once ECS counts them; of one service it is told at once. */
  private static List<ServiceStatus> withCauses(Session session, List<ServiceStatus> services) {
    List<ServiceStatus> closer = new ArrayList<>();
    int looks = 0;
    for (ServiceStatus service : services) {
      boolean look = service.isRolling() && service.cause().isEmpty() && looks++ < MAX_LOOKS;
      closer.add(look ? one(session, service) : service);
    }
    return closer;
  }

  private static ServiceStatus one(Session session, ServiceStatus service) {
    JsonNode answer = session.ask("status", Session.request().put("service", service.name()));
    return Response.list(answer, "services").stream()
        .findFirst()
        .map(ServiceStatus::of)
        .orElse(service);
  }

  private static Optional<Rollout> newest(Session session, ServiceStatus service) {
    JsonNode history =
        session.ask("history", Session.request().put("service", service.name()).put("limit", 1));
    return Response.list(history, "deployments").stream().findFirst().map(Rollout::of);
  }

  private void waitOr(Session session, Instant deadline, String otherwise) {
    Duration pause =
        interval != null ? interval : Duration.ofSeconds(target.isEnvironment() ? 5 : 2);
    if (!session.moments().now().plus(pause).isBefore(deadline)) {
      throw new CommandFailure(
          ExitCode.TIMED_OUT, otherwise + " after " + TimeFormat.length(timeout));
    }
    session.pause(pause);
  }
}
