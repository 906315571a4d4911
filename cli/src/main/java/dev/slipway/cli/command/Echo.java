package dev.slipway.cli.command;

/** Whether a terminal shows what is typed: that would move what is drawn over. */
@FunctionalInterface
public interface Echo {
  /** Of what is no terminal. */
  Echo NONE = () -> () -> {};

  /** Has nothing shown that is typed, until that is undone. */
  Restored off();

  /** Undoes it. */
  @FunctionalInterface
  interface Restored extends AutoCloseable {
    @Override
    void close();
  }
}
