package dev.slipway.deploy;

import java.util.ArrayList;
import java.util.List;

/** Keeps the hints that were sent. */
public final class FakeHintQueue implements HintQueue {
  private final List<Hint> sent = new ArrayList<>();
  private int sendings;

  /** Those about one service, oldest first. */
  public List<Hint.CheckService> sent() {
    return all(Hint.CheckService.class);
  }

  /** Those by which a search goes on, oldest first. */
  public List<Hint.SearchServices> searches() {
    return all(Hint.SearchServices.class);
  }

  /** How often something was sent: what is sent together is spread over time. */
  public int sendings() {
    return sendings;
  }

  private <T extends Hint> List<T> all(Class<T> kind) {
    return sent.stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  @Override
  public void send(List<? extends Hint> hints) {
    sendings++;
    sent.addAll(hints);
  }
}
