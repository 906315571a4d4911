package dev.slipway.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.CancellationReason;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.KeysAndAttributes;
import software.amazon.awssdk.services.dynamodb.model.QueryResponse;
import software.amazon.awssdk.services.dynamodb.model.ReturnValue;
import software.amazon.awssdk.services.dynamodb.model.ReturnValuesOnConditionCheckFailure;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;

/** Amazon DynamoDB, as far as Slipway's record relies on it. */
interface RecordContract extends Emulator {
  /** A client of it. */
  DynamoDbClient dynamoDb();

  /** A client of an emulator. */
  static DynamoDbClient client(URI endpoint, String accessKeyId, String secret) {
    return DynamoDbClient.builder()
        .endpointOverride(endpoint)
        .region(Region.US_EAST_1)
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create(accessKeyId, secret)))
        .httpClient(UrlConnectionHttpClient.create())
        .build();
  }

  /** A new table with the keys of the record's. */
  default String table() {
    String name = Emulator.unique("record");
    dynamoDb()
        .createTable(r ->
            r.tableName(name)
                .billingMode(BillingMode.PAY_PER_REQUEST)
                .keySchema(List.of(element("pk", KeyType.HASH), element("sk", KeyType.RANGE)))
                .attributeDefinitions(List.of(text("pk"), text("sk"))));
    return name;
  }

  private static KeySchemaElement element(String attribute, KeyType type) {
    return KeySchemaElement.builder().attributeName(attribute).keyType(type).build();
  }

  private static AttributeDefinition text(String attribute) {
    return AttributeDefinition.builder()
        .attributeName(attribute)
        .attributeType(ScalarAttributeType.S)
        .build();
  }

  private static String versionOf(Map<String, AttributeValue> item) {
    return Objects.requireNonNull(item.get("version")).n();
  }

  private static Map<String, AttributeValue> key(String sk) {
    return Map.of("pk", AttributeValue.fromS("service/main/web"), "sk", AttributeValue.fromS(sk));
  }

  private static Map<String, AttributeValue> item(String sk, int version) {
    return Map.of(
        "pk", AttributeValue.fromS("service/main/web"),
        "sk", AttributeValue.fromS(sk),
        "version", number(version));
  }

  private static AttributeValue number(int number) {
    return AttributeValue.fromN(Integer.toString(number));
  }

  private void put(String table, String sk, int version) {
    dynamoDb().putItem(r -> r.tableName(table).item(item(sk, version)));
  }

  /** The version of an item; 0 if there is none. */
  private int version(String table, String sk) {
    Map<String, AttributeValue> item =
        dynamoDb().getItem(r -> r.tableName(table).key(key(sk)).consistentRead(true)).item();
    return item.isEmpty() ? 0 : Integer.parseInt(versionOf(item));
  }

  /** Writes a service's record, if it still has the version that was read. */
  private static TransactWriteItem serviceItem(String table, int read) {
    return TransactWriteItem.builder()
        .put(p ->
            p.tableName(table)
                .item(item("service", read + 1))
                .conditionExpression("#version = :read")
                .expressionAttributeNames(Map.of("#version", "version"))
                .expressionAttributeValues(Map.of(":read", number(read)))
                .returnValuesOnConditionCheckFailure(ReturnValuesOnConditionCheckFailure.ALL_OLD))
        .build();
  }

  /** Writes a deployment that is not there yet. */
  private static TransactWriteItem newDeployment(String table, String id) {
    return TransactWriteItem.builder()
        .put(p ->
            p.tableName(table)
                .item(item("deployment/" + id, 1))
                .conditionExpression("attribute_not_exists(pk)"))
        .build();
  }

  private static TransactWriteItem delete(String table, String sk) {
    return TransactWriteItem.builder().delete(d -> d.tableName(table).key(key(sk))).build();
  }

  @Test
  default void a_conditional_transaction_happens_as_a_whole() {
    String table = table();
    put(table, "service", 3);
    put(table, "old", 1);

    dynamoDb()
        .transactWriteItems(r ->
            r.transactItems(
                serviceItem(table, 3), newDeployment(table, "1"), delete(table, "old")));

    assertThat(version(table, "service")).isEqualTo(4);
    assertThat(version(table, "deployment/1")).isEqualTo(1);
    assertThat(version(table, "old")).isZero();
  }

  @Test
  default void a_conditional_transaction_fails_as_a_whole_and_says_which_part() {
    String table = table();
    put(table, "service", 4);

    assertThatExceptionOfType(TransactionCanceledException.class)
        .isThrownBy(() ->
            dynamoDb()
                .transactWriteItems(
                    r -> r.transactItems(newDeployment(table, "1"), serviceItem(table, 3))))
        .satisfies(e -> {
          assertThat(e.cancellationReasons())
              .extracting(CancellationReason::code)
              .containsExactly("None", "ConditionalCheckFailed");
          assertThat(e.cancellationReasons().get(1).item()).containsEntry("version", number(4));
        });
    assertThat(version(table, "service")).isEqualTo(4);
    assertThat(version(table, "deployment/1")).isZero();
  }

  @Test
  default void a_condition_without_a_write_guards_a_transaction() {
    String table = table();
    put(table, "service", 4);

    assertThatExceptionOfType(TransactionCanceledException.class)
        .isThrownBy(() ->
            dynamoDb()
                .transactWriteItems(r ->
                    r.transactItems(
                        TransactWriteItem.builder()
                            .conditionCheck(c ->
                                c.tableName(table)
                                    .key(key("service"))
                                    .conditionExpression("attribute_not_exists(pk)"))
                            .build(),
                        newDeployment(table, "1"))))
        .satisfies(e ->
            assertThat(e.cancellationReasons())
                .extracting(CancellationReason::code)
                .containsExactly("ConditionalCheckFailed", "None"));
  }

  @Test
  default void a_transaction_does_not_touch_an_item_twice() {
    String table = table();

    assertThatExceptionOfType(DynamoDbException.class)
        .isThrownBy(() ->
            dynamoDb()
                .transactWriteItems(
                    r -> r.transactItems(newDeployment(table, "1"), delete(table, "deployment/1"))))
        .withMessageContaining(
            "Transaction request cannot include multiple operations on one item");
  }

  @Test
  default void a_transaction_with_the_same_token_happens_once() {
    String table = table();
    TransactWriteItem increment =
        TransactWriteItem.builder()
            .update(u ->
                u.tableName(table)
                    .key(key("service"))
                    .updateExpression("ADD #version :one")
                    .expressionAttributeNames(Map.of("#version", "version"))
                    .expressionAttributeValues(Map.of(":one", number(1))))
            .build();
    String token = Emulator.unique("token");
    dynamoDb().transactWriteItems(r -> r.clientRequestToken(token).transactItems(increment));
    dynamoDb().transactWriteItems(r -> r.clientRequestToken(token).transactItems(increment));

    expect(Expectation.TRANSACTION_TOKEN, () -> assertThat(version(table, "service")).isEqualTo(1));
  }

  @Test
  default void a_put_on_absence_succeeds_once() {
    String table = table();
    dynamoDb()
        .putItem(r ->
            r.tableName(table)
                .item(item("service", 1))
                .conditionExpression("attribute_not_exists(pk)"));

    assertThatExceptionOfType(ConditionalCheckFailedException.class)
        .isThrownBy(() ->
            dynamoDb()
                .putItem(r ->
                    r.tableName(table)
                        .item(item("service", 2))
                        .conditionExpression("attribute_not_exists(pk)")))
        .satisfies(e ->
            assertThat(e.awsErrorDetails().errorMessage())
                .isEqualTo("The conditional request failed"));
    assertThat(version(table, "service")).isEqualTo(1);
  }

  @Test
  default void an_update_creates_what_is_absent() {
    String table = table();

    Map<String, AttributeValue> created =
        dynamoDb()
            .updateItem(r ->
                r.tableName(table)
                    .key(key("service"))
                    .updateExpression(
                        "SET #version = if_not_exists(#version, :zero) + :one, notes ="
                            + " list_append(if_not_exists(notes, :none), :note)")
                    .expressionAttributeNames(Map.of("#version", "version"))
                    .expressionAttributeValues(
                        Map.of(
                            ":zero", number(0),
                            ":one", number(1),
                            ":none", AttributeValue.fromL(List.of()),
                            ":note", AttributeValue.fromL(List.of(AttributeValue.fromS("a")))))
                    .returnValues(ReturnValue.ALL_NEW))
            .attributes();

    assertThat(created)
        .containsEntry("version", number(1))
        .containsEntry("notes", AttributeValue.fromL(List.of(AttributeValue.fromS("a"))));
  }

  @Test
  default void a_consistent_query_answers_the_newest_first() {
    String table = table();
    for (int i = 1; i <= 5; i++) {
      put(table, "deployment/" + i, i);
    }
    put(table, "service", 9);
    List<String> pages = new ArrayList<>();
    Map<String, AttributeValue> start = null;
    do {
      Map<String, AttributeValue> from = start;
      QueryResponse page =
          dynamoDb()
              .query(r ->
                  r.tableName(table)
                      .keyConditionExpression("pk = :pk AND begins_with(sk, :prefix)")
                      .expressionAttributeValues(
                          Map.of(
                              ":pk", AttributeValue.fromS("service/main/web"),
                              ":prefix", AttributeValue.fromS("deployment/")))
                      .consistentRead(true)
                      .scanIndexForward(false)
                      .limit(2)
                      .exclusiveStartKey(from));
      pages.add(String.join(",", page.items().stream().map(it -> versionOf(it)).toList()));
      start = page.hasLastEvaluatedKey() ? page.lastEvaluatedKey() : null;
    } while (start != null);

    assertThat(pages).containsExactly("5,4", "3,2", "1");
  }

  @Test
  default void a_batch_gets_those_that_are_there() {
    String table = table();
    put(table, "service", 1);
    put(table, "deployment/1", 2);

    assertThat(
            dynamoDb()
                .batchGetItem(r ->
                    r.requestItems(
                        Map.of(
                            table,
                            KeysAndAttributes.builder()
                                .keys(
                                    List.of(
                                        key("service"), key("deployment/1"), key("deployment/2")))
                                .consistentRead(true)
                                .build())))
                .responses()
                .get(table))
        .containsExactlyInAnyOrder(item("service", 1), item("deployment/1", 2));
  }

  /** Tries to put an item on a condition, and looks for a message in what is answered. */
  private void refuses(String condition, String message) {
    String table = table();
    assertThatExceptionOfType(DynamoDbException.class)
        .isThrownBy(() ->
            dynamoDb()
                .putItem(r ->
                    r.tableName(table)
                        .item(item("service", 1))
                        .conditionExpression(condition)
                        .expressionAttributeValues(Map.of(":one", number(1)))))
        .satisfies(e -> {
          assertThat(e.awsErrorDetails().errorCode()).isEqualTo("ValidationException");
          assertThat(e.awsErrorDetails().errorMessage()).contains(message);
        });
  }

  @Test
  default void a_reserved_word_needs_a_placeholder() {
    refuses("status = :one", "Attribute name is a reserved keyword; reserved keyword: status");
  }

  @Test
  default void a_condition_with_a_value_that_is_not_there_is_refused() {
    expect(
        Expectation.EXPRESSION_IS_CHECKED,
        () ->
            refuses(
                "version = :one AND notes = :n",
                "An expression attribute value used in expression is not defined; attribute value:"
                    + " :n"));
  }

  @Test
  default void a_condition_that_breaks_off_is_refused() {
    expect(Expectation.SYNTAX_IS_CHECKED, () -> refuses("version = :one AND", "Syntax error"));
  }
}
