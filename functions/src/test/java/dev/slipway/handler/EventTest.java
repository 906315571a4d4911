package dev.slipway.handler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.aws.Json;
import dev.slipway.aws.ServiceChecks;
import dev.slipway.deploy.Hint;
import dev.slipway.ecs.ServiceArn;
import dev.slipway.image.ImageDigest;
import dev.slipway.image.ImageTag;
import dev.slipway.image.Repository;
import dev.slipway.record.Trigger;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventTest {
  private static final Trigger.Push PUSH =
      new Trigger.Push(
          "13cde686-328b-6117-af20-0e5566167482",
          new Repository("123456789012", "us-west-2", "my-repository-name"),
          new ImageTag("latest"),
          Optional.of(new ImageDigest("sha256:" + "7f5b2640".repeat(8))),
          Optional.of(Instant.parse("2019-11-16T01:54:34Z")));

  /** https://docs.aws.amazon.com/AmazonECR/latest/userguide/ecr-eventbridge.html */
  private static ObjectNode push() {
    return read(
        """
        {"version": "0", "id": "13cde686-328b-6117-af20-0e5566167482",
         "detail-type": "ECR Image Action", "source": "aws.ecr", "account": "123456789012",
         "time": "2019-11-16T01:54:34Z", "region": "us-west-2", "resources": [],
         "detail": {"result": "SUCCESS", "repository-name": "my-repository-name",
           "image-digest": "sha256:7f5b26407f5b26407f5b26407f5b26407f5b26407f5b26407f5b26407f5b2640",
           "action-type": "PUSH", "image-tag": "latest"}}\
        """);
  }

  private static final String SERVICE = "arn:aws:ecs:us-west-2:123456789012:service/main/web";

  /** https://docs.aws.amazon.com/tag-editor/latest/userguide/monitor-tags-events.html */
  private static ObjectNode tagChange(String service, String type, String resource) {
    ObjectNode event =
        read(
            """
            {"version": "0", "id": "t-1", "detail-type": "Tag Change on Resource",
             "source": "aws.tag", "account": "123456789012", "time": "2026-11-16T01:54:34Z",
             "region": "us-west-2", "resources": [],
             "detail": {"changed-tag-keys": ["slipway:environment"],
               "tags": {"slipway:environment": "staging"}, "version": 1}}\
            """);
    event.withArray("resources").add(resource);
    ((ObjectNode) event.path("detail")).put("service", service).put("resource-type", type);
    return event;
  }

  private static ObjectNode read(String text) {
    try {
      return (ObjectNode) Json.read(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ObjectNode with(String path, String json) {
    ObjectNode event = push();
    ObjectNode parent = path.startsWith("detail.") ? (ObjectNode) event.path("detail") : event;
    String field = path.startsWith("detail.") ? path.substring("detail.".length()) : path;
    if (json.equals("absent")) {
      parent.remove(field);
    } else {
      try {
        parent.set(field, Json.read(json));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return event;
  }

  @Nested
  class A_hint_is {
    @Test
    void a_push() {
      assertThat(Event.parse(push())).isEqualTo(new Event.Hinted(new Hint.ImagePushed(PUSH)));
    }

    @Test
    void a_replayed_push() {
      assertThat(Event.parse(push().put("replay-name", "my-replay")))
          .isEqualTo(new Event.Hinted(new Hint.ImagePushed(PUSH)));
    }

    /** Inspector names a repository by its ARN. */
    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        textBlock =
            """
            aws.ecr        | ECR Image Scan  | team/web
            aws.inspector2 | Inspector2 Scan | arn:aws:ecr:eu-central-1:123456789012:repository/team/web
            """)
    void the_end_of_a_scan(String source, String detailType, String repository) {
      ObjectNode event = with("detail.repository-name", "\"" + repository + "\"");
      event.put("source", source).put("detail-type", detailType);

      assertThat(Event.parse(event))
          .isEqualTo(
              new Event.Hinted(
                  new Hint.ImageScanned(
                      new Repository(
                          PUSH.repository().account(), PUSH.repository().region(), "team/web"),
                      new Trigger.ServiceChanged(PUSH.eventId(), detailType))));
    }

    @Test
    void a_push_that_does_not_say_when() {
      assertThat(Event.parse(with("time", "absent")))
          .isEqualTo(
              new Event.Hinted(
                  new Hint.ImagePushed(
                      new Trigger.Push(
                          PUSH.eventId(),
                          PUSH.repository(),
                          PUSH.tag(),
                          PUSH.digest(),
                          Optional.empty()))));
    }

    /** It tells which push a deployment is credited to; what is deployed is read from ECR. */
    @ParameterizedTest
    @ValueSource(strings = {"absent", "null", "\"sha256:7f5b26\"", "7"})
    void a_push_without_a_digest_that_can_be_read(String digest) {
      assertThat(Event.parse(with("detail.image-digest", digest)))
          .isEqualTo(
              new Event.Hinted(
                  new Hint.ImagePushed(
                      new Trigger.Push(
                          PUSH.eventId(),
                          PUSH.repository(),
                          PUSH.tag(),
                          Optional.empty(),
                          PUSH.at()))));
    }

    /** An image that ECR has copied from another Region or account. */
    @Test
    void a_replication() {
      ObjectNode event = push().put("detail-type", "ECR Replication Action");
      ((ObjectNode) event.path("detail"))
          .put("action-type", "REPLICATE")
          .put("source-account", "210987654321")
          .put("source-region", "us-east-1");

      assertThat(Event.parse(event)).isEqualTo(new Event.Hinted(new Hint.ImagePushed(PUSH)));
    }

    /** An image that ECR has pulled from an upstream registry. */
    @Test
    void a_pull_through() {
      ObjectNode event = push().put("detail-type", "ECR Pull Through Cache Action");
      ((ObjectNode) event.path("detail"))
          .put("sync-status", "SUCCESS")
          .remove(List.of("result", "action-type"));

      assertThat(Event.parse(event)).isEqualTo(new Event.Hinted(new Hint.ImagePushed(PUSH)));
    }

    /** Only Slipway itself knows who promoted. */
    @Test
    void a_push_by_nobody_whatever_ecrs_event_says() {
      ObjectNode event = push();
      ((ObjectNode) event.path("detail")).put("by", "ann");

      assertThat(Event.parse(event)).isEqualTo(new Event.Hinted(new Hint.ImagePushed(PUSH)));
    }

    @Test
    void a_change_of_a_services_tags() {
      assertThat(Event.parse(tagChange("ecs", "service", SERVICE)))
          .isEqualTo(
              new Event.Hinted(
                  new Hint.CheckService(
                      new ServiceArn(SERVICE),
                      new Trigger.ServiceChanged("t-1", "Tag Change on Resource"))));
    }

    static Stream<Trigger> triggers() {
      return Stream.of(
          PUSH,
          new Trigger.Push(
              "e-1", PUSH.repository(), PUSH.tag(), Optional.empty(), Optional.empty()),
          new Trigger.Push(
              "r-1",
              PUSH.repository(),
              PUSH.tag(),
              PUSH.digest(),
              PUSH.at(),
              Optional.of("arn:aws:iam::123456789012:user/ann")),
          new Trigger.Sweep("sweep-1", Instant.parse("2026-11-21T10:00:00.123Z")),
          new Trigger.Operator("r-1", "arn:aws:sts::123456789012:assumed-role/ops/ann@example.com"),
          new Trigger.ServiceChanged("c-1", "ECS Deployment State Change"));
    }

    @ParameterizedTest
    @MethodSource("triggers")
    void a_service_check_of_slipway_itself(Trigger trigger) {
      Hint.CheckService hint =
          new Hint.CheckService(
              new ServiceArn("arn:aws:ecs:us-west-2:123456789012:service/main/web"), trigger);
      String body = ServiceChecks.body(hint).toString();

      assertThat(Event.parse(body)).isEqualTo(new Event.Hinted(hint));
      assertThat(ServiceChecks.body(hint)).as("the same body always").hasToString(body);
    }

    @ParameterizedTest
    @CsvSource({", 1, false", "main/eyJhIjoxfQ==, 2, true"})
    void a_search_that_goes_on(@Nullable String position, int part, boolean found) {
      Hint.SearchServices hint =
          new Hint.SearchServices(PUSH, Optional.ofNullable(position), part, found);

      assertThat(Event.parse(ServiceChecks.body(hint).toString()))
          .isEqualTo(new Event.Hinted(hint));
    }
  }

  @Nested
  class Nothing_follows_from {
    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        quoteCharacter = '`',
        value = {
          "detail.action-type | \"DELETE\" | the action DELETE deploys nothing, only PUSH does",
          "detail.action-type | \"UPDATE_STORAGE_CLASS\" | the action UPDATE_STORAGE_CLASS deploys"
              + " nothing, only PUSH does",
          "detail.result | \"FAILURE\" | the push ended with FAILURE, not with SUCCESS",
          "detail.image-tag | absent | the push is untagged, as those of an image index's parts"
              + " are: nothing can follow it",
          "detail.image-tag | null | the push is untagged, as those of an image index's parts are:"
              + " nothing can follow it",
          "detail.image-tag | \"\" | the push is untagged, as those of an image index's parts are:"
              + " nothing can follow it",
          "detail.image-tag | \"slipway-keep-main.web.1\" | the tag is one by which Slipway keeps"
              + " an image: nothing follows it",
          "detail-type | \"ECR Scan Resource Change\" | nothing is deployed because of an event"
              + " \"ECR Scan Resource Change\" of aws.ecr",
          "source | \"custom.ecr\" | nothing is deployed because of an event \"ECR Image Action\""
              + " of custom.ecr",
        })
    void an_event_with(String path, String json, String reason) {
      assertThat(Event.parse(with(path, json))).isEqualTo(new Event.Meaningless(reason));
    }

    @Test
    void a_replication_of_another_kind_or_without_success() {
      ObjectNode event = push().put("detail-type", "ECR Replication Action");

      assertThat(Event.parse(event))
          .isEqualTo(new Event.Meaningless("the action PUSH deploys nothing, only REPLICATE does"));
      ((ObjectNode) event.path("detail")).put("action-type", "REPLICATE").put("result", "FAILED");
      assertThat(Event.parse(event)).isInstanceOf(Event.Meaningless.class);
    }

    @Test
    void a_pull_through_that_failed_or_brought_no_tag() {
      ObjectNode event = push().put("detail-type", "ECR Pull Through Cache Action");
      ((ObjectNode) event.path("detail")).put("sync-status", "FAILED");

      assertThat(Event.parse(event))
          .isEqualTo(
              new Event.Meaningless("the pull through cache ended with FAILED, not with SUCCESS"));
      ((ObjectNode) event.path("detail")).put("sync-status", "SUCCESS").remove("image-tag");
      assertThat(Event.parse(event)).isInstanceOf(Event.Meaningless.class);
    }

    @ParameterizedTest
    @CsvSource({"ecs, cluster", "ecr, repository", "ec2, service"})
    void a_change_of_other_resources_tags(String service, String type) {
      assertThat(Event.parse(tagChange(service, type, SERVICE)))
          .isEqualTo(new Event.Meaningless("the tags of " + SERVICE + " concern nobody here"));
    }

    @Test
    void a_storage_class_that_changes_though_it_has_no_tag() {
      assertThat(
              Event.parse(
                  read(
                      """
                      {"source": "aws.ecr", "detail-type": "ECR Image Action",
                       "detail": {"action-type": "UPDATE_STORAGE_CLASS", "result": "SUCCESS",
                         "target-storage-class": "ARCHIVE", "repository-name": "ubuntu"}}\
                      """)))
          .isInstanceOf(Event.Meaningless.class);
    }
  }

  @Nested
  class Malformed_is {
    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        quoteCharacter = '`',
        value = {
          "source | absent | source: missing",
          "source | 7 | source: expected a text, but it is 7",
          "detail-type | absent | detail-type: missing",
          "detail-type | null | detail-type: expected a text, but it is null",
          "detail | absent | detail: missing",
          "detail | \"cut off\" | detail: expected an object, but it is \"cut off\"",
          "time | \"noon\" | time: not a time: \"noon\"",
          "id | absent | id: missing",
          "id | \"a#b\" | id: not an event's id: \"a#b\"",
          "account | absent | account: missing",
          "account | \"12\" | detail.repository-name: not a valid account id: \"12\"",
          "region | absent | region: missing",
          "detail.action-type | absent | detail.action-type: missing",
          "detail.result | absent | detail.result: missing",
          "detail.repository-name | absent | detail.repository-name: missing",
          "detail.repository-name | \"\" | detail.repository-name: expected a text, but it is \"\"",
          "detail.repository-name | \"Web\" | detail.repository-name: not a valid repository name:"
              + " \"Web\"",
          "detail.image-tag | [\"a\"] | detail.image-tag: expected a text, but it is [\"a\"]",
          "detail.image-tag | \"-x\" | detail.image-tag: not a valid image tag: \"-x\"",
        })
    void a_push_with(String path, String json, String message) {
      assertThatThrownBy(() -> Event.parse(with(path, json)))
          .isInstanceOf(MalformedEvent.class)
          .hasMessageStartingWith(message);
    }

    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        quoteCharacter = '`',
        value = {
          "{\"a\": | not JSON: Unexpected end-of-input",
          "{} {} | not JSON:",
          "[1] | not an event: expected a JSON object, but it is [1]",
          "{} | source: missing",
        })
    void a_text_like(String text, String message) {
      assertThatThrownBy(() -> Event.parse(text))
          .isInstanceOf(MalformedEvent.class)
          .hasMessageStartingWith(message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "web", "arn:aws:ecs:us-west-2:123456789012:service/web"})
    void a_change_of_tags_of_what_is_no_service(String resource) {
      assertThatThrownBy(() -> Event.parse(tagChange("ecs", "service", resource)))
          .isInstanceOf(MalformedEvent.class)
          .hasMessageStartingWith("resources[0]: not the ARN of an ECS service");
    }

    @Test
    void an_empty_text() {
      assertThatThrownBy(() -> Event.parse("")).isInstanceOf(MalformedEvent.class);
    }

    @Test
    void a_search_whose_position_is_no_text() {
      ObjectNode hint =
          push().put("source", "slipway").put("detail-type", "Service Search Requested");
      ((ObjectNode) hint.path("detail")).put("position", 7);

      assertThatThrownBy(() -> Event.parse(hint))
          .isInstanceOf(MalformedEvent.class)
          .hasMessageStartingWith("detail.position: expected a text, but it is 7");
    }

    @Test
    void a_service_check_of_no_service() {
      ObjectNode hint =
          push().put("source", "slipway").put("detail-type", "Service Check Requested");
      ((ObjectNode) hint.path("detail")).put("service", "web");

      assertThatThrownBy(() -> Event.parse(hint))
          .isInstanceOf(MalformedEvent.class)
          .hasMessageStartingWith("detail.service: not the ARN of an ECS service: \"web\"");
    }

    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        quoteCharacter = '`',
        value = {
          "trigger | absent | detail.trigger: missing",
          "trigger | \"whim\" | detail.trigger: expected push, sweep, operator or"
              + " service-changed, but it is \"whim\"",
          "trigger | \"push\" | detail.repository-name: missing",
          "trigger | \"sweep\" | time: missing",
          "trigger | \"service-changed\" | detail.what: missing",
          "by | absent | detail.by: missing",
          "by | \"ann!\" | detail.by: not the caller: \"ann!\"",
        })
    void a_service_check_with(String field, String json, String message) throws IOException {
      ObjectNode hint =
          ServiceChecks.body(
              new Hint.CheckService(
                  new ServiceArn("arn:aws:ecs:us-west-2:123456789012:service/main/web"),
                  new Trigger.Operator("r-1", "ann")));
      ObjectNode detail = (ObjectNode) hint.path("detail");
      if (json.equals("absent")) {
        detail.remove(field);
      } else {
        detail.set(field, Json.read(json));
      }

      assertThatThrownBy(() -> Event.parse(hint))
          .isInstanceOf(MalformedEvent.class)
          .hasMessageStartingWith(message);
    }
  }

  @Nested
  class Of_the_sample_events {
    private static Event sample(String name) throws IOException {
      return Event.parse(Files.readString(Path.of("../events", name + ".json")));
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "image-push-staging",
          "image-push-production",
          "image-push-unfollowed",
          "image-index-push"
        })
    void these_are_hints(String name) throws IOException {
      assertThat(sample(name)).isInstanceOf(Event.Hinted.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"image-delete", "image-storage-class", "untagged-child-push"})
    void from_these_follows_nothing(String name) throws IOException {
      assertThat(sample(name)).isInstanceOf(Event.Meaningless.class);
    }

    @Test
    void one_is_malformed() {
      assertThatThrownBy(() -> sample("malformed"))
          .isInstanceOf(MalformedEvent.class)
          .hasMessage("detail.repository-name: missing");
    }
  }
}
