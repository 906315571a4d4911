package dev.slipway.simulator.lambda;

/** Runs functions. Called without the world's lock, by several threads. */
public interface FunctionRuntime extends AutoCloseable {
  /** Runs a function once, and returns when it has answered, failed or run out of time. */
  Outcome invoke(Invocation invocation);

  /** Ends everything that still runs. */
  @Override
  void close();
}
