package dev.slipway.operate;

import dev.slipway.deploy.Hint;
import dev.slipway.deploy.HintQueue;
import dev.slipway.deploy.ServiceTags;
import dev.slipway.ecs.Service;
import dev.slipway.ecs.TagValue;
import dev.slipway.record.Trigger;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Holds services from being deployed to, and lets them go again: by their tag {@code
 * slipway:paused}, which every decision heeds. A deployment that is under way goes on.
 */
public final class Pause {
  private final ServiceDirectory directory;
  private final ServiceTags tags;
  private final HintQueue queue;

  /** All that it asks and tells. */
  public Pause(ServiceDirectory directory, ServiceTags tags, HintQueue queue) {
    this.directory = directory;
    this.tags = tags;
    this.queue = queue;
  }

  /**
   * A service, as it is afterwards.
   *
   * @param reason one sentence for people
   */
  public record Paused(Service service, boolean paused, String reason) {}

  /**
   * Pauses what is not paused yet.
   *
   * @param note why, in words for those who find it
   * @param now the time that the tag tells
   * @param dryRun only says what would be done
   */
  public List<Paused> pause(
      Scope scope, Optional<String> note, Trigger.Request cause, Instant now, boolean dryRun) {
    String value =
        TagValue.cleaned(
            "by %s at %s%s"
                .formatted(
                    cause.by(),
                    Instant.ofEpochSecond(now.getEpochSecond()),
                    note.map(": "::concat).orElse("")));
    List<Paused> done = new ArrayList<>();
    for (Service service : directory.services(scope)) {
      if (service.isPaused()) {
        done.add(
            new Paused(
                service, true, "is paused already: " + service.tag(Service.PAUSED_TAG).orElse("")));
        continue;
      }
      if (!dryRun) {
        tags.put(service.arn(), Map.of(Service.PAUSED_TAG, value));
      }
      done.add(
          new Paused(service, true, "what is pushed is held until it is resumed; paused " + value));
    }
    return done;
  }

  /**
   * Lets paused services go, and has each looked at: what was held is deployed.
   *
   * @param dryRun only says what would be done
   */
  public List<Paused> resume(Scope scope, Trigger.Request cause, boolean dryRun) {
    List<Paused> done = new ArrayList<>();
    for (Service service : directory.services(scope)) {
      Optional<String> paused = service.tag(Service.PAUSED_TAG).filter(_ -> service.isPaused());
      if (paused.isEmpty()) {
        done.add(new Paused(service, false, "is not paused"));
        continue;
      }
      if (!dryRun) {
        tags.remove(service.arn(), Set.of(Service.PAUSED_TAG));
        // one by one: what follows may fail, and this one is free now
        queue.send(List.of(new Hint.ServiceNamed(service.arn(), cause)));
      }
      done.add(
          new Paused(service, false, "what was held is deployed; it was paused " + paused.get()));
    }
    return done;
  }
}
