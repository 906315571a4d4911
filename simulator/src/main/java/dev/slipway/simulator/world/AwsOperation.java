package dev.slipway.simulator.world;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** One operation of a simulated service. */
@FunctionalInterface
public interface AwsOperation {
  /** Checks the caller's permission through {@link Authorizer}, then acts. */
  ObjectNode call(AwsRequest request);

  /** An operation that is told its caller and its input's members apart. */
  @FunctionalInterface
  interface OfMembers extends AwsOperation {
    /** As {@link AwsOperation#call(AwsRequest)}. */
    ObjectNode call(Caller caller, ObjectNode members);

    @Override
    default ObjectNode call(AwsRequest request) {
      return call(request.caller(), request.body());
    }
  }
}
