package dev.slipway.deploy;

import dev.slipway.decide.Decision;
import dev.slipway.record.Trigger;
import java.util.ArrayList;
import java.util.List;

/** Keeps what was announced. */
public final class FakeAnnouncer implements Announcer {
  private final List<StartedDeployment> started = new ArrayList<>();
  private final List<Decision> decided = new ArrayList<>();
  private final List<Decision> news = new ArrayList<>();
  private final List<Trigger> newsOf = new ArrayList<>();

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

  /** Forgets what was announced. */
  public void clear() {
    started.clear();
    decided.clear();
    news.clear();
    newsOf.clear();
  }

  @Override
  public void started(StartedDeployment deployment) {
    started.add(deployment);
  }

  @Override
  public void decided(Decision decision, Trigger trigger, boolean isNews) {
    decided.add(decision);
    if (isNews) {
      news.add(decision);
      newsOf.add(trigger);
    }
  }
}
