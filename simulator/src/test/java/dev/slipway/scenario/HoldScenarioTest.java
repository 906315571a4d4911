package dev.slipway.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.simulator.InProcessFunctions.Kill;
import dev.slipway.simulator.faults.Calls;
import dev.slipway.simulator.faults.Faults;
import dev.slipway.simulator.sns.Delivered;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is held is told to people and to machines: once, also if something fails meanwhile. */
@Scenarios
class HoldScenarioTest {
  private static final String MAIL = "ops@example.com";
  private static final String DEAD_LETTERS = "slipway-deploy-dead-letters";

  private static Account account(String environments) {
    return Account.with(
        environments, Map.of("NotificationEmail", MAIL, "KeepWarmState", "DISABLED"));
  }

  /** An account in which the next image of web waits for approval. */
  private static Account approving() {
    Account account =
        account(
            """
            environments:
              staging:
                images: { tag: staging }
                gates: { approval: { expires: 7d } }
            """);
    account.webFollowsStaging();
    return account;
  }

  private static List<String> subjects(Account account) {
    return account.simulator.sns().deliveredTo(MAIL).stream()
        .map(Delivered::subject)
        .map(String::valueOf)
        .toList();
  }

  private static void sweep(Account account) {
    account.invoke("sweep", "{}");
    account.settle();
  }

  private static void isToldOnce(Account account) {
    assertThat(subjects(account)).hasSize(1).first().asString().contains("not deployed: waiting");
    assertThat(account.announcements("Deployment Held")).hasSize(1);
  }

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource({
    "sns, Publish",
    "events, PutEvents",
    "dynamodb, BatchGetItem",
    "dynamodb, PutItem",
  })
  void it_is_told_once_what_it_is_told_with_works_again(String service, String operation) {
    try (Account account = approving()) {
      Faults.Injected down =
          account
              .simulator
              .faults()
              .fail(Calls.to(service, operation).by("slipway-deploy"), Faults.ALWAYS);
      account.push("web", "staging", "2");
      account.pass(Duration.ofSeconds(30));
      assertThat(down.hits()).as("calls that failed").isPositive();
      down.end();
      account.settle();

      isToldOnce(account);
      assertThat(account.messages(DEAD_LETTERS)).isEmpty();
      sweep(account);
      isToldOnce(account);
    }
  }

  /** The push goes to the dead-letter queue, with the reason; sweeps add nothing to that. */
  @Test
  void it_is_told_by_a_sweep_where_the_topic_was_down_for_hours() {
    try (Account account = approving()) {
      Faults.Injected down =
          account.simulator.faults().fail(Calls.to("sns", "Publish"), Faults.ALWAYS);
      account.push("web", "staging", "2");
      account.settle();
      sweep(account);
      sweep(account);
      assertThat(account.messages(DEAD_LETTERS)).hasSize(1);
      assertThat(account.invoke("list", "{}").at("/messages/0/reason").asText())
          .contains("website/web: it is waiting, and that could not be announced");
      down.end();

      sweep(account);
      isToldOnce(account);

      account.invoke("redrive", "{'all': true}");
      account.settle();
      isToldOnce(account);
    }
  }

  /** No sweep finds a pause that holds a push: the push is kept in the record. */
  @Test
  void a_paused_push_is_told_by_a_sweep_too_and_as_what_that_push_led_to() {
    try (Account account = account("environments: { staging: { images: { tag: staging } } }")) {
      account.webFollowsStaging();
      account.invoke("pause", "{'service': 'web', 'by': 'ann'}");
      Faults.Injected down =
          account.simulator.faults().fail(Calls.to("sns", "Publish"), Faults.ALWAYS);
      String two = account.push("web", "staging", "2");
      account.settle();
      down.end();

      sweep(account);
      sweep(account);

      assertThat(subjects(account))
          .containsExactly(
              "website/web: web:staging %s not deployed: paused".formatted(two.substring(7, 19)));
      assertThat(account.announcements("Deployment Held")).hasSize(1);
    }
  }

  @Test
  void a_function_that_is_killed_anywhere_tells_it_and_twice_at_most() {
    try (Account account = approving()) {
      for (int calls = 0; ; calls++) {
        int mails = subjects(account).size();
        int events = account.announcements("Deployment Held").size();
        Kill kill = account.killAfter("deploy", calls);
        account.push("web", "staging", "kill " + calls);
        account.settle();
        String when = "killed after %d calls".formatted(calls);
        assertThat(subjects(account).size() - mails).as(when).isBetween(1, 2);
        assertThat(account.announcements("Deployment Held").size() - events)
            .as(when)
            .isBetween(1, 2);
        assertThat(account.messages(DEAD_LETTERS)).as(when).isEmpty();
        if (!kill.hasHappened()) {
          assertThat(calls).isGreaterThan(5);
          return;
        }
      }
    }
  }

  /** No push leads to it: the sweep finds that the image has soaked. */
  @Test
  void an_image_that_waits_in_twelve_services_is_two_messages_that_name_it() {
    try (Account account =
        Account.with(
            """
            environments:
              staging: { images: { tag: staging } }
              production:
                images: { from: staging, soak: 2h }
                gates: { approval: { expires: 7d } }
            """,
            Map.of("NotificationEmail", MAIL))) {
      account.repository("web");
      String first = account.push("web", "first", "1");
      account.runningService("web-staging", "staging", "web", first);
      IntStream.range(0, 12)
          .forEach(i -> account.runningService("web-" + i, "production", "web", first));
      sweep(account);
      String two = account.push("web", "staging", "2");
      account.settle();
      int before = subjects(account).size();

      account.pass(Duration.ofHours(3));
      sweep(account);

      List<String> since = subjects(account);
      assertThat(since.subList(before, since.size()))
          .hasSize(2)
          .allMatch(subject -> subject.contains(two.substring(7, 19)))
          .last()
          .asString()
          .startsWith("11 more services: web");
    }
  }
}
