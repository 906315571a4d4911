package dev.slipway.rollout;

/** ECS's records are behind its event: the event must be delivered again. */
public final class NotShownYet extends RuntimeException {
  private static final long serialVersionUID = 1L;

  NotShownYet(String message) {
    super(message);
  }
}
