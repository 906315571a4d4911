package dev.slipway.operate;

import dev.slipway.decide.Decision;
import dev.slipway.decide.DecisionRules;
import dev.slipway.deploy.Hint;
import dev.slipway.deploy.ServiceEvaluator;
import dev.slipway.ecs.Service;
import dev.slipway.image.ImageReference;
import dev.slipway.record.Pause;
import dev.slipway.record.ServiceRecord;
import dev.slipway.record.Trigger;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Pauses services, so that nothing is deployed to them, and resumes them. A deployment that is
 * under way goes on.
 */
public final class PauseCommand {
  private final EachService each;
  private final ServiceEvaluator evaluator;

  /** What it reads. */
  public PauseCommand(
      ServiceDirectory directory, ServiceReader reader, ServiceEvaluator evaluator) {
    this.each = new EachService(directory, reader);
    this.evaluator = evaluator;
  }

  /**
   * A service, as it is afterwards.
   *
   * @param reason one sentence for people
   * @param images what its containers get then, by container; none where nothing is deployed
   */
  public record PausePlan(
      Service service,
      boolean paused,
      String reason,
      Map<String, ImageReference> images,
      Optional<ServiceChange> change)
      implements Plan {
    /** Copies the images. */
    public PausePlan {
      images = new TreeMap<>(images);
    }

    /** A copy. */
    @Override
    public Map<String, ImageReference> images() {
      return new TreeMap<>(images);
    }

    /** Who lifts a pause is told whose, and what is deployed then; who pauses sets their own. */
    @Override
    public List<String> facts() {
      List<String> facts = new ArrayList<>();
      change.ifPresent(it ->
          facts.add(
              it.before()
                  .pause()
                  .map(pause -> "%s will be resumed, which is paused %s".formatted(service, pause))
                  .orElseGet(() -> "%s will be paused".formatted(service))));
      images.forEach((container, image) ->
          facts.add("%s: container %s gets %s".formatted(service, container, image)));
      return facts;
    }
  }

  /**
   * Plans to pause what is not paused yet.
   *
   * @param note why, in words for those who find it
   */
  public List<Planned<ServiceResult<PausePlan>>> pause(
      Scope scope, Optional<String> note, Trigger.Operator trigger, Instant now) {
    Pause pause =
        new Pause(trigger.by(), now.truncatedTo(ChronoUnit.SECONDS), note.flatMap(Words::line));
    return each.plan(scope, read -> paused(read, pause), read -> paused(read, pause));
  }

  /** Plans to resume paused services, and to have each evaluated: what was held is deployed. */
  public List<Planned<ServiceResult<PausePlan>>> resume(
      Scope scope, Trigger.Operator trigger, Instant now) {
    // many services have few repositories
    ServiceEvaluator moment = evaluator.atOneMoment();
    return each.plan(
        scope,
        read -> resumed(read, moment, trigger, now),
        read -> resumed(read, evaluator, trigger, now));
  }

  static PausePlan paused(ServiceReader.Read read, Pause pause) {
    ServiceRecord before = read.recorded().service();
    if (before.pause().isPresent()) {
      return new PausePlan(
          read.service(), true, already(before.pause().get(), pause), Map.of(), Optional.empty());
    }
    String sentence =
        "nothing is deployed to it until it is resumed" + pause.note().map(": "::concat).orElse("");
    return new PausePlan(
        read.service(),
        true,
        sentence,
        Map.of(),
        Optional.of(
            new ServiceChange(
                before,
                before.withPause(Optional.of(pause)),
                Optional.empty(),
                Optional.empty(),
                List.of(sentence))));
  }

  /** Who paused it first, and why, stays: they said what has to be waited for. */
  private static String already(Pause before, Pause now) {
    String sentence = "is paused already: " + before;
    return now.note().isEmpty() || now.note().equals(before.note())
        ? sentence
        : "%s. That stays; to have your note instead, resume it first".formatted(sentence);
  }

  private static PausePlan resumed(
      ServiceReader.Read read, ServiceEvaluator moment, Trigger.Operator trigger, Instant now) {
    ServiceRecord before = read.recorded().service();
    if (before.pause().isEmpty()) {
      return new PausePlan(read.service(), false, "is not paused", Map.of(), Optional.empty());
    }
    Next next = next(read, moment, now);
    String sentence = "it was paused %s; then: %s".formatted(before.pause().get(), next.reason());
    return new PausePlan(
        read.service(),
        false,
        sentence,
        next.images(),
        Optional.of(
            new ServiceChange(
                before,
                before.withPause(Optional.empty()),
                Optional.empty(),
                Optional.of(new Hint.CheckService(before.service(), trigger)),
                List.of(sentence))));
  }

  private record Next(String reason, Map<String, ImageReference> images) {
    static Next of(Decision decision) {
      return new Next(
          decision.reason(),
          decision instanceof Decision.Deploy deploy ? deploy.images() : Map.of());
    }
  }

  /** What the pause held, by the rules that DeployFunction decides by. */
  private static Next next(ServiceReader.Read read, ServiceEvaluator moment, Instant now) {
    try {
      ServiceEvaluator.Evaluation evaluation =
          moment.evaluate(read.service(), read.recorded(), now);
      return Next.of(
          evaluation
              .state()
              .map(state ->
                  DecisionRules.decide(state.with(state.record().withPause(Optional.empty()))))
              .orElse(evaluation.decision()));
    } catch (RuntimeException e) {
      // whoever resumes a service is not kept from it because ECR cannot be read
      return new Next(
          "what only the pause held is deployed, which cannot be read now: " + e.getMessage(),
          Map.of());
    }
  }
}
