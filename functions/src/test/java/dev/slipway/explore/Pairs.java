package dev.slipway.explore;

import dev.slipway.explore.Plan.Event;
import java.util.ArrayList;
import java.util.List;

/**
 * Every pair of actions. In a plan the second one begins by default when nothing is left to do
 * after the first, and as a deviation at every point before: so two plans have two actions in every
 * interleaving, and those of each with all that follows from the other.
 */
final class Pairs {
  private Pairs() {}

  /** All plans of a setting. */
  static List<Plan> of(Setting setting) {
    List<Event> actions = actions(setting);
    List<Plan> plans = new ArrayList<>();
    for (Event first : actions) {
      for (Event second : actions) {
        plans.add(new Plan(setting, before(setting), List.of(List.of(first), List.of(second))));
      }
    }
    return plans;
  }

  /** So that there is something to go back to. */
  static List<Event> before(Setting setting) {
    return events(setting == Setting.GATED ? "push 3, approve" : "push 3");
  }

  /** What may happen in a setting. */
  static List<Event> actions(Setting setting) {
    return events(
        switch (setting) {
          case ONE ->
              "push 2, push 7, push 6, twice 2, late 2, lost 2, hint, sweep, check, rollback,"
                  + " deploy, unblock, force, pause, resume, foreign 5, foreign 7, again, back,"
                  + " outage 1, outage 2, outage 3, outage 4, outage 5";
          case PAIR ->
              "push 2, push 7, sweep, rollback, rollback api, unblock api, pause api, foreign 5,"
                  + " foreign 5 api, outage 3";
          case SIDECAR ->
              "push 2, push 7, push 12, push 17, sweep, rollback, unblock, pause, foreign 5,"
                  + " foreign 15, back";
          case GATED ->
              "push 2, push 7, late 2, sweep, approve, rollback, deploy, pause, foreign 5, back";
          case PROMOTED ->
              "push 2, push 7, sweep, promote, rollback, rollback shop, pause shop, foreign 5 shop,"
                  + " unblock shop, outage 2";
          case FROM ->
              "push 2, push 7, sweep, hint shop, rollback, rollback shop, pause shop, foreign 5,"
                  + " foreign 5 shop";
        });
  }

  private static List<Event> events(String text) {
    return List.of(text.split(",", -1)).stream().map(Event::parse).toList();
  }
}
