package dev.slipway.operate;

import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toSet;

import dev.slipway.decide.Decision;
import dev.slipway.decide.DecisionRules;
import dev.slipway.decide.GateRules;
import dev.slipway.decide.ObservedState;
import dev.slipway.decide.PinWords;
import dev.slipway.deploy.Hint;
import dev.slipway.ecs.TaskDefinition;
import dev.slipway.image.Candidate;
import dev.slipway.image.ImageDigest;
import dev.slipway.image.ImagePolicy;
import dev.slipway.image.ImageReference;
import dev.slipway.image.Repository;
import dev.slipway.image.Selection;
import dev.slipway.record.DeployRequest;
import dev.slipway.record.Pin;
import dev.slipway.record.ServiceRecord;
import dev.slipway.record.Trigger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What an operator's command to deploy comes to: a function of what was observed. */
final class DeployRules {
  private DeployRules() {}

  /**
   * How it is to be deployed.
   *
   * @param unblock also where what is to be deployed is blocked, or a pin passes it over
   * @param force also where the service has it already: its tasks are replaced
   * @param override why the gates are passed that people set; empty to respect them
   */
  record Options(boolean unblock, boolean force, Optional<String> override) {
    private DeployRequest request(
        Trigger.Operator trigger, Instant now, Collection<Candidate.Image> images) {
      return new DeployRequest(
          trigger.eventId(),
          trigger.by(),
          now,
          force,
          override.map(why ->
              new DeployRequest.GateOverride(
                  why, images.stream().map(Candidate.Image::digest).collect(toSet()))));
    }
  }

  // --- what the environment selects -------------------------------------------------------------

  /** Deploys what the environment selects. */
  static DeployPlan selected(
      ObservedState state, Options options, Trigger.Operator trigger, Instant now) {
    ServiceRecord record = state.record();
    return selected(
        state, options.unblock() ? withoutPin(record, state) : record, options, trigger, now);
  }

  /**
   * Deploys what the environment selects.
   *
   * @param pinned the record with the pin that remains, if one does
   */
  private static DeployPlan selected(
      ObservedState state,
      ServiceRecord pinned,
      Options options,
      Trigger.Operator trigger,
      Instant now) {
    ServiceRecord before = state.record();
    Set<ImageDigest> unblocked =
        options.unblock() ? blocked(before, state.selectedImages()) : Set.of();
    ServiceRecord freed = pinned.unblock(unblocked);
    ServiceRecord after =
        freed
            .withRequest(Optional.of(options.request(trigger, now, state.selectedImages())))
            .withRefused(Optional.empty());
    Decision decision = DecisionRules.decide(state.with(after));
    List<String> sentences = new ArrayList<>();
    sentences.add(decision.reason());
    if (!unblocked.isEmpty()) {
      sentences.add(unblocked(unblocked));
    }
    if (!freed.pin().equals(before.pin())) {
      sentences.add("the pin of %s ends".formatted(PinWords.of(state, before.pin().orElseThrow())));
    }
    if (decision instanceof Decision.Deploy deploy) {
      passes(state).ifPresent(sentences::add);
      return new DeployPlan(
          state.service(),
          decision.name(),
          decision.holdName(),
          String.join("; ", sentences),
          deploy.images(),
          List.copyOf(unblocked),
          consent(state, GateRules.overridden(DecisionRules.gates(state.with(after)))),
          Optional.of(change(before, after, trigger, sentences)));
    }
    // what is unblocked stays so, although there is nothing to deploy now
    return new DeployPlan(
        state.service(),
        decision.name(),
        decision.holdName(),
        String.join("; ", sentences),
        Map.of(),
        List.copyOf(unblocked),
        List.of(),
        freed.equals(before)
            ? Optional.empty()
            : Optional.of(
                new ServiceChange(before, freed, Optional.empty(), Optional.empty(), sentences)));
  }

  /** A pin ends where it passes over what is asked for. */
  private static ServiceRecord withoutPin(ServiceRecord record, ObservedState state) {
    boolean passedOver =
        record
            .pin()
            .filter(pin ->
                state.selectedImages().stream().anyMatch(image -> pin.passesOver(image.digest())))
            .isPresent();
    return passedOver ? record.withPin(Optional.empty()) : record;
  }

  /** The blocked digests among images: their own, and those of their platforms' manifests. */
  private static Set<ImageDigest> blocked(ServiceRecord record, List<Candidate.Image> images) {
    Set<ImageDigest> blocked = new LinkedHashSet<>();
    for (Candidate.Image image : images) {
      record.blocked().stream()
          .map(block -> block.digest())
          .filter(image::isRunAs)
          .forEach(blocked::add);
    }
    return blocked;
  }

  /** What else is confirmed: what is replaced, and what is passed. */
  private static List<String> consent(ObservedState state, Optional<String> passing) {
    List<String> consent = new ArrayList<>();
    RollbackRules.running(state)
        .forEach(
            (container, image) -> consent.add("container %s has %s".formatted(container, image)));
    passing.ifPresent(consent::add);
    passes(state).ifPresent(consent::add);
    return consent;
  }

  /** What would otherwise have held the deployment: an operator's command passes it. */
  private static Optional<String> passes(ObservedState state) {
    return DecisionRules.decide(state) instanceof Decision.Held held
            && held.hold() == Decision.Hold.DRIFTED
        ? Optional.of("it ends the drift")
        : Optional.empty();
  }

  private static String unblocked(Set<ImageDigest> digests) {
    return "unblocked: " + digests.stream().map(ImageDigest::abbreviated).collect(joining(", "));
  }

  private static ServiceChange change(
      ServiceRecord before, ServiceRecord after, Trigger.Operator trigger, List<String> sentences) {
    return new ServiceChange(
        before,
        after,
        Optional.empty(),
        Optional.of(new Hint.CheckService(before.service(), trigger)),
        sentences);
  }

  /** Tasks are replaced only where new ones can start: what runs may be deleted by now. */
  static DeployPlan startable(DeployPlan plan, List<ImageReference> gone) {
    if (gone.isEmpty()) {
      return plan;
    }
    throw new RejectedRequest(
        "%s %s no longer in Amazon ECR: no new task could start with %s. Push it again, or deploy another: `slipway deploy %s --tag TAG`"
            .formatted(
                gone.stream().map(RollbackRules::brief).collect(joining(", ")),
                gone.size() == 1 ? "is" : "are",
                gone.size() == 1 ? "it" : "them",
                plan.service()));
  }

  // --- an image of the operator's choice --------------------------------------------------------

  /**
   * Deploys images of the operator's choice instead of what the environment selects: they are
   * pinned, and what is selected now is passed over.
   *
   * @param choice the image, in whichever repositories of the service have it
   * @param found what is there by that name in each followed repository of the service
   */
  static DeployPlan chosen(
      ObservedState state,
      ImagePolicy choice,
      Map<Repository, Selection> found,
      Options options,
      Trigger.Operator trigger,
      Instant now) {
    if (found.values().stream()
        .map(Selection::candidate)
        .allMatch(Candidate.Missing.class::isInstance)) {
      throw new RejectedRequest(
          "no repository of its containers has an image with %s: %s"
              .formatted(
                  choice,
                  found.isEmpty()
                      ? "none is followed"
                      : found.keySet().stream()
                          .map(Repository::name)
                          .sorted()
                          .collect(joining(", "))));
    }
    ServiceRecord before = state.record();
    List<Candidate.Image> wanted =
        found.values().stream().flatMap(it -> it.image().stream()).toList();
    Set<ImageDigest> unblocked = options.unblock() ? blocked(before, wanted) : Set.of();
    DeployRequest request = options.request(trigger, now, wanted);
    // the same state, if the environment selected these images, and an operator asked for them
    ObservedState asked =
        state
            .asking(choice, found)
            .pinnedTo(Optional.empty())
            .with(
                before
                    .unblock(unblocked)
                    .withPin(Optional.empty())
                    .withRequest(Optional.of(request)));
    Decision judged = DecisionRules.decide(asked);
    if (!(judged instanceof Decision.Deploy deploy)) {
      return held(state, judged, before, unblocked);
    }
    if (isSelected(state, deploy.images())) {
      // to choose what is selected is to end the choice of something else
      return selected(state, withoutPin(before, state), options, trigger, now);
    }
    Map<String, ImageReference> images = RollbackRules.running(state);
    images.putAll(deploy.images());
    RollbackRules.running(state)
        .forEach((container, image) ->
            // what keeps its image keeps the digest that its tag stood for
            images.computeIfPresent(
                container, (_, kept) -> kept.digest().isPresent() ? kept : image));
    Set<ImageDigest> insteadOf = insteadOf(state, images);
    // what runs already is not to be applied: its tasks are replaced, by the request
    boolean again = images.equals(RollbackRules.running(state));
    Optional<String> passing = GateRules.overridden(DecisionRules.gates(asked));
    ServiceRecord after =
        before
            .unblock(unblocked)
            .withPin(
                Optional.of(
                    new Pin(
                        state.taskDefinition().arn(),
                        images,
                        insteadOf,
                        trigger.by(),
                        now,
                        trigger.eventId(),
                        again,
                        passing)))
            .withRequest(again ? Optional.of(request) : Optional.empty())
            .withRefused(Optional.empty());
    Decision decision =
        DecisionRules.decide(state.pinnedTo(Optional.of(state.taskDefinition())).with(after));
    if (!(decision instanceof Decision.Deploy)) {
      return held(state, decision, before, unblocked);
    }
    List<String> sentences = new ArrayList<>();
    sentences.add(sentence(state, choice, deploy, insteadOf));
    if (!unblocked.isEmpty()) {
      sentences.add(unblocked(unblocked));
    }
    passing.ifPresent(passed -> sentences.add("by %s, %s".formatted(trigger.by(), passed)));
    before
        .pause()
        .ifPresent(pause ->
            sentences.add(
                "the service is paused %s: this deployment passes that".formatted(pause)));
    passes(state).ifPresent(sentences::add);
    return new DeployPlan(
        state.service(),
        decision.name(),
        decision.holdName(),
        String.join("; ", sentences),
        images,
        List.copyOf(unblocked),
        consent(state, passing),
        Optional.of(change(before, after, trigger, sentences)));
  }

  /** Nothing is deployed; what is unblocked stays so. */
  private static DeployPlan held(
      ObservedState state, Decision judged, ServiceRecord before, Set<ImageDigest> unblocked) {
    if (unblocked.isEmpty()) {
      return DeployPlan.nothing(state.service(), judged);
    }
    String sentence = String.join("; ", judged.reason(), unblocked(unblocked));
    return DeployPlan.unblocking(
        state.service(),
        judged,
        sentence,
        unblocked,
        new ServiceChange(
            before,
            before.unblock(unblocked),
            Optional.empty(),
            Optional.empty(),
            List.of(sentence)));
  }

  /** Whether the environment selects just these images. */
  private static boolean isSelected(ObservedState state, Map<String, ImageReference> images) {
    List<ImageReference> followed =
        images.values().stream()
            .filter(image -> state.selection(image).image().isPresent())
            .toList();
    return !followed.isEmpty() && followed.stream().allMatch(image -> hasSelected(state, image));
  }

  private static boolean hasSelected(ObservedState state, ImageReference image) {
    return image.digest().filter(state.selection(image)::isRunAs).isPresent();
  }

  /** What the environment selects, where containers will have something else. */
  private static Set<ImageDigest> insteadOf(
      ObservedState state, Map<String, ImageReference> images) {
    Set<ImageDigest> insteadOf = new LinkedHashSet<>();
    for (TaskDefinition.Container container : state.taskDefinition().containers()) {
      ImageReference then = images.getOrDefault(container.name(), container.image());
      Selection selection = state.selection(container.image());
      selection
          .digest()
          .filter(digest ->
              then.digest().filter(it -> it.equals(digest) || selection.isRunAs(it)).isEmpty())
          .ifPresent(insteadOf::add);
    }
    return insteadOf;
  }

  private static String sentence(
      ObservedState state, ImagePolicy choice, Decision.Deploy deploy, Set<ImageDigest> insteadOf) {
    Map<String, String> brought = new LinkedHashMap<>();
    deploy
        .changes()
        .forEach(change ->
            brought.put(
                change.container(),
                change.to().digest().map(ImageDigest::abbreviated).orElse("?")));
    String gets =
        brought.entrySet().stream()
            .map(change -> "%s gets %s".formatted(change.getKey(), change.getValue()))
            .collect(joining(", "));
    return "%s was asked for: %s%s"
        .formatted(
            choice,
            gets.isEmpty() ? "its tasks are replaced" : gets,
            insteadOf.isEmpty()
                ? ""
                : " instead of %s, which %s selects. It is pinned until the environment selects another image"
                    .formatted(
                        insteadOf.stream().map(ImageDigest::abbreviated).collect(joining(", ")),
                        state.environment().images()));
  }
}
