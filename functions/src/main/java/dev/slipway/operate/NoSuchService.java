package dev.slipway.operate;

/** The service that an operator names is not there: the stack may be another than they think. */
public final class NoSuchService extends RejectedRequest {
  private static final long serialVersionUID = 1L;

  /**
   * @param sentence for the operator: what was looked for, and what may be meant
   */
  public NoSuchService(String sentence) {
    super(sentence);
  }
}
