package dev.slipway.scenario;

import static dev.slipway.scenario.Account.REGISTRY;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The operators' command, with the real functions behind it. Time passes while it waits. */
@Scenarios
class CommandScenarioTest {
  private static final int REFUSED = 3;
  private static final int NOT_DEPLOYED = 4;
  private static final int DECLINED = 5;

  @AutoClose private Account account;
  private Operator operator;

  @BeforeAll
  static void logIn() {
    Operator.logIn();
  }

  @AfterAll
  static void logOut() {
    Operator.logOut();
  }

  @BeforeEach
  void createAccount() {
    account = new Account(Map.of());
    operator = new Operator(account);
  }

  private int slipway(String... arguments) {
    return operator.slipway(arguments);
  }

  private String out() {
    return operator.out();
  }

  private String err() {
    return operator.err();
  }

  private static String brief(String digest) {
    return digest.substring("sha256:".length(), "sha256:".length() + 12);
  }

  private String pushed(String version) {
    String digest = account.push("web", "staging", version);
    account.settle();
    return digest;
  }

  @Test
  void watches_a_push_arrive_and_reports_it_afterwards() {
    account.webFollowsStaging();
    String two = account.push("web", "staging", "2");

    assertThat(slipway("watch", "web")).isZero();

    assertThat(out())
        .contains("tag staging now selects another image: ", "web:1 ●               web:2 ◐◐")
        .contains("web:2 ●●\n")
        .containsPattern("\nweb:2 deployed after \\d+ s\n$");

    assertThat(slipway("status")).isZero();
    assertThat(out())
        .startsWith("ENVIRONMENT  SERVICE      IMAGE")
        .containsPattern(
            "staging      website/web  web    "
                + brief(two)
                + "  staging  2/2    .*  up to date\n");

    assertThat(slipway("explain", "website/web")).isZero();
    assertThat(out()).startsWith("website/web (staging): is up to date\n");

    assertThat(slipway("history", "web", "--limit", "1")).isZero();
    assertThat(out()).contains("web:2", brief(two) + "  staging", "deployed");
  }

  @Test
  void explains_what_a_push_that_is_held_would_change() {
    account.webFollowsStaging();

    assertThat(slipway("pause", "web", "--note", "sale", "--yes")).isZero();
    String two = pushed("2");

    assertThat(slipway("watch", "web")).isEqualTo(NOT_DEPLOYED);
    assertThat(out()).contains("paused", "sale", brief(two));

    assertThat(slipway("resume", "web", "--yes")).isZero();
    assertThat(slipway("watch", "web")).isZero();
    assertThat(account.images("web")).containsExactly(REGISTRY + "web@" + two);
  }

  @Test
  void rolls_back_after_it_has_shown_what_that_means_and_was_told_yes() {
    account.webFollowsStaging();
    String two = pushed("2");
    String three = pushed("3");

    assertThat(operator.typing("no\n", "rollback", "web")).isEqualTo(DECLINED);
    assertThat(err())
        .contains(
            "website/web would go back from web:3 to web:2\n",
            "web@" + brief(three) + " → web@" + brief(two),
            "Roll web back? [y/N]");
    account.settle();
    assertThat(account.view("web").taskDefinition()).isEqualTo("web:3");

    assertThat(operator.typing("yes\n", "rollback", "web")).isZero();
    assertThat(out()).startsWith("website/web goes back from web:3 to web:2\n");
    assertThat(slipway("watch", "web")).isZero();

    assertThat(account.view("web").taskDefinition()).as("a copy").isEqualTo("web:4");
    assertThat(account.images("web")).containsExactly(REGISTRY + "web@" + two);
    assertThat(slipway("status")).isZero();
    assertThat(out()).contains("blocked", "`slipway deploy website/web --unblock`");
    assertThat(slipway("deploy", "web", "--unblock", "--yes")).isZero();
    assertThat(slipway("watch", "web")).isZero();
    assertThat(account.images("web")).containsExactly(REGISTRY + "web@" + three);
  }

  @Test
  void a_rollback_that_would_go_elsewhere_than_was_shown_is_refused_and_changes_nothing() {
    account.webFollowsStaging();
    String two = pushed("2");
    String three = pushed("3");

    operator.whileAsked(() -> pushed("4"));
    assertThat(operator.typing("yes\n", "rollback", "web")).isEqualTo(REFUSED);

    assertThat(err().replaceAll("\\s+", " "))
        .contains("website/web would go back from web:3 to web:2 container-1: web@" + brief(three))
        .contains("website/web would go back from web:4 to web:3 container-1: web@")
        .contains(
            "slipway: refused: nothing was changed, since it is no longer what was"
                + " shown. No longer: website/web goes from web:3 to web:2;")
        .contains("Instead: website/web goes from web:4 to web:3;");
    account.settle();
    assertThat(account.view("web").taskDefinition()).isEqualTo("web:4");
    assertThat(new RecordTable(account).blocked("web")).isEmpty();

    // shown anew, it is done
    assertThat(operator.typing("yes\n", "rollback", "web")).isZero();
    assertThat(slipway("watch", "web")).isZero();
    assertThat(account.images("web"))
        .containsExactly(REGISTRY + "web@" + three)
        .doesNotContain(two);
  }

  @Test
  void a_promotion_of_another_image_than_was_shown_is_refused_and_changes_nothing() {
    account.webFollowsStaging();
    String zero = account.push("web", "production", "0");
    account.runningService("web-production", "production", "web", zero);
    String two = pushed("2");

    operator.whileAsked(() -> pushed("3"));
    assertThat(operator.typing("yes\n", "promote", "staging", "production")).isEqualTo(REFUSED);

    assertThat(err()).contains("web " + brief(two) + " would be tagged production");
    account.settle();
    assertThat(account.images("web-production")).containsExactly(REGISTRY + "web@" + zero);
  }

  @Test
  void a_deployment_of_another_image_than_was_shown_is_refused_and_changes_nothing() {
    account.webFollowsStaging();
    assertThat(slipway("pause", "web", "--yes")).isZero();
    String two = pushed("2");

    operator.whileAsked(() -> pushed("3"));
    assertThat(operator.typing("yes\n", "deploy", "web", "--output", "json")).isEqualTo(REFUSED);

    assertThat(out()).contains("\"refused\"", "\"preview\"");
    assertThat(err()).contains(brief(two));
    account.settle();
    assertThat(account.view("web").taskDefinition()).isEqualTo("web:1");
  }

  @Test
  void is_refused_what_cannot_be_and_says_why() {
    account.webFollowsStaging();

    assertThat(slipway("rollback", "web", "--yes")).isEqualTo(REFUSED);
    assertThat(err()).startsWith("slipway: refused: ");

    assertThat(slipway("status", "shop")).isEqualTo(REFUSED);
    assertThat(err()).startsWith("slipway: refused: ").contains("shop");
  }

  @Test
  void promotes_what_is_deployed() {
    account.webFollowsStaging();
    account.runningService("web-production", "production", "web", account.push("web", "x", "0"));
    String two = pushed("2");

    assertThat(slipway("promote", "staging", "production", "--dry-run")).isZero();
    assertThat(out())
        .startsWith("web " + brief(two) + " would be tagged production\n")
        .contains("website/web-production");
    assertThat(slipway("promote", "staging", "production", "--yes")).isZero();
    assertThat(slipway("watch", "web-production")).isZero();

    assertThat(account.images("web-production")).containsExactly(REGISTRY + "web@" + two);
  }

  @Test
  void says_where_it_looked_when_there_is_no_such_stack() {
    assertThat(slipway("status", "--stack", "other")).isEqualTo(1);

    assertThat(err().replaceAll("\\s+", " "))
        .isEqualTo(
            "slipway: no stack other here: there is no function other-query:live in account"
                + " 123456789012, Region us-east-1, at "
                + account.simulator.uri()
                + " (--endpoint-url). Another --stack, --region or --profile? ");
  }
}
