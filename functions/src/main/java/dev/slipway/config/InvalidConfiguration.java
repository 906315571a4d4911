package dev.slipway.config;

import static java.util.stream.Collectors.joining;

import java.util.List;

/** A configuration file cannot be used. Its message has a line for every mistake in it. */
public final class InvalidConfiguration extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient List<Mistake> mistakes;

  InvalidConfiguration(List<Mistake> mistakes) {
    super(mistakes.stream().map(Mistake::toString).collect(joining("\n")));
    this.mistakes = List.copyOf(mistakes);
  }

  /** All of them, in the order of the file. */
  public List<Mistake> mistakes() {
    return mistakes;
  }
}
