package dev.slipway.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.scenario.Account;
import dev.slipway.simulator.sqs.Message;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * One story, told once with what goes wrong in it, until the world has come to rest, and judged.
 *
 * @param struck what was asked for and happened
 * @param points all that the story had, in its order
 * @param findings what is wrong in the end; empty if nothing is
 */
record Telling(Set<Strike> struck, List<Point> points, List<String> findings) {
  /** As the template's schedule has it. */
  private static final Duration SWEEP_RATE = Duration.ofMinutes(5);

  /** So many sweeps may pass until all is well. */
  private static final int SWEEPS = 6;

  /** One attempt: what goes wrong reaches Slipway as if the SDK's retries had all failed. */
  private static final String ATTEMPTS = "aws.maxAttempts";

  static Telling of(Story story, List<Strike> strikes) {
    boolean again = strikes.stream().anyMatch(strike -> strike.fault() == Fault.ANSWER_LOST);
    System.setProperty(ATTEMPTS, again ? "2" : "1");
    try (Account account = story.account().get()) {
      Striker striker = new Striker(account, strikes);
      Stage stage = new Stage(account);
      story.course().accept(stage);
      List<String> findings = new ArrayList<>(silent(stage, striker));
      List<Point> points = striker.points();
      striker.repair();
      findings.addAll(atRest(stage, striker));
      return new Telling(striker.struck(), points, findings);
    } finally {
      System.clearProperty(ATTEMPTS);
    }
  }

  /** Mends, redrives, finishes and sweeps, until nothing is wrong or it should not take longer. */
  private static List<String> atRest(Stage stage, Striker striker) {
    Account account = stage.account();
    List<String> reasons = withoutReason(account);
    redrive(stage);
    stage.finish();
    account.settle();
    List<String> findings = List.of();
    for (int sweeps = 0; sweeps < SWEEPS; sweeps++) {
      stage.sweep();
      findings = Judgement.findings(stage, striker.hits());
      if (findings.isEmpty() && reasons.isEmpty()) {
        return List.of();
      }
      stage.pass(SWEEP_RATE);
      redrive(stage);
    }
    List<String> all = new ArrayList<>(reasons);
    all.addAll(findings);
    all.addAll(stage.errors().stream().map("an operator was told: "::concat).toList());
    return all;
  }

  private static void redrive(Stage stage) {
    Account account = stage.account();
    if (Judgement.DEAD_LETTERS.stream().anyMatch(queue -> !account.messages(queue).isEmpty())) {
      stage.operator("redrive", "{'all': true}", () -> false);
    }
  }

  /** Dead letters of which nobody can say why they are there. */
  private static List<String> withoutReason(Account account) {
    List<String> found = new ArrayList<>();
    for (String queue : Judgement.DEAD_LETTERS) {
      if (account.messages(queue).isEmpty()) {
        continue;
      }
      JsonNode letters = account.invoke("list", "{}").path("messages");
      for (JsonNode letter : letters) {
        String reason = letter.path("reason").asText();
        if (reason.isEmpty() || reason.startsWith("not known")) {
          found.add("a dead letter has no reason: " + letter);
        }
      }
      for (Message message : account.messages(queue)) {
        if (letters.isEmpty()) {
          found.add("a dead letter is not listed: " + message.body());
        }
      }
    }
    return found;
  }

  /** What went wrong, kept the story from its end, and left no trace. */
  private static List<String> silent(Stage stage, Striker striker) {
    Account account = stage.account();
    boolean calls = striker.struck().stream().anyMatch(strike -> !strike.point().isEvent());
    if (!calls || Judgement.findings(stage, striker.hits()).isEmpty()) {
      return List.of();
    }
    boolean lettered =
        Judgement.DEAD_LETTERS.stream().anyMatch(queue -> !account.messages(queue).isEmpty());
    boolean logged =
        striker.struck().stream()
            .flatMap(strike ->
                account.simulator.lambda().log("slipway-" + strike.point().function()).stream())
            .anyMatch(line ->
                line.contains("\"level\":\"ERROR\"")
                    || line.contains("\"level\":\"WARN\"")
                    || line.contains("errorMessage"));
    return lettered || logged || !stage.errors().isEmpty()
        ? List.of()
        : List.of("what went wrong is not done, and nobody is told: " + striker.struck());
  }
}
