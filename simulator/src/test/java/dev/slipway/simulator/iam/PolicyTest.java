package dev.slipway.simulator.iam;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.slipway.simulator.world.ResourcePolicies.Verdict;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PolicyTest {
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(JsonReadFeature.ALLOW_SINGLE_QUOTES)
          .enable(JsonReadFeature.ALLOW_UNQUOTED_FIELD_NAMES)
          .build();

  static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new AssertionError(text, e);
    }
  }

  private static Verdict verdict(
      String statement, String action, String resource, Map<String, String> context) {
    return Policy.parse(json("{Statement: [" + statement + "]}"))
        .verdict(Set.of("caller"), action, resource, new RequestContext(context));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          Action: 'ecs:UpdateService', Resource: '*'                     | ALLOWED
          Action: 'ECS:updateservice', Resource: '*'                     | ALLOWED
          Action: ['ecs:List*', 'ecs:Update*'], Resource: '*'            | ALLOWED
          Action: 'ecs:*', Resource: '*'                                 | ALLOWED
          Action: '*', Resource: '*'                                     | ALLOWED
          Action: 'ecs:UpdateServic?', Resource: '*'                     | ALLOWED
          Action: 'ecs:UpdateServices', Resource: '*'                    | SILENT
          Action: 'ecr:UpdateService', Resource: '*'                     | SILENT
          NotAction: 'iam:*', Resource: '*'                              | ALLOWED
          NotAction: 'ecs:*', Resource: '*'                              | SILENT
          Action: 'ecs:*', Resource: 'arn:aws:ecs:*:1:service/main/*'    | ALLOWED
          Action: 'ecs:*', Resource: 'arn:aws:ecs:*:1:service/other/*'   | SILENT
          Action: 'ecs:*', Resource: 'arn:aws:ecs:r:1:SERVICE/main/web'  | SILENT
          Action: 'ecs:*', NotResource: 'arn:aws:ecs:*:1:service/x/*'    | ALLOWED
          Action: 'ecs:*', NotResource: 'arn:aws:ecs:*:1:service/main/*' | SILENT
          """)
  void matches_action_and_resource(String elements, Verdict expected) {
    assertThat(
            verdict(
                "{Effect: 'Allow', Principal: '*', " + elements + "}",
                "ecs:UpdateService",
                "arn:aws:ecs:r:1:service/main/web",
                Map.of()))
        .isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          StringEquals: {k: 'a'}                     | k=a           | true
          StringEquals: {K: 'a'}                     | k=a           | true
          StringEquals: {k: 'A'}                     | k=a           | false
          StringEquals: {k: ['x', 'a']}              | k=a           | true
          StringEquals: {k: 'a', l: 'b'}             | k=a           | false
          StringEquals: {k: 'a'}                     |               | false
          StringEqualsIfExists: {k: 'a'}             |               | true
          StringEqualsIfExists: {k: 'a'}             | k=b           | false
          StringEqualsIgnoreCase: {k: 'A'}           | k=a           | true
          StringNotEquals: {k: 'a'}                  | k=b           | true
          StringNotEquals: {k: ['a', 'b']}           | k=b           | false
          StringNotEquals: {k: 'a'}                  |               | true
          StringLike: {k: 'a*c'}                     | k=abbbc       | true
          StringLike: {k: 'a?c'}                     | k=abbbc       | false
          StringNotLike: {k: 'a*'}                   | k=b           | true
          Bool: {k: 'true'}                          | k=TRUE        | true
          Bool: {k: false}                           | k=true        | false
          Bool: {k: 'true'}                          |               | false
          Null: {k: 'true'}                          |               | true
          Null: {k: 'false'}                         |               | false
          Null: {k: 'false'}                         | k=a           | true
          Null: {k: true}                            | k=a           | false
          ArnLike: {k: 'arn:aws:s:*:1:x/*'}          | k=arn:aws:s:r:1:x/y/z | true
          ArnEquals: {k: 'arn:aws:s:r:1:x/*'}        | k=arn:aws:s:r:1:x/y   | true
          ArnLike: {k: 'arn:*:x/y'}                  | k=arn:aws:s:r:1:x/y   | false
          ArnNotEquals: {k: 'arn:aws:s:r:1:x'}       | k=arn:aws:s:r:1:x     | false
          'ForAllValues:StringEquals': {'aws:TagKeys': ['a', 'b']} | aws:RequestTag/a=1               | true
          'ForAllValues:StringEquals': {'aws:TagKeys': ['a', 'b']} | aws:RequestTag/a=1,aws:RequestTag/c=1 | false
          'ForAllValues:StringEquals': {'aws:TagKeys': ['a', 'b']} |                                  | true
          'ForAllValues:StringEquals': {'aws:TagKeys': ['a', 'b']} | aws:TagKeys=a&b                  | true
          'ForAllValues:StringEquals': {'aws:TagKeys': ['a', 'b']} | aws:TagKeys=a&c                  | false
          'ForAnyValue:StringEquals': {'aws:TagKeys': ['a', 'b']}  | aws:RequestTag/a=1,aws:RequestTag/c=1 | true
          'ForAnyValue:StringLike': {'aws:TagKeys': 'x*'}          | aws:RequestTag/a=1               | false
          'ForAnyValue:StringEquals': {'aws:TagKeys': 'a'}         |                                  | false
          """)
  void holds_conditions(String condition, String keys, boolean holds) {
    Map<String, String> context = new LinkedHashMap<>();
    if (keys != null) {
      for (String pair : keys.split(",", -1)) {
        int equals = pair.indexOf('=');
        context.put(pair.substring(0, equals), pair.substring(equals + 1).replace('&', '\n'));
      }
    }
    assertThat(
            verdict(
                "{Effect: 'Allow', Principal: '*', Action: 'a:b', Resource: '*', Condition: {"
                    + condition
                    + "}}",
                "a:b",
                "r",
                context))
        .isEqualTo(holds ? Verdict.ALLOWED : Verdict.SILENT);
  }

  @Test
  void denies_whatever_else_allows() {
    assertThat(
            verdict(
                "{Effect: 'Allow', Principal: '*', Action: '*', Resource: '*'},"
                    + " {Effect: 'Deny', Principal: '*', Action: 'a:b', Resource: '*'}",
                "a:b",
                "r",
                Map.of()))
        .isEqualTo(Verdict.DENIED);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          Principal: '*'                            | ALLOWED
          Principal: {Service: 'caller'}            | ALLOWED
          Principal: {AWS: ['someone', 'caller']}   | ALLOWED
          Principal: {Service: 'someone'}           | SILENT
          Sid: 'nobody'                             | SILENT
          """)
  void concerns_the_principals_it_names(String principal, Verdict expected) {
    String statement = "{Effect: 'Allow', Action: 'a:b', Resource: '*', " + principal + "}";
    assertThat(verdict(statement, "a:b", "r", Map.of())).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          {}                                                                                   | a policy document needs a Statement
          {Statement: [{Effect: 'Permit', Action: 'a:b', Resource: '*'}]}                      | a statement's Effect is Allow or Deny, not Permit
          {Statement: [{Effect: 'Allow', Resource: '*'}]}                                      | a statement needs an Action
          {Statement: [{Effect: 'Allow', Action: 'a:b', Resources: '*'}]}                      | the policy element Resources is unknown, or not simulated
          {Statement: {Effect: 'Allow', Action: 'a:b', Condition: {IpAddress: {k: '1'}}}}      | the condition operator IpAddress is not simulated
          {Statement: {Effect: 'Allow', Action: 'a:b', Resource: 'arn:${aws:username}'}}       | the policy variable in arn:${aws:username} is not simulated
          """)
  void refuses_what_it_does_not_understand(String document, String message) {
    assertThatThrownBy(() -> Policy.parse(json(document))).hasMessage(message);
  }
}
