package dev.slipway.simulator.template;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BigIntegerNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.math.BigDecimal;
import java.math.BigInteger;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/**
 * A YAML (or JSON) text as a tree in which CloudFormation's short forms are written out: {@code
 * !Ref Queue} becomes {@code {"Ref": "Queue"}}.
 */
final class YamlDocument {
  private final Lines lines;

  private YamlDocument(Lines lines) {
    this.lines = lines;
  }

  static ObjectNode parse(String text, String fileName, Lines lines) {
    LoadSettings settings =
        LoadSettings.builder().setLabel(fileName).setSchema(new CoreSchema()).build();
    try {
      Node root =
          new Compose(settings)
              .composeString(text)
              .orElseThrow(() -> new TemplateException(fileName + " is empty"));
      if (new YamlDocument(lines).tree(root) instanceof ObjectNode mapping) {
        return mapping;
      }
      throw new TemplateException(fileName + " is no template: it is not a mapping");
    } catch (YamlEngineException e) {
      throw new TemplateException(fileName + " is no YAML: " + e.getMessage());
    }
  }

  private JsonNode tree(Node node) {
    JsonNode plain = plain(node);
    String tag = node.getTag().getValue();
    if (!tag.startsWith("!") || tag.equals("!")) {
      return plain;
    }
    String function = tag.substring(1);
    String name =
        function.equals("Ref") || function.equals("Condition") ? function : "Fn::" + function;
    if (name.equals("Fn::GetAtt") && plain.isTextual()) {
      int dot = plain.asText().indexOf('.');
      ArrayNode split = JsonNodeFactory.instance.arrayNode();
      split.add(dot < 0 ? plain.asText() : plain.asText().substring(0, dot));
      split.add(dot < 0 ? "" : plain.asText().substring(dot + 1));
      plain = split;
    }
    ObjectNode call = JsonNodeFactory.instance.objectNode();
    call.set(name, plain);
    lines.put(call, name, line(node));
    return call;
  }

  private JsonNode plain(Node node) {
    return switch (node) {
      case MappingNode mapping -> {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        for (NodeTuple entry : mapping.getValue()) {
          if (!(entry.getKeyNode() instanceof ScalarNode key)) {
            throw new TemplateException(
                "line " + line(entry.getKeyNode()) + ": a key must be text");
          }
          object.set(key.getValue(), tree(entry.getValueNode()));
          lines.put(object, key.getValue(), line(key));
        }
        yield object;
      }
      case SequenceNode sequence -> {
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        sequence.getValue().forEach(element -> array.add(tree(element)));
        yield array;
      }
      case ScalarNode scalar -> scalar(scalar);
      default ->
          throw new TemplateException("line " + line(node) + ": an unexpected kind of YAML node");
    };
  }

  private static JsonNode scalar(ScalarNode scalar) {
    String text = scalar.getValue();
    Tag tag = scalar.getTag();
    if (tag.equals(Tag.NULL)) {
      return NullNode.instance;
    }
    if (tag.equals(Tag.BOOL)) {
      return BooleanNode.valueOf(Boolean.parseBoolean(text));
    }
    try {
      if (tag.equals(Tag.INT)) {
        return BigIntegerNode.valueOf(new BigInteger(text));
      }
      if (tag.equals(Tag.FLOAT)) {
        return DecimalNode.valueOf(new BigDecimal(text));
      }
    } catch (NumberFormatException _) {
      return TextNode.valueOf(text); // 0x10, .inf: numbers to YAML, text to CloudFormation
    }
    return TextNode.valueOf(text);
  }

  private static int line(Node node) {
    return node.getStartMark().map(mark -> mark.getLine() + 1).orElse(0);
  }
}
