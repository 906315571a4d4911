package dev.slipway.scenario;

import static dev.slipway.scenario.Account.REGISTRY;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.simulator.InProcessFunctions.Kill;
import dev.slipway.simulator.faults.Calls;
import dev.slipway.simulator.faults.Faults;
import dev.slipway.simulator.sns.Delivered;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How many messages people get, and when: each thing once, and never before it happened. */
@Scenarios
class MessageScenarioTest {
  private static final String MAIL = "ops@example.com";
  private static final String CRASH =
      "{'slipway.simulator/exit-code': '1', 'slipway.simulator/exit-after': '1'}";

  private Account account;

  @BeforeEach
  void createAccount() {
    account = new Account(Map.of("NotificationEmail", MAIL, "KeepWarmState", "DISABLED"));
    account.repository("web");
  }

  @AfterEach
  void close() {
    account.close();
  }

  /** Services web-0, web-1 and so on, which run a good image. */
  private List<String> running(int services) {
    String first = account.push("web", "first", "1");
    List<String> names = IntStream.range(0, services).mapToObj(i -> "web-" + i).toList();
    names.forEach(name -> account.runningService(name, "staging", "web", first));
    return names;
  }

  private List<Delivered> mails() {
    return account.simulator.sns().deliveredTo(MAIL);
  }

  private List<String> subjects() {
    return mails().stream().map(Delivered::subject).map(String::valueOf).toList();
  }

  /** The mails that name a service. */
  private List<Delivered> about(String service) {
    Pattern name = Pattern.compile("website/" + service + "(?![0-9])");
    return mails().stream()
        .filter(mail ->
            name.matcher(String.valueOf(mail.subject())).find()
                || mail.body().lines().anyMatch(("- website/" + service)::equals))
        .toList();
  }

  private Optional<Instant> ended(String service, String detailType) {
    return account.announcements(detailType).stream()
        .filter(event -> event.at("/detail/serviceName").asText().equals(service))
        .map(event -> Instant.parse(event.at("/detail/endedAt").asText()))
        .findFirst();
  }

  private void isToldOnceAndAfterItHappened(List<String> services, String detailType) {
    for (String service : services) {
      assertThat(about(service)).as(service).hasSize(1);
      assertThat(about(service).getFirst().at())
          .as("no message before the event: " + service)
          .isAfterOrEqualTo(ended(service, detailType).orElseThrow());
    }
    assertThat(account.announcements(detailType)).as("machines").hasSize(services.size());
  }

  private void pushForArm(String version) {
    String arm64 = account.push("web", "", version);
    account.pushManifest(
        "web",
        "staging",
        Account.json(
            """
            {'schemaVersion': 2, 'mediaType': 'application/vnd.oci.image.index.v1+json',
             'manifests': [
               {'mediaType': 'application/vnd.oci.image.manifest.v1+json', 'size': 2,
                'digest': '%s', 'platform': {'os': 'linux', 'architecture': 'arm64'}}]}
            """,
            arm64));
  }

  private void sweep() {
    account.invoke("sweep", "{}");
    account.settle();
  }

  @Test
  void one_push_that_is_deployed_to_twelve_services_is_two_messages() {
    List<String> services = running(12);

    String pushed = account.push("web", "staging", "2");
    account.settle();

    String image = "web:staging " + pushed.substring(7, 19);
    assertThat(subjects()).hasSize(2).last().isEqualTo("11 more services: " + image + " deployed");
    assertThat(subjects().getFirst()).matches("website/web-\\d+: " + image + " deployed");
    isToldOnceAndAfterItHappened(services, "Deployment Succeeded");
  }

  /** A rollback is undone by another command than a deployment. */
  @Test
  void the_mail_about_a_rollback_says_how_to_deploy_what_the_environment_selects() {
    running(1);
    account.push("web", "staging", "2");
    account.settle();
    account.invoke("rollback", "{'service': 'web-0', 'by': 'arn:aws:iam::123456789012:user/ann'}");
    account.settle();

    assertThat(mails().getFirst().body()).contains("To go back: `slipway rollback website/web-0`");
    assertThat(mails().getLast().body())
        .contains(
            "Triggered by  ann\n",
            "- To deploy what the environment selects: `slipway deploy website/web-0 --unblock`")
        .doesNotContain("To go back");

    account.invoke("deploy", "{'service': 'web-0', 'unblock': true, 'by': 'ann'}");
    account.settle();

    assertThat(mails().getLast().body()).contains("To go back: `slipway rollback website/web-0`");
  }

  @Test
  void one_push_that_fails_in_twelve_services_is_two_messages_and_the_first_comes_at_once() {
    List<String> services = running(12);

    account.push("web", "staging", "2", CRASH);
    account
        .simulator
        .world()
        .runUntil(
            () -> !account.announcements("Deployment Failed").isEmpty(), Duration.ofMinutes(10));
    account.pass(Duration.ofSeconds(2));
    assertThat(mails()).as("within seconds, whatever the others do").hasSize(1);
    account.settle();

    assertThat(subjects())
        .hasSize(2)
        .last()
        .asString()
        .startsWith("11 more services: web:staging ");
    isToldOnceAndAfterItHappened(services, "Deployment Failed");
  }

  /** What waiting for each other costs, as decision 34 states it. */
  @Test
  void twelve_services_read_and_write_their_group_once_each_and_are_told_by_one_reminder() {
    List<String> services = running(12);
    Faults.Injected read = counted("dynamodb", "BatchGetItem");
    Faults.Injected written = counted("dynamodb", "PutItem");
    Faults.Injected sent = counted("sns", "Publish");

    account.push("web", "staging", "2");
    account.settle();

    isToldOnceAndAfterItHappened(services, "Deployment Succeeded");
    // functions run beside each other: who loses a compare-and-set reads and writes once more
    int lost = read.hits() - 13;
    assertThat(lost).as("13 reads: by each, and by the reminder").isBetween(0, services.size() - 1);
    assertThat(written.hits())
        .as("14 writes: by each, and by the reminder before and after")
        .isEqualTo(14 + lost);
    assertThat(sent.hits()).isEqualTo(2);
  }

  private Faults.Injected counted(String service, String operation) {
    return account
        .simulator
        .faults()
        .delay(Calls.to(service, operation).by("slipway-rollout"), Faults.ALWAYS, Duration.ZERO);
  }

  /** Nothing is heard of one of them, as if it never ended: it keeps no other from being told. */
  @Test
  void what_has_not_ended_holds_nothing_back() {
    List<String> services = running(3);
    account
        .simulator
        .events()
        .faults()
        .loseNext(
            1_000,
            event ->
                event.path("source").asText().equals("aws.ecs")
                    && event.at("/resources/0").asText().endsWith("/web-2"));

    account.push("web", "staging", "2");
    account
        .simulator
        .world()
        .runUntil(
            () -> !about("web-0").isEmpty() && !about("web-1").isEmpty(), Duration.ofMinutes(10));

    assertThat(about("web-2")).isEmpty();
    assertThat(mails()).hasSize(2);
    account.settle();
    sweep();
    isToldOnceAndAfterItHappened(services, "Deployment Succeeded");
  }

  @Test
  void a_push_that_is_paused_in_twelve_services_is_two_messages_and_sweeps_add_none() {
    List<String> services = running(12);
    services.forEach(name -> account.invoke("pause", "{'service': '%s', 'by': 'ann'}", name));

    account.push("web", "staging", "2");
    account.settle();
    sweep();
    sweep();

    assertThat(subjects()).hasSize(2).allMatch(subject -> subject.endsWith("not deployed: paused"));
    services.forEach(service -> assertThat(about(service)).as(service).hasSize(1));
  }

  @Test
  void a_push_for_another_platform_is_told_once_for_each_image() {
    running(1);

    pushForArm("2");
    account.settle();
    sweep();
    account.retag("web", "staging", "kept");
    account.retag("web", "first", "staging");
    account.settle();
    account.retag("web", "kept", "staging");
    account.settle();
    assertThat(subjects()).hasSize(1).first().asString().contains("not deployed: image ");

    pushForArm("3");
    account.settle();
    sweep();
    assertThat(subjects()).as("another image").hasSize(2);
  }

  /** SQS delivers everything twice, also what Slipway reminds itself with. */
  @Test
  void messages_that_are_delivered_twice_are_told_once() {
    List<String> services = running(4);
    account.queue("slipway-rollout").faults().duplicateNext(1_000, Duration.ofSeconds(1));
    account.queue("slipway-deploy").faults().duplicateNext(1_000, Duration.ofSeconds(1));

    account.push("web", "staging", "2");
    account.settle();

    assertThat(subjects()).hasSize(2);
    isToldOnceAndAfterItHappened(services, "Deployment Succeeded");
  }

  @Test
  void a_function_that_is_killed_anywhere_tells_everything_and_twice_at_most() {
    List<String> services = running(3);

    for (int calls = 0; ; calls++) {
      int before = mails().size();
      Kill kill = account.killAfter("rollout", calls);
      String pushed = account.push("web", "staging", "kill " + calls);
      account.settle();
      String when = "killed after %d calls".formatted(calls);
      List<Delivered> since = mails().subList(before, mails().size());
      String image = "web:staging " + pushed.substring(7, 19) + " deployed";
      for (String service : services) {
        assertThat(
                since.stream()
                    .filter(mail -> String.valueOf(mail.subject()).endsWith(image))
                    .filter(mail ->
                        String.valueOf(mail.subject()).startsWith("website/" + service + ":")
                            || mail.body().contains("- website/" + service + "\n"))
                    .count())
            .as(when + ": " + service)
            .isBetween(1L, 2L);
      }
      assertThat(account.messages("slipway-rollout-dead-letters")).as(when).isEmpty();
      if (!kill.hasHappened()) {
        assertThat(calls).isGreaterThan(20);
        return;
      }
    }
  }

  /** In mail, event, record and log alike. */
  @Test
  void a_secret_in_a_log_is_shown_nowhere() {
    String first = account.push("web", "first", "1");
    account.loggingTaskDefinition(REGISTRY + "web@" + first);
    account.service("web", "staging");
    account.settle();

    account.push(
        "web",
        "staging",
        "2",
        "{'slipway.simulator/exit-code': '1', 'slipway.simulator/exit-after': '1',"
            + " 'slipway.simulator/log': 'Error: postgres://app:hunter2@db/app <!channel>'}");
    account.settle();

    assertThat(subjects()).hasSize(1);
    String everything =
        mails()
            + " "
            + account.announcements()
            + " "
            + new RecordTable(account).deployments("web")
            + " "
            + account.recordOf("web")
            + " "
            + account.simulator.lambda().log("slipway-rollout");
    assertThat(mails().getFirst().body()).contains("log of web: Error: postgres://");
    assertThat(everything).doesNotContain("hunter2").contains("****");
    JsonNode failed = account.announcements("Deployment Failed").getFirst().path("detail");
    assertThat(failed.path("details").toString()).contains("postgres://");
  }
}
