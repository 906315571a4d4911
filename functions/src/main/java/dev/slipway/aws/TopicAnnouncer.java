package dev.slipway.aws;

import dev.slipway.decide.Decision;
import dev.slipway.deploy.Announcer;
import dev.slipway.deploy.StartedDeployment;
import dev.slipway.record.Trigger;
import dev.slipway.rollout.Notification;

import java.util.function.Consumer;

/**
 * Tells people of a push that is held: whoever pushed waits for it. Of what starts nobody is told
 * but when it has ended, and of what a sweep finds held only those who look, since it finds it
 * again every few minutes.
 */
public final class TopicAnnouncer implements Announcer {
  private final Announcer others;
  private final Consumer<Notification> topic;
  private final Log log;

  /**
   * @param others are told first, of everything
   * @param topic publishes a notification, or throws
   */
  public TopicAnnouncer(Announcer others, Consumer<Notification> topic, Log log) {
    this.others = others;
    this.topic = topic;
    this.log = log;
  }

  @Override
  public void started(StartedDeployment deployment, Trigger cause) {
    others.started(deployment, cause);
  }

  @Override
  public void decided(Decision decision, Trigger cause) {
    others.decided(decision, cause);
    if (decision instanceof Decision.Held held && cause instanceof Trigger.Push push) {
      try {
        topic.accept(Notification.of(held, push));
      } catch (RuntimeException e) {
        // as the port says: the event is out, and handling the push again would not help
        log.error(
            "a deployment is held, but nobody was notified",
            Json.object().put("service", held.service().value()),
            e);
      }
    }
  }
}
