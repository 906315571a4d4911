package dev.slipway.handler;

import dev.slipway.aws.Json;
import dev.slipway.decide.Decision;
import dev.slipway.deploy.Outcome;
import dev.slipway.deploy.StartedDeployment;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** What the function answers to somebody who invokes it with an event by hand. */
final class Answer {
  private Answer() {}

  static ObjectNode to(Outcome outcome) {
    ObjectNode answer =
        Json.object()
            .put("outcome", outcome.getClass().getSimpleName())
            .put("reason", outcome.reason());
    switch (outcome) {
      case Outcome.Ignored _ -> {}
      case Outcome.Divided divided -> {
        ArrayNode services = answer.putArray("services");
        divided.services().forEach(service -> services.add(service.value()));
      }
      case Outcome.Decided decided -> {
        ArrayNode started = answer.putArray("started");
        decided.started().forEach(deployment -> started.add(json(deployment)));
        ArrayNode decisions = answer.putArray("decisions");
        decided.decisions().forEach(decision -> decisions.add(json(decision)));
      }
    }
    return answer;
  }

  private static ObjectNode json(StartedDeployment deployment) {
    ObjectNode started = json(deployment.decision());
    started.put("from", deployment.decision().from().shortName());
    started.put("to", deployment.revision().shortName());
    deployment.id().ifPresent(id -> started.put("deployment", id));
    ObjectNode images = started.putObject("images");
    deployment
        .decision()
        .changes()
        .forEach(change -> images.put(change.container(), change.to().toString()));
    return started;
  }

  private static ObjectNode json(Decision decision) {
    ObjectNode json = Json.object().put("service", decision.service().shortName());
    decision.environmentName().ifPresent(name -> json.put("environment", name));
    return json.put("decision", word(decision)).put("reason", decision.reason());
  }

  /** {@code Deploy}, {@code Current}, {@code Held}, {@code Refused} or {@code NotFollowing}. */
  static String word(Decision decision) {
    return switch (decision) {
      case Decision.Deploy _ -> "Deploy";
      case Decision.Current _ -> "Current";
      case Decision.Held _ -> "Held";
      case Decision.Refused _ -> "Refused";
      case Decision.NotFollowing _ -> "NotFollowing";
    };
  }
}
