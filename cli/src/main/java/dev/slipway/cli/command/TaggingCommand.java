package dev.slipway.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.cli.stack.ServiceTags;
import dev.slipway.cli.view.ChangeView;

/** A command of which a function says what it leads to; the tag of the service is changed here. */
abstract class TaggingCommand extends ChangeCommand {
  TaggingCommand(Slipway slipway) {
    super(slipway);
  }

  /** The member of an answer that says whether the tag was changed. */
  abstract String changed();

  /**
   * Changes the tag.
   *
   * @param arn of the service
   */
  abstract void change(ServiceTags tags, String arn);

  @Override
  public final ObjectNode preview(Session session, ObjectNode request) {
    return session.ask(command(), request).put(changed(), false);
  }

  /** What was shown may be old by now: it is asked for again, and done only if it is the same. */
  @Override
  public final ObjectNode apply(Session session, ObjectNode request) {
    ObjectNode question = request.deepCopy();
    JsonNode shown = question.remove(Session.PLAN);
    ObjectNode plan = preview(session, question);
    if (shown != null && !shown.equals(plan.path(Session.PLAN))) {
      session.terminal().tell(lines(new ChangeView(session.columns()), plan, false));
      throw new CommandFailure(
          ExitCode.REFUSED, "nothing was changed, since it is no longer what was shown");
    }
    boolean changes = isAnything(plan);
    if (changes) {
      session.retag(tags -> change(tags, plan.path("arn").asText()));
    }
    return plan.put(changed(), changes);
  }
}
