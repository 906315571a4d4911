package dev.slipway.aws;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.text.OutsideText;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * JSON trees, read and written without Jackson's ObjectMapper: it costs a cold start 0.2 s of
 * processor time for nothing that a tree needs (docs/performance.md). Numbers keep every digit that
 * they came with.
 */
public final class Json {
  /**
   * Documents of AWS nest some 20 levels. What is read can be put into another document and still
   * be written, which Jackson refuses at 1,000.
   */
  static final int MAX_NESTING = 500;

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder().maxNestingDepth(MAX_NESTING).build())
          .build();
  private static final int MAX_PROBLEM = 300;

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private Json() {}

  /** An empty object. */
  public static ObjectNode object() {
    return NODES.objectNode();
  }

  /**
   * Reads one document.
   *
   * @return a missing node if the text is empty
   * @throws JsonProcessingException if it is no JSON, more than one document, nested deeper than
   *     {@link #MAX_NESTING} levels, or has a number of more than 1,000 digits
   */
  public static JsonNode read(String text) throws JsonProcessingException {
    try (JsonParser parser = FACTORY.createParser(text)) {
      return document(parser);
    } catch (JsonProcessingException e) {
      throw e;
    } catch (IOException e) {
      throw new JsonParseException(null, e.getMessage(), e);
    }
  }

  /**
   * Reads one document in UTF-8.
   *
   * @throws JsonProcessingException as for a text, and if it is no UTF-8
   */
  public static JsonNode read(byte[] bytes) throws JsonProcessingException {
    try (JsonParser parser = FACTORY.createParser(bytes)) {
      return document(parser);
    } catch (JsonProcessingException e) {
      throw e;
    } catch (IOException e) {
      // of a sequence of bytes that is no character
      throw new JsonParseException(null, e.getMessage(), e);
    }
  }

  /** What is wrong with a text that is no JSON, and where, as far as Jackson says it. */
  public static String problem(JsonProcessingException e) {
    String what = OutsideText.line(String.valueOf(e.getOriginalMessage()), MAX_PROBLEM);
    // a limit that is passed has no place
    JsonLocation place = e.getLocation();
    return place == null
        ? what
        : "%s (line %d, column %d)".formatted(what, place.getLineNr(), place.getColumnNr());
  }

  /** The document's text, without blanks; empty for a missing node. */
  public static String text(JsonNode document) {
    if (document.isMissingNode()) {
      return "";
    }
    StringWriter text = new StringWriter();
    try (JsonGenerator generator = FACTORY.createGenerator(text)) {
      write(document, generator);
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
    return text.toString();
  }

  /** The document's text in UTF-8, without blanks. */
  public static byte[] bytes(JsonNode document) {
    return text(document).getBytes(StandardCharsets.UTF_8);
  }

  private static JsonNode document(JsonParser parser) throws IOException {
    JsonToken first = parser.nextToken();
    if (first == null) {
      return MissingNode.getInstance();
    }
    JsonNode document = node(parser, first);
    if (parser.nextToken() != null) {
      throw new JsonParseException(parser, "there is more after the document's end");
    }
    return document;
  }

  /** As deep as the parser allows: {@link #MAX_NESTING} levels. */
  private static JsonNode node(JsonParser parser, JsonToken token) throws IOException {
    return switch (token) {
      case START_OBJECT -> object(parser);
      case START_ARRAY -> array(parser);
      case VALUE_STRING -> NODES.textNode(parser.getText());
      case VALUE_TRUE -> NODES.booleanNode(true);
      case VALUE_FALSE -> NODES.booleanNode(false);
      case VALUE_NULL -> NODES.nullNode();
      case VALUE_NUMBER_INT ->
          switch (parser.getNumberType()) {
            case INT -> NODES.numberNode(parser.getIntValue());
            case LONG -> NODES.numberNode(parser.getLongValue());
            default -> NODES.numberNode(parser.getBigIntegerValue());
          };
      case VALUE_NUMBER_FLOAT -> DecimalNode.valueOf(decimal(parser));
      default -> throw new JsonParseException(parser, "unexpected " + token);
    };
  }

  /** Jackson lets an exponent pass that no number can have, and fails on it later. */
  private static BigDecimal decimal(JsonParser parser) throws IOException {
    try {
      return parser.getDecimalValue();
    } catch (NumberFormatException e) {
      throw new JsonParseException(parser, "a number out of range", e);
    }
  }

  private static ObjectNode object(JsonParser parser) throws IOException {
    ObjectNode object = NODES.objectNode();
    for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
      object.set(name, node(parser, parser.nextToken()));
    }
    return object;
  }

  private static ArrayNode array(JsonParser parser) throws IOException {
    ArrayNode array = NODES.arrayNode();
    for (JsonToken token = parser.nextToken();
        token != JsonToken.END_ARRAY;
        token = parser.nextToken()) {
      array.add(node(parser, token));
    }
    return array;
  }

  private static void write(JsonNode node, JsonGenerator generator) throws IOException {
    switch (node.getNodeType()) {
      case OBJECT -> {
        generator.writeStartObject();
        for (Map.Entry<String, JsonNode> member : node.properties()) {
          generator.writeFieldName(member.getKey());
          write(member.getValue(), generator);
        }
        generator.writeEndObject();
      }
      case ARRAY -> {
        generator.writeStartArray();
        for (JsonNode element : node) {
          write(element, generator);
        }
        generator.writeEndArray();
      }
      case STRING -> generator.writeString(node.textValue());
      case BOOLEAN -> generator.writeBoolean(node.booleanValue());
      case NULL -> generator.writeNull();
      case NUMBER -> {
        switch (node.numberType()) {
          case INT -> generator.writeNumber(node.intValue());
          case LONG -> generator.writeNumber(node.longValue());
          case BIG_INTEGER -> generator.writeNumber(node.bigIntegerValue());
          case FLOAT -> generator.writeNumber(node.floatValue());
          case DOUBLE -> generator.writeNumber(node.doubleValue());
          default -> generator.writeNumber(node.decimalValue());
        }
      }
      case BINARY, MISSING, POJO ->
          throw new IllegalArgumentException("not of JSON: " + node.getNodeType());
    }
  }
}
