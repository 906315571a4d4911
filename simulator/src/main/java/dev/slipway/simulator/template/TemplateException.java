package dev.slipway.simulator.template;

/** A mistake in a template, or something in it that the simulator cannot do. */
public final class TemplateException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  TemplateException(String message) {
    super(message);
  }
}
