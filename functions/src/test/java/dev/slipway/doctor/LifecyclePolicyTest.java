package dev.slipway.doctor;

import static dev.slipway.deploy.FakeImageRegistry.digest;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.CsvSource;

class LifecyclePolicyTest {
  private static final Instant NOW = Instant.parse("2026-11-28T10:00:00Z");

  /**
   * Rules in their order, such as {@code tagged v*,prod* sinceImagePushed 14}; with {@code archive}
   * at the end it is about archived images.
   */
  static LifecyclePolicy policy(String... rules) {
    ObjectNode document = JsonNodeFactory.instance.objectNode();
    int priority = 0;
    for (String rule : rules) {
      List<String> words = new ArrayList<>(List.of(rule.split(" ")));
      ObjectNode selection =
          document
              .withArray("rules")
              .addObject()
              .put("rulePriority", ++priority)
              .putObject("selection")
              .put("tagStatus", words.removeFirst());
      if (selection.path("tagStatus").asText().equals("tagged")) {
        for (String pattern : words.removeFirst().split(",", -1)) {
          selection.withArray("tagPatternList").add(pattern);
        }
      }
      String count = words.removeFirst();
      selection.put("countType", count).put("countNumber", Integer.parseInt(words.removeFirst()));
      if (!count.equals("imageCountMoreThan")) {
        selection.put("countUnit", "days");
      }
      if (!words.isEmpty()) {
        selection.put("storageClass", words.removeFirst());
      }
    }
    return LifecyclePolicy.parse(document);
  }

  /** Images such as {@code 1:v1+staging@3}: the number, tags, days since the push. */
  private static List<StoredImage> images(String text) {
    return Stream.of(text.split(" "))
        .map(image -> {
          String[] parts = image.split("[:@]", -1);
          Set<String> tags = new HashSet<>(List.of(parts[1].split("\\+")));
          tags.removeIf(String::isEmpty);
          return new StoredImage(
              digest(Integer.parseInt(parts[0].replaceAll("\\D", ""))),
              tags,
              NOW.minus(Duration.ofDays(Integer.parseInt(parts[2]))),
              parts.length > 3
                  ? Optional.of(NOW.minus(Duration.ofDays(Integer.parseInt(parts[3]))))
                  : Optional.empty(),
              !parts[0].startsWith("a"),
              parts[0].startsWith("i"));
        })
        .toList();
  }

  /** The simulator's own evaluation is held to the same rows. */
  @ParameterizedTest(name = "{0}: of {1} goes {2}")
  @CsvFileSource(resources = "/lifecycle-policies.txt", delimiter = '|')
  void takes(String rules, String images, String gone) {
    List<String> expected = gone == null ? List.of() : List.of(gone.split(" "));

    assertThat(policy(rules.split("; ")).taken(images(images), NOW).keySet())
        .containsExactlyElementsOf(
            expected.stream().map(number -> digest(Integer.parseInt(number))).toList());
  }

  @Test
  void names_the_rule_that_takes_an_image() {
    assertThat(policy("tagged v*,w* sinceImagePushed 14", "untagged imageCountMoreThan 3").rules())
        .extracting(LifecyclePolicy.Rule::toString)
        .containsExactly(
            "rule 1 (tagged v* and w*, 14 days after the push)",
            "rule 2 (untagged, more than 3 images)");
  }

  @Test
  void applies_rules_by_their_priority_and_reads_prefixes() {
    LifecyclePolicy policy =
        parsed(
            """
            {"rules": [
              {"rulePriority": 9, "selection": {"tagStatus": "any", "countType": "sinceImagePushed",
                "countUnit": "days", "countNumber": 1}, "action": {"type": "expire"}},
              {"rulePriority": 2, "selection": {"tagStatus": "tagged", "tagPrefixList": ["v"],
                "countType": "imageCountMoreThan", "countNumber": 5}}]}
            """);

    assertThat(policy.taken(images("1:v1@9 2:b@9"), NOW).keySet()).containsExactly(digest(2));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"tagStatus": "some", "countType": "imageCountMoreThan"}                          | its tagStatus is "some"
          {"tagStatus": "any", "countType": "sinceMoon"}                                    | its countType is "sinceMoon"
          {"tagStatus": "any", "countType": "sinceImagePushed", "countUnit": "fortnights"}  | its countUnit is "fortnights"
          """)
  void does_not_guess_what_a_rule_of_another_kind_means(String selection, String why) {
    assertThatThrownBy(
            () -> parsed("{\"rules\": [{\"rulePriority\": 3, \"selection\": " + selection + "}]}"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("rule 3 of the lifecycle policy is not understood: " + why);
  }

  private static LifecyclePolicy parsed(String text) {
    try {
      JsonNode document = JsonMapper.builder().build().readTree(text);
      return LifecyclePolicy.parse(document);
    } catch (JsonProcessingException e) {
      throw new AssertionError(text, e);
    }
  }
}
