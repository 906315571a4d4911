package dev.slipway.handler;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.image.ImageTag;
import dev.slipway.operate.Explanation;
import dev.slipway.operate.Follow;
import dev.slipway.operate.FollowPlan;
import java.time.InstantSource;
import java.util.List;

/**
 * What it would mean that a service follows an environment: {@code {"service": …, "environment":
 * …}}. Refuses what cannot work. The operator's command sets the tag; this function may not.
 */
final class FollowEndpoint implements Endpoint.Query {
  private final Follow follow;
  private final FunctionContext context;
  private final InstantSource clock;

  FollowEndpoint(OperatorPorts ports) {
    this.follow = follow(ports);
    this.context = ports.context;
    this.clock = ports.clock;
  }

  /** Not of the ports, which functions have that ask no image policy. */
  static Follow follow(OperatorPorts ports) {
    return new Follow(
        ports.environments,
        ports.followed,
        ports.ecs,
        ports.deployments,
        ports.registry,
        ports.calendars,
        ports.records);
  }

  @Override
  public String command() {
    return "follow";
  }

  @Override
  public List<String> members() {
    return List.of("service", "environment");
  }

  @Override
  public Response respond(Request request) {
    FollowPlan plan =
        follow.plan(
            request.need("service", "the service that is to follow", request.service()),
            request.need(
                "environment", "the environment that it is to follow", request.environment()),
            context.passableRoles(),
            clock.instant());
    Explanation explanation = plan.explanation();
    ObjectNode body =
        ExplanationJson.of(explanation)
            .put("arn", plan.service().arn().value())
            .put("follows", plan.service().environment().orElse(null))
            .put("already", plan.already())
            .put("selects", plan.environment().images().toString())
            .put("stack", plan.stack().orElse(null));
    ArrayNode containers = body.putArray("containers");
    plan.containers()
        .forEach(container ->
            containers
                .addObject()
                .put("container", container.name())
                .put("image", container.image().toString())
                .put("notFollowed", container.notFollowed().orElse(null)));
    ArrayNode push = body.putArray("push");
    plan.pushes()
        .forEach(one ->
            push.addObject()
                .put("image", one.image())
                .put("tag", one.tag().map(ImageTag::value).orElse(null)));
    plan.keeps().forEach(body.putArray("keeps")::add);
    plan.facts().forEach(body.putArray(Request.PLAN)::add);
    body.set("environmentDeployment", plan.environment().deployment());
    plan.terraformIgnores().forEach(body.putArray("terraformIgnores")::add);
    return new Response(
        body,
        "%s would follow %s: %s"
            .formatted(plan.service(), plan.environment().name(), explanation.decision().reason()));
  }
}
