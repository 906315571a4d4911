package dev.slipway.operate;

/** What an operator asks for cannot be done as it was asked; nothing has been changed. */
public sealed class RejectedRequest extends RuntimeException
    permits PlanChanged, MalformedRequest, NoSuchService {
  private static final long serialVersionUID = 1L;

  /**
   * @param sentence for the operator: what is wrong, and what is allowed instead
   */
  public RejectedRequest(String sentence) {
    super(sentence);
  }

  /** The sentence for the operator. */
  public String sentence() {
    return String.valueOf(getMessage());
  }
}
