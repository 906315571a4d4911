package dev.slipway.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.cli.view.Line;
import dev.slipway.cli.view.Response;
import dev.slipway.cli.view.StatusView;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code slipway status}. */
@Command(
    name = "status",
    header = "What runs where, and whether it is what the environment selects.",
    footer = {
      "",
      "Examples:",
      "  slipway status",
      "  slipway status --environment production",
      "  slipway status web-staging --details      with the evidence of a failure",
      "  slipway status --watch                    again and again, until Ctrl-C",
      "  slipway status web-staging --output json"
    })
final class StatusCommand extends StackCommand {
  private static final int MAX_PAGES = 1_000;

  @Parameters(
      arity = "0..1",
      paramLabel = "SERVICE",
      description = "Only this service: cluster/name, a name that is unique, or an ARN.")
  private @Nullable String service;

  @Option(
      names = {"-e", "--environment"},
      paramLabel = "NAME",
      description = "Only the services of this environment.")
  private @Nullable String environment;

  @Option(
      names = {"-w", "--watch"},
      description = "Show it again whenever it changes, until Ctrl-C.")
  private boolean watch;

  @Option(
      names = "--interval",
      paramLabel = "TIME",
      converter = DurationConverter.class,
      defaultValue = "5s",
      description = "With --watch: look this often (${DEFAULT-VALUE}).")
  private Duration interval = Duration.ofSeconds(5);

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      converter = DurationConverter.class,
      defaultValue = "8h",
      description = "With --watch: end after this time (${DEFAULT-VALUE}).")
  private Duration timeout = Duration.ofHours(8);

  @Mixin private Details details = new Details();

  StatusCommand(Slipway slipway) {
    super(slipway);
  }

  @Override
  ExitCode run(Session session) {
    ObjectNode request = Session.request();
    if (service != null) {
      request.put("service", service);
    }
    if (environment != null) {
      request.put("environment", environment);
    }
    if (watch) {
      follow(session, request);
      return ExitCode.DONE;
    }
    ObjectNode answer = pages(session, request);
    session.show(answer, () -> lines(session, answer));
    return isComplete(answer) ? ExitCode.DONE : ExitCode.FAILED;
  }

  /** Whether the function could evaluate each of the services. */
  private static boolean isComplete(ObjectNode answer) {
    return Response.list(answer, "services").stream()
        .noneMatch(service -> service.path("state").asText().equals("not evaluated"));
  }

  private List<Line> lines(Session session, ObjectNode answer) {
    return new StatusView(session.moments(), session.layout(details.areWanted()))
        .lines(answer, Optional.ofNullable(environment));
  }

  /** Draws in place on a screen; elsewhere what has changed is shown once more. */
  private void follow(Session session, ObjectNode request) {
    AtomicReference<String> shown = new AtomicReference<>("");
    session.follow(
        pages(session, request),
        () -> pages(session, request),
        timeout,
        interval,
        answer -> {
          boolean changed = !answer.toString().equals(shown.getAndSet(answer.toString()));
          if (session.isJson()) {
            if (changed) {
              session.printLine(answer);
            }
          } else if (session.terminal().redraws()) {
            session.terminal().clear();
            session.terminal().print(lines(session, answer));
          } else if (changed) {
            session.terminal().print(lines(session, answer));
            session.terminal().print(List.of(Line.empty()));
          }
        });
  }

  /** The function answers page by page: they are one list again, in the order of the first. */
  static ObjectNode pages(Session session, ObjectNode request) {
    List<ObjectNode> pages = session.pages("status", request, MAX_PAGES);
    ObjectNode all = pages.getFirst();
    for (ObjectNode page : pages.subList(1, pages.size())) {
      Response.list(page, "services").forEach(all.withArray("services")::add);
      Response.list(page, "warnings").forEach(all.withArray("warnings")::add);
    }
    List<JsonNode> services = new ArrayList<>(Response.list(all, "services"));
    services.sort(
        Comparator.comparing((JsonNode service) -> service.path("environment").asText())
            .thenComparing(service -> service.path("service").asText()));
    all.putArray("services").addAll(services);
    return all;
  }
}
