package dev.slipway.operate;

/** What an operator asks for makes no sense, whatever there is: a mistake on the command line. */
public final class MalformedRequest extends RejectedRequest {
  private static final long serialVersionUID = 1L;

  /**
   * @param sentence for the operator: what is wrong, and what is allowed instead
   */
  public MalformedRequest(String sentence) {
    super(sentence);
  }
}
