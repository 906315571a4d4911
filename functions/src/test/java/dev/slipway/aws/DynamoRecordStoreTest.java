package dev.slipway.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.ecs.ServiceArn;
import dev.slipway.ecs.TaskDefinitionArn;
import dev.slipway.image.ImageReference;
import dev.slipway.image.Repository;
import dev.slipway.record.DeploymentId;
import dev.slipway.record.DeploymentOutcome;
import dev.slipway.record.DeploymentRecord;
import dev.slipway.record.DeploymentRecord.Ended;
import dev.slipway.record.KnownRevision;
import dev.slipway.record.RecordChange;
import dev.slipway.record.RecordedService;
import dev.slipway.record.RepositoryUsers;
import dev.slipway.record.RepositoryUsers.User;
import dev.slipway.record.ServiceRecord;
import dev.slipway.record.Trigger;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.model.ProvisionedThroughputExceededException;

class DynamoRecordStoreTest {
  private static final String TABLE = "slipway-record";
  private static final Instant NOW = Instant.parse("2026-11-28T03:00:00Z");
  private static final ServiceArn WEB =
      new ServiceArn("arn:aws:ecs:us-east-1:123456789012:service/demo/web");
  private static final Repository REPOSITORY =
      new Repository("123456789012", "us-east-1", "team/web");

  private final LoopbackAws aws = new LoopbackAws();
  private final DynamoRecordStore store = new DynamoRecordStore(aws.clients().dynamoDb(), TABLE);

  @AfterEach
  void end() {
    aws.close();
  }

  @Test
  void reads_a_service_with_one_consistent_query_from_its_end() {
    DeploymentRecord deployment = intent(0);
    ServiceRecord service = known(7).tracking(deployment);
    aws.answers(
        "Query",
        items(
            RecordItems.service(service, List.of(deployment.id())),
            RecordItems.deployment(deployment, 7)));

    assertThat(store.read(WEB)).isEqualTo(new RecordedService(service, List.of(deployment)));
    assertThat(aws.received())
        .singleElement()
        .satisfies(request ->
            assertThat(request.body())
                .isEqualTo(
                    """
                    {"TableName":"slipway-record","ConsistentRead":true,\
                    "ScanIndexForward":false,"KeyConditionExpression":"pk = :pk",\
                    "ExpressionAttributeValues":{":pk":{"S":"service/demo/web"}},"Limit":26}\
                    """));
  }

  @Test
  void goes_on_with_a_page_that_dynamodb_ended_early() {
    DeploymentRecord deployment = intent(0);
    ServiceRecord service = known(7).tracking(deployment);
    aws.answers(
        "Query",
        """
        {"Items": [%s], "LastEvaluatedKey": {"pk": {"S": "p"}, "sk": {"S": "service"}}}\
        """
            .formatted(AttributeValues.wrap(RecordItems.service(service, List.of()))));
    aws.answers("Query", items(RecordItems.deployment(deployment, 7)));

    assertThat(store.read(WEB).deployments()).containsExactly(deployment);
    JsonNode second = aws.received("Query").get(1).json();
    assertThat(second.path("ExclusiveStartKey"))
        .hasToString("{\"pk\":{\"S\":\"p\"},\"sk\":{\"S\":\"service\"}}");
    assertThat(second.path("Limit").asInt()).isEqualTo(25);
  }

  @Test
  void stops_at_the_limit_though_dynamodb_names_a_next_page() {
    ObjectNode page = Json.object();
    ArrayNode list = page.putArray("Items");
    IntStream.range(0, 3)
        .mapToObj(n -> RecordItems.deployment(ended(intent(9 - n)), 7))
        .forEach(item -> list.add(AttributeValues.wrap(item)));
    page.putObject("LastEvaluatedKey").putObject("pk").put("S", "p");
    aws.answers("Query", page.toString());

    assertThat(store.history(WEB, 2)).hasSize(2);
    assertThat(aws.received("Query").getFirst().json().path("Limit").asInt()).isEqualTo(3);
  }

  @Test
  void fetches_open_deployments_that_are_older_than_the_newest() {
    DeploymentRecord old = intent(0);
    ServiceRecord service = known(7).tracking(old);
    aws.answers("Query", items(RecordItems.service(service, List.of())));
    aws.answers("BatchGetItem", found(RecordItems.deployment(old, 3)));

    assertThat(store.read(WEB).deployments()).containsExactly(old);
    assertThat(aws.received("BatchGetItem").getFirst().body())
        .isEqualTo(
            """
            {"RequestItems":{"slipway-record":{"ConsistentRead":true,"Keys":[\
            {"pk":{"S":"service/demo/web"},"sk":{"S":"deployment/%s"}}]}}}\
            """
                .formatted(old.id()));
  }

  @Test
  void reads_again_when_a_transaction_was_half_visible() {
    DeploymentRecord before = intent(0);
    DeploymentRecord after = ended(before);
    ObjectNode service = RecordItems.service(known(8), List.of(before.id()));
    aws.answers("Query", items(service, RecordItems.deployment(before, 7)));
    aws.answers("Query", items(service, RecordItems.deployment(after, 8)));

    assertThat(store.read(WEB).deployments()).containsExactly(after);
  }

  @Test
  void reads_again_when_an_open_deployment_was_not_visible_yet() {
    DeploymentRecord deployment = intent(0);
    ObjectNode service =
        RecordItems.service(known(8).tracking(deployment), List.of(deployment.id()));
    aws.answers("Query", items(service));
    aws.answers("BatchGetItem", found());
    aws.answers("Query", items(service, RecordItems.deployment(deployment, 8)));

    assertThat(store.read(WEB).deployments()).containsExactly(deployment);
  }

  @Test
  void takes_the_items_as_they_are_when_they_do_not_change() {
    DeploymentRecord gone = intent(0);
    aws.always("Query", items(RecordItems.service(known(8).tracking(gone), List.of())));
    aws.always("BatchGetItem", found());

    assertThat(store.read(WEB).deployments()).isEmpty();
    assertThat(aws.received("Query")).hasSize(3);
  }

  @Test
  void writes_the_service_the_deployment_and_the_index_in_one_transaction() {
    Repository left = new Repository("123456789012", "us-east-1", "left");
    Repository kept = new Repository("123456789012", "us-east-1", "kept");
    ServiceRecord before = known(7).withRevision(Optional.of(using(left, kept)));
    ServiceRecord after = before.withRevision(Optional.of(using(kept, REPOSITORY)));
    DeploymentRecord deployment = intent(0);
    aws.answers("TransactWriteItems", "{}");

    assertThat(store.write(RecordChange.of(before, after, deployment))).isTrue();

    JsonNode request = aws.received().getFirst().json();
    JsonNode actions = request.path("TransactItems");
    assertThat(actions).hasSize(4);
    JsonNode service = actions.path(0).path("Put");
    assertThat(service.path("TableName").asText()).isEqualTo(TABLE);
    assertThat(service.path("ConditionExpression").asText()).isEqualTo("version = :before");
    assertThat(service.path("ExpressionAttributeValues"))
        .hasToString("{\":before\":{\"N\":\"7\"}}");
    assertThat(AttributeValues.unwrap(service.path("Item")))
        .hasToString(
            RecordItems.service(after.tracking(deployment).written(), List.of(deployment.id()))
                .toString());
    assertThat(service.at("/Item/version/N").asText()).isEqualTo("8");
    assertThat(actions.path(1).path("Put").path("Item"))
        .hasToString(AttributeValues.wrap(RecordItems.deployment(deployment, 8)).toString());
    assertThat(actions.path(2))
        .hasToString(
            """
            {"Put":{"TableName":"slipway-record","Item":{\
            "pk":{"S":"repository/123456789012/us-east-1/team/web"},\
            "sk":{"S":"service/demo/web"},"format":{"N":"5"},\
            "service":{"S":"arn:aws:ecs:us-east-1:123456789012:service/demo/web"},\
            "environment":{"S":"staging"}}}}\
            """);
    assertThat(actions.path(3))
        .hasToString(
            """
            {"Delete":{"TableName":"slipway-record","Key":{\
            "pk":{"S":"repository/123456789012/us-east-1/left"},\
            "sk":{"S":"service/demo/web"}}}}\
            """);
    assertThat(UUID.fromString(request.path("ClientRequestToken").asText())).isNotNull();
  }

  @Test
  void another_environment_is_written_to_every_index_entry_and_none_deletes_them() {
    ServiceRecord before =
        known(7)
            .withRevision(
                Optional.of(
                    using(REPOSITORY, new Repository("123456789012", "us-east-1", "kept"))));
    aws.always("TransactWriteItems", "{}");

    assertThat(
            store.write(RecordChange.of(before, before.withEnvironment(Optional.of("production")))))
        .isTrue();
    assertThat(store.write(RecordChange.of(before, before.withEnvironment(Optional.empty()))))
        .isTrue();

    List<JsonNode> actions =
        aws.received().stream().map(request -> request.json().path("TransactItems")).toList();
    assertThat(actions.get(0).findValuesAsText("pk")).hasSize(3);
    assertThat(actions.get(0).at("/1/Put/Item/environment/S").asText()).isEqualTo("production");
    assertThat(actions.get(0).at("/2/Put/Item/environment/S").asText()).isEqualTo("production");
    assertThat(actions.get(1).findValues("Delete")).hasSize(2);
  }

  @Test
  void the_first_write_wants_that_there_is_none() {
    aws.answers("TransactWriteItems", "{}");

    assertThat(store.write(nothing(ServiceRecord.unknown(WEB)))).isTrue();

    JsonNode put = aws.received().getFirst().json().at("/TransactItems/0/Put");
    assertThat(put.path("ConditionExpression").asText()).isEqualTo("attribute_not_exists(pk)");
    assertThat(put.has("ExpressionAttributeValues")).isFalse();
  }

  @Test
  void an_attempt_after_a_lost_response_has_the_same_token_and_another_write_another() {
    aws.breaksOff("TransactWriteItems", "{}");
    aws.answers("TransactWriteItems", "{}");
    aws.answers("TransactWriteItems", "{}");
    RecordChange change = nothing(known(7));

    assertThat(store.write(change)).isTrue();
    assertThat(store.write(change)).isTrue();

    List<String> tokens =
        aws.received().stream()
            .map(request -> request.json().path("ClientRequestToken").asText())
            .toList();
    assertThat(tokens).hasSize(3);
    assertThat(tokens.get(0)).isEqualTo(tokens.get(1)).isNotEqualTo(tokens.get(2));
  }

  @Test
  void a_conflict_is_no_error() {
    aws.cancels("ConditionalCheckFailed", "None");
    aws.cancels("None", "TransactionConflict");

    assertThat(store.write(nothing(known(7)))).isFalse();
    assertThat(store.write(nothing(known(7)))).isFalse();
  }

  @Test
  void a_write_that_is_canceled_for_another_reason_names_it() {
    aws.cancels("ThrottlingError", "None");

    assertThatThrownBy(() -> store.write(nothing(known(7))))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "dynamodb:TransactWriteItems on table slipway-record was canceled: ThrottlingError:"
                + " in words: ThrottlingError");
  }

  @Test
  void throttling_that_lasts_passes_as_what_it_is() {
    IntStream.range(0, 10)
        .forEach(
            _ -> aws.fails("Query", 400, "ProvisionedThroughputExceededException", "too much"));

    assertThatThrownBy(() -> store.read(WEB))
        .isInstanceOf(ProvisionedThroughputExceededException.class)
        .hasMessageContaining("too much");
  }

  @Test
  void names_the_permission_that_is_missing() {
    aws.fails("Query", 400, "AccessDeniedException", "User x is not authorized");
    aws.fails("TransactWriteItems", 400, "AccessDeniedException", "User x is not authorized");

    assertThatThrownBy(() -> store.read(WEB))
        .isInstanceOf(AccessDenied.class)
        .hasMessageContaining("must allow dynamodb:Query on table slipway-record");
    assertThatThrownBy(() -> store.write(nothing(known(7))))
        .isInstanceOf(AccessDenied.class)
        .hasMessageContaining(
            "must allow dynamodb:PutItem and dynamodb:DeleteItem on table slipway-record");
  }

  @Test
  void says_that_the_table_is_missing() {
    aws.fails("Query", 400, "ResourceNotFoundException", "Requested resource not found");

    assertThatThrownBy(() -> store.read(WEB))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("the table slipway-record is not there: ");
  }

  @Test
  void refuses_a_service_of_a_newer_format() {
    aws.answers(
        "Query",
        items(RecordItems.service(known(7), List.of()).put("format", RecordItems.FORMAT + 1)));

    assertThatThrownBy(() -> store.read(WEB))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("service/demo/web, service has format 6");
  }

  @Test
  void gets_a_hundred_services_a_call_and_asks_again_for_what_was_not_processed() {
    List<ServiceArn> services =
        IntStream.range(0, 150).mapToObj(n -> new ServiceArn(WEB.value() + n)).toList();
    aws.answers(
        "BatchGetItem",
        """
        {"Responses": {"slipway-record": []},
         "UnprocessedKeys": {"slipway-record": {"Keys": [{"pk": {"S": "left"}}]}}}\
        """);
    aws.answers("BatchGetItem", found(RecordItems.service(known(7), List.of())));
    aws.answers("BatchGetItem", found());

    assertThat(store.services(services)).isEqualTo(Map.of(WEB, known(7)));

    List<JsonNode> requests =
        aws.received("BatchGetItem").stream()
            .map(request -> request.json().at("/RequestItems/slipway-record/Keys"))
            .toList();
    assertThat(requests).extracting(JsonNode::size).containsExactly(100, 1, 50);
    assertThat(requests.get(1)).hasToString("[{\"pk\":{\"S\":\"left\"}}]");
  }

  @Test
  void does_not_ask_for_ever_for_what_is_not_processed() {
    aws.always(
        "BatchGetItem",
        "{\"UnprocessedKeys\": {\"slipway-record\": {\"Keys\": [{\"pk\": {\"S\": \"x\"}}]}}}");

    assertThatThrownBy(() -> store.services(List.of(WEB)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("dynamodb:BatchGetItem on table slipway-record left keys unprocessed 10 times");
  }

  @Test
  void reads_all_pages_of_a_repositorys_users() {
    ObjectNode searched =
        RecordItems.item(RecordItems.partition(REPOSITORY), "searched").put("at", NOW.toString());
    aws.answers(
        "Query",
        """
        {"Items": [%s], "LastEvaluatedKey": {"pk": {"S": "p"}, "sk": {"S": "searched"}}}\
        """
            .formatted(AttributeValues.wrap(searched)));
    aws.answers("Query", items(RecordItems.user(REPOSITORY, new User(WEB, "staging"))));

    assertThat(store.usersOf(REPOSITORY))
        .isEqualTo(new RepositoryUsers(List.of(new User(WEB, "staging")), Optional.of(NOW)));
    assertThat(aws.received("Query").getFirst().body())
        .isEqualTo(
            """
            {"TableName":"slipway-record","ConsistentRead":true,"ScanIndexForward":true,\
            "KeyConditionExpression":"pk = :pk","ExpressionAttributeValues":\
            {":pk":{"S":"repository/123456789012/us-east-1/team/web"}}}\
            """);
  }

  @Test
  void keeps_where_a_sweep_stopped() {
    aws.always("PutItem", "{}");
    aws.answers(
        "BatchGetItem", found(RecordItems.item("sweep", "position").put("position", "demo/web")));

    store.sweepPosition(Optional.of("demo/web"));
    store.sweepPosition(Optional.empty());

    assertThat(store.sweepPosition()).contains("demo/web");
    assertThat(aws.received("PutItem"))
        .extracting(LoopbackAws.Received::body)
        .containsExactly(
            """
            {"TableName":"slipway-record","Item":{"pk":{"S":"sweep"},"sk":{"S":"position"},\
            "format":{"N":"5"},"position":{"S":"demo/web"}}}\
            """,
            """
            {"TableName":"slipway-record","Item":{"pk":{"S":"sweep"},"sk":{"S":"position"},\
            "format":{"N":"5"}}}\
            """);
  }

  private static String items(ObjectNode... items) {
    ObjectNode answer = Json.object();
    ArrayNode list = answer.putArray("Items");
    for (ObjectNode item : items) {
      list.add(AttributeValues.wrap(item));
    }
    return answer.toString();
  }

  private static String found(ObjectNode... items) {
    ObjectNode answer = Json.object();
    ArrayNode list = answer.putObject("Responses").putArray(TABLE);
    for (ObjectNode item : items) {
      list.add(AttributeValues.wrap(item));
    }
    answer.putObject("UnprocessedKeys");
    return answer.toString();
  }

  private static ServiceRecord known(long version) {
    return new ServiceRecord(
        WEB,
        version,
        Optional.of("staging"),
        Optional.empty(),
        List.of(),
        Optional.empty(),
        List.of(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        List.of(),
        List.of(),
        Optional.empty(),
        Optional.empty());
  }

  private static RecordChange nothing(ServiceRecord service) {
    return RecordChange.of(service, service);
  }

  private static KnownRevision using(Repository first, Repository second) {
    return new KnownRevision(
        new TaskDefinitionArn("arn:aws:ecs:us-east-1:123456789012:task-definition/web:1"),
        Map.of("web", image(first), "sidecar", image(second)));
  }

  private static ImageReference image(Repository repository) {
    return ImageReference.parse(
        "%s.dkr.ecr.%s.amazonaws.com/%s:1"
            .formatted(repository.account(), repository.region(), repository.name()));
  }

  private static DeploymentRecord intent(int second) {
    Instant at = NOW.plusSeconds(second);
    return new DeploymentRecord(
        DeploymentId.of(at, second),
        WEB,
        "staging",
        new Trigger.Sweep("event", at),
        new TaskDefinitionArn("arn:aws:ecs:us-east-1:123456789012:task-definition/web:1"),
        Optional.empty(),
        List.of(),
        Map.of(),
        "a newer image",
        at,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Set.of());
  }

  private static DeploymentRecord ended(DeploymentRecord deployment) {
    return deployment.ended(Ended.because(DeploymentOutcome.DROPPED, NOW, "never started"));
  }
}
