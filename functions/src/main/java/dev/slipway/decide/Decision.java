package dev.slipway.decide;

import static java.util.stream.Collectors.joining;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.ecs.ServiceArn;
import dev.slipway.ecs.TaskDefinitionArn;
import dev.slipway.gate.Gate;
import dev.slipway.image.ImageChange;
import dev.slipway.image.ImageDigest;
import dev.slipway.image.ImageReference;
import dev.slipway.image.Repository;
import dev.slipway.record.AnnouncedHold;
import dev.slipway.record.AnnouncedHold.Announcement;
import dev.slipway.record.Pin;
import dev.slipway.record.Trigger;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What is to be done about one service, and why. */
public sealed interface Decision {
  /** The service that it is about. */
  ServiceArn service();

  /**
   * The name of the environment that the service follows; empty where it follows none, or could not
   * be read.
   */
  Optional<String> environmentName();

  /** One sentence for people. */
  String reason();

  /** The name of its kind, in answers, logs and metrics: that of the record. */
  String name();

  /** The same in a sentence for people, such as {@code not deployable}; what holds it, if held. */
  String words();

  /** What holds the service, such as {@code waiting for approval}; empty where nothing does. */
  default Optional<String> holdName() {
    return Optional.empty();
  }

  /**
   * Deploy this.
   *
   * @param environment the name of the environment that the service follows
   * @param from the revision that the service has now
   * @param changes one for each container that gets another image; none where only the
   *     configuration changes, or the tasks are replaced
   * @param images of all containers, by container
   * @param definition the body of the RegisterTaskDefinition request, without tags
   * @param tags that the new revision keeps of its source
   * @param deploymentConfiguration to pass to UpdateService; empty to leave it as it is
   * @param basis what the deployment carries out
   * @param pin the service's pin once this is started; empty where there is none any more
   */
  record Deploy(
      ServiceArn service,
      String environment,
      TaskDefinitionArn from,
      List<ImageChange> changes,
      Map<String, ImageReference> images,
      ObjectNode definition,
      Map<String, String> tags,
      ObjectNode deploymentConfiguration,
      Basis basis,
      Optional<Pin> pin,
      String reason)
      implements Decision {
    /** Copies the documents. */
    public Deploy {
      changes = List.copyOf(changes);
      images = new LinkedHashMap<>(images);
      definition = definition.deepCopy();
      tags = new LinkedHashMap<>(tags);
      deploymentConfiguration = deploymentConfiguration.deepCopy();
    }

    /** The same, with the changes of the deployment whose place it takes. */
    Deploy bringing(List<ImageChange> others) {
      return new Deploy(
          service,
          environment,
          from,
          others,
          images,
          definition,
          tags,
          deploymentConfiguration,
          basis,
          pin,
          reason);
    }

    /** A copy, in the order of the containers. */
    @Override
    public Map<String, ImageReference> images() {
      return new LinkedHashMap<>(images);
    }

    /** A copy. */
    @Override
    public ObjectNode definition() {
      return definition.deepCopy();
    }

    /** A copy, in their order. */
    @Override
    public Map<String, String> tags() {
      return new LinkedHashMap<>(tags);
    }

    /** A copy. */
    @Override
    public ObjectNode deploymentConfiguration() {
      return deploymentConfiguration.deepCopy();
    }

    @Override
    public Optional<String> environmentName() {
      return Optional.of(environment);
    }

    @Override
    public String name() {
      return "Deploy";
    }

    @Override
    public String words() {
      return "to deploy";
    }
  }

  /** What a deployment carries out. */
  enum Basis {
    /** What the environment selects. */
    SELECTED,
    /** An operator's pin. */
    PINNED,
    /** An operator's command to deploy. */
    REQUESTED
  }

  /** The service has what its environment selects. */
  record Current(ServiceArn service, String environment, String reason) implements Decision {
    @Override
    public Optional<String> environmentName() {
      return Optional.of(environment);
    }

    @Override
    public String name() {
      return "Current";
    }

    @Override
    public String words() {
      return "current";
    }
  }

  /**
   * Not now.
   *
   * @param key the same as long as the same hold keeps back the same images
   * @param images that are kept back, with the tags that they were selected by; a blocked image
   *     that runs is one too
   * @param gates that are closed; none for another hold
   */
  record Held(
      ServiceArn service,
      String environment,
      Hold hold,
      String key,
      List<ImageReference> images,
      List<Gate> gates,
      String reason)
      implements Decision {
    /** Copies the lists. */
    public Held {
      images = images.stream().distinct().toList();
      gates = List.copyOf(gates);
    }

    /** Held by something else than a gate. */
    public Held(
        ServiceArn service,
        String environment,
        Hold hold,
        String key,
        List<ImageReference> images,
        String reason) {
      this(service, environment, hold, key, images, List.of(), reason);
    }

    /** Whether it keeps back an image of this repository. */
    public boolean isOf(Repository repository) {
      return images.stream()
          .anyMatch(image -> image.repository().filter(repository::equals).isPresent());
    }

    /** Whether it keeps back this image. */
    public boolean isOf(ImageDigest digest) {
      return images.stream().anyMatch(image -> image.digest().filter(digest::equals).isPresent());
    }

    /** Whether what ends it is usually known in minutes: a scan, or a signature. */
    public boolean endsSoon() {
      return hold == Hold.PENDING;
    }

    /** Whether a push brought what it keeps back: a policy may have selected something else. */
    public boolean isOf(Trigger.Push push) {
      return isOf(push.repository()) && push.digest().map(this::isOf).orElse(true);
    }

    /**
     * What is to be announced of it.
     *
     * @param before the hold that was announced last
     */
    public Set<Announcement> due(Optional<AnnouncedHold> before) {
      return before
          .filter(hold -> hold.covers(key))
          .map(AnnouncedHold::due)
          .orElse(EnumSet.allOf(Announcement.class));
    }

    @Override
    public Optional<String> holdName() {
      return Optional.of(words());
    }

    @Override
    public Optional<String> environmentName() {
      return Optional.of(environment);
    }

    @Override
    public String name() {
      return "Held";
    }

    @Override
    public String words() {
      return gates.isEmpty()
          ? hold.words()
          : hold.words() + " for " + gates.stream().map(Gate::awaited).collect(joining(", "));
    }
  }

  /** What holds a service. */
  enum Hold {
    /** An operator paused it. */
    PAUSED("paused", Told.ON_PUSH),
    /** The selected image is blocked. */
    BLOCKED("blocked", Told.ON_PUSH),
    /** Another client has brought back an image that is blocked. */
    BLOCKED_RUNNING("runs a blocked image", Told.BY_ITSELF),
    /** An operator chose something else. */
    PINNED("pinned", Told.ON_PUSH),
    /** Another client has replaced what Slipway deployed. */
    DRIFTED("drifted", Told.BY_ITSELF),
    /** A gate of its environment is closed for the selected image. */
    WAITING("waiting", Told.BY_ITSELF),
    /** What gates go by is not known yet of the selected image, and will be in a moment. */
    PENDING("waiting", Told.NEVER),
    /** Its newest deployment failed; nothing newer is selected. */
    FAILED("failed", Told.ON_PUSH),
    /** An operator asked ECS to roll it back, which is under way. */
    ROLLING_BACK("rolling back", Told.ON_PUSH);

    private enum Told {
      BY_ITSELF,
      ON_PUSH,
      NEVER
    }

    private final String words;
    private final Told told;

    Hold(String words, Told told) {
      this.words = words;
      this.told = told;
    }

    /**
     * Whether it is announced whoever finds it; others are announced when an image that they hold
     * is pushed. That ECS rolls a service back, or a deployment failed, holds no image.
     */
    public boolean isAnnouncedByItself() {
      return told == Told.BY_ITSELF;
    }

    /** Whether it is announced when an image that it holds is pushed. */
    public boolean isAnnouncedOnPush() {
      return told != Told.NEVER;
    }

    /** Its name in a sentence for people. */
    public String words() {
      return words;
    }
  }

  /**
   * Not as things are: Slipway cannot deploy this there.
   *
   * @param refusedBefore whether ECS refused just this in an earlier deployment, whose outcome that
   *     was
   */
  record NotDeployable(
      ServiceArn service, Optional<String> environmentName, String reason, boolean refusedBefore)
      implements Decision {
    /** One that no deployment was started of. */
    public NotDeployable(ServiceArn service, Optional<String> environmentName, String reason) {
      this(service, environmentName, reason, false);
    }

    @Override
    public String name() {
      return "NotDeployable";
    }

    @Override
    public String words() {
      return "not deployable";
    }
  }

  /** The service does not follow an environment, or the environment selects nothing for it. */
  record NotFollowing(ServiceArn service, Optional<String> environmentName, String reason)
      implements Decision {
    @Override
    public String name() {
      return "NotFollowing";
    }

    @Override
    public String words() {
      return "not following";
    }
  }
}
