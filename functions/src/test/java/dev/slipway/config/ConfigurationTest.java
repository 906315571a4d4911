package dev.slipway.config;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.slipway.decide.Environment;
import dev.slipway.image.ImageTag;
import dev.slipway.image.TagPolicy;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ConfigurationTest {
  private static Environment only(String yaml) {
    Configuration configuration = Configuration.parse("f.yaml", yaml);
    assertThat(configuration.environments()).hasSize(1);
    return configuration.environments().getFirst();
  }

  @Test
  void holds_the_environments_in_the_order_of_the_file() {
    Configuration configuration =
        Configuration.parse(
            "f.yaml",
            """
            environments:
              staging: { images: { tag: staging } }
              production:
                images: { tag: "1.0" }
                clusters: [north, south]
            """);

    assertThat(configuration.environments())
        .extracting(Environment::name)
        .containsExactly("staging", "production");
    Environment production = configuration.environments().get(1);
    assertThat(production.images()).isEqualTo(new TagPolicy(new ImageTag("1.0")));
    assertThat(production.clusters()).isEqualTo(Set.of("north", "south"));
    assertThat(production.deployment().isEmpty()).isTrue();
    assertThat(configuration.environments().getFirst().clusters()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          minimumHealthyPercent: 50, maximumPercent: 200 | {"minimumHealthyPercent":50,"maximumPercent":200}
          maximumPercent: 150.0                          | {"maximumPercent":150}
          circuitBreaker: { rollback: true }             | {"deploymentCircuitBreaker":{"enable":true,"rollback":true}}
          circuitBreaker: { enable: False }              | {"deploymentCircuitBreaker":{"enable":false}}
          circuitBreaker: { resetOnHealthyTask: false, thresholdConfiguration: { type: COUNT, value: 5 } } | {"deploymentCircuitBreaker":{"enable":true,"resetOnHealthyTask":false,"thresholdConfiguration":{"type":"COUNT","value":5}}}
          alarms: { names: [a, b], rollback: true }      | {"alarms":{"enable":true,"rollback":true,"alarmNames":["a","b"]}}
          alarms: { enable: false }                      | {"alarms":{"enable":false}}
          earlySuccessCriteria: { healthyPercent: 80, sourceServiceRevisionCleanup: DEFERRED } | {"earlySuccessCriteria":{"enable":true,"healthyPercent":80,"sourceServiceRevisionCleanup":"DEFERRED"}}
          ecs: { newer: { a: [1, 2.50, ~, True, "x", 12345678901234567890] } } | {"newer":{"a":[1,2.50,null,true,"x",12345678901234567890]}}
          """)
  void translates_a_deployment_to_ecs_own_words(String yaml, String ecs) {
    assertThat(only(Examples.deployment(yaml)).deployment()).hasToString(ecs);
  }

  @Test
  void holds_drift_unless_it_is_to_be_restored() {
    assertThat(only("environments: { staging: { images: { tag: staging } } }").drift())
        .isEqualTo(Environment.Drift.HOLD);
    assertThat(
            only("environments: { staging: { images: { tag: staging }, drift: restore } }").drift())
        .isEqualTo(Environment.Drift.RESTORE);
  }

  @ParameterizedTest
  @MethodSource("dev.slipway.config.Examples#good")
  void accepts_what_is_right(Examples.Good file) {
    assertThat(Configuration.parse("f.yaml", file.yaml()).environments()).isNotEmpty();
  }

  @ParameterizedTest
  @MethodSource("dev.slipway.config.Examples#bad")
  void tells_every_mistake(Examples.Bad file) {
    InvalidConfiguration invalid =
        catchThrowableOfType(
            InvalidConfiguration.class, () -> Configuration.parse("f.yaml", file.yaml()));

    assertThat(invalid).as("refused").isNotNull();
    assertThat(invalid.getMessage()).isEqualTo(file.problems().stream().collect(joining("\n")));
    assertThat(invalid.problems()).hasSameSizeAs(file.problems());
  }

  @Test
  void what_a_file_holds_is_shown_on_one_line() {
    InvalidConfiguration invalid =
        catchThrowableOfType(
            InvalidConfiguration.class,
            () ->
                Configuration.parse(
                    "f.yaml",
                    "environments: { \"a\\nb\\e[31m\": \"\\u202e" + "x".repeat(9_999) + "\" }"));

    assertThat(invalid.problems())
        .allSatisfy(problem ->
            assertThat(problem.toString())
                .hasSizeLessThan(1_500)
                .doesNotContain("\n", "\u001b", "\u202e"));
  }

  @Test
  void a_key_that_is_written_wins_over_one_that_is_merged() {
    Configuration configuration =
        Configuration.parse(
            "f.yaml",
            """
            environments:
              staging: &staging { images: { tag: staging }, deployment: { maximumPercent: 150 } }
              production: { images: { tag: production }, <<: *staging }
            """);

    Environment production = configuration.environments().get(1);
    assertThat(production.images()).isEqualTo(new TagPolicy(new ImageTag("production")));
    assertThat(production.deployment()).hasToString("{\"maximumPercent\":150}");
  }

  @Test
  void the_projects_own_file_is_right() {
    assertThat(Configuration.read(Path.of("../slipway.yaml")).environments())
        .extracting(Environment::name)
        .containsExactly("staging", "production");
  }

  @Test
  void a_missing_file_is_named() {
    assertThatThrownBy(() -> Configuration.read(Path.of("no-such.yaml")))
        .isInstanceOf(InvalidConfiguration.class)
        .hasMessage("no-such.yaml: there is no such file");
  }

  @Test
  void a_file_that_is_no_text_is_named(@TempDir Path directory) throws IOException {
    Path file =
        Files.write(directory.resolve("slipway.yaml"), new byte[] {(byte) 0xff, (byte) 0xfe});

    assertThatThrownBy(() -> Configuration.read(file))
        .isInstanceOf(InvalidConfiguration.class)
        .hasMessage(file + ": the file is not UTF-8 text");
  }

  @Test
  void the_build_prints_every_mistake_leaves_them_and_fails(@TempDir Path directory)
      throws IOException {
    Path report = directory.resolve("problems");
    Path file = Files.writeString(directory.resolve("slipway.yaml"), "a: 1\nenvironments: {}\n");
    ByteArrayOutputStream printed = new ByteArrayOutputStream();

    int code =
        CheckConfiguration.check(
            file, report, new PrintStream(printed, true, StandardCharsets.UTF_8));

    assertThat(code).isEqualTo(1);
    assertThat(printed.toString(StandardCharsets.UTF_8))
        .isEqualTo(
            """
            %1$s:1:1: a: unknown key; allowed is environments
            %1$s:2:15: environments: there is no environment: name at least one, with the images that it follows
            """
                .formatted(file));
    assertThat(report).hasContent(printed.toString(StandardCharsets.UTF_8));
  }

  @Test
  void the_build_prints_nothing_where_all_is_right_and_leaves_nothing(@TempDir Path directory)
      throws IOException {
    Path report = Files.writeString(directory.resolve("problems"), "of the build before");
    ByteArrayOutputStream printed = new ByteArrayOutputStream();

    int code =
        CheckConfiguration.check(
            Path.of("../slipway.yaml"),
            report,
            new PrintStream(printed, true, StandardCharsets.UTF_8));

    assertThat(code).isZero();
    assertThat(report).doesNotExist();
    assertThat(printed.size()).isZero();
  }

  @Test
  void a_circle_of_many_environments_is_said_once_and_cut() {
    StringBuilder yaml = new StringBuilder("environments:\n");
    for (int i = 0; i < 200; i++) {
      yaml.append("  e%d: { images: { from: e%d } }\n".formatted(i, (i + 1) % 200));
    }
    yaml.append("  leads-there: { images: { from: e7 } }\n");

    assertThatThrownBy(() -> Configuration.parse("f.yaml", yaml.toString()))
        .isInstanceOfSatisfying(
            InvalidConfiguration.class,
            invalid ->
                assertThat(invalid.problems())
                    .extracting(Problem::message)
                    .containsExactly(
                        "its images come from e0, from e1, from e2, from e3, from e4, from e5, from"
                            + " e6, from e7, from e8, from e9 and 190 more, in a circle: one of"
                            + " them needs tag, newest or semver"));
  }
}
