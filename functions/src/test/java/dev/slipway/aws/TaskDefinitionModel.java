package dev.slipway.aws;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.protocol.MarshallingType;
import software.amazon.awssdk.core.traits.ListTrait;
import software.amazon.awssdk.core.traits.MapTrait;

/** Documents with every field that the SDK's model of a shape has, however deep. */
final class TaskDefinitionModel {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private TaskDefinitionModel() {}

  /** The names on the wire. */
  static List<String> names(SdkPojo shape) {
    return shape.sdkFields().stream().map(SdkField::locationName).toList();
  }

  /** A document of the shape, in which no value is like another. */
  static ObjectNode document(SdkPojo shape) {
    return new Filling().object(shape);
  }

  private static final class Filling {
    private int count;

    private ObjectNode object(SdkPojo shape) {
      ObjectNode object = NODES.objectNode();
      for (SdkField<?> field : shape.sdkFields()) {
        object.set(field.locationName(), value(field));
      }
      return object;
    }

    private JsonNode value(SdkField<?> field) {
      count++;
      MarshallingType<?> type = field.marshallingType();
      if (type.equals(MarshallingType.SDK_POJO)) {
        return object(field.constructor().get());
      }
      if (type.equals(MarshallingType.LIST)) {
        SdkField<?> member = field.getTrait(ListTrait.class).memberFieldInfo();
        return NODES.arrayNode().add(value(member)).add(value(member));
      }
      if (type.equals(MarshallingType.MAP)) {
        SdkField<?> member = field.getTrait(MapTrait.class).valueFieldInfo();
        return NODES.objectNode().set("key-" + count, value(member));
      }
      if (type.equals(MarshallingType.STRING)) {
        return NODES.textNode(field.locationName() + "-" + count);
      }
      if (type.equals(MarshallingType.INTEGER) || type.equals(MarshallingType.LONG)) {
        return NODES.numberNode(count);
      }
      if (type.equals(MarshallingType.BOOLEAN)) {
        return NODES.booleanNode(count % 2 == 0);
      }
      if (type.equals(MarshallingType.DOUBLE)
          || type.equals(MarshallingType.FLOAT)
          || type.equals(MarshallingType.INSTANT)) {
        return NODES.numberNode(1_795_255_200.25 + count);
      }
      throw new AssertionError(
          "a field of a type that this test does not know: " + field.memberName() + ": " + type);
    }
  }
}
