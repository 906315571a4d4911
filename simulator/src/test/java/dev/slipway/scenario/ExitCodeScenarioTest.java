package dev.slipway.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertAll;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What the command ends with, and what it says on its error stream, for every kind of end. The
 * account has five services: {@code web} has what staging selects, {@code held} is paused with an
 * image waiting, {@code broken} has a blocked image, {@code alone} follows nothing, {@code busy}'s
 * rollout never ends.
 */
@Scenarios
class ExitCodeScenarioTest {
  private static final Pattern ARGUMENT = Pattern.compile("'([^']*)'|(\\S+)");

  private Account account;

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
    account.webFollowsStaging();
    account.push("web", "staging", "2");
    account.settle();
    account.repository("held", "broken", "busy");
    for (String name : List.of("held", "broken", "busy")) {
      account.runningService(name, "staging", name, account.push(name, "first", "1"));
    }
    account.runningService("alone", "", "web", account.push("web", "other", "1"));
    account.invoke("pause", "{'service': 'held', 'by': 'ann'}");
    account.push("held", "staging", "2");
    account.push("broken", "staging", "2", "{'slipway.simulator/exit-code': '1'}");
    account.settle();
    account.push("busy", "staging", "2", "{'slipway.simulator/healthy-after': '100000'}");
    account.simulator.ecs().capacity(false);
    account.pass(Duration.ofSeconds(20));
  }

  /** Each line is a command line, its exit code, and what its error stream has, if anything. */
  private static final String ENDS =
      """
      # done, or nothing to do
      status                              | 0 |
      status web                          | 0 |
      status broken                       | 0 |
      explain held                        | 0 |
      explain web:staging                 | 0 |
      history broken --details            | 0 |
      doctor web                          | 0 |
      watch web                           | 0 |
      deploy web --yes                    | 0 |
      deploy broken --unblock --dry-run   | 0 |
      pause web --dry-run                 | 0 |
      follow alone staging --dry-run      | 0 |
      follow web staging --yes            | 0 |
      unfollow web --dry-run              | 0 |
      unfollow alone --yes                | 0 |
      replay list                         | 0 |
      completion bash                     | 0 |
      --version                           | 0 |
      --help                              | 0 |
                                          | 0 |
      # the command line makes no sense
      frobnicate                          | 2 | there is no command frobnicate
      status --output yaml                | 2 | Invalid value for option '--output'
      status web extra                    | 2 | extra is one argument too many
      watch                               | 2 | pass one of
      watch web --timeout soon            | 2 | 'soon' is not a duration; pass 90s, 30m or 1h
      deploy web                          | 2 | there is no terminal to ask on: pass --yes
      deploy web --tag a --digest b --yes | 2 | pass only one of
      history web -n 0                    | 2 | --limit: expected a whole number
      follow alone                        | 2 | 'ENVIRONMENT'
      follow alone staging                | 2 | there is no terminal to ask on: pass --yes
      unfollow                            | 2 | 'SERVICE'
      replay archive --from yesterday -y  | 2 | yesterday is not a time
      # refused or held
      deploy held --yes                   | 0 |
      deploy broken --yes                 | 3 | : website/broken
      deploy alone --yes                  | 3 | website/alone follows no environment
      deploy web --tag nosuch --yes       | 3 | refused: website/web
      deploy web --digest 12 --yes        | 3 | --digest: expected the first 12 or more of its 64 hex digits
      deploy -e nosuch --yes              | 3 | there is no environment
      approve web --yes                   | 3 | nothing is approved
      status nosuch                       | 3 | there is no service nosuch
      doctor nosuch                       | 3 | there is no service nosuch
      status 'a b'                        | 3 | SERVICE: not a service:
      status staging                      | 3 | there is no service staging. An environment is called so: --environment staging
      history webb                        | 3 | Did you mean website/web?
      watch alone                         | 3 | website/alone: not followed: it has no tag slipway:environment
      watch -e nosuch                     | 3 | there is no environment
      follow alone stagin --yes           | 3 | there is no environment "stagin": slipway.yaml has staging, production. Did you mean staging?
      follow nosuch staging --yes         | 3 | there is no service nosuch
      unfollow nosuch --yes               | 3 | there is no service nosuch
      rollback web --to 99 --yes          | 3 | web:99
      promote staging staging --yes       | 3 | refused:
      replay redrive nosuch --yes         | 3 | refused:
      # not deployed
      watch broken                        | 4 |
      # not over in time
      watch busy --timeout 5s             | 6 | busy is not settled after 5 s
      # an error, or a problem
      doctor alone                        | 1 |
      status --stack other                | 1 | no stack other here: there is no function other-query:live in account 123456789012, Region us-east-1, at http://127.0.0.1:
      """;

  /** One account for all of them: none of these commands changes what another one finds. */
  @Test
  void and_its_message_are_as_documented_for_every_kind_of_end() {
    assertAll(
        ENDS.lines()
            .filter(line -> !line.startsWith("#"))
            .map(line -> line.split("\\|", -1))
            .map(cells ->
                () ->
                    ends(cells[0].strip(), Integer.parseInt(cells[1].strip()), cells[2].strip())));
  }

  private void ends(String line, int code, String says) {
    Operator operator = new Operator(account);
    String[] arguments = arguments(line);
    boolean local = line.startsWith("-") || line.isEmpty() || line.startsWith("completion");

    int ended = local ? operator.run("", arguments) : operator.slipway(arguments);

    String told = "%s%n%s%s".formatted(line, operator.out(), operator.err());
    assertThat(ended).as(told).isEqualTo(code);
    assertThat(operator.err()).as(told).doesNotContain("\n    at ", "java.");
    if (says.isEmpty()) {
      assertThat(operator.err()).as(told).isEmpty();
    } else {
      assertThat(operator.err().replaceAll("\\s+", " ")).as(told).contains(says);
    }
  }

  @ParameterizedTest(name = "{0}={1}: {2}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          AWS_ENDPOINT_URL        | http://127.0.0.1:1 | slipway-query cannot be invoked in Region us-east-1, at http://127.0.0.1:1 (AWS_ENDPOINT_URL): | Unset AWS_ENDPOINT_URL to reach AWS itself
          AWS_ENDPOINT_URL_LAMBDA | http://127.0.0.1:1 | at http://127.0.0.1:1 (AWS_ENDPOINT_URL_LAMBDA) | Unset AWS_ENDPOINT_URL_LAMBDA to reach AWS itself
          AWS_ENDPOINT_URL        | localstack         | AWS_ENDPOINT_URL is no URL of a server: localstack | unset it to reach AWS itself
          """)
  void is_1_where_aws_is_not_there_and_the_message_names_what_led_astray(
      String variable, String value, String says, String remedy) {
    Operator operator = new Operator(account).with(variable, value);

    assertThat(operator.run("", "status")).isEqualTo(1);

    assertThat(operator.err()).doesNotContain("\n    at ");
    assertThat(operator.err().replaceAll("\\s+", " ")).contains(says, remedy);
  }

  private static String[] arguments(String line) {
    List<String> arguments = new ArrayList<>();
    ARGUMENT
        .matcher(line)
        .results()
        .forEach(match -> arguments.add(match.group(1) == null ? match.group(2) : match.group(1)));
    return arguments.toArray(String[]::new);
  }
}
