package dev.slipway.operate;

import dev.slipway.decide.Decision;
import dev.slipway.decide.Environment;
import dev.slipway.decide.ObservedState;
import dev.slipway.deploy.BlockedImages;
import dev.slipway.deploy.EcsClientError;
import dev.slipway.deploy.Hint;
import dev.slipway.deploy.HintQueue;
import dev.slipway.deploy.ImageRegistry;
import dev.slipway.deploy.RevisionRegistrar;
import dev.slipway.deploy.RevisionTags;
import dev.slipway.deploy.ServiceEvaluator;
import dev.slipway.deploy.ServiceTags;
import dev.slipway.deploy.Wish;
import dev.slipway.ecs.Service;
import dev.slipway.ecs.TaskDefinition;
import dev.slipway.ecs.TaskDefinitionArn;
import dev.slipway.image.Candidate;
import dev.slipway.image.ImageDigest;
import dev.slipway.image.ImageTag;
import dev.slipway.image.Repository;
import dev.slipway.image.TagPolicy;
import dev.slipway.record.Trigger;

import static java.util.stream.Collectors.joining;

import dev.slipway.image.ImageChange;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Deploys because a person asks, not because something was pushed: what the environment selects, or
 * an image of their choice. Like {@link Rollback} it writes what is wanted into the service's tags
 * and leaves the deployment to DeployFunction.
 */
public final class DeployOnDemand {
  private static final Set<String> WISH = Set.of(Service.CHOSEN_TAG, Service.CHOSEN_BY_TAG);

  private final ServiceDirectory directory;
  private final ServiceEvaluator observer;
  private final ImageRegistry registry;
  private final RevisionRegistrar revisions;
  private final ServiceTags tags;
  private final HintQueue queue;

  /** All that it asks and tells. */
  public DeployOnDemand(
      ServiceDirectory directory,
      ServiceEvaluator observer,
      ImageRegistry registry,
      RevisionRegistrar revisions,
      ServiceTags tags,
      HintQueue queue) {
    this.directory = directory;
    this.observer = observer;
    this.registry = registry;
    this.revisions = revisions;
    this.tags = tags;
    this.queue = queue;
  }

  /** An image of a person's choice, in whichever repositories of a service have it. */
  public sealed interface Image {
    /** What a tag points at now. */
    record Tagged(ImageTag tag) implements Image {
      @Override
      public String toString() {
        return "tag " + tag;
      }
    }

    /** What has this digest. */
    record Digested(ImageDigest digest) implements Image {
      @Override
      public String toString() {
        return "digest " + digest.abbreviated();
      }
    }
  }

  /**
   * What comes of it for one service.
   *
   * @param decision {@code Deploy} where a hint was sent, or would be; the name of another decision
   *     where there is nothing to do
   * @param reason one sentence for people
   */
  public record Answer(Service service, String decision, String reason) {
    private static Answer of(Service service, Decision decision) {
      return new Answer(service, decision.getClass().getSimpleName(), decision.reason());
    }

    private static Answer refused(Service service, String reason) {
      return new Answer(service, "Refused", reason);
    }

    /** Whether it is deployed. */
    public boolean isDeploy() {
      return decision.equals("Deploy");
    }
  }

  /** What is to be written into a service's tags before it is looked at. */
  private record Wanted(Map<String, String> put, Set<String> remove) {
    static final Wanted NOTHING = new Wanted(Map.of(), Set.of());

    Service in(Service service) {
      return service.withTags(put, remove);
    }
  }

  /**
   * Deploys.
   *
   * @param image empty for what the environment selects
   * @param unblock deploy it although it is blocked: its digest is taken from the blocked ones
   * @param dryRun only says what would be done
   */
  public List<Answer> deploy(
      Scope scope, Optional<Image> image, boolean unblock, Trigger.Request cause, boolean dryRun) {
    List<Answer> answers = new ArrayList<>();
    for (Service service : directory.services(scope)) {
      try {
        answers.add(
            image.isPresent()
                ? given(service, image.get(), unblock, cause, dryRun)
                : selected(service, unblock, cause, dryRun));
      } catch (EcsClientError refusal) {
        answers.add(Answer.refused(service, "ECS refuses: " + refusal.getMessage()));
      }
    }
    return answers;
  }

  private Answer selected(Service service, boolean unblock, Trigger.Request cause, boolean dryRun) {
    ServiceEvaluator.Sighting sighting = observer.look(service, cause);
    Wanted wanted =
        unblock
            ? sighting
                .observation()
                .map(seen -> unblocked(service, selectedIn(seen)))
                .orElse(Wanted.NOTHING)
            : Wanted.NOTHING;
    Decision decision =
        wanted.equals(Wanted.NOTHING)
            ? sighting.decision()
            : observer.look(wanted.in(service), cause).decision();
    if (!dryRun) {
      write(service, wanted);
      if (decision instanceof Decision.Deploy) {
        queue.send(List.of(new Hint.ServiceNamed(service.arn(), cause)));
      }
    }
    return Answer.of(service, decision);
  }

  private static Set<ImageDigest> selectedIn(ObservedState seen) {
    Set<ImageDigest> selected = new LinkedHashSet<>();
    for (TaskDefinition.Container container : seen.taskDefinition().containers()) {
      if (seen.candidate(container) instanceof Candidate.Image image) {
        selected.add(image.digest());
      }
    }
    return selected;
  }

  /** A wish ends with the images that it passes over: they are wanted again. */
  private static Wanted unblocked(Service service, Set<ImageDigest> digests) {
    BlockedImages blocked = BlockedImages.of(service);
    if (digests.stream().noneMatch(blocked::contain)) {
      return Wanted.NOTHING;
    }
    Set<String> remove = new HashSet<>(WISH);
    remove.retainAll(service.tags().keySet());
    String rest = blocked.without(digests).tagValue();
    if (rest.isEmpty()) {
      remove.add(Service.BLOCKED_TAG);
      return new Wanted(Map.of(), remove);
    }
    return new Wanted(Map.of(Service.BLOCKED_TAG, rest), remove);
  }

  private void write(Service service, Wanted wanted) {
    if (!wanted.put().isEmpty()) {
      tags.put(service.arn(), wanted.put());
    }
    if (!wanted.remove().isEmpty()) {
      tags.remove(service.arn(), wanted.remove());
    }
  }

  private Answer given(
      Service service, Image image, boolean unblock, Trigger.Request cause, boolean dryRun) {
    ServiceEvaluator.Sighting sighting = observer.look(service, cause);
    if (sighting.observation().isEmpty()) {
      return Answer.of(service, sighting.decision());
    }
    ObservedState seen = sighting.observation().get();
    Map<Repository, Candidate> images = new HashMap<>();
    ServiceEvaluator.followableRepositories(service, seen.taskDefinition())
        .forEach(repository -> images.put(repository, image(repository, image)));
    if (images.values().stream().allMatch(found -> found instanceof Candidate.Missing)) {
      return Answer.refused(
          service,
          "no repository of its containers has an image with %s: %s"
              .formatted(
                  image,
                  images.keySet().stream().map(Repository::name).sorted().collect(joining(", "))));
    }
    Decision decision = decision(seen, image, images, unblock, cause);
    if (!(decision instanceof Decision.Deploy deploy)
        || !(deploy.target() instanceof Decision.Target.Register register)) {
      return Answer.of(service, decision);
    }
    Set<ImageDigest> passedOver = passedOver(seen, deploy.changes());
    if (passedOver.isEmpty()) {
      return isSelected(seen, deploy.changes())
          ? selected(service, unblock, cause, dryRun)
          : Answer.refused(
              service,
              "%s selects no image for it, and %s can only be deployed instead of one: push an image with that tag"
                  .formatted(seen.environment().images(), image));
    }
    if (passedOver.size() > BlockedImages.MOST) {
      return Answer.refused(
          service,
          "%d images that %s selects would have to be blocked, and only %d can be"
              .formatted(passedOver.size(), seen.environment().images(), BlockedImages.MOST));
    }
    String reason =
        "you ask for %s: %s instead of %s, which %s selects and which becomes blocked"
            .formatted(
                image,
                deploy.changes().stream()
                    .map(change ->
                        "%s to %s"
                            .formatted(
                                change.container(),
                                change.to().digest().map(ImageDigest::abbreviated).orElse("?")))
                    .collect(joining(", ")),
                passedOver.stream().map(ImageDigest::abbreviated).collect(joining(", ")),
                seen.environment().images());
    if (!dryRun) {
      TaskDefinitionArn revision = revisions.registered(deploy.from(), tagged(register, image));
      write(service, wished(service, revision, passedOver, images.values(), cause));
      queue.send(List.of(new Hint.ServiceNamed(service.arn(), cause)));
    }
    return new Answer(service, "Deploy", reason);
  }

  private Candidate image(Repository repository, Image image) {
    return switch (image) {
      case Image.Tagged(ImageTag tag) -> registry.candidate(repository, tag);
      case Image.Digested(ImageDigest digest) -> registry.image(repository, digest);
    };
  }

  /** By the same rules as ever, as if the environment selected this image. */
  private static Decision decision(
      ObservedState seen,
      Image image,
      Map<Repository, Candidate> images,
      boolean unblock,
      Trigger.Request cause) {
    Set<String> setAside = new HashSet<>(WISH);
    setAside.add(Service.PAUSED_TAG);
    Service service = seen.service().withTags(Map.of(), setAside);
    if (unblock) {
      service = unblocked(service, digests(images.values())).in(service);
    }
    Environment environment = seen.environment();
    return ServiceEvaluator.decide(
        new ObservedState(
            service,
            switch (image) {
              case Image.Tagged(ImageTag tag) ->
                  new Environment(
                      environment.name(),
                      new TagPolicy.Exact(tag),
                      environment.deployment(),
                      environment.clusters());
              case Image.Digested _ -> environment;
            },
            seen.taskDefinition(),
            images,
            Optional.empty()),
        cause);
  }

  private static Set<ImageDigest> digests(Iterable<Candidate> images) {
    Set<ImageDigest> digests = new HashSet<>();
    for (Candidate candidate : images) {
      if (candidate instanceof Candidate.Image image) {
        digests.add(image.digest());
      }
    }
    return digests;
  }

  /** Whether the environment selects something for each container that changes. */
  private static boolean isSelected(ObservedState seen, List<ImageChange> changes) {
    Set<String> changed = new HashSet<>();
    changes.forEach(change -> changed.add(change.container()));
    return seen.taskDefinition().containers().stream()
        .filter(container -> changed.contains(container.name()))
        .allMatch(container -> seen.candidate(container) instanceof Candidate.Image);
  }

  /** What the environment selects, where the containers will have something else. */
  private static Set<ImageDigest> passedOver(ObservedState seen, List<ImageChange> changes) {
    Map<String, ImageDigest> changed = new HashMap<>();
    changes.forEach(change ->
        change.to().digest().ifPresent(digest -> changed.put(change.container(), digest)));
    Set<ImageDigest> passedOver = new LinkedHashSet<>();
    for (TaskDefinition.Container container : seen.taskDefinition().containers()) {
      Optional<ImageDigest> then =
          Optional.ofNullable(changed.get(container.name())).or(() -> container.image().digest());
      if (seen.candidate(container) instanceof Candidate.Image image
          && then.filter(image.digest()::equals).isEmpty()) {
        passedOver.add(image.digest());
      }
    }
    return passedOver;
  }

  /** A digest was followed by no tag. */
  private static Decision.Target.Register tagged(Decision.Target.Register register, Image image) {
    if (image instanceof Image.Tagged) {
      return register;
    }
    var request = register.request();
    request.withArray("tags").removeIf(tag -> tag.path("key").asText().equals(RevisionTags.TAG));
    return new Decision.Target.Register(request);
  }

  private static Wanted wished(
      Service service,
      TaskDefinitionArn revision,
      Set<ImageDigest> passedOver,
      Iterable<Candidate> images,
      Trigger.Request cause) {
    Wish wish = new Wish(revision, passedOver.stream().map(ImageDigest::abbreviated).toList());
    Map<String, String> put = new LinkedHashMap<>();
    put.put(
        Service.BLOCKED_TAG,
        BlockedImages.of(service).without(digests(images)).with(passedOver).tagValue());
    put.put(Service.CHOSEN_TAG, wish.tagValue());
    put.put(Service.CHOSEN_BY_TAG, cause.by());
    return new Wanted(put, Set.of());
  }
}
