package dev.slipway.deploy;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * What happens in between, as a test wants it: something (or nothing but a failure) before or after
 * a fake's next call of an operation. Each happens once.
 */
public final class Interruptions<O extends Enum<O>> {
  private record Interruption<O>(O operation, boolean before, String containing, Runnable what) {}

  private final List<Interruption<O>> pending = new ArrayList<>();

  /** Before the next call of the operation that is about what {@code containing} says. */
  public void before(O operation, String containing, Runnable what) {
    pending.add(new Interruption<>(operation, true, containing, what));
  }

  /** After the next call of the operation took effect, before it returns. */
  public void after(O operation, String containing, Runnable what) {
    pending.add(new Interruption<>(operation, false, containing, what));
  }

  void interrupt(O operation, boolean before, String about) {
    Iterator<Interruption<O>> all = pending.iterator();
    while (all.hasNext()) {
      Interruption<O> next = all.next();
      if (next.operation() == operation
          && next.before() == before
          && about.contains(next.containing())) {
        all.remove();
        next.what().run();
        return;
      }
    }
  }
}
