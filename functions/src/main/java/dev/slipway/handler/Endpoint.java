package dev.slipway.handler;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.aws.Json;
import dev.slipway.operate.RejectedRequest;
import java.util.List;

/** One command of a function that operators invoke: reads the request, calls, answers. */
interface Endpoint {
  /** Its name: the member {@code command} of the requests for it. */
  String command();

  /** The members that its requests may have, besides {@code command} and {@code by}. */
  List<String> members();

  /**
   * Does what is asked.
   *
   * @throws RejectedRequest if it cannot be done as it was asked
   */
  Reply reply(Request request);

  /**
   * What is answered.
   *
   * @param summary of what came of the request, for the log
   * @param logged further members of the line in the log, such as metrics
   */
  record Reply(ObjectNode answer, String summary, ObjectNode logged) {
    Reply(ObjectNode answer, String summary) {
      this(answer, summary, Json.object());
    }
  }
}
