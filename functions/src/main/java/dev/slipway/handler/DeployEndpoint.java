package dev.slipway.handler;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.aws.Json;
import dev.slipway.image.ImageDigest;
import dev.slipway.image.ImageTag;
import dev.slipway.operate.DeployCommand;
import dev.slipway.operate.DeployCommand.Result;
import dev.slipway.operate.DeployCommand.Wanted;
import dev.slipway.operate.KnownDigests;
import dev.slipway.operate.RejectedRequest;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * Deploys because an operator asks. {@code {"service" or "environment": …}}, with {@code tag} or
 * {@code digest} (whole, or as it begins), {@code unblock}, {@code force} and {@code dryRun}.
 */
final class DeployEndpoint implements Endpoint {
  private final DeployCommand deploy;
  private final KnownDigests digests;
  private final InstantSource clock;

  DeployEndpoint(OperatorPorts ports) {
    this.clock = ports.clock;
    this.deploy =
        new DeployCommand(
            ports.directory, ports.reader(), ports.evaluator(), ports.registry, ports.changes());
    this.digests =
        new KnownDigests(ports.directory, ports.reader(), ports.evaluator(), ports.records);
  }

  @Override
  public String command() {
    return "deploy";
  }

  @Override
  public List<String> members() {
    return List.of("environment", "service", "tag", "digest", "unblock", "force", "dryRun");
  }

  @Override
  public Reply reply(Request request) {
    boolean dryRun = request.dryRun();
    Wanted wanted = wanted(request);
    List<Result> results =
        dryRun
            ? deploy.plan(request.scope(), wanted, request.trigger(), clock.instant())
            : deploy.deploy(request.scope(), wanted, request.trigger(), clock.instant());
    ObjectNode answer = Json.object();
    ArrayNode services = answer.putArray("services");
    results.forEach(result -> {
      ArrayNode unblocked =
          services
              .addObject()
              .put("service", result.service().toString())
              .put("decision", result.decision())
              .put("reason", result.reason())
              .putArray("unblocked");
      result.unblocked().forEach(digest -> unblocked.add(digest.value()));
    });
    long deployed = results.stream().filter(Result::isDeploy).count();
    answer.put("sent", dryRun ? 0 : deployed);
    return new Reply(
        answer,
        "%d of %d services are to be deployed%s"
            .formatted(deployed, results.size(), dryRun ? " (dry run)" : ""));
  }

  private Wanted wanted(Request request) {
    Optional<ImageTag> tag = request.valid("tag", ImageTag::new);
    Optional<ImageDigest> digest =
        request
            .text("digest")
            .filter(KnownDigests::isBeginning)
            .map(beginning -> digests.find(request.scope(), beginning))
            .or(() -> request.valid("digest", ImageDigest::new));
    if (tag.isPresent() && digest.isPresent()) {
      throw new RejectedRequest("tag and digest: only one of them can say which image is meant");
    }
    return new Wanted(tag, digest, request.flag("unblock"), request.flag("force"));
  }
}
