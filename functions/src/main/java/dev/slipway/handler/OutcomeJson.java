package dev.slipway.handler;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.aws.Json;
import dev.slipway.decide.Decision;
import dev.slipway.deploy.Outcome;
import dev.slipway.deploy.StartedDeployment;
import dev.slipway.record.DeploymentRecord;

/** What became of a hint, as the function responds when it is invoked with an event by hand. */
final class OutcomeJson {
  private OutcomeJson() {}

  static ObjectNode of(Outcome outcome) {
    ObjectNode json =
        Json.object()
            .put("outcome", outcome.getClass().getSimpleName())
            .put("reason", outcome.reason());
    switch (outcome) {
      case Outcome.Ignored _ -> {}
      case Outcome.FannedOut fannedOut -> {
        ArrayNode services = json.putArray("services");
        fannedOut.services().forEach(service -> services.add(service.value()));
      }
      case Outcome.Decided decided -> {
        ArrayNode started = json.putArray("started");
        decided.started().forEach(deployment -> started.add(json(deployment)));
        ArrayNode decisions = json.putArray("decisions");
        decided.decisions().forEach(decision -> decisions.add(json(decision)));
        ArrayNode postponed = json.putArray("postponed");
        decided.postponed().forEach(service -> postponed.add(service.value()));
      }
    }
    return json;
  }

  private static ObjectNode json(StartedDeployment deployment) {
    DeploymentRecord record = deployment.record();
    ObjectNode started = json(deployment.decision());
    started.put("from", record.from().shortName());
    record.to().ifPresent(to -> started.put("to", to.shortName()));
    started.put("deployment", record.id().value());
    record.ecsDeployment().ifPresent(id -> started.put("deploymentId", id.toString()));
    ObjectNode images = started.putObject("images");
    record.changes().forEach(change -> images.put(change.container(), change.to().toString()));
    return started;
  }

  private static ObjectNode json(Decision decision) {
    ObjectNode json = Json.object().put("service", decision.service().shortName());
    decision.environmentName().ifPresent(name -> json.put("environment", name));
    return json.put("decision", decision.name()).put("reason", decision.reason());
  }
}
