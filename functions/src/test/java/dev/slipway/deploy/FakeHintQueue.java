package dev.slipway.deploy;

import java.util.ArrayList;
import java.util.List;

/** Keeps the hints that were sent. */
public final class FakeHintQueue implements HintQueue {
  private final List<Hint.CheckService> sent = new ArrayList<>();

  /** All of them, oldest first. */
  public List<Hint.CheckService> sent() {
    return List.copyOf(sent);
  }

  @Override
  public void send(List<Hint.CheckService> hints) {
    sent.addAll(hints);
  }
}
