package dev.slipway.deploy;

import dev.slipway.decide.Decision;
import dev.slipway.record.AnnouncedHold.Announcement;
import dev.slipway.record.Trigger;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Keeps what was announced; channels fail as a test wants it. */
public final class FakeAnnouncer implements Announcer {
  private final List<StartedDeployment> started = new ArrayList<>();
  private final List<Decision> decided = new ArrayList<>();
  private final List<Decision> news = new ArrayList<>();
  private final List<Trigger> newsOf = new ArrayList<>();
  private final List<Decision> events = new ArrayList<>();
  private final Set<Announcement> broken = EnumSet.noneOf(Announcement.class);

  /** Deployments, oldest first. */
  public List<StartedDeployment> started() {
    return List.copyOf(started);
  }

  /** The other decisions, oldest first. */
  public List<Decision> decided() {
    return List.copyOf(decided);
  }

  /** Those of the other decisions that people were notified of. */
  public List<Decision> news() {
    return List.copyOf(news);
  }

  /** What people were told the news had led to, in the same order. */
  public List<Trigger> newsOf() {
    return List.copyOf(newsOf);
  }

  /** Decisions that were announced on the event bus. */
  public List<Decision> events() {
    return List.copyOf(events);
  }

  /** From now on this channel fails. */
  public void breakDown(Announcement channel) {
    broken.add(channel);
  }

  /** All channels work again. */
  public void repair() {
    broken.clear();
  }

  /** Forgets what was announced. */
  public void clear() {
    started.clear();
    decided.clear();
    news.clear();
    newsOf.clear();
    events.clear();
  }

  @Override
  public void started(StartedDeployment deployment) {
    started.add(deployment);
  }

  @Override
  public void decided(Decision decision, Trigger trigger) {
    decided.add(decision);
  }

  @Override
  public Announced<Announcement> held(Decision decision, Trigger trigger, Set<Announcement> due) {
    return Announced.each(
        due,
        channel -> {
          if (broken.contains(channel)) {
            throw new IllegalStateException(channel + " is denied");
          }
          switch (channel) {
            case EVENT -> events.add(decision);
            case NOTIFICATION -> {
              news.add(decision);
              newsOf.add(trigger);
            }
          }
        });
  }
}
