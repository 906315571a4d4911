package dev.slipway.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.scenario.Account;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/** Where a story happens: an account, the people in it, and what they expect in the end. */
final class Stage {
  /** So often a person types a command that ended in an error, at once. */
  private static final int TRIES = 2;

  private final Account account;
  private final Map<String, String> expected = new LinkedHashMap<>();
  private final List<Command> unfinished = new ArrayList<>();
  private final List<String> errors = new ArrayList<>();

  Stage(Account account) {
    this.account = account;
  }

  private record Command(String name, String request, BooleanSupplier done) {}

  Account account() {
    return account;
  }

  /** Pushes an image under the tag staging. */
  String push(String version) {
    return push(version, "{}");
  }

  String push(String version, String annotations) {
    return account.push("web", "staging", version, annotations);
  }

  /** What a service has to run in the end. */
  void ends(String service, String digest) {
    expected.put(service, digest);
  }

  /** What each service has to run in the end, by its name. */
  Map<String, String> expected() {
    return expected;
  }

  /**
   * An operator's command. Ends it in an error, and what it is for is not there, then the operator
   * types it again: once now, and once more when what was broken is repaired.
   *
   * @param request with ' for "
   * @param done whether what it is for is there
   */
  void operator(String command, String request, BooleanSupplier done) {
    Command typed = new Command(command, request, done);
    for (int tries = 0; tries < TRIES; tries++) {
      if (carriedOut(typed)) {
        account.settle();
        return;
      }
      account.settle();
      if (done.getAsBoolean()) {
        return;
      }
    }
    unfinished.add(typed);
  }

  private boolean carriedOut(Command command) {
    try {
      ObjectNode answer = account.invoke(command.name(), command.request());
      List<String> refusals = refusals(answer);
      if (refusals.isEmpty()) {
        return true;
      }
      refusals.forEach(why -> errors.add(command.name() + " refused: " + why));
    } catch (AssertionError failed) {
      errors.add(String.valueOf(failed.getMessage()));
    }
    return false;
  }

  /** Of the whole command, or of one of its services. */
  private static List<String> refusals(ObjectNode answer) {
    List<String> refusals = new ArrayList<>();
    if (answer.hasNonNull("refused")) {
      refusals.add(answer.path("refused").asText());
    }
    for (JsonNode service : answer.path("services")) {
      if (service.path("rejected").asBoolean()
          || service.path("decision").asText().equals("Rejected")) {
        refusals.add(service.path("reason").asText());
      }
    }
    return refusals;
  }

  /** Types again what did not go through. */
  void finish() {
    for (Command command : List.copyOf(unfinished)) {
      if (command.done().getAsBoolean() || carriedOut(command)) {
        unfinished.remove(command);
      }
    }
  }

  /** The commands that did not go through, even after all was repaired. */
  List<String> unfinished() {
    return unfinished.stream().map(Command::name).toList();
  }

  /** What operators were told that did not go through. */
  List<String> errors() {
    return errors;
  }

  /** What an operator does when the schedule would: the same function, at a time of the story's. */
  void sweep() {
    try {
      account.invoke("sweep", "{}");
    } catch (AssertionError failed) {
      errors.add(String.valueOf(failed.getMessage()));
    }
    account.settle();
  }

  void settle() {
    account.settle();
  }

  /** Lets simulated time pass, also where nothing is left that could happen. */
  void pass(Duration time) {
    account.simulator.world().after(time, () -> {});
    account.pass(time);
  }
}
