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

/** {@code slipway follow}. A function says what it leads to; the tag is set from here. */
@Command(
    name = "follow",
    header = "Have a service follow an environment: Slipway deploys to it from then on.",
    description = {
      "",
      "Tags the ECS service slipway:environment, with your own permission ecs:TagResource: no",
      "function of Slipway may opt a service in. Shows first what would be deployed at once, and",
      "refuses what cannot work."
    },
    footer = {
      "",
      "Examples:",
      "  slipway follow web-staging staging --dry-run",
      "  slipway follow website/web-production production",
      "  slipway follow web-staging staging --yes && slipway watch web-staging"
    })
final class FollowCommand extends TaggingCommand {
  @Parameters(
      index = "0",
      paramLabel = "SERVICE",
      description = "The service: cluster/name, a name that is unique, or an ARN.")
  private String service = "";

  @Parameters(
      index = "1",
      paramLabel = "ENVIRONMENT",
      description = "The environment of slipway.yaml that it is to follow.")
  private String environment = "";

  FollowCommand(Slipway slipway) {
    super(slipway);
  }

  @Override
  public String command() {
    return "follow";
  }

  @Override
  public ObjectNode request() {
    return Session.request().put("service", service).put("environment", environment);
  }

  @Override
  String changed() {
    return "tagged";
  }

  @Override
  void change(ServiceTags tags, String arn) {
    tags.follow(arn, environment);
  }

  @Override
  public List<Line> lines(ChangeView view, JsonNode answer, boolean done) {
    return new FollowView(view.columns()).follow(answer, done);
  }

  @Override
  public String question() {
    return "Have " + service + " follow " + environment + "?";
  }

  @Override
  public boolean isAnything(JsonNode answer) {
    return !answer.path("already").asBoolean();
  }
}
