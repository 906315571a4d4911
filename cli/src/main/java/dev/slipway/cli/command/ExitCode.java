package dev.slipway.cli.command;

/** What {@code slipway} ends with. Scripts rely on these: add, never change. */
enum ExitCode {
  DONE(0, "done, or there was nothing to do"),
  FAILED(
      1,
      "AWS or a function answered with an error, or could not be reached; doctor: there is a"
          + " problem"),
  USAGE(2, "the command line makes no sense, or --yes is missing where nobody can be asked"),
  REFUSED(3, "refused, held back or (watch) not followed, at one service at least, and says why"),
  NOT_DEPLOYED(4, "watch: the rollout failed, was rolled back, or is held back"),
  DECLINED(5, "you were asked, and did not say yes"),
  TIMED_OUT(6, "watch: the rollout was not over in time");

  private final int number;
  private final String meaning;

  ExitCode(int number, String meaning) {
    this.number = number;
    this.meaning = meaning;
  }

  int number() {
    return number;
  }

  String meaning() {
    return meaning;
  }
}
