package dev.slipway.config;

import static java.util.stream.Collectors.joining;

import java.util.List;

/** A configuration file cannot be used. Its message has a line for every problem in it. */
public final class InvalidConfiguration extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient List<Problem> problems;

  InvalidConfiguration(List<Problem> problems) {
    super(problems.stream().map(Problem::toString).collect(joining("\n")));
    this.problems = List.copyOf(problems);
  }

  /** All of them, in the order of the file. */
  public List<Problem> problems() {
    return problems;
  }
}
