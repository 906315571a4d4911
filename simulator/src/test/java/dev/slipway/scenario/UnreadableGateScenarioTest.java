package dev.slipway.scenario;

import static dev.slipway.scenario.Account.REGISTRY;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.simulator.faults.Calls;
import dev.slipway.simulator.faults.Faults;
import dev.slipway.simulator.ssm.ChangeCalendars;
import dev.slipway.simulator.world.AwsError;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What gates go by cannot be read: whoever passes the gates needs none of it. */
@Scenarios
class UnreadableGateScenarioTest {
  private static final String ANN = "arn:aws:iam::123456789012:user/ann";

  private static void calendar(Account account, ChangeCalendars.Event... events) {
    account.simulator.ssm().calendars().put("release", List.of(events));
  }

  /** An answer that the SDK does not wait and ask again after: nothing here depends on which. */
  private static void refuse(Account account, Calls calls) {
    account
        .simulator
        .faults()
        .answer(
            calls,
            Faults.ALWAYS,
            new AwsError("AccessDeniedException", 400, "with an explicit deny"));
  }

  /** web runs 2, and Systems Manager does not answer. */
  private static Account withoutSystemsManager() {
    Account account = Account.gated("calendar: release");
    calendar(account);
    account.push("web", "staging", "2");
    account.settle();
    assertThat(account.view("web").taskDefinition()).isEqualTo("web:2");
    refuse(account, Calls.to("ssm"));
    return account;
  }

  /** Image 2 runs, and image 3 waits, since its scan cannot be read. */
  private static Account unreadable() {
    Account account = Account.gatedAndScanned("gates: { scan: { atMost: high } }");
    account.push("web", "staging", "2");
    account.settle();
    assertThat(account.view("web").taskDefinition()).isEqualTo("web:2");
    refuse(account, Calls.to("ecr", "DescribeImageScanFindings"));
    account.push("web", "staging", "3");
    account.settle();
    return account;
  }

  @Test
  void a_rollback_needs_no_calendar() {
    try (Account account = withoutSystemsManager()) {
      String first = account.images("web").getFirst();
      account.push("web", "staging", "3");
      account.settle();
      account.invoke("rollback", "{'service': 'web', 'by': '%s'}", ANN);
      account.settle();
      assertThat(account.images("web")).doesNotContain(first);
    }
  }

  @Test
  void a_rollback_needs_no_calendar_although_another_image_is_pushed_meanwhile() {
    try (Account account = withoutSystemsManager()) {
      String first = account.images("web").getFirst();
      account.invoke("rollback", "{'service': 'web', 'by': '%s'}", ANN);
      account.push("web", "staging", "4");
      account.settle();
      assertThat(account.images("web")).doesNotContain(first);
    }
  }

  @Test
  void a_restart_needs_no_calendar() {
    try (Account account = withoutSystemsManager()) {
      account.push("web", "staging", "3");
      account.settle();
      account.invoke("deploy", "{'service': 'web', 'by': '%s', 'force': true}", ANN);
      account.settle();
      assertThat(new RecordTable(account).deployments("web")).hasSize(2);
    }
  }

  @Test
  void an_override_passes_a_calendar_that_does_not_answer() {
    try (Account account = withoutSystemsManager()) {
      String three = account.push("web", "staging", "3");
      account.settle();
      account.invoke("deploy", "{'service': 'web', 'by': '%s', 'override': 'down!'}", ANN);
      account.settle();
      assertThat(account.images("web")).containsExactly(REGISTRY + "web@" + three);
    }
  }

  @Test
  void status_shows_all_services_although_one_calendar_does_not_answer() {
    try (Account account = withoutSystemsManager()) {
      account.push("web", "staging", "3");
      account.settle();
      JsonNode status = account.invoke("status", "{}");
      assertThat(status.path("services")).hasSize(1);
    }
  }

  @Test
  void a_push_while_the_calendar_does_not_answer_is_told_as_held_or_deployed_later() {
    try (Account account = withoutSystemsManager()) {
      account.push("web", "staging", "3");
      account.settle();
      account.simulator.faults().clear();
      account.invoke("sweep", "{}");
      account.settle();
      assertThat(account.view("web").taskDefinition()).isEqualTo("web:3");
    }
  }

  @Test
  void a_rollback_does_not_depend_on_scans() {
    try (Account account = unreadable()) {
      account.invoke("rollback", "{'service': 'web', 'by': '%s'}", ANN);
      account.settle();
      assertThat(account.view("web").taskDefinition()).isEqualTo("web:3");
    }
  }

  @Test
  void a_restart_does_not_depend_on_scans() {
    try (Account account = unreadable()) {
      account.invoke("deploy", "{'service': 'web', 'by': '%s', 'force': true}", ANN);
      account.settle();
      assertThat(new RecordTable(account).deployments("web")).hasSize(2);
    }
  }

  @Test
  void one_service_s_scan_keeps_no_other_service_from_being_shown_and_approved() {
    try (Account account = unreadable()) {
      account.repository("api");
      account.runningService("api", "dev", "api", account.push("api", "first", "1"));
      JsonNode status = account.invoke("status", "{}");
      assertThat(status.path("services")).hasSize(2);
    }
  }

  @Test
  void a_pause_does_not_depend_on_scans_nor_does_a_resume() {
    try (Account account = unreadable()) {
      account.invoke("pause", "{'service': 'web', 'by': '%s'}", ANN);
      account.invoke("resume", "{'service': 'web', 'by': '%s'}", ANN);
    }
  }

  /** What fails is Systems Manager: the reason may not name another service. */
  @Test
  void a_dead_letter_names_the_service_that_failed() {
    try (Account account = Account.gatedAndScanned("calendar: release")) {
      account.simulator.ssm().calendars().put("release", List.of());
      account.simulator.faults().fail(Calls.to("ssm"), Faults.ALWAYS);
      account.push("web", "staging", "2");
      account.settle();
      JsonNode list = account.invoke("list", "{}");
      assertThat(list.at("/messages/0/reason").asText())
          .contains("ssm:GetCalendarState")
          .doesNotContain("Service: Ecs");
    }
  }

  /** The image is gone before it was judged; then it is pushed again. */
  @Test
  void an_image_that_is_deleted_while_it_is_scanned_is_nothing_to_tell() {
    try (Account account =
        Account.gatedAndScanned("gates: { scan: { atMost: high, wait: 30m } }")) {
      String two = account.push("web", "staging", "2", "{'slipway.simulator/scan-after': 'never'}");
      account.pass(Duration.ofMinutes(2));
      account.ecr(
          "BatchDeleteImage",
          "{'repositoryName': 'web', 'imageIds': [{'imageDigest': '%s'}]}",
          two);
      account.invoke("sweep", "{}");
      account.pass(Duration.ofMinutes(40));
      account.invoke("sweep", "{}");
      account.settle();
      assertThat(account.announcements("Deployment Held")).isEmpty();
      String three = account.push("web", "staging", "3");
      account.settle();
      assertThat(account.images("web").getFirst()).endsWith(three);
    }
  }
}
