package dev.slipway.scenario;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.simulator.world.AwsRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;

/** The items of the stack's table, as a person sees them in the console. */
public final class RecordTable {
  private final Account account;

  public RecordTable(Account account) {
    this.account = account;
  }

  private ObjectNode call(String operation, ObjectNode request) {
    return account
        .simulator
        .world()
        .call(() ->
            account
                .simulator
                .dynamoDb()
                .call(new AwsRequest(account.simulator.account().root(), operation, request)));
  }

  /** The only table that there is. */
  String name() {
    JsonNode names = call("ListTables", Account.json("{}")).path("TableNames");
    if (names.size() != 1) {
      throw new AssertionError("one table is expected: " + names);
    }
    return names.path(0).asText();
  }

  /** What is kept of a service; empty where nothing is. */
  public Optional<JsonNode> service(String service) {
    return items("service/" + Account.CLUSTER + "/" + service).stream()
        .filter(item -> item.path("sk").asText().equals("service"))
        .findFirst();
  }

  /** The deployments that Slipway started for a service, oldest first. */
  public List<JsonNode> deployments(String service) {
    return items("service/" + Account.CLUSTER + "/" + service).stream()
        .filter(item -> item.path("sk").asText().startsWith("deployment/"))
        .toList();
  }

  /** The digests that are blocked for a service, oldest first. */
  List<String> blocked(String service) {
    return service(service).stream()
        .flatMap(item -> StreamSupport.stream(item.path("blocked").spliterator(), false))
        .map(block -> block.path("digest").asText())
        .toList();
  }

  /** Names of the services that the index lists under a repository. */
  List<String> users(String repository) {
    return items("repository/123456789012/us-east-1/" + repository).stream()
        .map(item -> item.path("sk").asText())
        .filter(sk -> sk.startsWith("service/"))
        .map(sk -> sk.substring("service/".length()))
        .toList();
  }

  /** All items under a partition key, in the order of their sort key. */
  List<JsonNode> items(String partition) {
    ObjectNode request =
        Account.json(
            """
            {'TableName': '%s', 'ConsistentRead': true, 'KeyConditionExpression': 'pk = :pk',
             'ExpressionAttributeValues': {':pk': {'S': '%s'}}}
            """,
            name(), partition);
    List<JsonNode> items = new ArrayList<>();
    for (JsonNode item : call("Query", request).path("Items")) {
      items.add(plain(Account.json("{}").set("M", item)));
    }
    return items;
  }

  /** Deletes the table, and creates an empty one of the same name, as docs/operating.md says. */
  void replaceByAnEmptyOne() {
    String name = name();
    call("DeleteTable", Account.json("{'TableName': '%s'}", name));
    call(
        "CreateTable",
        Account.json(
            """
            {'TableName': '%s', 'BillingMode': 'PAY_PER_REQUEST',
             'AttributeDefinitions': [{'AttributeName': 'pk', 'AttributeType': 'S'},
               {'AttributeName': 'sk', 'AttributeType': 'S'}],
             'KeySchema': [{'AttributeName': 'pk', 'KeyType': 'HASH'},
               {'AttributeName': 'sk', 'KeyType': 'RANGE'}]}
            """,
            name));
    account.settle();
  }

  /** Deletes an item, as a person does in the console. */
  public void deleteNewestDeployment(String service) {
    String id = deployments(service).getLast().path("sk").asText();
    call(
        "DeleteItem",
        Account.json(
            "{'TableName': '%s', 'Key': {'pk': {'S': 'service/%s/%s'}, 'sk': {'S': '%s'}}}",
            name(), Account.CLUSTER, service, id));
  }

  /** Writes what a sweep writes that runs out of time. */
  void sweepStoppedAt(String position) {
    call(
        "PutItem",
        Account.json(
            """
            {'TableName': '%s', 'Item': {'pk': {'S': 'sweep'}, 'sk': {'S': 'position'},
             'format': {'N': '1'}, 'position': {'S': '%s'}}}
            """,
            name(), position));
  }

  private static JsonNode plain(JsonNode typed) {
    String type = typed.fieldNames().next();
    JsonNode value = typed.path(type);
    return switch (type) {
      case "M" -> {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        value.properties().forEach(m -> object.set(m.getKey(), plain(m.getValue())));
        yield object;
      }
      case "L" -> {
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        value.forEach(element -> array.add(plain(element)));
        yield array;
      }
      case "N" -> JsonNodeFactory.instance.numberNode(Long.parseLong(value.asText()));
      case "NULL" -> JsonNodeFactory.instance.nullNode();
      default -> value;
    };
  }
}
