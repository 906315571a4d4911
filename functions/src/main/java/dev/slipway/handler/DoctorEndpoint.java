package dev.slipway.handler;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.aws.AwsLogGroups;
import dev.slipway.aws.AwsStack;
import dev.slipway.aws.Clients;
import dev.slipway.aws.EcrRepositories;
import dev.slipway.aws.Json;
import dev.slipway.doctor.Doctor;
import dev.slipway.doctor.Finding;
import dev.slipway.doctor.StackResources;
import dev.slipway.text.OutsideText;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.function.BooleanSupplier;

/**
 * What would keep a deployment from working, or a rollback from being possible. {@code {"service":
 * …}} asks about one service and the stack; {@code {}} about the stack and all services that have
 * the tag, page by page: {@code next} of a response is the {@code page} of the next request. {@code
 * version} is the version of the command that asks.
 */
final class DoctorEndpoint implements Endpoint.Query {
  /** So long one service may take. */
  private static final Duration A_SERVICE = Duration.ofSeconds(15);

  private static final int MAX_FINDINGS = 500;
  private static final int MAX_REMEDY = 1_000;

  private final OperatorPorts ports;

  DoctorEndpoint(OperatorPorts ports) {
    this.ports = ports;
  }

  @Override
  public String command() {
    return "doctor";
  }

  @Override
  public List<String> members() {
    return List.of("service", "page", "limit", "version");
  }

  @Override
  public Response respond(Request request) {
    StackResources resources = resources(ports.context);
    Doctor doctor = doctor(resources);
    Instant now = ports.clock.instant();
    BooleanSupplier inTime = () -> request.remaining().get().compareTo(A_SERVICE) > 0;
    Doctor.Report report =
        request
            .service()
            .map(selector -> doctor.of(selector, request.text("version"), now, inTime))
            .orElseGet(() ->
                doctor.page(
                    request.text("page"),
                    request.number("limit", 1, Doctor.MAX_PAGE).orElse(Doctor.MAX_PAGE),
                    request.text("version"),
                    now,
                    inTime));
    ObjectNode body =
        Json.object().put("stack", resources.name()).put("version", resources.version());
    ArrayNode findings = body.putArray("findings");
    report.findings().stream().limit(MAX_FINDINGS).forEach(finding -> findings.add(json(finding)));
    ObjectNode checked = body.putObject("checked");
    report.stack().forEach(checked.putArray("stack")::add);
    report.services().forEach(checked.putArray("services")::add);
    report.subjects().forEach(checked.putArray("ofServices")::add);
    body.put("next", report.next().orElse(null));
    return new Response(
        body,
        "looked at %d services: %d findings"
            .formatted(report.services().size(), report.findings().size()));
  }

  /** Made when it is asked for: no other command needs all these clients. */
  private Doctor doctor(StackResources resources) {
    Clients clients = ports.context.clients();
    return new Doctor(
        resources,
        ports.environments,
        ports.followed,
        ports.ecs,
        ports.deployments,
        ports.registry,
        ports.calendars,
        ports.records,
        new AwsStack(clients.eventBridge(), clients.sqs(), clients.sns()),
        new EcrRepositories(clients.ecr()),
        new AwsLogGroups(clients.logs()));
  }

  private static StackResources resources(FunctionContext context) {
    return new StackResources(
        context.need("SLIPWAY_STACK_NAME"),
        version(),
        List.of(context.need("SLIPWAY_RULE_NAMES").split(" ")),
        List.of(context.need("SLIPWAY_DEAD_LETTER_QUEUE_URLS").split(" ")),
        context.need("SLIPWAY_TOPIC_ARN"),
        context.passableRoles());
  }

  /** Of the functions, as Maven knows it. */
  private static String version() {
    try (InputStream file =
        Objects.requireNonNull(DoctorEndpoint.class.getResourceAsStream("version.txt"))) {
      return new String(file.readAllBytes(), StandardCharsets.UTF_8).strip();
    } catch (IOException e) {
      throw new UncheckedIOException("version.txt cannot be read", e);
    }
  }

  private static ObjectNode json(Finding finding) {
    return Json.object()
        .put("severity", finding.severity().word())
        .put("where", StatusEndpoint.brief(finding.where()))
        .put("what", StatusEndpoint.brief(finding.what()))
        .put("remedy", OutsideText.cut(OutsideText.visible(finding.remedy()), MAX_REMEDY));
  }
}
