package dev.slipway.simulator.world;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;

/** A simulated service that speaks one of AWS's JSON protocols. Called under the world's lock. */
public interface AwsService {
  /** The name that requests are signed for, such as {@code ecs}; also the IAM action prefix. */
  String signingName();

  /**
   * The operations that are simulated, by name, such as {@code UpdateService}. Whoever asks for
   * another is told these names.
   */
  Map<String, ? extends AwsOperation> operations();

  /**
   * Carries out one operation.
   *
   * @param request of one of the {@link #operations()}
   * @return the members of the operation's output
   * @throws AwsError as the service would answer
   */
  default ObjectNode call(AwsRequest request) {
    AwsOperation operation = operations().get(request.operation());
    if (operation == null) {
      throw new IllegalArgumentException(signingName() + " has no " + request.operation());
    }
    // a member that is null is as good as absent, as in every AWS API
    ObjectNode members = request.body().deepCopy();
    members.properties().removeIf(member -> member.getValue().isNull());
    return operation.call(new AwsRequest(request.caller(), request.operation(), members));
  }
}
