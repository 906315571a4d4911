package dev.slipway.simulator.alarms;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.simulator.ecs.EcsService;
import dev.slipway.simulator.world.Authorizer;
import dev.slipway.simulator.world.AwsOperation;
import dev.slipway.simulator.world.AwsService;
import dev.slipway.simulator.world.Caller;
import dev.slipway.simulator.world.Members;
import java.util.List;
import java.util.Map;

/**
 * CloudWatch's DescribeAlarms, in the query protocol and in JSON. The alarms that are there are
 * those that fire: a test says which ({@link EcsService#alarm}).
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html">DescribeAlarms</a>
 */
public final class AlarmService implements AwsService {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private final Authorizer authorizer;
  private final EcsService ecs;

  /** The alarms that this ECS watches. */
  public AlarmService(Authorizer authorizer, EcsService ecs) {
    this.authorizer = authorizer;
    this.ecs = ecs;
  }

  @Override
  public String signingName() {
    return "monitoring";
  }

  @Override
  public Map<String, AwsOperation.OfMembers> operations() {
    return Map.of("DescribeAlarms", this::describeAlarms);
  }

  private ObjectNode describeAlarms(Caller caller, ObjectNode body) {
    authorizer.authorize(caller, "cloudwatch:DescribeAlarms", "*", Map.of());
    List<String> names = Members.texts(body, "AlarmNames");
    String state = Members.text(body, "StateValue");
    ObjectNode output = JSON.objectNode();
    ArrayNode alarms = output.putArray("MetricAlarms");
    if (state == null || state.equals("ALARM")) {
      ecs.alarms().stream()
          .filter(it -> names.isEmpty() || names.contains(it))
          .forEach(it -> alarms.addObject().put("AlarmName", it).put("StateValue", "ALARM"));
    }
    output.putArray("CompositeAlarms");
    return output;
  }
}
