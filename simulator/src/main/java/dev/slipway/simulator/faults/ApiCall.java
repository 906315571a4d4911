package dev.slipway.simulator.faults;

import dev.slipway.simulator.world.Caller;

/**
 * A call that is about to be carried out.
 *
 * @param service the name it is signed for, such as {@code ecs}
 * @param operation such as {@code UpdateService}
 * @param invocation what an SDK calls all attempts of one call; empty where the client says none
 * @param attempt which of them, in the SDK's words; what is sent again below the SDK is the same
 */
public record ApiCall(
    String service, String operation, Caller caller, String invocation, String attempt) {
  /** A call of a client that says nothing of attempts. */
  public ApiCall(String service, String operation, Caller caller) {
    this(service, operation, caller, "", "");
  }
}
