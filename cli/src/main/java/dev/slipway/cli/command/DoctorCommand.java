package dev.slipway.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.cli.view.DoctorView;
import dev.slipway.cli.view.Response;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code slipway doctor}. */
@Command(
    name = "doctor",
    header = "What would keep a deployment from working, or a rollback from being possible.",
    description = {
      "",
      "Looks at the stack, and at one service or at all that have the tag slipway:environment, and",
      "changes nothing. Each finding says what to do. Ends with 1 if there is a problem; warnings",
      "and what could not be checked do not count."
    },
    footer = {
      "",
      "Examples:",
      "  slipway doctor",
      "  slipway doctor web-production",
      "  slipway doctor --output json"
    })
final class DoctorCommand extends StackCommand {
  private static final int MAX_PAGES = 5_000;

  @Parameters(
      arity = "0..1",
      paramLabel = "SERVICE",
      description = "Only this service: cluster/name, a name that is unique, or an ARN.")
  private @Nullable String service;

  DoctorCommand(Slipway slipway) {
    super(slipway);
  }

  @Override
  ExitCode run(Session session) {
    ObjectNode request = Session.request();
    if (service != null) {
      request.put("service", service);
    }
    Slipway.versionNumber().ifPresent(version -> request.put("version", version));
    ObjectNode answer = pages(session, request);
    session.show(answer, () -> new DoctorView(session.columns()).lines(answer));
    return DoctorView.isAnythingWrong(answer) ? ExitCode.FAILED : ExitCode.DONE;
  }

  /** What several services share is found on several pages. */
  private static ObjectNode pages(Session session, ObjectNode request) {
    List<ObjectNode> pages = session.pages("doctor", request, MAX_PAGES);
    ObjectNode all = pages.getFirst();
    List<JsonNode> services = pages.stream().flatMap(page -> services(page).stream()).toList();
    Set<JsonNode> findings = new LinkedHashSet<>();
    pages.forEach(page -> findings.addAll(Response.list(page, "findings")));
    all.putArray("findings").addAll(findings);
    all.withObject("/checked").putArray("services").addAll(services);
    return all;
  }

  private static List<JsonNode> services(JsonNode answer) {
    return Response.list(answer.path("checked"), "services");
  }
}
