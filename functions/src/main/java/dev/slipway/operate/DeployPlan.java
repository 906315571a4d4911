package dev.slipway.operate;

import dev.slipway.decide.Decision;
import dev.slipway.ecs.Service;
import dev.slipway.image.ImageDigest;
import dev.slipway.image.ImageReference;
import dev.slipway.record.Pin;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What an operator's command to deploy comes to for one service.
 *
 * @param decision the name of a decision: {@code Deploy} where the service is deployed to, another
 *     where there is nothing to deploy
 * @param hold what holds the service, such as {@code waiting for approval}; empty where nothing
 *     does
 * @param reason one sentence for people
 * @param images what the containers get, by container; none where nothing is deployed
 * @param unblocked the digests that are not blocked any more
 * @param consent what else it needs a yes for: what it replaces, and what would otherwise keep it
 *     back, a sentence each
 */
public record DeployPlan(
    Service service,
    String decision,
    Optional<String> hold,
    String reason,
    Map<String, ImageReference> images,
    List<ImageDigest> unblocked,
    List<String> consent,
    Optional<ServiceChange> change)
    implements Plan {
  private static final String DEPLOY = "Deploy";

  /** Copies the collections. */
  public DeployPlan {
    images = new LinkedHashMap<>(images);
    unblocked = List.copyOf(unblocked);
    consent = List.copyOf(consent);
  }

  /** Nothing is changed: the service is as it should be, or held. */
  static DeployPlan nothing(Service service, Decision decision) {
    return nothing(service, decision, decision.reason());
  }

  /** The same, said in other words. */
  static DeployPlan nothing(Service service, Decision decision, String reason) {
    return of(service, decision, reason, List.of(), Optional.empty());
  }

  /** Nothing is deployed, but images are not blocked any more. */
  static DeployPlan unblocking(
      Service service,
      Decision decision,
      String reason,
      Collection<ImageDigest> unblocked,
      ServiceChange change) {
    return of(service, decision, reason, unblocked, Optional.of(change));
  }

  private static DeployPlan of(
      Service service,
      Decision decision,
      String reason,
      Collection<ImageDigest> unblocked,
      Optional<ServiceChange> change) {
    return new DeployPlan(
        service,
        decision.name(),
        decision.holdName(),
        reason,
        Map.of(),
        List.copyOf(unblocked),
        List.of(),
        change);
  }

  /** A copy, in the order of the containers. */
  @Override
  public Map<String, ImageReference> images() {
    return new LinkedHashMap<>(images);
  }

  @Override
  public List<String> facts() {
    List<String> facts = new ArrayList<>();
    change.ifPresent(it -> {
      if (isDeploy()) {
        facts.add("%s is deployed".formatted(service));
        it.passesPause().ifPresent(facts::add);
        it.before()
            .pin()
            .filter(choice -> !choice.applied())
            .ifPresent(choice ->
                facts.add(
                    "%s: what %s chose, and is not deployed yet, is given up"
                        .formatted(service, choice.by())));
        consent.forEach(what -> facts.add("%s: %s".formatted(service, what)));
        images.forEach((container, image) ->
            facts.add("%s: container %s gets %s".formatted(service, container, image)));
      }
      unblocked.forEach(digest -> facts.add("%s: %s is unblocked".formatted(service, digest)));
      Optional<Pin> pin = it.after().pin();
      if (!pin.equals(it.before().pin())) {
        facts.add(
            pin.map(to -> "%s is pinned to %s".formatted(service, to.revision().shortName()))
                .orElseGet(() -> "%s: its pin ends".formatted(service)));
      }
    });
    return facts;
  }

  /** Whether the service is deployed to. */
  public boolean isDeploy() {
    return decision.equals(DEPLOY);
  }
}
