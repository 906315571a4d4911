package dev.slipway.handler;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.aws.Json;
import dev.slipway.operate.Consent;
import dev.slipway.operate.PlanChanged;
import dev.slipway.operate.RejectedRequest;
import java.util.List;

/** One command of a function that operators invoke: reads the request, calls, responds. */
sealed interface Endpoint {
  /** Its name: the member {@code command} of the requests for it. */
  String command();

  /**
   * The members that its requests may have, besides {@code command}, {@code by}, {@code dryRun},
   * {@code plan}.
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

  /** A command that changes something; its requests may have {@code dryRun} and {@code plan}. */
  non-sealed interface Change extends Endpoint {
    /**
     * Observes and plans; nothing is changed yet.
     *
     * @throws RejectedRequest if it cannot be done as it was asked
     */
    Operation plan(Request request);
  }

  /**
   * What is to be done for a request. Of {@link #preview} and {@link #apply} one is called, once;
   * {@link #facts} before or after it, where people are shown the plan, or have been.
   */
  interface Operation {
    /**
     * What people are shown of the plan, and say yes to: a sentence each, see {@link
     * dev.slipway.operate.Plan#facts}. None where nothing is to be done, or nobody is asked.
     */
    List<String> facts();

    /** The response of a dry run. */
    Response preview();

    /**
     * Does it.
     *
     * @param consent to its facts: what is planned again on the way is held to it
     * @throws RejectedRequest if it cannot be done as it was asked
     */
    Response apply(Consent consent);
  }

  /**
   * What the function responds.
   *
   * @param summary of what came of the request, for the log
   * @param logged further members of the line in the log, such as metrics
   * @param failures what nobody expected, and the body tells of only in a sentence: each is an
   *     error in the log
   */
  record Response(
      ObjectNode body, String summary, ObjectNode logged, List<RuntimeException> failures) {
    /** Copies the list. */
    public Response {
      failures = List.copyOf(failures);
    }

    Response(ObjectNode body, String summary, ObjectNode logged) {
      this(body, summary, logged, List.of());
    }

    Response(ObjectNode body, String summary) {
      this(body, summary, Json.object());
    }

    /** Refuses what is no longer what was shown, and shows what it is now. */
    static Response refused(PlanChanged changed, ObjectNode preview) {
      ObjectNode body = Json.object().put("refused", changed.sentence());
      body.set("preview", preview);
      return new Response(body, changed.sentence());
    }

    boolean isRefused() {
      return body.has("refused");
    }
  }
}
