package dev.slipway.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.cli.stack.ServiceTags;
import dev.slipway.cli.view.ChangeView;
import dev.slipway.cli.view.FollowView;
import dev.slipway.cli.view.Line;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code slipway unfollow}. */
@Command(
    name = "unfollow",
    header = "Have a service follow no environment: Slipway leaves it alone from then on.",
    description = {
      "",
      "Takes the tag slipway:environment off the ECS service, with your own permission",
      "ecs:UntagResource. The service keeps running what it runs."
    },
    footer = {
      "",
      "Examples:",
      "  slipway unfollow web-staging",
      "  slipway unfollow website/web-production --yes"
    })
final class UnfollowCommand extends TaggingCommand {
  @Parameters(
      paramLabel = "SERVICE",
      description = "The service: cluster/name, a name that is unique, or an ARN.")
  private String service = "";

  UnfollowCommand(Slipway slipway) {
    super(slipway);
  }

  @Override
  public String command() {
    return "unfollow";
  }

  @Override
  public ObjectNode request() {
    return Session.request().put("service", service);
  }

  @Override
  String changed() {
    return "untagged";
  }

  @Override
  void change(ServiceTags tags, String arn) {
    tags.unfollow(arn);
  }

  @Override
  public List<Line> lines(ChangeView view, JsonNode answer, boolean done) {
    return new FollowView(view.columns()).unfollow(answer, done);
  }

  @Override
  public String question() {
    return "Have " + service + " follow no environment?";
  }

  /** Whether it has the tag, be it one that names no environment. */
  @Override
  public boolean isAnything(JsonNode answer) {
    return answer.path("follows").isTextual();
  }
}
