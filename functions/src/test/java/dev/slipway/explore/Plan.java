package dev.slipway.explore;

import static java.util.stream.Collectors.joining;

import java.util.ArrayList;
import java.util.List;

/**
 * What happens, apart from what follows of itself. Of each group all is there at once, in any
 * order; the next group begins by default when nothing is left to do, and as a deviation at any
 * time.
 *
 * @param before what has happened before the exploration begins, one event after the other
 */
record Plan(Setting setting, List<Event> before, List<List<Event>> groups) {
  /** Copies the lists. */
  Plan {
    before = List.copyOf(before);
    groups = groups.stream().map(List::copyOf).toList();
  }

  /** What people, other clients and AWS do, beside what follows of itself. */
  enum Verb {
    /** An image is pushed: the tag moves, and an event reports it. */
    PUSH("push", true),
    /** The same, and the event is delivered twice. */
    TWICE("twice", true),
    /** The same, and the event comes after all else. */
    LATE("late", true),
    /** The same, and the event never comes. */
    LOST("lost", true),
    /** A sweep's hint at a service is delivered. */
    HINT("hint", false),
    /** SweepFunction runs. */
    SWEEP("sweep", false),
    /** RolloutFunction is asked to look at a service. */
    CHECK("check", false),
    /** An operator rolls a service back. */
    ROLLBACK("rollback", false),
    /** An operator deploys what is selected. */
    DEPLOY("deploy", false),
    /** An operator deploys what is selected, even if it is blocked. */
    UNBLOCK("unblock", false),
    /** An operator has the tasks replaced. */
    FORCE("force", false),
    /** An operator pauses a service. */
    PAUSE("pause", false),
    /** An operator resumes it. */
    RESUME("resume", false),
    /** An operator approves what waits for it. */
    APPROVE("approve", false),
    /** An operator promotes from staging to production. */
    PROMOTE("promote", false),
    /** An operator redrives the dead letters. */
    REDRIVE("redrive", false),
    /** Another client deploys an image of its own. */
    FOREIGN("foreign", true),
    /** Another client deploys the revision anew that the service has. */
    AGAIN("again", false),
    /** Another client deploys the revision that the service had before. */
    BACK("back", false),
    /** A service of AWS stops answering: 1 ECS, 2 ECR, 3 DynamoDB, 4 SQS, 5 EventBridge and SNS. */
    OUTAGE("outage", true),
    /** All of AWS answers again. */
    REPAIRED("repaired", false);

    final String word;
    final boolean numbered;

    Verb(String word, boolean numbered) {
      this.word = word;
      this.numbered = numbered;
    }

    private static Verb of(String word) {
      for (Verb verb : values()) {
        if (verb.word.equals(word)) {
          return verb;
        }
      }
      throw new IllegalArgumentException(word);
    }
  }

  /**
   * One event.
   *
   * @param number of the image, or of what is out of order; 0 where the verb needs none
   * @param service the name of the service that it is about; empty for the first
   */
  record Event(Verb verb, int number, String service) {
    boolean isPush() {
      return switch (verb) {
        case PUSH, TWICE, LATE, LOST -> true;
        default -> false;
      };
    }

    @Override
    public String toString() {
      return verb.word
          + (verb.numbered ? " " + number : "")
          + (service.isEmpty() ? "" : " " + service);
    }

    static Event parse(String text) {
      List<String> words = List.of(text.strip().split(" ", -1));
      Verb verb = Verb.of(words.getFirst());
      int next = verb.numbered ? 2 : 1;
      return new Event(
          verb,
          verb.numbered ? Integer.parseInt(words.get(1)) : 0,
          words.size() > next ? words.get(next) : "");
    }
  }

  /**
   * From a text such as {@code PAIR: push 2 > rollback | push 3 ; push 4}: the setting, what has
   * happened before, and groups that are divided by semicolons.
   */
  static Plan parse(String text) {
    int colon = text.indexOf(':');
    Setting setting = colon < 0 ? Setting.ONE : Setting.valueOf(text.substring(0, colon));
    String rest = text.substring(colon + 1);
    int arrow = rest.indexOf('>');
    return new Plan(
        setting,
        arrow < 0 ? List.of() : events(rest.substring(0, arrow), ";"),
        List.of(rest.substring(arrow + 1).split(";", -1)).stream()
            .map(group -> events(group, "\\|"))
            .toList());
  }

  private static List<Event> events(String text, String by) {
    return List.of(text.split(by, -1)).stream().map(Event::parse).toList();
  }

  /** The text that {@link #parse} reads. */
  @Override
  public String toString() {
    return (setting == Setting.ONE ? "" : setting + ": ")
        + (before.isEmpty()
            ? ""
            : before.stream().map(Event::toString).collect(joining(" ; ")) + " > ")
        + groups.stream()
            .map(group -> group.stream().map(Event::toString).collect(joining(" | ")))
            .collect(joining(" ; "));
  }

  /** How many events there are. */
  int size() {
    return before.size() + groups.stream().mapToInt(List::size).sum();
  }

  /** All plans with one event less. */
  List<Plan> shorter() {
    List<Plan> all = new ArrayList<>();
    for (int i = 0; i < before.size(); i++) {
      all.add(new Plan(setting, without(before, i), groups));
    }
    for (int g = 0; g < groups.size(); g++) {
      for (int i = 0; i < groups.get(g).size(); i++) {
        List<List<Event>> rest = new ArrayList<>(groups);
        rest.set(g, without(groups.get(g), i));
        rest.removeIf(List::isEmpty);
        if (!rest.isEmpty()) {
          all.add(new Plan(setting, before, rest));
        }
      }
    }
    return all;
  }

  private static <T> List<T> without(List<T> list, int index) {
    List<T> rest = new ArrayList<>(list);
    rest.remove(index);
    return rest;
  }
}
