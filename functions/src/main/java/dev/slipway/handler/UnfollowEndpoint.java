package dev.slipway.handler;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.aws.Json;
import dev.slipway.decide.Environment;
import dev.slipway.ecs.TaskDefinitionArn;
import dev.slipway.operate.Follow;
import dev.slipway.operate.UnfollowPlan;
import java.util.List;

/**
 * What it would mean that a service follows no environment any more: {@code {"service": …}}. The
 * operator's command takes the tag away; this function may not.
 */
final class UnfollowEndpoint implements Endpoint.Query {
  private final Follow follow;

  UnfollowEndpoint(OperatorPorts ports) {
    this.follow = FollowEndpoint.follow(ports);
  }

  @Override
  public String command() {
    return "unfollow";
  }

  @Override
  public List<String> members() {
    return List.of("service");
  }

  @Override
  public Response respond(Request request) {
    UnfollowPlan plan =
        follow.withoutTag(
            request.need("service", "the service that is to follow nothing", request.service()));
    ObjectNode body =
        Json.object()
            .put("service", plan.service().arn().shortName())
            .put("arn", plan.service().arn().value())
            .put("follows", plan.service().environment().orElse(null))
            .put("environment", plan.environment().map(Environment::name).orElse(null))
            .put(
                "from",
                plan.service().taskDefinition().map(TaskDefinitionArn::shortName).orElse(null))
            .put("goesOn", plan.goesOn().orElse(null))
            .put("stack", plan.stack().orElse(null));
    plan.keeps().forEach(body.putArray("keeps")::add);
    plan.facts().forEach(body.putArray(Request.PLAN)::add);
    return new Response(body, "%s would follow nothing".formatted(plan.service()));
  }
}
