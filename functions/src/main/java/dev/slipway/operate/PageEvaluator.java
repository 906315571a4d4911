package dev.slipway.operate;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.decide.Decision;
import dev.slipway.decide.DecisionRules;
import dev.slipway.decide.Environment;
import dev.slipway.decide.ObservedState;
import dev.slipway.deploy.EcsClientError;
import dev.slipway.deploy.ServiceEvaluator;
import dev.slipway.ecs.Service;
import dev.slipway.ecs.ServiceArn;
import dev.slipway.ecs.TaskDefinition;
import dev.slipway.image.ImageDigest;
import dev.slipway.image.Repository;
import dev.slipway.image.Selection;
import dev.slipway.record.KnownRevision;
import dev.slipway.record.Pin;
import dev.slipway.record.RecordStore;
import dev.slipway.record.RecordedService;
import dev.slipway.record.ServiceRecord;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Evaluates many services with few calls. The record knows the images of the revision that a
 * service has; where these, the record and the candidates settle the decision, neither the task
 * definition nor the service's deployments are read. All else is evaluated as a deployment
 * evaluates it.
 */
final class PageEvaluator {
  private final ServiceEvaluator evaluator;
  private final RecordStore records;
  private final Instant now;
  private final Map<ServiceArn, Map<String, ImageDigest>> running = new HashMap<>();

  /**
   * @param evaluator of one moment: it asks the registry everything once
   * @param now the moment for which gates judge
   */
  PageEvaluator(ServiceEvaluator evaluator, RecordStore records, Instant now) {
    this.evaluator = evaluator;
    this.records = records;
    this.now = now;
  }

  /**
   * A service, and what a hint would lead to.
   *
   * @param state what the decision was made from; empty where it needed no closer look
   * @param complete whether the record's deployments and the task definition were read for it
   */
  record Evaluated(
      Service service,
      ServiceRecord record,
      Optional<ObservedState> state,
      Decision decision,
      boolean complete) {}

  /**
   * Reads for many services at once what evaluating each would ask ECS for: the digests that it has
   * resolved a tag to.
   *
   * @param known the records that there are
   */
  void read(List<Service> services, Map<ServiceArn, ServiceRecord> known) {
    List<Service> byTag =
        services.stream()
            .filter(service -> evaluator.environmentOf(service).isPresent())
            .filter(service -> {
              Optional<KnownRevision> revision =
                  Optional.ofNullable(known.get(service.arn()))
                      .flatMap(record -> revisionOf(service, record));
              return revision.isEmpty() || namesTag(service, revision.get());
            })
            .toList();
    running.putAll(evaluator.runningDigests(byTag));
  }

  private boolean namesTag(Service service, KnownRevision revision) {
    return revision.images().values().stream()
        .anyMatch(image ->
            image.digest().isEmpty()
                && image.repository().filter(r -> evaluator.isFollowed(service, r)).isPresent());
  }

  private static Optional<KnownRevision> revisionOf(Service service, ServiceRecord record) {
    return record
        .revision()
        .filter(r -> service.taskDefinition().filter(r.arn()::equals).isPresent());
  }

  /**
   * Evaluates a service.
   *
   * @param record of the service; that of an unknown one where it has none
   */
  Evaluated evaluate(Service service, ServiceRecord record) {
    Optional<Environment> environment = evaluator.environmentOf(service);
    Optional<KnownRevision> known = revisionOf(service, record);
    if (environment.isEmpty()
        || DecisionRules.notDeployable(service, environment.get()).isPresent()) {
      ServiceEvaluator.Evaluation evaluation =
          evaluator.evaluate(service, new RecordedService(record, List.of()), now);
      return new Evaluated(service, record, evaluation.state(), evaluation.decision(), false);
    }
    if (known.isPresent() && isSettled(record)) {
      Optional<Evaluated> light = light(service, environment.get(), record, known.get());
      if (light.isPresent()) {
        return light.get();
      }
    }
    return complete(service, record);
  }

  /** Evaluates a service as a deployment does. */
  Evaluated complete(Service service, ServiceRecord record) {
    RecordedService recorded =
        record.isKnown() ? records.read(service.arn()) : new RecordedService(record, List.of());
    ServiceEvaluator.Evaluation evaluation = evaluator.evaluate(service, recorded, now);
    return new Evaluated(
        service, recorded.service(), evaluation.state(), evaluation.decision(), true);
  }

  /** Whether no deployment is open, and no operator's command waits. */
  private static boolean isSettled(ServiceRecord record) {
    return record.open().isEmpty()
        && record.request().isEmpty()
        && record.pin().filter(pin -> !pin.applied()).isEmpty();
  }

  private Optional<Evaluated> light(
      Service service, Environment environment, ServiceRecord record, KnownRevision known) {
    TaskDefinition imagesOnly = imagesOnly(known);
    ObservedState state;
    try {
      Map<Repository, Selection> selections =
          evaluator.selections(service, environment.images(), imagesOnly, now);
      state =
          new ObservedState(
              service,
              environment,
              imagesOnly,
              selections,
              new RecordedService(record, List.of()),
              namesTag(service, known)
                  ? running.computeIfAbsent(service.arn(), _ -> evaluator.runningDigests(service))
                  : Map.of(),
              Optional.empty(),
              now);
    } catch (EcsClientError _) {
      return Optional.empty(); // the complete evaluation says what ECS refuses
    }
    if (needsTaskDefinition(state)) {
      return Optional.empty();
    }
    return Optional.of(
        new Evaluated(service, record, Optional.of(state), DecisionRules.decide(state), false));
  }

  /** Whether an image would be new: then platform, drift and limits matter. */
  private static boolean needsTaskDefinition(ObservedState state) {
    Optional<Pin> pin = state.record().pin();
    return state.taskDefinition().containers().stream()
        .anyMatch(container -> {
          Optional<ImageDigest> running = state.runningDigest(container);
          return state
              .selection(container.image())
              .image()
              .filter(image ->
                  running.filter(image::isRunAs).isEmpty()
                      && state.record().blockOf(image).isEmpty()
                      && pin.filter(p -> p.passesOver(image.digest())).isEmpty())
              .isPresent();
        });
  }

  /** A task definition of which only the images are known. */
  private static TaskDefinition imagesOnly(KnownRevision known) {
    ObjectNode response = JsonNodeFactory.instance.objectNode();
    ObjectNode document =
        response
            .putObject("taskDefinition")
            .put("taskDefinitionArn", known.arn().value())
            .put("family", known.arn().family());
    known
        .images()
        .forEach((name, image) ->
            document
                .withArray("containerDefinitions")
                .addObject()
                .put("name", name)
                .put("image", image.toString()));
    return TaskDefinition.parse(response);
  }
}
