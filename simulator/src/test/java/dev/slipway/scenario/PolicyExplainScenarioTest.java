package dev.slipway.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What {@code slipway explain} prints for each image policy, read line by line. */
@Scenarios
class PolicyExplainScenarioTest {
  private final Map<String, String> names = new LinkedHashMap<>();
  private @Nullable Account open;

  @BeforeAll
  static void logIn() {
    Operator.logIn();
  }

  @AfterAll
  static void logOut() {
    Operator.logOut();
  }

  @AfterEach
  void close() {
    account().close();
  }

  private Account account() {
    return Objects.requireNonNull(open, "an account");
  }

  /** An account whose production has the policy. */
  private void production(String images) {
    open =
        Account.with(
            """
            environments:
              staging:
                images: { tag: staging }
                deployment: { circuitBreaker: { enable: true, rollback: true } }
              production: { images: { %s } }
            """
                .formatted(images));
    account().repository("web");
  }

  private String push(String tag) {
    account().pass(Duration.ofMinutes(1));
    String digest = account().push("web", tag, tag);
    named(digest, "<" + tag + ">");
    account().settle();
    return digest;
  }

  private void named(String digest, String name) {
    names.put(digest.substring("sha256:".length(), "sha256:".length() + 12), name);
  }

  private void run(String service, String environment, String digest) {
    account().runningService(service, environment, "web", digest);
    account().invoke("sweep", "{}");
    account().settle();
  }

  private String explain() {
    Operator operator = new Operator(account());
    assertThat(operator.slipway("explain", "web-production")).isZero();
    String out = operator.out();
    for (Map.Entry<String, String> name : names.entrySet()) {
      out = out.replace(name.getKey(), name.getValue());
    }
    return out;
  }

  @Test
  void of_a_tag() {
    production("tag: production");
    run("web-production", "production", push("production"));

    assertThat(explain())
        .isEqualTo(
            """
            website/web-production (production): is up to date
              web-production:1 runs what tag production selects: web:production (<production>)
            """);

    account()
        .ecr(
            "BatchDeleteImage",
            "{'repositoryName': 'web', 'imageIds': [{'imageTag': 'production'}]}");
    assertThat(explain())
        .isEqualTo(
            """
            website/web-production (production): has nothing selected
              it follows production, but tag production selects no image in web
            """);
  }

  @Test
  void of_versions() {
    production("semver: '>=2 <3'");
    run("web-production", "production", push("2.0.0"));
    for (String tag : new String[] {"3.0.0", "2.1.0-rc.1", "1.9.0", "2.1.0", "2.0.9", "main-1"}) {
      push(tag);
    }

    assertThat(explain())
        .isEqualTo(
            """
            website/web-production (production): is up to date
              web-production:2 runs what semver >=2 <3 selects: web:2.1.0 (<2.1.0>)
              Passed over in web: 3.0.0 (it is outside >=2 <3), main-1 (it is not a version), 2.0.9 (it is lower
              than 2.1.0), 2.0.0 (it is lower than 2.1.0)
            """);
  }

  @Test
  void of_a_version_that_is_the_only_one() {
    production("semver: '2.0.0'");
    run("web-production", "production", push("2.0.0"));
    push("2.0.1");

    assertThat(explain())
        .isEqualTo(
            """
            website/web-production (production): is up to date
              web-production:1 runs what semver 2.0.0 selects: web:2.0.0 (<2.0.0>)
              In web: warning: semver 2.0.0 can match one tag only: no image with another tag will ever be
              selected
              Passed over in web: 2.0.1 (it is outside 2.0.0)
            """);
  }

  @Test
  void of_the_newest_by_an_expression() {
    production("newest: '/(main|hotfix)-[0-9]+/'");
    run("web-production", "production", push("main-1"));
    push("hotfix-2");
    push("main-x");

    assertThat(explain())
        .isEqualTo(
            """
            website/web-production (production): is up to date
              web-production:2 runs what newest /(main|hotfix)-[0-9]+/ selects: web:hotfix-2 (<hotfix-2>)
              Passed over in web: main-x (it does not match /(main|hotfix)-[0-9]+/)
            """);
  }

  @Test
  void of_a_pattern_that_matches_nothing() {
    production("newest: 'mian-*'");
    run("web-production", "production", push("main-1"));
    push("main-2");

    assertThat(explain())
        .isEqualTo(
            """
            website/web-production (production): has nothing selected
              it follows production, but newest mian-* selects no image in web
              In web: warning: newest mian-* matches no tag that is there
              Passed over in web: main-2 (it does not match mian-*), main-1 (it does not match mian-*)
            """);
  }

  @Test
  void of_what_another_environment_has_proven() {
    production("from: staging, soak: 2h");
    String first = push("staging");
    run("web-staging", "staging", first);
    run("web-production", "production", first);
    assertThat(explain())
        .isEqualTo(
            """
            website/web-production (production): has nothing selected
              it follows production, but policy from staging after 2h selects no image in web
              In web: warning: no deployment of Slipway's has been completed in staging yet: the next one counts
            """);

    account().pass(Duration.ofHours(3));
    staged("<2>", "2", "{}");
    account().pass(Duration.ofHours(1));
    staged("<3>", "3", "{}");
    staged("<4>", "4", "{'slipway.simulator/exit-code': '1'}");
    assertThat(explain().replaceAll("\\d\\d:\\d\\d:\\d\\dZ", "TIME").replaceAll("\\s+", " "))
        .isEqualTo(
            "website/web-production (production): is up to date web-production:1 runs what policy"
                + " from staging after 2h selects: web <staging> Passed over in web:"
                + " <4> (it is blocked in website/web-staging), <3> (website/web-staging has to"
                + " run it until 2026-11-21TTIME), <2> (website/web-staging ran it from"
                + " 2026-11-21TTIME to 2026-11-21TTIME only) ");
  }

  private void staged(String name, String version, String labels) {
    named(account().push("web", "staging", version, labels), name);
    account().settle();
  }

  @Test
  void of_a_repository_in_which_nothing_is_selected() {
    production("newest: 'main-*', repositories: [shop/*]");
    run("web-production", "production", push("main-1"));

    assertThat(explain())
        .isEqualTo(
            """
            website/web-production (production): has nothing selected
              it follows production, but newest main-* in shop/* selects no image in web
              In web: nothing is selected here, only by newest main-* in shop/*
            """);
  }
}
