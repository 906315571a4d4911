package dev.slipway.operate;

import dev.slipway.announce.Notification;
import dev.slipway.announce.RolloutResult;
import dev.slipway.decide.Decision;
import dev.slipway.ecs.Service;
import dev.slipway.image.ImageDigest;
import dev.slipway.record.AnnouncedHold;
import dev.slipway.record.Block;
import dev.slipway.record.DeploymentId;
import dev.slipway.record.DeploymentRecord;
import dev.slipway.record.RecordStore;
import dev.slipway.record.ServiceRecord;
import dev.slipway.text.OutsideText;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What happened to a service, in one order: ECS's messages, of which it keeps the last hundred, and
 * what Slipway's record tells of deployments and of operators' decisions.
 */
public final class ServiceEvents {
  private static final int MAX_DEPLOYMENTS = 50;
  private static final int MAX_TEXT = 1_000;

  private final RecordStore records;

  /** Reads from this. */
  public ServiceEvents(RecordStore records) {
    this.records = records;
  }

  /** Who tells of an event. */
  public enum Source {
    /** ECS, in a message of the service. */
    ECS("ECS"),
    /** The record. */
    SLIPWAY("Slipway");

    private final String word;

    Source(String word) {
      this.word = word;
    }

    /** Its name, as people write it. */
    @Override
    public String toString() {
      return word;
    }
  }

  /** What became of a deployment. */
  public enum Kind {
    /** It was decided. */
    DECIDED,
    /** ECS took it. */
    STARTED,
    /** An operator has ECS stop it. */
    STOPPED,
    /** It has its outcome. */
    ENDED;

    /** In lower case. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * Something that happened.
   *
   * @param source who tells of it
   * @param deployment of the record that it is about; empty where it is about none
   * @param kind what became of the deployment. With the deployment and the time it says which event
   *     this is: the text of an end changes, as its diagnosis comes later, and its rollback ends
   *     later still
   * @param text one sentence
   */
  public record Event(
      Instant at,
      Source source,
      Optional<DeploymentId> deployment,
      Optional<Kind> kind,
      String text) {
    private static Event ofEcs(Instant at, String text) {
      return new Event(at, Source.ECS, Optional.empty(), Optional.empty(), text);
    }

    private Event cut() {
      return new Event(at, source, deployment, kind, OutsideText.line(text, MAX_TEXT));
    }
  }

  /**
   * The newest events.
   *
   * @param events oldest first
   * @param older so many are known besides
   */
  public record Newest(List<Event> events, int older) {
    /** Copies the list. */
    public Newest {
      events = List.copyOf(events);
    }
  }

  /**
   * The newest events, oldest first.
   *
   * @param since none that is older
   * @param limit at most so many
   */
  public Newest of(Service service, Instant since, int limit) {
    return merged(
        service,
        records.history(service.arn(), MAX_DEPLOYMENTS),
        records.services(List.of(service.arn())).of(service.arn()),
        since,
        limit);
  }

  private static Newest merged(
      Service service,
      List<DeploymentRecord> deployments,
      ServiceRecord record,
      Instant since,
      int limit) {
    List<Event> events = new ArrayList<>();
    // ECS and the record tell the newest first: what has the same time stays in its order
    service
        .messages()
        .reversed()
        .forEach(message -> events.add(Event.ofEcs(message.at(), message.text())));
    deployments.reversed().forEach(deployment -> events.addAll(of(deployment)));
    record.pause().ifPresent(pause -> events.add(own(pause.at(), "is paused " + pause)));
    record.announcedHold().ifPresent(hold -> events.add(own(hold.at(), text(hold))));
    record
        .pin()
        .ifPresent(pin ->
            events.add(
                own(
                    pin.at(),
                    "is pinned to %s by %s".formatted(pin.revision().shortName(), pin.by()))));
    record.blocked().stream()
        .filter(block -> !block.by().equals(Block.SLIPWAY))
        .forEach(block ->
            events.add(
                own(
                    block.since(),
                    "image %s is blocked by %s: %s"
                        .formatted(block.digest().abbreviated(), block.by(), block.reason()))));
    List<Event> found =
        events.stream()
            .filter(event -> !event.at().isBefore(since))
            .map(Event::cut)
            .sorted(Comparator.comparing(Event::at))
            .toList();
    int older = Math.max(0, found.size() - limit);
    return new Newest(found.subList(older, found.size()), older);
  }

  private static List<Event> of(DeploymentRecord deployment) {
    List<Event> events = new ArrayList<>();
    events.add(
        own(
            deployment,
            Kind.DECIDED,
            deployment.decidedAt(),
            "starts deployment %s%s: %s%s"
                .formatted(
                    deployment.id(),
                    deployment.to().map(to -> " (%s)".formatted(to.shortName())).orElse(""),
                    deployment.reason(),
                    cause(deployment))));
    deployment
        .startedAt()
        .ifPresent(at ->
            events.add(
                own(
                    deployment,
                    Kind.STARTED,
                    at,
                    "ECS has begun deployment %s".formatted(deployment.id()))));
    deployment
        .stop()
        .ifPresent(stop ->
            events.add(
                own(
                    deployment,
                    Kind.STOPPED,
                    stop.at(),
                    "%s has ECS stop deployment %s".formatted(stop.by(), deployment.id()))));
    deployment
        .ended()
        .ifPresent(ended ->
            events.add(
                own(
                    deployment,
                    Kind.ENDED,
                    ended.at(),
                    new RolloutResult(deployment).sentenceAtEnd())));
    return events;
  }

  /** Who or what caused it, where the reason does not say that. */
  private static String cause(DeploymentRecord deployment) {
    String cause = Notification.trigger(deployment.trigger());
    return deployment.reason().endsWith(" by " + cause) ? "" : " (%s)".formatted(cause);
  }

  /** Only the one that was announced last is kept. */
  private static String text(AnnouncedHold hold) {
    String images =
        hold.images().stream().map(ImageDigest::abbreviated).collect(Collectors.joining(", "));
    return "%s %s"
        .formatted(
            images.isEmpty() ? "it is" : images + (hold.images().size() == 1 ? " is" : " are"),
            Stream.of(Decision.Hold.values())
                .filter(kind -> hold.isOf(kind.name()))
                .findFirst()
                .map(kind -> "held: " + kind.words())
                .orElse("not deployable"));
  }

  private static Event own(Instant at, String text) {
    return new Event(at, Source.SLIPWAY, Optional.empty(), Optional.empty(), text);
  }

  private static Event own(DeploymentRecord deployment, Kind kind, Instant at, String text) {
    return new Event(at, Source.SLIPWAY, Optional.of(deployment.id()), Optional.of(kind), text);
  }
}
