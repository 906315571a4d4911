package dev.slipway.handler;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.aws.Json;
import dev.slipway.image.ImageDigest;
import dev.slipway.image.ImageTag;
import dev.slipway.operate.Consent;
import dev.slipway.operate.DeployCommand;
import dev.slipway.operate.DeployCommand.Wanted;
import dev.slipway.operate.DeployPlan;
import dev.slipway.operate.KnownDigests;
import dev.slipway.operate.Planned;
import dev.slipway.operate.RejectedRequest;
import dev.slipway.operate.ServiceChanges;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * Deploys because an operator asks. {@code {"service" or "environment": …}}, with {@code tag} or
 * {@code digest} (whole, or as it begins), {@code unblock}, {@code force}, {@code override} (why)
 * and {@code dryRun}.
 */
final class DeployEndpoint implements Endpoint.Change {
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
    List<Planned<DeployPlan>> plans =
        deploy.plan(request.scope(), wanted(request), request.trigger(), clock.instant());
    return new Operation() {
      @Override
      public List<String> facts() {
        return plans.stream().flatMap(plan -> plan.plan().facts().stream()).toList();
      }

      @Override
      public Response preview() {
        return response(plans.stream().map(Planned::plan).toList(), 0, " (dry run)");
      }

      @Override
      public Response apply(Consent consent) {
        List<DeployPlan> applied =
            plans.stream()
                .map(plan -> DeployCommand.apply(consent.holding(plan), changes))
                .toList();
        return response(applied, deployed(applied), "");
      }
    };
  }

  private static long deployed(List<DeployPlan> plans) {
    return plans.stream().filter(DeployPlan::isDeploy).count();
  }

  private static Response response(List<DeployPlan> plans, long sent, String suffix) {
    ObjectNode body = Json.object();
    ArrayNode services = body.putArray("services");
    plans.forEach(plan -> {
      ArrayNode unblocked =
          services
              .addObject()
              .put("service", plan.service().toString())
              .put("decision", plan.decision())
              .put("hold", plan.hold().orElse(null))
              .put("reason", plan.reason())
              .putArray("unblocked");
      plan.unblocked().forEach(digest -> unblocked.add(digest.value()));
    });
    body.put("sent", sent);
    return new Response(
        body,
        "%d of %d services are to be deployed%s".formatted(deployed(plans), plans.size(), suffix));
  }

  /** A whole digest. */
  static ImageDigest digest(String text) {
    try {
      return new ImageDigest(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "expected the first 12 or more of its 64 hex digits, but it is \"%s\"".formatted(text),
          e);
    }
  }

  private Wanted wanted(Request request) {
    Optional<ImageTag> tag = request.valid("tag", ImageTag::new);
    Optional<ImageDigest> digest =
        request
            .text("digest")
            .filter(KnownDigests::isBeginning)
            .map(beginning -> digests.find(request.scope(), beginning, clock.instant()))
            .or(() -> request.valid("digest", DeployEndpoint::digest));
    if (tag.isPresent() && digest.isPresent()) {
      throw new RejectedRequest("tag and digest: only one of them can say which image is meant");
    }
    return new Wanted(
        tag, digest, request.flag("unblock"), request.flag("force"), request.text("override"));
  }
}
