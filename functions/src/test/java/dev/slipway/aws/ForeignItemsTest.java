package dev.slipway.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.ecs.ServiceArn;
import dev.slipway.record.ServiceRecord;
import dev.slipway.record.ServiceRecords;
import dev.slipway.record.UnreadableRecord;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Faults that a breaker found. */
class ForeignItemsTest {
  private static final ServiceArn WEB =
      new ServiceArn("arn:aws:ecs:us-east-1:123456789012:service/demo/web");
  private static final ServiceArn API =
      new ServiceArn("arn:aws:ecs:us-east-1:123456789012:service/demo/api");

  private final LoopbackAws aws = new LoopbackAws();
  private final DynamoRecordStore store =
      new DynamoRecordStore(aws.clients().dynamoDb(), "slipway-record");

  @AfterEach
  void end() {
    aws.close();
  }

  private static ObjectNode item(ServiceArn service, String environment) {
    return RecordItems.service(
        ServiceRecord.unknown(service).withEnvironment(Optional.of(environment)).written(),
        List.of());
  }

  /** The item of web says that it is about api, as after a copy by hand. */
  private static ObjectNode spoiled() {
    return item(WEB, "production").put("service", API.value());
  }

  @Test
  void an_item_that_is_about_another_service_is_unreadable() {
    ObjectNode answer = Json.object();
    answer.putArray("Items").add(AttributeValues.wrap(spoiled()));
    aws.answers("Query", answer.toString());

    assertThatThrownBy(() -> store.read(WEB)).isInstanceOf(UnreadableRecord.class);
  }

  @Test
  void an_item_that_is_about_another_service_is_not_taken_for_that_ones() {
    ObjectNode answer = Json.object();
    answer
        .putObject("Responses")
        .putArray("slipway-record")
        .add(AttributeValues.wrap(item(API, "staging")))
        .add(AttributeValues.wrap(spoiled()));
    aws.answers("BatchGetItem", answer.toString());

    ServiceRecords records = store.services(List.of(API, WEB));

    assertThat(records.of(API).environment()).contains("staging");
    assertThatThrownBy(() -> records.of(WEB)).isInstanceOf(UnreadableRecord.class);
  }
}
