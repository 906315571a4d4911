package dev.slipway.handler;

import static java.util.Comparator.comparing;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.announce.ImageChangesJson;
import dev.slipway.aws.Json;
import dev.slipway.decide.Decision;
import dev.slipway.ecs.TaskDefinitionArn;
import dev.slipway.image.ImageTag;
import dev.slipway.image.Repository;
import dev.slipway.image.Selection;
import dev.slipway.operate.Explanation;

/** What a deployment of one service would do, as answers show it. */
final class ExplanationJson {
  private ExplanationJson() {}

  /** One member for each thing that is known, whatever the decision is. */
  static ObjectNode of(Explanation explanation) {
    Decision decision = explanation.decision();
    ObjectNode json =
        Json.object()
            .put("service", decision.service().shortName())
            .put("environment", decision.environmentName().orElse(null))
            .put("decision", decision.name())
            .put("hold", decision.holdName().orElse(null))
            .put("reason", decision.reason())
            .put("waiting", explanation.waiting().orElse(null))
            .put("from", explanation.from().map(TaskDefinitionArn::shortName).orElse(null));
    ArrayNode selections = json.putArray("selections");
    explanation.selections().entrySet().stream()
        .sorted(comparing(entry -> entry.getKey().name()))
        .forEach(entry -> selections.add(json(entry.getKey(), entry.getValue())));
    json.set("gates", GatesJson.of(explanation.gates()));
    ArrayNode changes = json.putArray("changes");
    ArrayNode difference = json.putArray("difference");
    explanation
        .difference()
        .forEach(at -> {
          ObjectNode place = difference.addObject().put("path", at.path());
          place.set("from", at.from());
          place.set("to", at.to());
        });
    json.set("failure", FailureJson.of(explanation.failure()));
    json.set("hooks", HooksJson.of(decision.service(), explanation.from(), explanation.hooks()));
    json.putNull("deploymentConfiguration");
    explanation
        .deployment()
        .ifPresent(deploy -> {
          changes.addAll(ImageChangesJson.of(deploy.changes()));
          ObjectNode deploymentConfiguration = deploy.deploymentConfiguration();
          if (!deploymentConfiguration.isEmpty()) {
            json.set("deploymentConfiguration", deploymentConfiguration);
          }
        });
    return json;
  }

  private static ObjectNode json(Repository repository, Selection selection) {
    ObjectNode json =
        Json.object()
            .put("repository", repository.name())
            .put("tag", selection.tag().map(ImageTag::value).orElse(null))
            .put("digest", selection.image().map(image -> image.digest().value()).orElse(null));
    selection.warnings().forEach(json.putArray("warnings")::add);
    json.put("note", selection.note().orElse(null));
    ArrayNode passedOver = json.putArray("passedOver");
    selection
        .passedOver()
        .forEach(tag -> passedOver.addObject().put("image", tag.image()).put("why", tag.why()));
    return json;
  }
}
