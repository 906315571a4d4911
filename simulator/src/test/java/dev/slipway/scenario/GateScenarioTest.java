package dev.slipway.scenario;

import static dev.slipway.scenario.Account.REGISTRY;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.simulator.faults.Calls;
import dev.slipway.simulator.faults.Faults;
import dev.slipway.simulator.sns.Delivered;
import dev.slipway.simulator.ssm.ChangeCalendars;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What keeps an image back until its time has come, and what ends the wait. */
@Scenarios
class GateScenarioTest {
  private static final String ANN = "arn:aws:iam::123456789012:user/ann";

  private static JsonNode status(Account account) {
    return account.invoke("status", "{'service': 'web'}").path("services").path(0);
  }

  private static List<String> waitingFor(Account account) {
    return texts(status(account).path("waitingFor"));
  }

  private static List<String> texts(JsonNode list) {
    return StreamSupport.stream(list.spliterator(), false).map(JsonNode::asText).toList();
  }

  private static List<Delivered> mails(Account account) {
    return account.simulator.sns().deliveredTo(Account.MAILBOX);
  }

  private static ObjectNode sweep(Account account) {
    ObjectNode answer = account.invoke("sweep", "{}");
    account.settle();
    return answer;
  }

  private static void assertDeployed(Account account, String digest) {
    assertThat(account.images("web")).containsExactly(REGISTRY + "web@" + digest);
    assertThat(account.isSteady("web")).isTrue();
  }

  @Nested
  class An_approval {
    private static final String GATES = "gates: { approval: { expires: 7d } }";

    @Test
    void is_waited_for_told_once_and_ends_the_wait() {
      try (Account account = Account.gated(GATES)) {
        String two = account.push("web", "staging", "2");
        account.settle();

        assertThat(account.view("web").taskDefinition()).isEqualTo("web:1");
        assertThat(status(account).path("state").asText()).isEqualTo("waiting");
        assertThat(waitingFor(account)).containsExactly("approval");
        JsonNode held = account.announcements("Deployment Held").getFirst().path("detail");
        assertThat(held.path("hold").asText()).isEqualTo("WAITING");
        assertThat(mails(account).getLast().body())
            .contains("nobody has approved it", "slipway approve website/web");

        sweep(account);
        account.push("web", "another", "3");
        account.settle();
        assertThat(account.announcements("Deployment Held")).hasSize(1);

        JsonNode approved =
            account.invoke("approve", "{'service': 'web', 'by': '%s', 'note': 'QA'}", ANN);
        account.settle();

        assertThat(texts(approved.at("/services/0/approved"))).containsExactly(two);
        assertDeployed(account, two);
        assertThat(account.recordOf("web").at("/approvals/L/0/M/by/S").asText()).isEqualTo(ANN);
      }
    }

    @Test
    void is_for_one_image_another_asks_anew() {
      try (Account account = Account.gated(GATES)) {
        String two = account.push("web", "staging", "2");
        account.settle();
        account.invoke("approve", "{'service': 'web', 'by': '%s'}", ANN);
        account.settle();
        account.push("web", "staging", "3");
        account.settle();

        assertDeployed(account, two);
        assertThat(waitingFor(account)).containsExactly("approval");
        assertThat(account.announcements("Deployment Held")).hasSize(2);
      }
    }

    @Test
    void of_another_image_than_the_one_that_waits_changes_nothing() {
      try (Account account = Account.gated(GATES)) {
        String two = account.push("web", "staging", "2");
        account.settle();
        account.push("web", "staging", "3");
        account.settle();

        JsonNode answer =
            account.invoke("approve", "{'service': 'web', 'digest': '%s', 'by': 'ann'}", two);
        account.settle();

        assertThat(answer.at("/services/0/approved")).isEmpty();
        assertThat(answer.at("/services/0/reason").asText())
            .startsWith("no image whose digest begins with " + two + " waits for approval");
        assertThat(account.view("web").taskDefinition()).isEqualTo("web:1");
      }
    }

    @Test
    void that_is_shown_first_changes_nothing() {
      try (Account account = Account.gated(GATES)) {
        account.push("web", "staging", "2");
        account.settle();

        JsonNode preview = account.invoke("approve", "{'service': 'web', 'dryRun': true}");
        account.settle();

        assertThat(preview.at("/services/0/approved")).hasSize(1);
        assertThat(waitingFor(account)).containsExactly("approval");
      }
    }

    @Test
    void that_was_not_used_expires() {
      try (Account account =
          Account.gated(
              GATES
                  + "\n"
                  + "    freezes: [{ from: 2026-11-01T00:00, to: 2026-12-31T00:00, why:"
                  + " sale }]")) {
        account.push("web", "staging", "2");
        account.settle();
        account.invoke("approve", "{'service': 'web', 'by': 'ann'}");
        account.settle();
        assertThat(waitingFor(account)).containsExactly("freezes");

        account.pass(Duration.ofDays(10));
        sweep(account);

        assertThat(account.view("web").taskDefinition()).isEqualTo("web:1");
        assertThat(waitingFor(account)).containsExactly("approval", "freezes");
        assertThat(status(account).path("reason").asText())
            .contains("has expired at 2026-11-28T10:")
            .contains("slipway approve website/web");
      }
    }

    @Test
    void of_a_service_whose_environment_asks_for_none_is_refused() {
      try (Account account = Account.gated("drift: hold")) {
        JsonNode answer = account.invoke("approve", "{'service': 'web', 'by': 'ann'}");

        assertThat(answer.at("/services/0/approved")).isEmpty();
        assertThat(answer.at("/services/0/reason").asText())
            .isEqualTo("environment staging has no approval gate");
      }
    }
  }

  @Nested
  class A_window {
    private static final String GATES =
        "windows: { zone: Europe/Berlin, open: [\"Mon-Thu 08:00-16:00\"] }";

    @Test
    void that_is_closed_holds_a_push_until_the_first_sweep_after_it_opens() {
      try (Account account = Account.gated(GATES)) {
        String two = account.push("web", "staging", "2");
        account.settle();
        sweep(account);

        assertThat(waitingFor(account)).containsExactly("windows");
        assertThat(account.messages("slipway-deploy")).isEmpty();
        assertThat(account.announcements("Deployment Held")).hasSize(1);
        assertThat(mails(account).getLast().body())
            .contains("closed until Mon 2026-11-23 08:00 Europe/Berlin");

        account.pass(Duration.ofHours(45)); // Monday, 07:00 UTC, and some minutes
        sweep(account);

        assertDeployed(account, two);
        assertThat(account.announcements("Deployment Held")).hasSize(1);
      }
    }
  }

  @Nested
  class A_scan {
    private static final String GATES = "gates: { scan: { atMost: high, wait: 30m } }";
    private static final String CRITICAL =
        "{'slipway.simulator/findings': 'CVE-2026-1 CRITICAL, CVE-2026-2 LOW'}";
    private static final String NEVER = "{'slipway.simulator/scan-after': 'never'}";

    private static void passMinutes(Account account, int minutes) {
      account.pass(Duration.ofMinutes(minutes));
    }

    @Test
    void is_waited_for_without_a_word_and_its_event_ends_the_wait() {
      try (Account account = Account.gatedAndScanned(GATES)) {
        String two =
            account.push(
                "web", "staging", "2", "{'slipway.simulator/findings': 'CVE-2026-2 HIGH'}");
        account.pass(Duration.ofSeconds(10));

        assertThat(account.view("web").taskDefinition()).isEqualTo("web:1");
        assertThat(waitingFor(account)).containsExactly("scan");
        assertThat(status(account).path("reason").asText())
            .isEqualTo(
                "web %s waits for scan (its scan has not ended yet)"
                    .formatted(two.substring(7, 19)));
        account.settle();

        assertDeployed(account, two);
        assertThat(account.announcements("Deployment Held")).isEmpty();
        assertThat(mails(account)).hasSize(1);
        assertThat(mails(account).getLast().body()).contains("a push of web:staging");
      }
    }

    @Test
    void by_inspector_has_an_event_too() {
      try (Account account = Account.gatedAndScanned(GATES)) {
        account.ecr(
            "PutRegistryScanningConfiguration",
            "{'scanType': 'ENHANCED', 'rules': [{'scanFrequency': 'CONTINUOUS_SCAN',"
                + " 'repositoryFilters': [{'filter': '*', 'filterType': 'WILDCARD'}]}]}");
        String two = account.push("web", "staging", "2");
        account.settle();
        assertDeployed(account, two);

        account.push("web", "staging", "3", CRITICAL);
        account.settle();

        assertDeployed(account, two);
        assertThat(waitingFor(account)).containsExactly("scan");
      }
    }

    @Test
    void that_found_something_holds_is_told_once_and_no_operator_overrides_it() {
      try (Account account = Account.gatedAndScanned(GATES)) {
        account.push("web", "staging", "2", CRITICAL);
        account.settle();
        sweep(account);

        assertThat(account.view("web").taskDefinition()).isEqualTo("web:1");
        assertThat(account.announcements("Deployment Held")).hasSize(1);
        assertThat(mails(account).getLast().body())
            .contains("it has CVE-2026-1 (critical)", "ignore: [CVE-2026-1]")
            .doesNotContain("--override");
        JsonNode gate = account.invoke("explain", "{'service': 'web'}").at("/services/0/gates/0");
        assertThat(gate.path("closed").asBoolean()).isTrue();
        assertThat(gate.path("reason").asText()).isEqualTo("it has CVE-2026-1 (critical)");
        assertThat(gate.path("remedy").asText()).contains("`ignore: [CVE-2026-1]`");

        JsonNode refused =
            account.invoke("deploy", "{'service': 'web', 'by': '%s', 'override': 'now!'}", ANN);
        account.settle();
        assertThat(refused.at("/services/0/decision").asText()).isEqualTo("Held");
        assertThat(account.view("web").taskDefinition()).isEqualTo("web:1");

        String three = account.push("web", "staging", "3");
        account.settle();
        assertDeployed(account, three);
      }
    }

    @Test
    void judges_an_image_of_the_operator_s_choice_too() {
      try (Account account = Account.gatedAndScanned(GATES)) {
        account.push("web", "fix", "4", CRITICAL);
        account.settle();
        JsonNode held =
            account.invoke(
                "deploy", "{'service': 'web', 'tag': 'fix', 'by': '%s', 'override': 'now!'}", ANN);
        account.settle();

        assertThat(held.at("/services/0/reason").asText()).contains("it has CVE-2026-1 (critical)");
        assertThat(account.view("web").taskDefinition()).isEqualTo("web:1");

        account.push("web", "better", "5");
        account.settle();
        account.invoke("deploy", "{'service': 'web', 'tag': 'better', 'by': '%s'}", ANN);
        account.settle();
        assertThat(account.view("web").taskDefinition()).isEqualTo("web:2");
      }
    }

    @Test
    void ignores_what_slipway_yaml_names() {
      try (Account account =
          Account.gatedAndScanned("gates: { scan: { atMost: high, ignore: [CVE-2026-1] } }")) {
        String two = account.push("web", "staging", "2", CRITICAL);
        account.settle();

        assertDeployed(account, two);
      }
    }

    @Test
    void that_does_not_end_in_time_is_told_by_the_next_sweep_with_what_to_do() {
      try (Account account = Account.gatedAndScanned(GATES)) {
        account.push("web", "staging", "2", NEVER);
        passMinutes(account, 29);
        sweep(account);
        assertThat(account.announcements("Deployment Held")).isEmpty();

        passMinutes(account, 1);
        sweep(account);
        sweep(account);

        assertThat(account.announcements("Deployment Held")).hasSize(1);
        assertThat(mails(account).getLast().body())
            .contains(
                "its scan has not ended, 30 minutes after the push",
                "have ECR scan the images of web");
      }
    }

    @Test
    void whose_event_is_lost_is_found_by_the_sweep() {
      try (Account account = Account.gatedAndScanned(GATES)) {
        account
            .simulator
            .events()
            .faults()
            .loseNext(1, event -> event.path("detail-type").asText().equals("ECR Image Scan"));
        String two = account.push("web", "staging", "2");
        account.settle();
        assertThat(account.view("web").taskDefinition()).isEqualTo("web:1");

        sweep(account);

        assertDeployed(account, two);
      }
    }

    @Test
    void that_nobody_began_holds_where_the_repository_is_not_scanned() {
      try (Account account = Account.gated(GATES)) {
        account.push("web", "staging", "2");
        passMinutes(account, 31);
        sweep(account);

        assertThat(status(account).path("reason").asText())
            .contains("it has not been scanned, 30 minutes after the push");

        account.ecr(
            "StartImageScan", "{'repositoryName': 'web', 'imageId': {'imageTag': 'staging'}}");
        account.settle();
        assertThat(account.view("web").taskDefinition()).isEqualTo("web:2");
      }
    }

    @Test
    void is_passed_by_a_rollback() {
      try (Account account = Account.gatedAndScanned(GATES)) {
        account.push("web", "staging", "2");
        account.settle();
        account.push("web", "staging", "3", CRITICAL);
        account.settle();

        account.invoke("rollback", "{'service': 'web', 'by': '%s'}", ANN);
        account.settle();

        assertThat(new RecordTable(account).deployments("web").getLast().path("reason").asText())
            .isEqualTo("rolled back to web:1 by " + ANN);
        assertThat(account.isSteady("web")).isTrue();
      }
    }

    @Test
    void is_asked_for_where_an_operator_lifts_a_block() {
      try (Account account =
          Account.gatedAndScanned(
              GATES + "\n    deployment: { circuitBreaker: { enable: true, rollback: true } }")) {
        String two = account.push("web", "staging", "2", "{'slipway.simulator/exit-code': '1'}");
        account.settle();
        assertThat(status(account).path("state").asText()).isEqualTo("blocked");

        JsonNode plan =
            account.invoke(
                "deploy", "{'service': 'web', 'by': '%s', 'unblock': true, 'dryRun': true}", ANN);

        assertThat(plan.at("/services/0/decision").asText()).isEqualTo("Deploy");
        assertThat(plan.at("/services/0/reason").asText()).contains(two.substring(7, 19));
      }
    }

    @Test
    void of_an_image_index_is_that_of_the_platform_which_the_tasks_run() {
      try (Account account = Account.gatedAndScanned(GATES)) {
        String amd64 = account.push("web", "amd64", "2");
        String arm64 = account.push("web", "arm64", "3", CRITICAL);
        account.settle();
        String index =
            account.pushManifest(
                "web",
                "staging",
                Account.json(
                    """
                    {'schemaVersion': 2, 'mediaType': 'application/vnd.oci.image.index.v1+json',
                     'manifests': [
                       {'mediaType': 'application/vnd.oci.image.manifest.v1+json', 'size': 1,
                        'digest': '%s', 'platform': {'os': 'linux', 'architecture': 'amd64'}},
                       {'mediaType': 'application/vnd.oci.image.manifest.v1+json', 'size': 1,
                        'digest': '%s', 'platform': {'os': 'linux', 'architecture': 'arm64'}}]}
                    """,
                    amd64, arm64));
        account.settle();

        assertDeployed(account, index);
      }
    }
  }

  @Nested
  class A_signature {
    private static final String GATES = "gates: { signed: { by: [\"" + GateRow.PROFILE + "\"] } }";

    /** An account whose registry signs what is pushed from now on. */
    private static Account signing() {
      Account account = Account.gated(GATES);
      account.ecr(
          "PutSigningConfiguration",
          "{'signingConfiguration': {'rules': [{'signingProfileArn': '%s', 'repositoryFilters':"
              + " [{'filter': 'we*', 'filterType': 'WILDCARD_MATCH'}]}]}}",
          GateRow.PROFILE);
      return account;
    }

    @Test
    void is_waited_for_without_a_word_until_the_sweep_finds_it() {
      try (Account account = signing()) {
        String two = account.push("web", "staging", "2");
        account.settle();
        assertThat(account.view("web").taskDefinition()).isEqualTo("web:1");

        sweep(account);

        assertDeployed(account, two);
        assertThat(account.announcements("Deployment Held")).isEmpty();
      }
    }

    @Test
    void that_failed_holds_is_told_once_and_no_operator_overrides_it() {
      try (Account account = signing()) {
        account.push("web", "staging", "2", "{'slipway.simulator/signing': 'FAILED'}");
        account.settle();
        sweep(account);
        sweep(account);

        assertThat(account.announcements("Deployment Held")).hasSize(1);
        assertThat(mails(account).getLast().body())
            .contains(
                "release could not sign it: AccessDenied User is not authorized to perform:"
                    + " signer:SignPayload")
            .doesNotContain("--override");
        account.invoke("deploy", "{'service': 'web', 'by': '%s', 'override': 'now!'}", ANN);
        account.settle();
        assertThat(account.view("web").taskDefinition()).isEqualTo("web:1");
      }
    }

    @Test
    void that_never_comes_is_told_after_ten_minutes_and_a_rollback_needs_none() {
      try (Account account = signing()) {
        account.push("web", "staging", "2");
        account.settle();
        sweep(account);
        assertThat(account.view("web").taskDefinition()).isEqualTo("web:2");
        account.push("web", "staging", "3", "{'slipway.simulator/signing': 'never'}");
        account.pass(Duration.ofMinutes(9));
        sweep(account);
        assertThat(account.announcements("Deployment Held")).isEmpty();

        account.pass(Duration.ofMinutes(1));
        sweep(account);

        assertThat(account.announcements("Deployment Held")).hasSize(1);
        assertThat(mails(account).getLast().body())
            .contains("release has not signed it yet, 10 minutes after the push");
        account.invoke("rollback", "{'service': 'web', 'by': '%s'}", ANN);
        account.settle();
        assertThat(new RecordTable(account).deployments("web").getLast().path("reason").asText())
            .isEqualTo("rolled back to web:1 by " + ANN);
      }
    }
  }

  @Nested
  class A_calendar {
    private static final String GATES = "calendar: release";

    /** The calendar is closed from now until Sunday noon; image 2 waits. */
    private static Account closed() {
      Account account = Account.gated(GATES);
      account
          .simulator
          .ssm()
          .calendars()
          .put(
              "release",
              List.of(
                  new ChangeCalendars.Event(
                      account.simulator.world().now(), Instant.parse("2026-11-22T12:00:00Z"))));
      account.push("web", "staging", "2");
      account.settle();
      assertThat(waitingFor(account)).containsExactly("calendar");
      return account;
    }

    @Test
    void that_is_closed_holds_is_told_once_and_the_sweep_after_its_opening_deploys() {
      try (Account account = closed()) {
        sweep(account);
        assertThat(account.announcements("Deployment Held")).hasSize(1);
        assertThat(mails(account).getLast().body())
            .contains("release is closed until Sun 2026-11-22 12:00 UTC", "--override WHY");

        account.pass(Duration.ofHours(27));
        sweep(account);

        assertThat(account.view("web").taskDefinition()).isEqualTo("web:2");
        assertThat(account.isSteady("web")).isTrue();
        assertThat(account.announcements("Deployment Held")).hasSize(1);
      }
    }

    @Test
    void is_passed_by_an_operator_with_a_reason() {
      try (Account account = closed()) {
        account.invoke(
            "deploy", "{'service': 'web', 'by': '%s', 'override': 'login is broken'}", ANN);
        account.settle();

        assertThat(account.view("web").taskDefinition()).isEqualTo("web:2");
        assertThat(new RecordTable(account).deployments("web").getLast().path("reason").asText())
            .endsWith("; by " + ANN + ", passing calendar: login is broken");
      }
    }

    @Test
    void is_passed_by_a_rollback() {
      try (Account account = closed()) {
        account.invoke(
            "deploy", "{'service': 'web', 'by': '%s', 'override': 'login is broken'}", ANN);
        account.settle();
        account.invoke("rollback", "{'service': 'web', 'by': '%s'}", ANN);
        account.settle();

        assertThat(new RecordTable(account).deployments("web").getLast().path("reason").asText())
            .isEqualTo("rolled back to web:1 by " + ANN);
      }
    }

    @Test
    void that_does_not_exist_holds_and_says_so() {
      try (Account account = Account.gated("calendar: relaese")) {
        account.push("web", "staging", "2");
        account.settle();

        assertThat(account.view("web").taskDefinition()).isEqualTo("web:1");
        assertThat(mails(account).getLast().body())
            .contains(
                "relaese cannot be read: InvalidDocument: Document with name relaese does not"
                    + " exist.",
                "name another one in slipway.yaml");
      }
    }

    @Test
    void is_asked_once_for_each_of_the_services_that_a_push_concerns() {
      try (Account account =
          Account.with(
              """
              environments:
                staging:
                  images: { tag: staging }
                  calendar: release
              """)) {
        account.simulator.ssm().calendars().put("release", List.of());
        account.repository("web");
        String first = account.push("web", "first", "1");
        IntStream.range(0, 12)
            .forEach(i -> account.runningService("web-" + i, "staging", "web", first));
        Faults.Injected calls =
            account
                .simulator
                .faults()
                .delay(Calls.to("ssm", "GetCalendarState"), Faults.ALWAYS, Duration.ZERO);
        account.push("web", "staging", "2");
        account.settle();
        assertThat(calls.hits()).isEqualTo(12);
      }
    }
  }

  @Nested
  class A_freeze {
    private static final String GATES =
        "freezes: [{ from: 2026-11-22T00:00, to: 2026-12-24T00:00, why: the fair }]";

    /** Web has image 2, and image 3 waits. */
    private Account frozen() {
      Account account = Account.gated(GATES);
      account.push("web", "staging", "2");
      account.settle();
      account.pass(Duration.ofDays(1));
      account.push("web", "staging", "3");
      account.settle();
      assertThat(waitingFor(account)).containsExactly("freezes");
      return account;
    }

    @Test
    void is_passed_by_an_operator_with_a_reason_and_told_with_the_name() {
      try (Account account = frozen()) {
        JsonNode refused = account.invoke("deploy", "{'service': 'web', 'by': '%s'}", ANN);
        account.settle();
        assertThat(refused.at("/services/0/decision").asText()).isEqualTo("Held");
        assertThat(refused.at("/services/0/hold").asText()).isEqualTo("waiting for freezes");
        assertThat(refused.at("/services/0/reason").asText())
            .contains("frozen until Thu 2026-12-24 00:00 UTC: the fair")
            .contains("`slipway deploy website/web --override WHY`");

        account.invoke(
            "deploy", "{'service': 'web', 'by': '%s', 'override': 'login is broken'}", ANN);
        account.settle();

        assertThat(account.view("web").taskDefinition()).isEqualTo("web:3");
        assertThat(account.isSteady("web")).isTrue();
        assertThat(new RecordTable(account).deployments("web").getLast().path("reason").asText())
            .endsWith("; by " + ANN + ", passing freezes: login is broken");
        assertThat(mails(account).getLast().body())
            .contains("; by ann, passing freezes: login is broken");
      }
    }

    /** The command was carried out for image 2; 3 comes before DeployFunction has the hint. */
    @Test
    void is_not_passed_by_an_image_that_is_pushed_after_the_operator_s_command() {
      try (Account account = frozen()) {
        List<String> before = account.images("web");
        account.invoke("deploy", "{'service': 'web', 'by': '%s', 'override': 'it is down'}", ANN);
        account.push("web", "staging", "5");
        account.settle();

        assertThat(account.images("web")).isEqualTo(before);
        assertThat(waitingFor(account)).containsExactly("freezes");
      }
    }

    @Test
    void holds_an_image_of_the_operator_s_choice_too_and_says_how_to_pass_it() {
      try (Account account = frozen()) {
        account.push("web", "fix", "4");
        JsonNode held =
            account.invoke("deploy", "{'service': 'web', 'tag': 'fix', 'by': '%s'}", ANN);
        account.settle();

        assertThat(held.at("/services/0/reason").asText())
            .contains("`slipway deploy website/web --tag fix --override WHY`");
        assertThat(account.view("web").taskDefinition()).isEqualTo("web:2");

        account.invoke(
            "deploy",
            "{'service': 'web', 'tag': 'fix', 'by': '%s', 'override': 'login is broken'}",
            ANN);
        account.settle();

        assertThat(account.view("web").taskDefinition()).isEqualTo("web:3");
        assertThat(mails(account).getLast().body())
            .contains("ann chose image ", "passing freezes: login is broken");
      }
    }

    @Test
    void is_passed_by_a_rollback() {
      try (Account account = frozen()) {
        account.invoke("rollback", "{'service': 'web', 'by': '%s'}", ANN);
        account.settle();

        assertThat(account.view("web").taskDefinition()).isEqualTo("web:3");
        assertThat(new RecordTable(account).deployments("web").getLast().path("reason").asText())
            .isEqualTo("rolled back to web:1 by " + ANN);
      }
    }

    @Test
    void does_not_keep_an_operator_from_replacing_the_tasks() {
      try (Account account = frozen()) {
        List<String> before = account.images("web");

        account.invoke("deploy", "{'service': 'web', 'by': '%s', 'force': true}", ANN);
        account.settle();

        assertThat(account.images("web")).isEqualTo(before);
        assertThat(account.view("web").taskDefinition()).isEqualTo("web:3");
        assertThat(waitingFor(account)).containsExactly("freezes");
      }
    }
  }

  @Test
  void a_rollout_is_waited_for_and_its_end_deploys_what_waited() {
    try (Account account = Account.gated("whileRolling: wait")) {
      account.push("web", "staging", "2");
      account
          .simulator
          .world()
          .runUntil(() -> account.revisions("web") == 2, Duration.ofMinutes(5));
      String three = account.push("web", "staging", "3");
      account.settle();

      assertDeployed(account, three);
      assertThat(account.revisions("web")).isEqualTo(3);
      assertThat(account.announcements("Deployment Succeeded")).hasSize(2);
    }
  }

  @Test
  void explain_names_every_gate_those_that_pass_too() {
    try (Account account =
        Account.gated(
            """
            gates: { approval: { expires: 7d } }
                whileRolling: wait
                windows: { open: ["Sat 00:00-24:00"] }
                freezes: [{ from: 2026-11-01T00:00, to: 2026-12-01T00:00, why: sale }]\
            """)) {
      account.push("web", "staging", "2");
      account.settle();

      JsonNode explained = account.invoke("explain", "{'service': 'web'}").path("services").path(0);

      assertThat(explained.path("gates"))
          .extracting(gate -> gate.path("gate").asText() + " " + gate.path("closed").asBoolean())
          .containsExactly("approval true", "windows false", "freezes true", "whileRolling false");
      assertThat(explained.path("changes")).hasSize(1);
    }
  }
}
