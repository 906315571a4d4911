package dev.slipway.aws;

import dev.slipway.announce.Notification;
import dev.slipway.decide.Decision;
import dev.slipway.deploy.Announcer;
import dev.slipway.deploy.StartedDeployment;
import dev.slipway.record.Trigger;
import dev.slipway.rollout.Notifications;

/**
 * Notifies people of what is held, once. Of a deployment that starts they are notified when it has
 * ended.
 */
public final class TopicAnnouncer implements Announcer {
  private final Announcer others;
  private final Notifications people;
  private final Log log;

  /**
   * @param others come first, for everything
   * @param people are notified
   */
  public TopicAnnouncer(Announcer others, Notifications people, Log log) {
    this.others = others;
    this.people = people;
    this.log = log;
  }

  @Override
  public void started(StartedDeployment deployment) {
    others.started(deployment);
  }

  @Override
  public void decided(Decision decision, Trigger trigger, boolean news) {
    others.decided(decision, trigger, news);
    if (news) {
      try {
        people.send(Notification.of(decision, trigger));
      } catch (RuntimeException e) {
        // as the port says: the event is out, and handling the message again would not help
        log.error(
            "a deployment is held, but nobody was notified",
            Json.object().put("service", decision.service().value()),
            e);
      }
    }
  }
}
