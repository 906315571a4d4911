package dev.slipway.simulator.events;

/** A service whose resources can be targets of rules. Called under the world's lock. */
public interface TargetService {
  /** Whether an ARN names a resource of this service, be it there or not. */
  boolean isFor(String arn);

  /**
   * Hands an event over.
   *
   * @throws DeliveryFailure if the resource does not take it
   */
  void deliver(Delivery delivery) throws DeliveryFailure;
}
