package dev.slipway.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.ecs.ServiceArn;
import dev.slipway.image.ImageDigest;
import dev.slipway.image.ImageTag;
import dev.slipway.image.Repository;
import dev.slipway.record.Block;
import dev.slipway.record.DeploymentId;
import dev.slipway.record.DeploymentOutcome;
import dev.slipway.record.DeploymentRecord;
import dev.slipway.record.DeploymentRecord.Announcement;
import dev.slipway.record.DeploymentRecord.Ended;
import dev.slipway.record.DeploymentRecord.RollbackState;
import dev.slipway.record.RandomRecords;
import dev.slipway.record.ServiceRecord;
import dev.slipway.record.Trigger;
import dev.slipway.record.UnreadableRecord;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RecordItemsTest {
  private static final long SEED = 20261128;
  private static final int RECORDS = 2_000;

  /** As DynamoDB would give it back. */
  private static ObjectNode stored(ObjectNode item) throws Exception {
    return AttributeValues.unwrap(Json.read(Json.bytes(AttributeValues.wrap(item))));
  }

  @Test
  void every_service_is_read_as_it_was_written() throws Exception {
    RandomRecords records = new RandomRecords(SEED);
    Set<Class<?>> triggers = new HashSet<>();
    for (int i = 0; i < RECORDS; i++) {
      ServiceRecord record = records.service();

      ServiceRecord read =
          RecordItems.parse(
              stored(RecordItems.service(record, record.open())), RecordItems::service);

      assertThat(read).isEqualTo(record);
      assertThat(read.pin().map(pin -> List.copyOf(pin.images().keySet())))
          .isEqualTo(record.pin().map(pin -> List.copyOf(pin.images().keySet())));
      record.notes().forEach(note -> triggers.add(note.getClass()));
    }
    assertThat(triggers).hasSize(Trigger.class.getPermittedSubclasses().length);
  }

  @Test
  void every_deployment_is_read_as_it_was_written() throws Exception {
    RandomRecords records = new RandomRecords(SEED);
    Set<DeploymentOutcome> outcomes = EnumSet.noneOf(DeploymentOutcome.class);
    Set<RollbackState> states = EnumSet.noneOf(RollbackState.class);
    Set<Announcement> announced = EnumSet.noneOf(Announcement.class);
    for (int i = 0; i < RECORDS; i++) {
      DeploymentRecord record = records.deployment();
      ObjectNode item = stored(RecordItems.deployment(record, i));

      DeploymentRecord read = RecordItems.parse(item, RecordItems::deployment);

      assertThat(read).isEqualTo(record);
      assertThat(List.copyOf(read.images().keySet()))
          .isEqualTo(List.copyOf(record.images().keySet()));
      assertThat(RecordItems.serviceVersion(item)).isEqualTo(i);
      record.ended().map(Ended::outcome).ifPresent(outcomes::add);
      record.ended().flatMap(Ended::rollback).ifPresent(back -> states.add(back.state()));
      announced.addAll(record.announced());
    }
    assertThat(outcomes).containsExactlyInAnyOrder(DeploymentOutcome.values());
    assertThat(states).containsExactlyInAnyOrder(RollbackState.values());
    assertThat(announced).containsExactlyInAnyOrder(Announcement.values());
  }

  @Test
  void of_an_item_that_cannot_be_read_little_is_said_and_on_one_line() {
    ObjectNode keyless = RecordItems.item("service/demo/web\n\u001b", "");
    ObjectNode broken = RecordItems.item("service/demo/web", "service");
    broken.put("service", "x\n\u202e" + "y".repeat(9_999));

    assertThatThrownBy(() -> RecordItems.parse(keyless, RecordItems::deployment))
        .isInstanceOf(UnreadableRecord.class)
        .hasMessageEndingWith("cannot be read: its sort key is no deployment's")
        .hasMessageNotContainingAny("\n", "\u001b");
    assertThatThrownBy(() -> RecordItems.parse(broken, RecordItems::service))
        .isInstanceOf(UnreadableRecord.class)
        .hasMessageNotContainingAny("\n", "\u202e")
        .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(1_000));
  }

  @Test
  void a_person_can_read_a_service() {
    ServiceArn arn = new ServiceArn("arn:aws:ecs:us-east-1:123456789012:service/demo/web");
    ServiceRecord record =
        ServiceRecord.unknown(arn)
            .withEnvironment(Optional.of("staging"))
            .noted(
                new Trigger.Push(
                    "e-1",
                    new Repository("123456789012", "us-east-1", "team/web"),
                    new ImageTag("staging"),
                    Optional.empty(),
                    Optional.of(Instant.parse("2026-11-28T03:00:00Z"))))
            .written();

    assertThat(Json.text(RecordItems.service(record, List.of())))
        .isEqualTo(
            """
            {"pk":"service/demo/web","sk":"service","format":5,\
            "service":"arn:aws:ecs:us-east-1:123456789012:service/demo/web","version":1,\
            "environment":"staging",\
            "notes":[{"type":"push","eventId":"e-1",\
            "repository":"123456789012/us-east-1/team/web","tag":"staging",\
            "at":"2026-11-28T03:00:00Z"}]}\
            """);
  }

  @Test
  void a_deployment_expires_a_year_after_it_ended_unless_something_remains_to_be_done() {
    RandomRecords records = new RandomRecords(SEED);
    List<DeploymentRecord> all = Stream.generate(records::deployment).limit(RECORDS).toList();

    assertThat(all).extracting(DeploymentRecord::isOpen).contains(true, false);
    assertThat(all)
        .allSatisfy(record -> {
          ObjectNode item = RecordItems.deployment(record, 1);
          if (record.isOpen()) {
            assertThat(item.has("expiresAt")).isFalse();
          } else {
            assertThat(item.path("expiresAt").asLong())
                .isEqualTo(record.ended().orElseThrow().at().getEpochSecond() + 365 * 24 * 3_600L);
          }
        });
  }

  @Test
  void long_evidence_is_cut_so_that_a_deployment_stays_below_40_kb() {
    List<String> lines = new ArrayList<>(Collections.nCopies(5_000, "漢".repeat(5_000)));
    lines.set(0, "first");
    String sentence = "🚢".repeat(50_000);
    DeploymentRecord record =
        aDeployment()
            .ended(
                Ended.because(DeploymentOutcome.FAILED, Instant.EPOCH, sentence)
                    .diagnosed(sentence, lines));

    ObjectNode item = RecordItems.deployment(record, 1);

    assertThat(Json.bytes(AttributeValues.wrap(item))).hasSizeLessThan(40_000);
    Ended ended = RecordItems.deployment(item).ended().orElseThrow();
    assertThat(ended.evidence()).hasSizeGreaterThan(2).startsWith("first");
    assertThat(ended.evidence().get(1)).hasSize(1_000).endsWith("漢…");
    assertThat(ended.diagnosis().orElseThrow()).endsWith("🚢…").doesNotContain("?");
  }

  @Test
  void a_service_with_all_blocks_that_are_kept_fits_into_an_item() {
    ServiceArn arn = new ServiceArn("arn:aws:ecs:us-east-1:123456789012:service/demo/web");
    List<Block> blocks =
        IntStream.range(0, ServiceRecord.MAX_BLOCKS)
            .mapToObj(n ->
                new Block(
                    new ImageDigest("sha256:%064x".formatted(n)),
                    "team/subteam/a-repository-with-a-long-name",
                    Instant.parse("2026-11-28T03:00:00.123456789Z"),
                    "arn:aws:sts::123456789012:assumed-role/AWSReservedSSO_Admin_0123456789abcdef/a.long.name@example.com",
                    Optional.of(DeploymentId.of(Instant.EPOCH, n)),
                    "r".repeat(10_000)))
            .toList();

    ObjectNode item = RecordItems.service(ServiceRecord.unknown(arn).block(blocks), List.of());

    // as JSON it is longer than DynamoDB counts
    assertThat(Json.bytes(AttributeValues.wrap(item))).hasSizeLessThan(400 * 1_024);
    assertThat(RecordItems.service(item).blocked()).hasSize(ServiceRecord.MAX_BLOCKS);
  }

  @Test
  void an_item_of_a_newer_format_is_refused() throws Exception {
    ObjectNode item =
        RecordItems.deployment(aDeployment(), 1).put("format", RecordItems.FORMAT + 1);

    assertThatThrownBy(() -> RecordItems.parse(stored(item), RecordItems::deployment))
        .isInstanceOf(UnreadableRecord.class)
        .hasMessageContaining(", deployment/")
        .hasMessageContaining(
            "has format 6, and this version of Slipway reads up to 5: a newer version wrote it");
  }

  @Test
  void an_attribute_that_is_not_known_is_passed_over() throws Exception {
    DeploymentRecord record = aDeployment();
    ObjectNode item = AttributeValues.wrap(RecordItems.deployment(record, 1));
    item.putObject("comment").putArray("SS").add("by hand");

    DeploymentRecord read =
        RecordItems.parse(AttributeValues.unwrap(item), RecordItems::deployment);

    assertThat(read).isEqualTo(record);
  }

  @Test
  void an_item_with_a_number_that_is_too_large_cannot_be_read() {
    ObjectNode item = RecordItems.deployment(aDeployment(), 1);
    item.putObject("ended")
        .put("outcome", "deployed")
        .put("at", "2026-11-28T03:00:00Z")
        .put("tasks", 1L << 40);

    assertThatThrownBy(() -> RecordItems.parse(item, RecordItems::deployment))
        .isInstanceOf(UnreadableRecord.class);
  }

  @Test
  void an_item_that_cannot_be_read_is_named_with_what_is_wrong() {
    ObjectNode noFormat = RecordItems.key("service/demo/web", "service");
    ObjectNode noArn = RecordItems.item("service/demo/web", "service");
    ObjectNode badTime = RecordItems.deployment(aDeployment(), 1).put("decidedAt", "yesterday");
    ObjectNode badOutcome = RecordItems.deployment(aDeployment(), 1);
    badOutcome
        .putObject("ended")
        .put("outcome", "lost")
        .put("at", "2026-11-28T03:00:00Z")
        .put("tasks", 0);

    assertThatThrownBy(() -> RecordItems.parse(noFormat, RecordItems::service))
        .isInstanceOf(UnreadableRecord.class)
        .hasMessage("the record's item service/demo/web, service cannot be read: it has no format");
    assertThatThrownBy(() -> RecordItems.parse(noArn, RecordItems::service))
        .isInstanceOf(UnreadableRecord.class)
        .hasMessage(
            "the record's item service/demo/web, service cannot be read: the attribute service is"
                + " no text");
    assertThatThrownBy(() -> RecordItems.parse(badTime, RecordItems::deployment))
        .isInstanceOf(UnreadableRecord.class)
        .hasMessageContaining("yesterday");
    assertThatThrownBy(() -> RecordItems.parse(badOutcome, RecordItems::deployment))
        .isInstanceOf(UnreadableRecord.class)
        .hasMessageContaining("LOST");
  }

  private static DeploymentRecord aDeployment() {
    RandomRecords records = new RandomRecords(SEED);
    return Stream.generate(records::deployment)
        .filter(record -> record.ended().isEmpty())
        .findFirst()
        .orElseThrow();
  }
}
