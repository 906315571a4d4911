package dev.slipway.simulator.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.simulator.world.AwsError;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What expressions say of one item, and what is wrong with those that say nothing. */
class ExpressionTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final String ITEM =
      """
      {"pk": {"S": "service/main/web"}, "n": {"N": "10"}, "neg": {"N": "-2.50"},
       "word": {"S": "abcdef"}, "blank": {"S": ""}, "bytes": {"B": "AQL/"}, "flag": {"BOOL": true},
       "nil": {"NULL": true}, "elems": {"L": [{"S": "a"}, {"N": "1"}, {"M": {"x": {"S": "deep"}}}]},
       "doc": {"M": {"a": {"N": "1"}, "b": {"M": {"c": {"S": "inner"}}}}},
       "strings": {"SS": ["x", "y"]}, "numbers": {"NS": ["1", "2.0"]}, "a.b": {"S": "dotted"}}\
      """;

  private static final String VALUES =
      """
      {":n9": {"N": "9"}, ":n10": {"N": "10.00"}, ":n100": {"N": "100"}, ":abc": {"S": "abc"},
       ":abd": {"S": "abd"}, ":one": {"N": "1"}, ":two": {"N": "2"}, ":true": {"BOOL": true},
       ":x": {"S": "x"}, ":six": {"N": "6"}, ":deep": {"S": "deep"}, ":inner": {"S": "inner"},
       ":list": {"L": [{"S": "z"}]}, ":set": {"SS": ["y", "x"]}, ":more": {"SS": ["y", "z"]},
       ":all": {"SS": ["x", "y"]}, ":S": {"S": "S"}, ":N": {"S": "N"}, ":Q": {"S": "Q"},
       ":bytes": {"B": "AQ=="}, ":null": {"NULL": true}, ":map": {"M": {"a": {"N": "1.0"}}},
       ":nine2": {"S": "9"}, ":dotted": {"S": "dotted"}, ":empty": {"S": ""}}\
      """;

  private static final String NAMES =
      """
      {"#n": "n", "#dotted": "a.b", "#absent": "nothing", "#status": "status"}\
      """;

  private static ObjectNode request(String parameter, String expression) {
    ObjectNode request = JSON.createObjectNode().put(parameter, expression);
    request.set("ExpressionAttributeNames", read(NAMES));
    if (!parameter.equals("ProjectionExpression")) {
      request.set("ExpressionAttributeValues", read(VALUES));
    }
    return request;
  }

  private static JsonNode read(String json) {
    try {
      return JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static ExpressionParser parser(String parameter, String expression) {
    Placeholders placeholders = Placeholders.of(request(parameter, expression), List.of(parameter));
    return new ExpressionParser(expression, parameter, placeholders);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          n = :n10                                        | true
          n <> :n10                                       | false
          n < :n100                                       | true
          n <= :n10                                       | true
          n > :n9                                         | true
          n >= :n100                                      | false
          neg < :one                                      | true
          n > :nine2                                      | false
          n = :abc                                        | false
          #absent = :abc                                  | false
          #absent <> :abc                                 | true
          #absent < :abc                                  | false
          flag = :true                                    | true
          strings = :set                                  | true
          nil = :null                                    | true
          word BETWEEN :abc AND :abd                      | true
          n BETWEEN :n9 AND :n10                          | true
          n BETWEEN :one AND :n9                          | false
          n IN (:one, :n10)                               | true
          n IN (:one)                                     | false
          :n10 IN (n, neg)                                | true
          attribute_exists(pk)                            | true
          attribute_exists(doc.b.c)                       | true
          attribute_exists(doc.b.d)                       | false
          attribute_exists(elems[2].x)                     | true
          attribute_exists(elems[3])                       | false
          attribute_exists(word.a)                        | false
          attribute_not_exists(#absent)                   | true
          attribute_not_exists(pk)                        | false
          attribute_type(n, :N)                           | true
          attribute_type(n, :S)                           | false
          begins_with(word, :abc)                         | true
          begins_with(word, :abd)                         | false
          begins_with(n, :abc)                            | false
          begins_with(bytes, :bytes)                      | true
          contains(word, :x)                              | false
          contains(strings, :x)                           | true
          contains(numbers, :two)                         | true
          contains(elems, :one)                            | true
          contains(#absent, :x)                           | false
          size(word) = :six                               | true
          size(strings) < :n9                             | true
          size(n) < :n9                                   | false
          size(blank) < :one                              | true
          elems[0] <> :x                                   | true
          elems[2].x = :deep                               | true
          doc.b.c = :inner                                | true
          doc.a = elems[1]                                 | true
          #dotted = :dotted                               | true
          NOT n = :n9                                     | true
          NOT (n = :n10 AND flag = :true)                 | false
          n = :n9 OR n = :n10                             | true
          n = :n10 OR n = :n9 AND n = :n100               | true
          (n = :n10 OR n = :n9) AND n = :n100             | false
          not n = :n9 and not n = :n100                   | true
          NOT NOT n = :n10                                | true
          ((n)) = (:n10)                                  | true
          (((n = :n10)))                                  | true
          n BETWEEN :n9 AND :n100 AND flag = :true        | true
          attribute_not_exists(pk) OR n = :n10            | true
          """)
  void a_condition_holds_or_does_not(String expression, boolean holds) {
    assertThat(
            parser("ConditionExpression", expression)
                .condition()
                .test(AttributeJson.item(read(ITEM))))
        .isEqualTo(holds);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          SET n = n + :one                     | n       | {"N": "11"}
          SET n = :one - n                     | n       | {"N": "-9"}
          SET n = :one                         | n       | {"N": "1"}
          SET #absent = :one                   | nothing | {"N": "1"}
          SET #absent = word                   | nothing | {"S": "abcdef"}
          SET n = if_not_exists(n, :one)       | n       | {"N": "10"}
          SET #absent = if_not_exists(#absent, :one) | nothing | {"N": "1"}
          SET #absent = if_not_exists(#absent, :n9) + :one | nothing | {"N": "10"}
          SET elems = list_append(elems, :list)  | elems    | {"L": [{"S": "a"}, {"N": "1"}, {"M": {"x": {"S": "deep"}}}, {"S": "z"}]}
          SET elems = list_append(:list, elems)  | elems    | {"L": [{"S": "z"}, {"S": "a"}, {"N": "1"}, {"M": {"x": {"S": "deep"}}}]}
          SET elems[0] = :x                     | elems    | {"L": [{"S": "x"}, {"N": "1"}, {"M": {"x": {"S": "deep"}}}]}
          SET elems[9] = :x                     | elems    | {"L": [{"S": "a"}, {"N": "1"}, {"M": {"x": {"S": "deep"}}}, {"S": "x"}]}
          SET elems[2].x = :x                   | elems    | {"L": [{"S": "a"}, {"N": "1"}, {"M": {"x": {"S": "x"}}}]}
          SET doc.b.c = :x, doc.a = :two       | doc     | {"M": {"a": {"N": "2"}, "b": {"M": {"c": {"S": "x"}}}}}
          SET doc.z = doc.a                    | doc     | {"M": {"a": {"N": "1"}, "b": {"M": {"c": {"S": "inner"}}}, "z": {"N": "1"}}}
          SET n = neg, neg = n                 | n       | {"N": "-2.5"}
          REMOVE n                             | n       | {}
          REMOVE #absent                       | nothing | {}
          REMOVE elems[0], elems[1]              | elems    | {"L": [{"M": {"x": {"S": "deep"}}}]}
          REMOVE elems[7]                       | elems    | {"L": [{"S": "a"}, {"N": "1"}, {"M": {"x": {"S": "deep"}}}]}
          REMOVE doc.b.c                       | doc     | {"M": {"a": {"N": "1"}, "b": {"M": {}}}}
          ADD n :one                           | n       | {"N": "11"}
          ADD #absent :one                     | nothing | {"N": "1"}
          ADD strings :more                    | strings | {"SS": ["x", "y", "z"]}
          ADD #absent :set                     | nothing | {"SS": ["y", "x"]}
          DELETE strings :more                 | strings | {"SS": ["x"]}
          DELETE strings :all                  | strings | {}
          DELETE #absent :all                  | nothing | {}
          set n = :one remove word add neg :one delete strings :more | neg | {"N": "-1.5"}
          """)
  void an_update_changes_the_item(String expression, String attribute, String json) {
    var after =
        parser("UpdateExpression", expression).update().apply(AttributeJson.item(read(ITEM)));

    AttributeValue value = after.get(attribute);
    assertThat(value == null ? JSON.createObjectNode() : AttributeJson.json(value))
        .isEqualTo(read(json));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          n, doc.a               | {"n": {"N": "10"}, "doc": {"M": {"a": {"N": "1"}}}}
          doc.a, doc.b.c         | {"doc": {"M": {"a": {"N": "1"}, "b": {"M": {"c": {"S": "inner"}}}}}}
          elems[2].x, elems[0]     | {"elems": {"L": [{"S": "a"}, {"M": {"x": {"S": "deep"}}}]}}
          #absent, elems[5], n.x  | {}
          """)
  void a_projection_keeps_parts(String expression, String json) {
    Projection projection = new Projection(parser("ProjectionExpression", expression).projection());

    assertThat(AttributeJson.json(projection.of(AttributeJson.item(read(ITEM)))))
        .isEqualTo(read(json));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ''                          | The expression can not be empty;
          n =                         | Syntax error; token: "<EOF>", near: "="
          n = :n9 n                   | Syntax error; token: "n", near: ":n9 n"
          = n                         | Syntax error; token: "=", near: "= n"
          n = :n9 AND                 | Syntax error; token: "<EOF>", near: "AND"
          (n = :n9                    | Syntax error; token: "<EOF>", near: ":n9"
          n ! :n9                     | Syntax error; token: "!"
          n BETWEEN :n9 :n10          | Syntax error; token: ":n10"
          n                           | Syntax error; token: "<EOF>"
          elems[x] = :n9               | Syntax error; token: "x"
          size(n)                     | The function is not allowed to be used this way in an expression; function: size
          status = :n9                | Attribute name is a reserved keyword; reserved keyword: status
          doc.name = :n9              | Attribute name is a reserved keyword; reserved keyword: name
          #x = :n9                    | An expression attribute name used in the document path is not defined; attribute name: #x
          n = :y                      | An expression attribute value used in expression is not defined; attribute value: :y
          n = n                       | The first operand must be distinct from the remaining operands for this operator or function; operator: =, first operand: [n]
          n < :true                   | Incorrect operand type for operator or function; operator or function: <, operand type: BOOL
          begins_with(word, :n9)      | Incorrect operand type for operator or function; operator or function: begins_with, operand type: N
          begins_with(word)           | Incorrect number of operands for operator or function; operator or function: begins_with, number of operands: 1
          attribute_exists(:n9)       | Operator or function requires a document path; operator or function: attribute_exists
          attribute_type(n, :Q)       | Invalid attribute type name found; type: Q, valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}
          exists(n)                   | Invalid function name; function: exists
          if_not_exists(n, :n9) = n   | The function is not allowed to be used this way in an expression; function: if_not_exists
          n BETWEEN :n10 AND :n9      | The BETWEEN operator requires upper bound to be greater than or equal to lower bound; lower bound operand: AttributeValue: {N:10}, upper bound operand: AttributeValue: {N:9}
          n = :n9 AND n               | Syntax error; token: "<EOF>"
          """)
  void a_condition_that_is_none_is_refused(String expression, String message) {
    assertThatThrownBy(() -> parser("ConditionExpression", expression).condition())
        .isInstanceOf(AwsError.class)
        .hasMessageStartingWith("Invalid ConditionExpression: " + message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          SET n = :one SET word = :x    | Invalid UpdateExpression: The "SET" section can only be used once in an update expression;
          SET n = :one, n = :two        | Invalid UpdateExpression: Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [n], path two: [n]
          SET doc = :map REMOVE doc.a   | Invalid UpdateExpression: Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [doc], path two: [doc, a]
          SET doc.a = :x, doc[0] = :x   | Invalid UpdateExpression: Two document paths conflict with each other; must remove or rewrite one of these paths; path one: [doc, a], path two: [doc, [0]]
          SET n = n + :x                | Invalid UpdateExpression: Incorrect operand type for operator or function; operator or function: +, operand type: S
          ADD n :x                      | Invalid UpdateExpression: Incorrect operand type for operator or function; operator: ADD, operand type: STRING, typeSet: ALLOWED_FOR_ADD_OPERAND
          DELETE n :one                 | Invalid UpdateExpression: Incorrect operand type for operator or function; operator: DELETE, operand type: NUMBER, typeSet: ALLOWED_FOR_DELETE_OPERAND
          SET n = size(word)            | Invalid UpdateExpression: The function is not allowed to be used this way in an expression; function: size
          PUT n = :one                  | Invalid UpdateExpression: Syntax error; token: "PUT", near: "PUT n"
          SET n :one                    | Invalid UpdateExpression: Syntax error; token: ":one", near: "n :one"
          SET n = #absent               | The provided expression refers to an attribute that does not exist in the item
          SET n = #absent + :one        | The provided expression refers to an attribute that does not exist in the item
          SET n = word + :one           | An operand in the update expression has an incorrect data type
          SET elems = list_append(n, :list) | An operand in the update expression has an incorrect data type
          ADD word :one                 | An operand in the update expression has an incorrect data type
          ADD numbers :more             | An operand in the update expression has an incorrect data type
          SET #absent.x = :one          | The document path provided in the update expression is invalid for update
          SET word.x = :one             | The document path provided in the update expression is invalid for update
          REMOVE #absent.x              | The document path provided in the update expression is invalid for update
          """)
  void an_update_that_cannot_be_made_is_refused(String expression, String message) {
    assertThatThrownBy(() ->
            parser("UpdateExpression", expression).update().apply(AttributeJson.item(read(ITEM))))
        .isInstanceOf(AwsError.class)
        .hasMessage(message);
  }
}
