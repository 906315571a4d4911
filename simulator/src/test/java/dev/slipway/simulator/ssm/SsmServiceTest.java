package dev.slipway.simulator.ssm;

import static dev.slipway.simulator.SingleQuotes.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.simulator.world.Account;
import dev.slipway.simulator.world.AwsError;
import dev.slipway.simulator.world.AwsRequest;
import dev.slipway.simulator.world.World;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SsmServiceTest {
  @AutoClose private final World world = new World(Instant.parse("2026-11-28T10:00:00Z"), 0);
  private final Account account = new Account(Account.DEFAULT_ID, "us-east-1");
  private final List<String> questions = new ArrayList<>();
  private final SsmService ssm =
      new SsmService(
          world,
          (caller, action, resource, context) -> questions.add(action + " " + resource),
          account);

  private ObjectNode call(String operation, String body) {
    return world.call(() -> ssm.call(new AwsRequest(account.root(), operation, json(body))));
  }

  private void refused(String operation, String body, String code) {
    assertThatThrownBy(() -> call(operation, body))
        .isInstanceOfSatisfying(AwsError.class, e -> assertThat(e.code()).isEqualTo(code));
  }

  @Test
  void a_parameter_is_put_overwritten_read_and_deleted() {
    assertThat(
            call("PutParameter", "{'Name': '/a/b', 'Value': '1', 'Type': 'String'}")
                .path("Version")
                .asInt())
        .isEqualTo(1);
    refused(
        "PutParameter",
        "{'Name': '/a/b', 'Value': '2', 'Type': 'String'}",
        "ParameterAlreadyExists");
    call("PutParameter", "{'Name': '/a/b', 'Value': '3', 'Overwrite': true}");

    assertThat(call("GetParameter", "{'Name': '/a/b'}").path("Parameter"))
        .hasToString(
            "{\"ARN\":\"arn:aws:ssm:us-east-1:123456789012:parameter/a/b\",\"DataType\":\"text\","
                + "\"Name\":\"/a/b\",\"Type\":\"String\",\"Value\":\"3\",\"Version\":2,"
                + "\"LastModifiedDate\":1795860000.000}");
    call("DeleteParameter", "{'Name': '/a/b'}");
    refused("GetParameter", "{'Name': '/a/b'}", "ParameterNotFound");
    assertThat(questions)
        .contains("ssm:PutParameter arn:aws:ssm:us-east-1:123456789012:parameter/a/b");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/aws/x", "ssm-x", "a/b", "/a//b", "/a b"})
  void a_name_that_parameter_store_does_not_take(String name) {
    refused(
        "PutParameter",
        "{'Name': '%s', 'Value': '1', 'Type': 'String'}".formatted(name),
        "ValidationException");
  }
}
