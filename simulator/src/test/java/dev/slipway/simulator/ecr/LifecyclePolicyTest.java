package dev.slipway.simulator.ecr;

import static dev.slipway.simulator.SingleQuotes.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.simulator.world.Account;
import dev.slipway.simulator.world.AwsError;
import dev.slipway.simulator.world.AwsRequest;
import dev.slipway.simulator.world.World;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the simulated ECR expires and archives. */
class LifecyclePolicyTest {
  private static final int MOST_DAYS = 9;

  @AutoClose private final World world = new World(Instant.parse("2026-11-01T10:00:00Z"), 0);
  private final Account account = new Account(Account.DEFAULT_ID, "us-east-1");
  private final EcrService ecr =
      new EcrService(
          world,
          (source, type, resources, detail) -> {},
          (caller, action, resource, context) -> {},
          (topic, line) -> {},
          account);

  @BeforeEach
  void aRepository() {
    call("CreateRepository", json("{'repositoryName': 'web'}"));
  }

  private ObjectNode call(String operation, ObjectNode body) {
    return world.call(() -> ecr.call(new AwsRequest(account.root(), operation, body)));
  }

  private void pass(Duration time) {
    // an entry on the agenda lets time pass though nothing else happens
    world.after(time, () -> {});
    world.runUntil(() -> false, time);
  }

  private void put(String... rules) {
    ObjectNode policy = json("{'rules': []}");
    for (String rule : rules) {
      policy
          .withArray("rules")
          .add(json(rule).put("rulePriority", policy.path("rules").size() + 1));
    }
    call(
        "PutLifecyclePolicy",
        json("{'repositoryName': 'web'}").put("lifecyclePolicyText", policy.toString()));
  }

  private String push(String manifest, String tag) {
    ObjectNode body = json("{'repositoryName': 'web'}").put("imageManifest", manifest);
    if (!tag.isEmpty()) {
      body.put("imageTag", tag);
    }
    return call("PutImage", body).path("image").path("imageId").path("imageDigest").asText();
  }

  /** The status of each image that is there, by digest. */
  private Map<String, String> images() {
    Map<String, String> found = new HashMap<>();
    for (JsonNode image :
        call(
                "DescribeImages",
                json(
                    "{'repositoryName': 'web', 'maxResults': 1000, 'filter': {'imageStatus':"
                        + " 'ANY'}}"))
            .path("imageDetails")) {
      found.put(image.path("imageDigest").asText(), image.path("imageStatus").asText());
    }
    return found;
  }

  /** An image of the table. */
  private record Row(String kind, int number, List<String> tags, int pushed, int pulled) {
    static Row parse(String text) {
      String[] parts = text.split("[:@]", -1);
      List<String> tags = new ArrayList<>(List.of(parts[1].split("\\+")));
      tags.removeIf(String::isEmpty);
      return new Row(
          parts[0].replaceAll("\\d", ""),
          Integer.parseInt(parts[0].replaceAll("\\D", "")),
          tags,
          Integer.parseInt(parts[2]),
          parts.length > 3 ? Integer.parseInt(parts[3]) : -1);
    }

    boolean isUntaggedImage() {
      return kind.isEmpty() && tags.isEmpty();
    }
  }

  private static String rule(String text) {
    List<String> words = new ArrayList<>(List.of(text.split(" ", -1)));
    StringBuilder selection = new StringBuilder("'tagStatus': '" + words.removeFirst() + "'");
    if (selection.toString().contains("'tagged'")) {
      selection
          .append(", 'tagPatternList': ['")
          .append(words.removeFirst().replace(",", "', '"))
          .append("']");
    }
    selection.append(", 'countType': '").append(words.removeFirst()).append("'");
    selection.append(", 'countNumber': ").append(words.removeFirst());
    if (!words.isEmpty()) {
      selection.append(", 'storageClass': '").append(words.removeFirst()).append("'");
    }
    return "{'selection': {" + selection + "}, 'action': {'type': 'expire'}}";
  }

  /** The rows that doctor's evaluation is held to: what it foretells is what happens here. */
  @ParameterizedTest(name = "{0}: of {1} goes {2}")
  @CsvFileSource(files = "../functions/src/test/resources/lifecycle-policies.txt", delimiter = '|')
  void takes(String rules, String text, @Nullable String gone) {
    List<Row> rows = new ArrayList<>();
    for (String image : text.split(" ", -1)) {
      rows.add(Row.parse(image));
    }
    Map<Integer, String> digests = new TreeMap<>();
    for (int ago = MOST_DAYS; ago > 0; ago--) {
      for (Row row : rows) {
        if (row.pushed() == ago && !row.kind().equals("i")) {
          digests.put(row.number(), push(EcrServiceTest.manifest("" + row.number()), ""));
        }
      }
      for (Row row : rows) {
        if (row.pushed() == ago && row.kind().equals("i")) {
          digests.put(row.number(), push(index(rows, digests, row), ""));
        }
        if (row.pulled() == ago) {
          ecr.pull(EcrServiceTest.URI + "@" + digests.get(row.number()), "linux", "amd64");
        }
      }
      pass(Duration.ofDays(1));
    }
    for (Row row : rows) {
      String digest = digests.getOrDefault(row.number(), "");
      row.tags().forEach(tag -> push(manifestOf(digest), tag));
      if (row.kind().equals("a")) {
        call(
            "UpdateImageStorageClass",
            json("{'repositoryName': 'web', 'targetStorageClass': 'ARCHIVE'}")
                .set("imageId", json("{}").put("imageDigest", digest)));
      }
    }
    Set<String> before = new HashSet<>(images().keySet());

    put(
        List.of(rules.split("; ", -1)).stream()
            .map(LifecyclePolicyTest::rule)
            .toArray(String[]::new));
    world.run(ecr::applyLifecyclePolicies);

    before.removeAll(images().keySet());
    List<String> expected = new ArrayList<>();
    if (gone != null) {
      for (String number : gone.split(" ", -1)) {
        expected.add(digests.getOrDefault(Integer.parseInt(number), ""));
      }
    }
    assertThat(before).containsExactlyInAnyOrderElementsOf(expected);
  }

  /** The untagged images of a table with an index are what the index lists. */
  private static String index(List<Row> rows, Map<Integer, String> digests, Row index) {
    StringBuilder children = new StringBuilder();
    for (Row row : rows) {
      if (row.isUntaggedImage() && digests.containsKey(row.number())) {
        children
            .append(children.isEmpty() ? "" : ", ")
            .append("{\"digest\": \"%s\"}".formatted(digests.get(row.number())));
      }
    }
    return "{\"schemaVersion\": 2, \"mediaType\": \"%s\", \"manifests\": [%s], \"annotations\": {\"n\": \"%d\"}}"
        .formatted(EcrServiceTest.INDEX, children, index.number());
  }

  private String manifestOf(String digest) {
    return call(
            "BatchGetImage",
            json(
                "{'repositoryName': 'web', 'imageIds': [{'imageDigest': '%s'}]}".formatted(digest)))
        .path("images")
        .path(0)
        .path("imageManifest")
        .asText();
  }

  @Test
  void is_applied_once_a_day_by_itself() {
    String first = push(EcrServiceTest.manifest("1"), "");
    put(rule("untagged sinceImagePushed 2"));

    pass(Duration.ofDays(2));
    assertThat(images()).containsKey(first);

    pass(Duration.ofDays(1));
    assertThat(images()).isEmpty();
  }

  @Test
  void archives_what_a_rule_transitions_and_a_policy_that_is_deleted_does_nothing() {
    String first = push(EcrServiceTest.manifest("1"), "v1");
    put(
        "{'selection': {'tagStatus': 'any', 'countType': 'sinceImagePulled', 'countNumber': 1},"
            + " 'action': {'type': 'transition', 'targetStorageClass': 'archive'}}");

    pass(Duration.ofDays(1));
    ecr.pull(EcrServiceTest.URI + ":v1", "linux", "amd64");
    pass(Duration.ofDays(1));
    assertThat(images()).containsEntry(first, "ACTIVE");
    pass(Duration.ofDays(1));
    assertThat(images()).containsEntry(first, "ARCHIVED");

    put(rule("any sinceImageTransitioned 1 archive"));
    call("DeleteLifecyclePolicy", json("{'repositoryName': 'web'}"));
    pass(Duration.ofDays(9));
    assertThat(images()).containsKey(first);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'selection': {'tagStatus': 'some', 'countType': 'imageCountMoreThan', 'countNumber': 1}}",
        "{'selection': {'tagStatus': 'tagged', 'countType': 'imageCountMoreThan', 'countNumber':"
            + " 1}}",
        "{'selection': {'tagStatus': 'any', 'countType': 'sinceMoon', 'countNumber': 1}}",
        "{'selection': {'tagStatus': 'any', 'countType': 'imageCountMoreThan', 'countNumber': 0}}",
      })
  void refuses_a_rule_that_ecr_would_not_take(String rule) {
    assertThatThrownBy(() -> put(rule))
        .isInstanceOf(AwsError.class)
        .hasMessageContaining("Lifecycle policy validation failure");
  }
}
