package dev.slipway.announce;

import dev.slipway.ecs.ServiceArn;
import dev.slipway.record.Trigger;
import dev.slipway.text.OutsideText;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Notifications of one trigger that differ in the service alone. That of the first service is sent
 * at once; the services that come later wait for one notification about all of them, which is sent
 * a minute after the first of them began to wait. So nothing is sent before it happened, nothing
 * waits for a deployment that never ends, and a push to 500 services sends a handful.
 *
 * <p>Each service that waits has a reminder of its own, a minute after it came: none relies on what
 * another one's message will do. The first reminder that is due sends, and the others find nobody
 * waiting.
 *
 * @param key tells it from all others
 * @param event as in {@link Notification}
 * @param image that of the headline
 * @param outcome that of the headline
 * @param cause that of the first service's headline
 * @param environment that the services follow; empty where they follow none
 * @param first the service whose notification is sent at once
 * @param waiting services that are in no notification yet, in the order in which they came
 * @param remindAt from when a reminder sends; empty where nobody waits
 * @param beingSentUntil so long a reminder may take that is sending about those that wait; empty
 *     where none is
 * @param version counts the writes; 0 before the first
 */
public record NotificationGroup(
    Key key,
    String event,
    Optional<String> image,
    String outcome,
    Optional<String> cause,
    String environment,
    ServiceArn first,
    List<ServiceArn> waiting,
    Optional<Instant> remindAt,
    Optional<Instant> beingSentUntil,
    long version) {
  /** How long services wait for others. */
  public static final Duration WAIT = Duration.ofMinutes(1);

  /** So far may the clocks of two functions be apart: the last reminder must not be too early. */
  private static final Duration CLOCK_SKEW = Duration.ofSeconds(10);

  /** How often something happened differs from service to service, and so do tasks. */
  private static final Pattern COUNT =
      Pattern.compile(
          "\\b(?:once|twice|(?:three|four|five|six|seven|eight|nine|ten|[0-9]+) times)\\b"
              + "|\\([0-9]+ tasks?\\)"
              + "|\\b[0-9a-f]{32}\\b");

  private static final int MAX_SERVICES = 60;
  private static final int MAX_CAUSE = 1_000;

  /**
   * What makes a group.
   *
   * @param trigger EventBridge's id of the event, or Lambda's of the request
   * @param kind what happened, to which image, and why
   */
  public record Key(String trigger, String kind) {}

  /** What is to be done about one service's notification. */
  public enum Step {
    /** It is sent as it is. */
    SEND,
    /** It waits for a reminder, which is set. */
    WAIT
  }

  /**
   * What is to be done, and the group as it is then.
   *
   * @param after to be written before a reminder is set, and before anything is sent
   */
  public record Joined(NotificationGroup after, Step step) {}

  /** Copies the list. */
  public NotificationGroup {
    waiting = List.copyOf(waiting);
  }

  /**
   * The group of one service's notification, as if it were the first; empty where the trigger is
   * about one service.
   */
  static Optional<NotificationGroup> of(
      Trigger trigger, String event, Headline headline, String environment, ServiceArn service) {
    if (trigger instanceof Trigger.ServiceChanged) {
      return Optional.empty();
    }
    Optional<String> cause = headline.cause().map(text -> OutsideText.line(text, MAX_CAUSE));
    String kind =
        String.join(
            "\n",
            event,
            environment,
            headline.image().orElse(""),
            headline.outcome(),
            cause.map(text -> alike(text, service)).orElse(""));
    return Optional.of(
        new NotificationGroup(
            new Key(trigger.eventId(), kind),
            event,
            headline.image(),
            headline.outcome(),
            cause,
            environment,
            service,
            List.of(),
            Optional.empty(),
            Optional.empty(),
            0));
  }

  /** A cause without what names this service, and without how often it happened. */
  private static String alike(String cause, ServiceArn service) {
    return COUNT
        .matcher(
            cause
                .replace(service.value(), "*")
                .replace(service.shortName(), "*")
                .replace("(service " + service.name() + ")", "*"))
        .replaceAll("#");
  }

  /**
   * A service joins. It may do so again: after a crash the message that led to it is handled once
   * more, and sets another reminder, since the one before may never have been set.
   */
  public Joined join(ServiceArn service, Instant now) {
    if (first.equals(service)) {
      return new Joined(this, Step.SEND);
    }
    return new Joined(
        waiting.contains(service)
            ? this
            : with(
                Stream.concat(waiting.stream(), Stream.of(service)).toList(),
                remindAt.or(() -> Optional.of(now.plus(WAIT))),
                beingSentUntil),
        Step.WAIT);
  }

  /** Whether a reminder sends now: who came later has a later one. */
  public boolean isDue(Instant now) {
    return !waiting.isEmpty()
        && remindAt.filter(due -> now.isBefore(due.minus(CLOCK_SKEW))).isEmpty();
  }

  /** Whether a reminder has begun to send the notification, and may not have ended. */
  public boolean isBeingSent(Instant now) {
    return beingSentUntil.filter(now::isBefore).isPresent();
  }

  /** The same, while a reminder sends the notification about those that wait. */
  public NotificationGroup claimed(Instant until) {
    return with(waiting, remindAt, Optional.of(until));
  }

  /**
   * The same, after services were in a notification. Those that came meanwhile have reminders: each
   * was set after the reminder that sent had begun, and comes a minute after that or later.
   *
   * @param began when that reminder began
   */
  public NotificationGroup sent(List<ServiceArn> services, Instant began) {
    List<ServiceArn> left =
        waiting.stream().filter(service -> !services.contains(service)).toList();
    return with(
        left, left.isEmpty() ? Optional.empty() : Optional.of(began.plus(WAIT)), Optional.empty());
  }

  /** The same, once it is written. */
  public NotificationGroup written() {
    return new NotificationGroup(
        key,
        event,
        image,
        outcome,
        cause,
        environment,
        first,
        waiting,
        remindAt,
        beingSentUntil,
        version + 1);
  }

  private NotificationGroup with(
      List<ServiceArn> services, Optional<Instant> reminder, Optional<Instant> sending) {
    return new NotificationGroup(
        key,
        event,
        image,
        outcome,
        cause,
        environment,
        first,
        services,
        reminder,
        sending,
        version);
  }

  /** The notification about those that wait. */
  public Notification notification() {
    if (waiting.isEmpty()) {
      throw new IllegalArgumentException("nothing waits in " + key);
    }
    List<String> names = waiting.stream().map(ServiceArn::shortName).toList();
    boolean one = names.size() == 1;
    Map<String, String> facts = new LinkedHashMap<>();
    if (!environment.isEmpty()) {
      facts.put("Environment", environment);
    }
    return new Notification(
        event,
        new Headline(
            one ? names.getFirst() : names.size() + " more services", image, outcome, cause),
        List.of("Same outcome as %s, which was reported separately".formatted(first.shortName())),
        facts,
        one ? List.of() : shown(names),
        List.of(),
        List.of(
            one
                ? "To see more: `slipway status %s --details`".formatted(names.getFirst())
                : environment.isEmpty()
                    ? "To see the services: `slipway status`"
                    : "To see the services: `slipway status --environment %s`"
                        .formatted(environment)),
        Map.of(),
        waiting.stream().limit(MAX_SERVICES).map(ServiceArn::value).toList(),
        key.trigger(),
        Optional.empty());
  }

  private static List<String> shown(List<String> names) {
    if (names.size() <= MAX_SERVICES) {
      return names;
    }
    List<String> shown = new ArrayList<>(names.subList(0, MAX_SERVICES));
    shown.add("and %d more".formatted(names.size() - MAX_SERVICES));
    return shown;
  }
}
