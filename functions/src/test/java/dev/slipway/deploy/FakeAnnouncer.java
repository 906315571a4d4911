package dev.slipway.deploy;

import java.util.ArrayList;
import java.util.List;

/** Keeps what was announced. */
public final class FakeAnnouncer implements Announcer {
  private final List<Deployment> started = new ArrayList<>();
  private final List<Decision> decided = new ArrayList<>();

  /** Deployments, oldest first. */
  public List<Deployment> started() {
    return List.copyOf(started);
  }

  /** The other decisions, oldest first. */
  public List<Decision> decided() {
    return List.copyOf(decided);
  }

  @Override
  public void started(Deployment deployment, Cause cause) {
    started.add(deployment);
  }

  @Override
  public void decided(Decision decision, Cause cause) {
    decided.add(decision);
  }
}
