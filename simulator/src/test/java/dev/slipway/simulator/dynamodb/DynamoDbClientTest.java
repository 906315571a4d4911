package dev.slipway.simulator.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.slipway.simulator.faults.Calls;
import dev.slipway.simulator.faults.Faults;
import dev.slipway.simulator.http.CallRecorder;
import dev.slipway.simulator.http.Gateway;
import dev.slipway.simulator.http.HttpEndpoint;
import dev.slipway.simulator.iam.Iam;
import dev.slipway.simulator.iam.Permission;
import dev.slipway.simulator.iam.Policy;
import dev.slipway.simulator.iam.Role;
import dev.slipway.simulator.world.Account;
import dev.slipway.simulator.world.Journal;
import dev.slipway.simulator.world.World;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.CancellationReason;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;
import software.amazon.awssdk.services.dynamodb.model.IdempotentParameterMismatchException;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.KeysAndAttributes;
import software.amazon.awssdk.services.dynamodb.model.QueryResponse;
import software.amazon.awssdk.services.dynamodb.model.ResourceInUseException;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;
import software.amazon.awssdk.services.dynamodb.model.ReturnConsumedCapacity;
import software.amazon.awssdk.services.dynamodb.model.ReturnValue;
import software.amazon.awssdk.services.dynamodb.model.ReturnValuesOnConditionCheckFailure;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.dynamodb.model.ScanResponse;
import software.amazon.awssdk.services.dynamodb.model.Select;
import software.amazon.awssdk.services.dynamodb.model.TableStatus;
import software.amazon.awssdk.services.dynamodb.model.TransactGetItem;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsRequest;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;
import software.amazon.awssdk.services.dynamodb.model.TransactionConflictException;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;

/** AWS's own client over HTTP. */
class DynamoDbClientTest {
  private static final String TABLE = "record";
  private static final Instant NOW = Instant.parse("2026-11-21T10:00:00Z");

  private World world;
  private Account account;
  private Iam iam;
  private Faults faults;
  private DynamoDbService service;
  private HttpEndpoint endpoint;
  private Gateway gateway;
  private DynamoDbClient client;

  @BeforeEach
  void begin() throws IOException {
    // so slow that no simulated time passes of itself
    world = new World(NOW, 1e-9);
    account = new Account(Account.DEFAULT_ID, "us-east-1");
    Journal silent = (topic, line) -> {};
    iam = new Iam(world, account, silent);
    faults = new Faults(world);
    service = new DynamoDbService(world, iam, account);
    gateway =
        new Gateway(
            world,
            account,
            silent,
            faults,
            iam::callerOf,
            List.of(service),
            region -> List.of(),
            null);
    endpoint =
        new HttpEndpoint(
            gateway, CallRecorder.none(), 0, List.of(InetAddress.getLoopbackAddress()));
    client = client("me", 3);
    client.createTable(r ->
        r.tableName(TABLE)
            .billingMode(BillingMode.PAY_PER_REQUEST)
            .keySchema(List.of(element("pk", KeyType.HASH), element("sk", KeyType.RANGE)))
            .attributeDefinitions(List.of(text("pk"), text("sk"))));
  }

  @AfterEach
  void end() {
    client.close();
    endpoint.close();
    world.close();
    assertThat(gateway.defects()).isEmpty();
  }

  private DynamoDbClient client(String accessKeyId, int attempts) {
    return DynamoDbClient.builder()
        .endpointOverride(endpoint.uri())
        .region(Region.US_EAST_1)
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create(accessKeyId, "secret")))
        .httpClient(UrlConnectionHttpClient.create())
        .overrideConfiguration(c -> c.retryStrategy(s -> s.maxAttempts(attempts)))
        .build();
  }

  private static AttributeValue s(String text) {
    return AttributeValue.fromS(text);
  }

  private static AttributeValue n(String number) {
    return AttributeValue.fromN(number);
  }

  private static AttributeValue of(Map<String, AttributeValue> item, String attribute) {
    return Objects.requireNonNull(item.get(attribute));
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

  private static TransactGetItem get(String sk) {
    return TransactGetItem.builder().get(g -> g.tableName(TABLE).key(key("a", sk))).build();
  }

  private static Map<String, AttributeValue> key(String pk, String sk) {
    return Map.of("pk", s(pk), "sk", s(sk));
  }

  private void put(String pk, String sk, String version) {
    client.putItem(
        r -> r.tableName(TABLE).item(Map.of("pk", s(pk), "sk", s(sk), "version", n(version))));
  }

  private String version(String pk, String sk) {
    Map<String, AttributeValue> item =
        client.getItem(r -> r.tableName(TABLE).key(key(pk, sk)).consistentRead(true)).item();
    return item.isEmpty() ? "none" : of(item, "version").n();
  }

  // --- items

  @Test
  void an_item_of_every_type_comes_back_as_it_was_put() {
    Map<String, AttributeValue> item =
        Map.ofEntries(
            Map.entry("pk", s("grüße ✓")),
            Map.entry("sk", s("1")),
            Map.entry("n", n("12345678901234567890123456789012345678")),
            Map.entry("b", AttributeValue.fromB(SdkBytes.fromByteArray(new byte[] {0, 1, -1}))),
            Map.entry("bool", AttributeValue.fromBool(false)),
            Map.entry("nul", AttributeValue.fromNul(true)),
            Map.entry(
                "m",
                AttributeValue.fromM(Map.of("x", s(""), "l", AttributeValue.fromL(List.of())))),
            Map.entry("l", AttributeValue.fromL(List.of(s("a"), n("1")))),
            Map.entry("ss", AttributeValue.fromSs(List.of("a", "b"))),
            Map.entry("ns", AttributeValue.fromNs(List.of("1", "2.5"))),
            Map.entry(
                "bs", AttributeValue.fromBs(List.of(SdkBytes.fromByteArray(new byte[] {7})))));
    client.putItem(r -> r.tableName(TABLE).item(item));

    assertThat(client.getItem(r -> r.tableName(TABLE).key(key("grüße ✓", "1"))).item())
        .isEqualTo(item);
    assertThat(client.getItem(r -> r.tableName(TABLE).key(key("none", "1"))).hasItem()).isFalse();
  }

  @Test
  void numbers_are_written_out_without_an_exponent_or_trailing_zeros() {
    client.putItem(r ->
        r.tableName(TABLE)
            .item(
                Map.of(
                    "pk",
                    s("a"),
                    "sk",
                    s("1"),
                    "a",
                    n("1E3"),
                    "b",
                    n("1.500"),
                    "c",
                    n("-0"),
                    "d",
                    n("1e-5"))));

    assertThat(client.getItem(r -> r.tableName(TABLE).key(key("a", "1"))).item())
        .containsEntry("a", n("1000"))
        .containsEntry("b", n("1.5"))
        .containsEntry("c", n("0"))
        .containsEntry("d", n("0.00001"));
  }

  @Test
  void a_put_on_absence_succeeds_once() {
    client.putItem(r ->
        r.tableName(TABLE).item(key("a", "1")).conditionExpression("attribute_not_exists(pk)"));

    assertThatExceptionOfType(ConditionalCheckFailedException.class)
        .isThrownBy(() ->
            client.putItem(r ->
                r.tableName(TABLE)
                    .item(key("a", "1"))
                    .conditionExpression("attribute_not_exists(pk)")
                    .returnValuesOnConditionCheckFailure(
                        ReturnValuesOnConditionCheckFailure.ALL_OLD)))
        .satisfies(e -> {
          assertThat(e.awsErrorDetails().errorMessage())
              .isEqualTo("The conditional request failed");
          assertThat(e.item()).isEqualTo(key("a", "1"));
        });
  }

  @Test
  void an_update_creates_what_is_absent_and_returns_what_was_asked_for() {
    var created =
        client.updateItem(r ->
            r.tableName(TABLE)
                .key(key("a", "1"))
                .updateExpression("SET #v = if_not_exists(#v, :zero) + :one, who = :who")
                .expressionAttributeNames(Map.of("#v", "version"))
                .expressionAttributeValues(
                    Map.of(":zero", n("0"), ":one", n("1"), ":who", s("ada")))
                .returnValues(ReturnValue.ALL_NEW));
    assertThat(created.attributes())
        .isEqualTo(Map.of("pk", s("a"), "sk", s("1"), "version", n("1"), "who", s("ada")));

    var updated =
        client.updateItem(r ->
            r.tableName(TABLE)
                .key(key("a", "1"))
                .updateExpression("ADD version :one")
                .expressionAttributeValues(Map.of(":one", n("1")))
                .returnValues(ReturnValue.UPDATED_NEW));
    assertThat(updated.attributes()).isEqualTo(Map.of("version", n("2")));
    assertThat(
            client
                .deleteItem(
                    r -> r.tableName(TABLE).key(key("a", "1")).returnValues(ReturnValue.ALL_OLD))
                .attributes())
        .containsEntry("version", n("2"));
    assertThat(version("a", "1")).isEqualTo("none");
  }

  @Test
  void a_table_that_is_not_there_is_not_found() {
    assertThatExceptionOfType(ResourceNotFoundException.class)
        .isThrownBy(() -> client.getItem(r -> r.tableName("other").key(key("a", "1"))))
        .withMessageStartingWith("Requested resource not found");
  }

  @Test
  void what_is_not_simulated_says_so() {
    assertThatThrownBy(() -> client.query(r -> r.tableName(TABLE).indexName("by-repository")))
        .hasMessageContaining("The Slipway simulator's DynamoDB has no IndexName of Query");
    assertThatThrownBy(() -> client.executeStatement(r -> r.statement("SELECT * FROM record")))
        .hasMessageContaining("The Slipway simulator has no dynamodb ExecuteStatement");
  }

  // --- queries

  @Test
  void a_query_answers_the_newest_first_page_by_page() {
    for (int i = 1; i <= 5; i++) {
      put("a", "deployment/" + i, Integer.toString(i));
    }
    put("a", "service", "9");
    put("b", "deployment/6", "6");
    List<String> pages = new ArrayList<>();
    Map<String, AttributeValue> start = null;
    do {
      Map<String, AttributeValue> from = start;
      QueryResponse page =
          client.query(r ->
              r.tableName(TABLE)
                  .keyConditionExpression("pk = :pk AND begins_with(sk, :prefix)")
                  .expressionAttributeValues(Map.of(":pk", s("a"), ":prefix", s("deployment/")))
                  .scanIndexForward(false)
                  .consistentRead(true)
                  .limit(2)
                  .exclusiveStartKey(from));
      pages.add(String.join(",", page.items().stream().map(it -> of(it, "version").n()).toList()));
      start = page.hasLastEvaluatedKey() ? page.lastEvaluatedKey() : null;
    } while (start != null);

    assertThat(pages).containsExactly("5,4", "3,2", "1");
  }

  @Test
  void a_page_that_ends_at_its_limit_has_a_next_one_even_if_that_is_empty() {
    put("a", "1", "1");
    put("a", "2", "2");

    QueryResponse page =
        client.query(r ->
            r.tableName(TABLE)
                .keyConditionExpression("pk = :pk")
                .expressionAttributeValues(Map.of(":pk", s("a")))
                .limit(2));

    assertThat(page.lastEvaluatedKey()).isEqualTo(key("a", "2"));
    assertThat(
            client
                .query(r ->
                    r.tableName(TABLE)
                        .keyConditionExpression("pk = :pk")
                        .expressionAttributeValues(Map.of(":pk", s("a")))
                        .exclusiveStartKey(page.lastEvaluatedKey()))
                .items())
        .isEmpty();
  }

  @Test
  void a_filter_is_applied_after_the_limit() {
    for (int i = 1; i <= 4; i++) {
      put("a", Integer.toString(i), Integer.toString(i));
    }

    QueryResponse page =
        client.query(r ->
            r.tableName(TABLE)
                .keyConditionExpression("pk = :pk AND sk BETWEEN :from AND :to")
                .filterExpression("version > :v")
                .expressionAttributeValues(
                    Map.of(":pk", s("a"), ":from", s("2"), ":to", s("9"), ":v", n("2")))
                .limit(2));

    assertThat(page.count()).isEqualTo(1);
    assertThat(page.scannedCount()).isEqualTo(2);
    assertThat(page.lastEvaluatedKey()).isEqualTo(key("a", "3"));
  }

  @Test
  void a_page_holds_one_megabyte() {
    for (int i = 1; i <= 4; i++) {
      String sk = Integer.toString(i);
      client.putItem(r ->
          r.tableName(TABLE)
              .item(Map.of("pk", s("a"), "sk", s(sk), "text", s("x".repeat(300_000)))));
    }

    QueryResponse page =
        client.query(r ->
            r.tableName(TABLE)
                .keyConditionExpression("pk = :pk")
                .expressionAttributeValues(Map.of(":pk", s("a")))
                .select(Select.COUNT));

    assertThat(page.count()).isEqualTo(3);
    assertThat(page.hasItems()).isFalse();
    assertThat(page.lastEvaluatedKey()).isEqualTo(key("a", "3"));
  }

  @Test
  void a_scan_meets_every_item_once_and_a_partition_in_its_order() {
    for (String pk : List.of("a", "b", "c")) {
      for (int i = 1; i <= 3; i++) {
        put(pk, Integer.toString(i), Integer.toString(i));
      }
    }
    List<String> met = new ArrayList<>();
    Map<String, AttributeValue> start = null;
    do {
      Map<String, AttributeValue> from = start;
      ScanResponse page = client.scan(r -> r.tableName(TABLE).limit(2).exclusiveStartKey(from));
      page.items().forEach(it -> met.add(of(it, "pk").s() + of(it, "sk").s()));
      start = page.hasLastEvaluatedKey() ? page.lastEvaluatedKey() : null;
    } while (start != null);

    assertThat(met)
        .hasSize(9)
        .containsSubsequence("a1", "a2", "a3")
        .containsSubsequence("b1", "b2", "b3")
        .containsSubsequence("c1", "c2", "c3");
  }

  // --- batches

  @Test
  void a_batch_gets_what_there_is_and_may_leave_keys_unprocessed() {
    put("a", "1", "1");
    put("a", "2", "2");
    Map<String, KeysAndAttributes> wanted =
        Map.of(
            TABLE,
            KeysAndAttributes.builder()
                .keys(List.of(key("a", "1"), key("a", "2"), key("a", "3")))
                .consistentRead(true)
                .projectionExpression("version")
                .build());

    assertThat(client.batchGetItem(r -> r.requestItems(wanted)).responses().get(TABLE))
        .containsExactlyInAnyOrder(Map.of("version", n("1")), Map.of("version", n("2")));

    service.leaveUnprocessed(1, 2);
    BatchGetItemResponse part = client.batchGetItem(r -> r.requestItems(wanted));
    assertThat(part.responses().get(TABLE)).containsExactly(Map.of("version", n("1")));
    assertThat(Objects.requireNonNull(part.unprocessedKeys().get(TABLE)).keys())
        .containsExactly(key("a", "2"), key("a", "3"));
    assertThat(Objects.requireNonNull(part.unprocessedKeys().get(TABLE)).consistentRead()).isTrue();
    assertThat(
            client.batchGetItem(r -> r.requestItems(part.unprocessedKeys())).responses().get(TABLE))
        .containsExactly(Map.of("version", n("2")));
  }

  @Test
  void a_batch_writes() {
    put("a", "1", "1");
    client.batchWriteItem(r ->
        r.requestItems(
            Map.of(
                TABLE,
                List.of(
                    WriteRequest.builder().deleteRequest(d -> d.key(key("a", "1"))).build(),
                    WriteRequest.builder()
                        .putRequest(
                            p -> p.item(Map.of("pk", s("a"), "sk", s("2"), "version", n("2"))))
                        .build()))));

    assertThat(version("a", "1")).isEqualTo("none");
    assertThat(version("a", "2")).isEqualTo("2");
  }

  // --- transactions

  private static TransactWriteItem check(String sk, String version) {
    return TransactWriteItem.builder()
        .conditionCheck(c ->
            c.tableName(TABLE)
                .key(key("a", sk))
                .conditionExpression("version = :v")
                .expressionAttributeValues(Map.of(":v", n(version)))
                .returnValuesOnConditionCheckFailure(ReturnValuesOnConditionCheckFailure.ALL_OLD))
        .build();
  }

  private static TransactWriteItem put(String sk, String version) {
    return TransactWriteItem.builder()
        .put(p ->
            p.tableName(TABLE)
                .item(Map.of("pk", s("a"), "sk", s(sk), "version", n(version)))
                .conditionExpression("attribute_not_exists(pk)"))
        .build();
  }

  private static TransactWriteItem increment(String sk) {
    return TransactWriteItem.builder()
        .update(u ->
            u.tableName(TABLE)
                .key(key("a", sk))
                .updateExpression("ADD version :one")
                .expressionAttributeValues(Map.of(":one", n("1"))))
        .build();
  }

  private static TransactWriteItem delete(String sk) {
    return TransactWriteItem.builder().delete(d -> d.tableName(TABLE).key(key("a", sk))).build();
  }

  @Test
  void a_transaction_happens_as_a_whole() {
    put("a", "checked", "7");
    put("a", "gone", "1");
    put("a", "counted", "1");

    client.transactWriteItems(r ->
        r.transactItems(
            check("checked", "7"), put("new", "1"), increment("counted"), delete("gone")));

    assertThat(version("a", "new")).isEqualTo("1");
    assertThat(version("a", "counted")).isEqualTo("2");
    assertThat(version("a", "gone")).isEqualTo("none");
    assertThat(
            client
                .transactGetItems(r -> r.transactItems(List.of(get("new"), get("gone"))))
                .responses())
        .satisfiesExactly(
            it -> assertThat(it.item()).containsEntry("version", n("1")),
            it -> assertThat(it.hasItem()).isFalse());
  }

  @Test
  void a_transaction_that_fails_changes_nothing_and_says_why() {
    put("a", "checked", "8");
    put("a", "there", "1");

    assertThatExceptionOfType(TransactionCanceledException.class)
        .isThrownBy(() ->
            client.transactWriteItems(r ->
                r.transactItems(increment("counted"), check("checked", "7"), put("there", "2"))))
        .satisfies(e -> {
          assertThat(e.awsErrorDetails().errorMessage())
              .isEqualTo(
                  "Transaction cancelled, please refer cancellation reasons for specific reasons"
                      + " [None, ConditionalCheckFailed, ConditionalCheckFailed]");
          assertThat(e.cancellationReasons())
              .extracting(CancellationReason::code)
              .containsExactly("None", "ConditionalCheckFailed", "ConditionalCheckFailed");
          CancellationReason second = e.cancellationReasons().get(1);
          assertThat(second.message()).isEqualTo("The conditional request failed");
          assertThat(second.item()).containsEntry("version", n("8"));
          assertThat(e.cancellationReasons().get(2).hasItem()).isFalse();
        });
    assertThat(version("a", "counted")).isEqualTo("none");
  }

  @Test
  void an_update_that_cannot_be_made_cancels_the_transaction() {
    client.putItem(
        r -> r.tableName(TABLE).item(Map.of("pk", s("a"), "sk", s("text"), "version", s("one"))));

    assertThatExceptionOfType(TransactionCanceledException.class)
        .isThrownBy(() -> client.transactWriteItems(r -> r.transactItems(increment("text"))))
        .satisfies(e ->
            assertThat(e.cancellationReasons().getFirst().code()).isEqualTo("ValidationError"));
  }

  @Test
  void a_repeated_transaction_with_the_same_token_happens_once() {
    TransactWriteItemsRequest request =
        TransactWriteItemsRequest.builder()
            .clientRequestToken("token")
            .transactItems(increment("counted"))
            .build();
    client.transactWriteItems(request);
    client.transactWriteItems(request);
    assertThat(version("a", "counted")).isEqualTo("1");

    assertThatExceptionOfType(IdempotentParameterMismatchException.class)
        .isThrownBy(() ->
            client.transactWriteItems(
                request.toBuilder().transactItems(increment("other")).build()));

    world.after(Duration.ofMinutes(11), () -> {});
    world.runUntilQuiet(Duration.ofMinutes(12));
    client.transactWriteItems(request);
    assertThat(version("a", "counted")).isEqualTo("2");
  }

  @Test
  void a_lost_answer_is_asked_for_again_without_a_second_effect() {
    faults.dropAfter(Calls.to("dynamodb", "TransactWriteItems"), 1);

    client.transactWriteItems(r -> r.transactItems(increment("counted")));

    assertThat(version("a", "counted")).isEqualTo("1");
  }

  // --- faults

  @Test
  void a_read_may_be_stale_unless_it_is_consistent() {
    put("a", "1", "1");
    service.answerStale(2);
    put("a", "1", "2");

    assertThat(version("a", "1")).isEqualTo("2");
    assertThat(of(client.getItem(r -> r.tableName(TABLE).key(key("a", "1"))).item(), "version").n())
        .isEqualTo("1");
    assertThat(client.scan(r -> r.tableName(TABLE)).items().getFirst())
        .containsEntry("version", n("1"));
    assertThat(client.scan(r -> r.tableName(TABLE)).items().getFirst())
        .containsEntry("version", n("2"));
  }

  @Test
  void writes_may_meet_a_transaction_under_way() {
    try (DynamoDbClient impatient = client("me", 1)) {
      service.conflict(2);
      assertThatExceptionOfType(TransactionConflictException.class)
          .isThrownBy(() -> impatient.putItem(r -> r.tableName(TABLE).item(key("a", "1"))));
      assertThatExceptionOfType(TransactionCanceledException.class)
          .isThrownBy(
              () -> impatient.transactWriteItems(r -> r.transactItems(increment("1"), delete("2"))))
          .satisfies(e ->
              assertThat(e.cancellationReasons())
                  .extracting(CancellationReason::code)
                  .containsExactly("TransactionConflict", "None"));
    }
  }

  @Test
  void throttling_and_server_errors_have_the_names_of_dynamodb() {
    try (DynamoDbClient impatient = client("me", 1)) {
      faults.throttle(Calls.to("dynamodb"), 1);
      assertThatThrownBy(() -> impatient.getItem(r -> r.tableName(TABLE).key(key("a", "1"))))
          .isInstanceOf(
              software.amazon.awssdk.services.dynamodb.model.ProvisionedThroughputExceededException
                  .class);
      faults.fail(Calls.to("dynamodb"), 1);
      assertThatThrownBy(() -> impatient.getItem(r -> r.tableName(TABLE).key(key("a", "1"))))
          .isInstanceOf(
              software.amazon.awssdk.services.dynamodb.model.InternalServerErrorException.class);
    }
  }

  // --- tables

  @Test
  void a_table_is_described_listed_and_deleted() {
    assertThat(client.describeTable(r -> r.tableName(TABLE)).table())
        .satisfies(table -> {
          assertThat(table.tableStatus()).isEqualTo(TableStatus.ACTIVE);
          assertThat(table.tableArn())
              .isEqualTo("arn:aws:dynamodb:us-east-1:123456789012:table/record");
          assertThat(table.creationDateTime()).isEqualTo(NOW);
          assertThat(table.keySchema()).hasSize(2);
          assertThat(table.billingModeSummary().billingMode())
              .isEqualTo(BillingMode.PAY_PER_REQUEST);
        });
    client.waiter().waitUntilTableExists(r -> r.tableName(TABLE));
    assertThat(client.listTables().tableNames()).containsExactly(TABLE);
    assertThatExceptionOfType(ResourceInUseException.class)
        .isThrownBy(() ->
            client.createTable(r ->
                r.tableName(TABLE)
                    .billingMode(BillingMode.PAY_PER_REQUEST)
                    .keySchema(List.of(element("pk", KeyType.HASH)))
                    .attributeDefinitions(List.of(text("pk")))));
    client.deleteTable(r -> r.tableName(TABLE));
    assertThatExceptionOfType(ResourceNotFoundException.class)
        .isThrownBy(() -> client.describeTable(r -> r.tableName(TABLE)))
        .withMessageStartingWith("Requested resource not found: Table: record not found");
  }

  @Test
  void an_item_past_its_time_to_live_vanishes() {
    client.updateTimeToLive(r ->
        r.tableName(TABLE).timeToLiveSpecification(t -> t.attributeName("expires").enabled(true)));
    client.putItem(r ->
        r.tableName(TABLE)
            .item(
                Map.of(
                    "pk", s("a"),
                    "sk", s("1"),
                    "version", n("1"),
                    "expires", n(Long.toString(NOW.plusSeconds(60).getEpochSecond())))));
    assertThat(version("a", "1")).isEqualTo("1");

    world.after(Duration.ofSeconds(62), () -> {});
    world.runUntilQuiet(Duration.ofMinutes(2));

    assertThat(version("a", "1")).isEqualTo("none");
    assertThat(
            client
                .describeTimeToLive(r -> r.tableName(TABLE))
                .timeToLiveDescription()
                .attributeName())
        .isEqualTo("expires");
  }

  @Test
  void capacity_is_reported_on_request() {
    put("a", "1", "1");
    assertThat(
            client
                .getItem(r ->
                    r.tableName(TABLE)
                        .key(key("a", "1"))
                        .returnConsumedCapacity(ReturnConsumedCapacity.TOTAL))
                .consumedCapacity()
                .capacityUnits())
        .isEqualTo(0.5);
    assertThat(
            client
                .transactWriteItems(r ->
                    r.transactItems(increment("1"), increment("2"))
                        .returnConsumedCapacity(ReturnConsumedCapacity.TOTAL))
                .consumedCapacity()
                .getFirst()
                .capacityUnits())
        .isEqualTo(4.0);
  }

  // --- limits

  @Test
  void an_item_has_at_most_400_kilobytes() {
    // pk + a, sk + 1, text: 3 + 3 + 4 bytes besides the text's content
    int most = 400 * 1024 - 10;
    client.putItem(r ->
        r.tableName(TABLE).item(Map.of("pk", s("a"), "sk", s("1"), "text", s("x".repeat(most)))));
    assertThatThrownBy(() ->
            client.putItem(r ->
                r.tableName(TABLE)
                    .item(Map.of("pk", s("a"), "sk", s("1"), "text", s("x".repeat(most + 1))))))
        .hasMessageContaining("Item size has exceeded the maximum allowed size");
    assertThatThrownBy(() ->
            client.updateItem(r ->
                r.tableName(TABLE)
                    .key(key("a", "1"))
                    .updateExpression("SET more = :more")
                    .expressionAttributeValues(Map.of(":more", s("x")))))
        .hasMessageContaining("Item size to update has exceeded the maximum allowed size");
  }

  @Test
  void a_transaction_has_at_most_100_parts_on_as_many_items() {
    client.transactWriteItems(r ->
        r.transactItems(
            IntStream.rangeClosed(1, 100).mapToObj(i -> increment(Integer.toString(i))).toList()));
    assertThatThrownBy(() ->
            client.transactWriteItems(r ->
                r.transactItems(
                    IntStream.rangeClosed(1, 101)
                        .mapToObj(i -> increment(Integer.toString(i)))
                        .toList())))
        .isInstanceOf(DynamoDbException.class)
        .hasMessageContaining("Member must have length less than or equal to 100");
    assertThatThrownBy(
            () -> client.transactWriteItems(r -> r.transactItems(increment("1"), delete("1"))))
        .hasMessageContaining("Transaction request cannot include multiple operations on one item");
  }

  // --- IAM

  private DynamoDbClient as(String policy) throws IOException {
    ObjectMapper json = new ObjectMapper();
    iam.add(
        new Role(
            "Deploy",
            Policy.parse(
                json.readTree(
                    """
                    {"Statement": {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"},
                     "Action": "sts:AssumeRole"}}\
                    """)),
            List.of(Policy.parse(json.readTree(policy))),
            List.of()));
    iam.issue("ASIADEPLOY", iam.session("Deploy", "deploy"));
    return client("ASIADEPLOY", 1);
  }

  @Test
  void a_transaction_needs_the_permission_of_each_of_its_parts() throws IOException {
    try (DynamoDbClient deploy =
        as(
            """
            {"Statement": {"Effect": "Allow",
             "Action": ["dynamodb:UpdateItem", "dynamodb:PutItem", "dynamodb:ConditionCheckItem"],
             "Resource": "arn:aws:dynamodb:us-east-1:123456789012:table/record"}}\
            """)) {
      deploy.transactWriteItems(r -> r.transactItems(increment("1"), put("2", "1")));
      assertThat(iam.unusedPermissions())
          .extracting(Permission::action)
          .containsExactly("dynamodb:ConditionCheckItem");
      assertThatThrownBy(
              () -> deploy.transactWriteItems(r -> r.transactItems(increment("1"), delete("2"))))
          .hasMessageContaining(
              "is not authorized to perform: dynamodb:DeleteItem on resource:"
                  + " arn:aws:dynamodb:us-east-1:123456789012:table/record");
      assertThat(version("a", "1")).isEqualTo("1");
    }
  }

  @Test
  void leading_keys_confine_a_caller_to_partitions() throws IOException {
    try (DynamoDbClient deploy =
        as(
            """
            {"Statement": {"Effect": "Allow", "Action": "dynamodb:*", "Resource": "*",
             "Condition": {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["service/*"]}}}}\
            """)) {
      deploy.putItem(r -> r.tableName(TABLE).item(key("service/main/web", "service")));
      deploy.query(r ->
          r.tableName(TABLE)
              .keyConditionExpression("pk = :pk")
              .expressionAttributeValues(Map.of(":pk", s("service/main/web"))));
      assertThatThrownBy(
              () -> deploy.getItem(r -> r.tableName(TABLE).key(key("repository/web", "x"))))
          .hasMessageContaining("dynamodb:GetItem");
      assertThatThrownBy(() ->
              deploy.batchGetItem(r ->
                  r.requestItems(
                      Map.of(
                          TABLE,
                          KeysAndAttributes.builder()
                              .keys(
                                  List.of(
                                      key("service/main/web", "service"),
                                      key("repository/web", "x")))
                              .build()))))
          .hasMessageContaining("dynamodb:BatchGetItem");
    }
  }
}
