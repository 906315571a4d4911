package dev.slipway.handler;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.aws.Json;
import dev.slipway.operate.RejectedRequest;
import java.util.List;

/** One command of a function that operators invoke: reads the request, calls, responds. */
sealed interface Endpoint {
  /** Its name: the member {@code command} of the requests for it. */
  String command();

  /**
   * The members that its requests may have, besides {@code command}, {@code by}, {@code dryRun}.
   */
  List<String> members();

  /** A command that changes nothing. */
  non-sealed interface Query extends Endpoint {
    /**
     * Responds to a request.
     *
     * @throws RejectedRequest if it cannot be done as it was asked
     */
    Response respond(Request request);
  }

  /** A command that changes something; its requests may have {@code dryRun}. */
  non-sealed interface Change extends Endpoint {
    /**
     * Observes and plans; nothing is changed yet.
     *
     * @throws RejectedRequest if it cannot be done as it was asked
     */
    Operation plan(Request request);
  }

  /** What is to be done for a request. One of its methods is called, once. */
  interface Operation {
    /** The response of a dry run. */
    Response preview();

    /**
     * Does it.
     *
     * @throws RejectedRequest if it cannot be done as it was asked
     */
    Response apply();
  }

  /**
   * What the function responds.
   *
   * @param summary of what came of the request, for the log
   * @param logged further members of the line in the log, such as metrics
   */
  record Response(ObjectNode body, String summary, ObjectNode logged) {
    Response(ObjectNode body, String summary) {
      this(body, summary, Json.object());
    }
  }
}
