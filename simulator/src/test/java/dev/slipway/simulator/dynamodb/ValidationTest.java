package dev.slipway.simulator.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.simulator.world.Account;
import dev.slipway.simulator.world.AwsError;
import dev.slipway.simulator.world.AwsRequest;
import dev.slipway.simulator.world.World;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Requests that DynamoDB refuses, and its words. */
class ValidationTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Account account = new Account(Account.DEFAULT_ID, "us-east-1");
  private final World world = new World(Instant.EPOCH, 0);
  private final DynamoDbService service =
      new DynamoDbService(world, (caller, action, resource, context) -> {}, account);

  @BeforeEach
  void create() {
    call(
        "CreateTable",
        """
        {"TableName": "table", "BillingMode": "PAY_PER_REQUEST",
         "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
         "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}, {"AttributeName": "sk", "AttributeType": "N"}]}\
        """);
  }

  @AfterEach
  void end() {
    world.close();
  }

  private void call(String operation, String json) {
    try {
      service.call(new AwsRequest(account.root(), operation, (ObjectNode) JSON.readTree(json)));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(json, e);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          GetItem | "Key": {"pk": {"S": "a"}} | The provided key element does not match the schema
          GetItem | "Key": {"pk": {"S": "a"}, "sk": {"S": "1"}} | The provided key element does not match the schema
          GetItem | "Key": {"pk": {"S": ""}, "sk": {"N": "1"}} | One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: pk
          GetItem | "Key": {"pk": {"S": "a"}, "sk": {"N": "1"}}, "ExpressionAttributeNames": {"#a": "a"} | ExpressionAttributeNames can only be specified when using expressions
          GetItem | "Key": {"pk": {"S": "a"}, "sk": {"N": "1"}}, "ProjectionExpression": "a", "ExpressionAttributeNames": {"#a": "a"} | Value provided in ExpressionAttributeNames unused in expressions: keys: {#a}
          GetItem | "Key": {"pk": {"S": "a"}, "sk": {"N": "1"}}, "ProjectionExpression": "a.b, a" | Invalid ProjectionExpression: Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [a, b], path two: [a]
          GetItem | "Key": {"pk": {"S": "a"}, "sk": {"N": "1"}}, "AttributesToGet": ["a"] | The Slipway simulator's DynamoDB has no AttributesToGet of GetItem
          PutItem | "Item": {"pk": {"S": "a"}} | One or more parameter values were invalid: Missing the key sk in the item
          PutItem | "Item": {"pk": {"S": "a"}, "sk": {"S": "1"}} | One or more parameter values were invalid: Type mismatch for key sk expected: N actual: S
          PutItem | "Item": {"pk": {"S": "a"}, "sk": {"N": "one"}} | The parameter cannot be converted to a numeric value: one
          PutItem | "Item": {"pk": {"S": "a"}, "sk": {"N": "123456789012345678901234567890123456789"}} | Attempting to store more than 38 significant digits in a Number
          PutItem | "Item": {"pk": {"S": "a"}, "sk": {"N": "1E126"}} | Number overflow. Attempting to store a number with magnitude larger than supported range
          PutItem | "Item": {"pk": {"S": "a"}, "sk": {"N": "1E-131"}} | Number underflow. Attempting to store a number with magnitude smaller than supported range
          PutItem | "Item": {"pk": {}, "sk": {"N": "1"}} | Supplied AttributeValue is empty, must contain exactly one of the supported datatypes
          PutItem | "Item": {"pk": {"S": "a", "N": "1"}, "sk": {"N": "1"}} | Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes
          PutItem | "Item": {"pk": {"S": "a"}, "sk": {"N": "1"}, "s": {"SS": []}} | One or more parameter values were invalid: An string set  may not be empty
          PutItem | "Item": {"pk": {"S": "a"}, "sk": {"N": "1"}, "s": {"NS": ["1", "1.0"]}} | One or more parameter values were invalid: Input collection [1, 1.0] contains duplicates.
          PutItem | "Item": {"pk": {"S": "a"}, "sk": {"N": "1"}, "s": {"NULL": false}} | One or more parameter values were invalid: Null attribute value types must have the value of true
          PutItem | "Item": {"pk": {"S": "a"}, "sk": {"N": "1"}}, "ExpressionAttributeValues": {":a": {"S": "a"}} | ExpressionAttributeValues can only be specified when using expressions: ConditionExpression is null
          PutItem | "Item": {"pk": {"S": "a"}, "sk": {"N": "1"}}, "ConditionExpression": "a = :a", "ExpressionAttributeValues": {":a": {"S": "a"}, ":b": {"S": "b"}} | Value provided in ExpressionAttributeValues unused in expressions: keys: {:b}
          PutItem | "Item": {"pk": {"S": "a"}, "sk": {"N": "1"}}, "ConditionExpression": "a = :a", "ExpressionAttributeValues": {"a": {"S": "a"}} | ExpressionAttributeValues contains invalid key: Syntax error; key: "a"
          PutItem | "Item": {"pk": {"S": "a"}, "sk": {"N": "1"}}, "ConditionExpression": "a = :a", "ExpressionAttributeValues": {} | ExpressionAttributeValues must not be empty
          PutItem | "Item": {"pk": {"S": "a"}, "sk": {"N": "1"}}, "ReturnValues": "ALL_NEW" | ReturnValues can only be ALL_OLD or NONE
          PutItem | "Item": {"pk": {"S": "a"}, "sk": {"N": "1"}}, "Expected": {"a": {"Exists": false}} | The Slipway simulator's DynamoDB has no Expected of PutItem
          PutItem | "Key": {} | The Slipway simulator's DynamoDB has no Key of PutItem
          UpdateItem | "Key": {"pk": {"S": "a"}, "sk": {"N": "1"}}, "UpdateExpression": "REMOVE sk" | One or more parameter values were invalid: Cannot update attribute sk. This attribute is part of the key
          UpdateItem | "Key": {"pk": {"S": "a"}, "sk": {"N": "1"}}, "ExpressionAttributeValues": {":a": {"S": "a"}} | ExpressionAttributeValues can only be specified when using expressions: UpdateExpression and ConditionExpression are null
          DeleteItem | "ReturnValues": "NONE" | 1 validation error detected: Value null at 'key' failed to satisfy constraint: Member must not be null
          Query | "Limit": 1 | Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.
          Query | "KeyConditionExpression": "sk = :n", "ExpressionAttributeValues": {":n": {"N": "1"}} | Query condition missed key schema element: pk
          Query | "KeyConditionExpression": "pk = :n", "ExpressionAttributeValues": {":n": {"N": "1"}} | One or more parameter values were invalid: Condition parameter type does not match schema type
          Query | "KeyConditionExpression": "pk > :s", "ExpressionAttributeValues": {":s": {"S": "a"}} | Query key condition not supported
          Query | "KeyConditionExpression": "pk = :s", "ExpressionAttributeValues": {":s": {"S": ""}} | One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: pk
          Query | "KeyConditionExpression": "pk = :s AND name2 = :s", "ExpressionAttributeValues": {":s": {"S": "a"}} | Query condition missed key schema element: sk
          Query | "KeyConditionExpression": "pk = :s AND pk = :s", "ExpressionAttributeValues": {":s": {"S": "a"}} | Invalid KeyConditionExpression: KeyConditionExpressions must only contain one condition per key
          Query | "KeyConditionExpression": "pk = :s OR sk = :s", "ExpressionAttributeValues": {":s": {"S": "a"}} | Invalid KeyConditionExpression: Invalid operator used in KeyConditionExpression: OR
          Query | "KeyConditionExpression": "pk = :s AND attribute_exists(sk)", "ExpressionAttributeValues": {":s": {"S": "a"}} | Invalid KeyConditionExpression: Invalid operator used in KeyConditionExpression: attribute_exists
          Query | "KeyConditionExpression": "pk = :s", "FilterExpression": "sk = :n", "ExpressionAttributeValues": {":s": {"S": "a"}, ":n": {"N": "1"}} | Filter Expression can only contain non-primary key attributes: Primary key attribute: sk
          Query | "KeyConditionExpression": "pk = :s", "ExpressionAttributeValues": {":s": {"S": "a"}}, "Limit": 0 | 1 validation error detected: Value '0' at 'limit' failed to satisfy constraint: Member must have value greater than or equal to 1
          Query | "KeyConditionExpression": "pk = :s", "ExpressionAttributeValues": {":s": {"S": "a"}}, "ExclusiveStartKey": {"pk": {"S": "b"}, "sk": {"N": "1"}} | The provided starting key is invalid
          Query | "KeyConditionExpression": "pk = :s", "ExpressionAttributeValues": {":s": {"S": "a"}}, "Select": "COUNT", "ProjectionExpression": "a" | Cannot specify the ProjectionExpression when choosing to get only the Count
          Scan | "TotalSegments": 2, "Segment": 0 | The Slipway simulator's DynamoDB has no TotalSegments, Segment of Scan
          """)
  void an_invalid_request_is_refused(String operation, String members, String message) {
    assertThatThrownBy(() -> call(operation, "{\"TableName\": \"table\", " + members + "}"))
        .isInstanceOfSatisfying(
            AwsError.class, e -> assertThat(e.code()).isEqualTo("ValidationException"))
        .hasMessage(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          BatchGetItem | {"RequestItems": {"table": {"Keys": [{"pk": {"S": "a"}, "sk": {"N": "1"}}, {"pk": {"S": "a"}, "sk": {"N": "1.0"}}]}}} | Provided list of item keys contains duplicates
          BatchGetItem | {"RequestItems": {"table": {"Keys": []}}} | 1 validation error detected: Value at 'requestItems.table.member.keys' failed to satisfy constraint: Member must have length greater than or equal to 1
          BatchGetItem | {"RequestItems": {}} | 1 validation error detected: Value at 'requestItems' failed to satisfy constraint: Member must have length greater than or equal to 1
          BatchWriteItem | {"RequestItems": {"table": []}} | The batch write request list for a table cannot be null or empty.
          TransactWriteItems | {"TransactItems": []} | 1 validation error detected: Value at 'transactItems' failed to satisfy constraint: Member must have length greater than or equal to 1
          TransactWriteItems | {"TransactItems": [{"Put": {"TableName": "table", "Item": {"pk": {"S": "a"}}}}]} | One or more parameter values were invalid: Missing the key sk in the item
          TransactWriteItems | {"TransactItems": [{"Get": {"TableName": "table"}}]} | TransactItems can only contain one of Check, Put, Update or Delete
          TransactWriteItems | {"TransactItems": [{"ConditionCheck": {"TableName": "table", "Key": {"pk": {"S": "a"}, "sk": {"N": "1"}}}}]} | 1 validation error detected: Value null at 'transactItems.1.member.conditionCheck.conditionExpression' failed to satisfy constraint: Member must not be null
          CreateTable | {"TableName": "other", "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}], "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}]} | The Slipway simulator's DynamoDB has no provisioned capacity: say BillingMode PAY_PER_REQUEST in CreateTable
          CreateTable | {"TableName": "other", "BillingMode": "PAY_PER_REQUEST", "KeySchema": [{"AttributeName": "pk", "KeyType": "RANGE"}], "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}]} | Invalid KeySchema: The first KeySchemaElement is not a HASH key type
          CreateTable | {"TableName": "other", "BillingMode": "PAY_PER_REQUEST", "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}], "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}, {"AttributeName": "x", "AttributeType": "S"}]} | One or more parameter values were invalid: Number of attributes in KeySchema does not exactly match number of attributes defined in AttributeDefinitions
          CreateTable | {"TableName": "other", "GlobalSecondaryIndexes": []} | The Slipway simulator's DynamoDB has no GlobalSecondaryIndexes of CreateTable
          """)
  void an_invalid_request_of_several_items_is_refused(
      String operation, String request, String message) {
    assertThatThrownBy(() -> call(operation, request))
        .isInstanceOf(AwsError.class)
        .hasMessage(message);
  }
}
