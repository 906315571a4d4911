package dev.slipway.doctor;

/** How much a finding matters. */
public enum Severity {
  /** Something is wrong: a deployment or a rollback would fail, or a message was not handled. */
  PROBLEM("problem"),
  /** It works now; it is risky, or nobody would notice that it has stopped to work. */
  WARNING("warning"),
  /** AWS did not tell: nobody knows. */
  UNCHECKED("unchecked");

  private final String word;

  Severity(String word) {
    this.word = word;
  }

  /** Its name in answers. */
  public String word() {
    return word;
  }
}
