package dev.slipway.handler;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.image.ImageDigest;
import dev.slipway.image.ImageTag;
import dev.slipway.operate.DeployCommand;
import dev.slipway.operate.DeployCommand.Wanted;
import dev.slipway.operate.DeployPlan;
import dev.slipway.operate.KnownDigests;
import dev.slipway.operate.ServiceChanges;
import dev.slipway.operate.ServiceResult;
import dev.slipway.text.OutsideText;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * Deploys because an operator asks. {@code {"service" or "environment": …}}, with {@code tag} or
 * {@code digest} (whole, or as it begins), {@code unblock}, {@code force}, {@code override} (why)
 * and {@code dryRun}.
 */
final class DeployEndpoint implements Endpoint.Change, ServicesOperation.Answer<DeployPlan> {
  private final DeployCommand deploy;
  private final ServiceChanges changes;
  private final KnownDigests digests;
  private final InstantSource clock;

  DeployEndpoint(OperatorPorts ports) {
    this.clock = ports.clock;
    this.deploy = new DeployCommand(ports.directory, ports.reader(), ports.evaluator());
    this.changes = ports.changes();
    this.digests =
        new KnownDigests(ports.directory, ports.reader(), ports.evaluator(), ports.records);
  }

  @Override
  public String command() {
    return "deploy";
  }

  @Override
  public List<String> members() {
    return List.of("environment", "service", "tag", "digest", "unblock", "force", "override");
  }

  @Override
  public Operation plan(Request request) {
    Wanted wanted = wanted(request);
    return new ServicesOperation<>(
        deploy.plan(request.scope(), wanted, request.trigger(), clock.instant()), changes, this);
  }

  @Override
  public void row(ObjectNode row, ServiceResult<DeployPlan> result) {
    switch (result) {
      case ServiceResult.Accepted(DeployPlan plan) -> {
        row.put("decision", plan.decision())
            .put("hold", plan.hold().orElse(null))
            .put("reason", plan.reason());
        ArrayNode unblocked = row.putArray("unblocked");
        plan.unblocked().forEach(digest -> unblocked.add(digest.value()));
      }
      case ServiceResult.Rejected<DeployPlan> rejected ->
          row.put("decision", "Rejected").put("reason", rejected.why()).putArray("unblocked");
    }
  }

  @Override
  public String complete(ObjectNode body, List<ServiceResult<DeployPlan>> results, boolean dryRun) {
    long deployed =
        results.stream()
            .filter(result ->
                result instanceof ServiceResult.Accepted(DeployPlan plan) && plan.isDeploy())
            .count();
    body.put("sent", dryRun ? 0 : deployed);
    return "%d of %d services are to be deployed".formatted(deployed, results.size());
  }

  /** A whole digest. */
  static ImageDigest digest(String text) {
    try {
      return new ImageDigest(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "expected the first 12 or more of its 64 hex digits, but it is "
              + OutsideText.quoted(text),
          e);
    }
  }

  private Wanted wanted(Request request) {
    request.needAtMostOneOf("tag", "digest");
    Optional<ImageTag> tag = request.valid("tag", ImageTag::new);
    Optional<ImageDigest> digest =
        request
            .text("digest")
            .filter(KnownDigests::isBeginning)
            .map(beginning -> digests.find(request.scope(), beginning, clock.instant()))
            .or(() -> request.valid("digest", DeployEndpoint::digest));
    return new Wanted(
        tag, digest, request.flag("unblock"), request.flag("force"), request.text("override"));
  }
}
