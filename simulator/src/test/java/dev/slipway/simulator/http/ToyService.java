package dev.slipway.simulator.http;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.simulator.world.AwsError;
import dev.slipway.simulator.world.AwsOperation;
import dev.slipway.simulator.world.AwsRequest;
import dev.slipway.simulator.world.AwsService;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/** A service with whatever operations a test gives it; remembers its requests. */
final class ToyService implements AwsService {
  private final String signingName;
  private final Map<String, AwsOperation> operations = new TreeMap<>();
  final List<AwsRequest> requests = new ArrayList<>();

  ToyService(String signingName) {
    this.signingName = signingName;
  }

  ToyService with(String operation, Function<ObjectNode, ObjectNode> answer) {
    operations.put(
        operation,
        request -> {
          requests.add(request);
          return answer.apply(request.body());
        });
    return this;
  }

  ToyService with(String operation, AwsError error) {
    return with(
        operation,
        _ -> {
          throw error;
        });
  }

  static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  @Override
  public String signingName() {
    return signingName;
  }

  @Override
  public Map<String, AwsOperation> operations() {
    return operations;
  }
}
