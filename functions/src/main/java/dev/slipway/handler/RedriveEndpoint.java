package dev.slipway.handler;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.aws.Json;
import dev.slipway.operate.Redrive;
import dev.slipway.operate.RejectedRequest;
import java.util.List;
import java.util.Optional;

/**
 * Sends dead letters to the queues that they were for: those of {@code ids}, or {@code all}. With
 * {@code dryRun}.
 */
final class RedriveEndpoint implements Endpoint.Change {
  private final Redrive redrive;

  RedriveEndpoint(Redrive redrive) {
    this.redrive = redrive;
  }

  @Override
  public String command() {
    return "redrive";
  }

  @Override
  public List<String> members() {
    return List.of("ids", "all");
  }

  @Override
  public Operation plan(Request request) {
    request.needOneOf("ids", "all");
    Optional<List<String>> ids = request.texts("ids");
    if (ids.isEmpty() && !request.flag("all")) {
      throw new RejectedRequest("all: false redrives nothing; say which ids");
    }
    Redrive.Wanted wanted =
        ids.<Redrive.Wanted>map(Redrive.Wanted.Named::new).orElseGet(Redrive.Wanted.All::new);
    return new Operation() {
      @Override
      public Response preview() {
        return response(redrive.preview(wanted), "would be redriven");
      }

      @Override
      public Response apply() {
        return response(redrive.redrive(wanted), "redriven");
      }
    };
  }

  private static Response response(Redrive.Result result, String done) {
    ObjectNode body = Json.object();
    ArrayNode redriven = body.putArray("redriven");
    result.redriven().forEach(message -> redriven.add(DeadLetterJson.of(message)));
    body.put("left", result.left());
    result.warnings().forEach(body.putArray("warnings")::add);
    return new Response(
        body,
        "%d dead letters %s, %d left".formatted(result.redriven().size(), done, result.left()));
  }
}
