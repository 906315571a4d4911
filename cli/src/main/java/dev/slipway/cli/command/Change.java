package dev.slipway.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.cli.view.ChangeView;
import dev.slipway.cli.view.Line;
import java.util.List;
import java.util.Optional;

/** A request that changes something, and how its answers read. */
interface Change {
  /** Its name, as the functions know it. */
  String command();

  /** What is asked of it, without {@code by} and {@code dryRun}; a new object each time. */
  ObjectNode request();

  /**
   * What it would do.
   *
   * @param request the same as for {@link #apply}, so that what is done is what was shown
   * @throws CommandFailure if it is refused
   */
  default ObjectNode preview(Session session, ObjectNode request) {
    return session.ask(command(), session.signed(request).put("dryRun", true));
  }

  /**
   * Does it.
   *
   * @throws CommandFailure if it is refused
   */
  default ObjectNode apply(Session session, ObjectNode request) {
    return session.carryOut(this, request);
  }

  /**
   * An answer for people.
   *
   * @param done false for a dry run's
   */
  List<Line> lines(ChangeView view, JsonNode answer, boolean done);

  /** What is asked before it is done. */
  String question();

  /** Whether an answer has anything that is, or would be, changed. */
  boolean isAnything(JsonNode answer);

  /**
   * What an answer says is not done, or would not be, because it is refused or held; empty where
   * all is done that was asked for.
   */
  default Optional<String> refusal(JsonNode answer) {
    return Optional.empty();
  }
}
