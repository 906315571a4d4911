package dev.slipway.handler;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.aws.Json;
import dev.slipway.operate.Consent;
import dev.slipway.operate.Redrive;
import java.util.List;

/**
 * Deletes dead letters that can never succeed: those of {@code ids}. There is no way to name all: a
 * message that came meanwhile would go unseen. With {@code dryRun}.
 */
final class DiscardEndpoint implements Endpoint.Change {
  private final Redrive redrive;

  DiscardEndpoint(Redrive redrive) {
    this.redrive = redrive;
  }

  @Override
  public String command() {
    return "discard";
  }

  @Override
  public List<String> members() {
    return List.of("ids");
  }

  @Override
  public Operation plan(Request request) {
    List<String> ids =
        request.need(
            "ids", "the messages that are meant, as list names them", request.texts("ids"));
    return new Operation() {
      // they are meant by name: a letter that has come since is another
      @Override
      public List<String> facts() {
        return ids.stream().map("message %s is discarded"::formatted).toList();
      }

      @Override
      public Response preview() {
        return response(redrive.preview(new Redrive.Wanted.Named(ids)), "would be discarded");
      }

      @Override
      public Response apply(Consent consent) {
        return response(redrive.discard(ids), "discarded");
      }
    };
  }

  /** What is deleted is in the log: there is no other copy. */
  private static Response response(Redrive.Result result, String done) {
    ObjectNode body = Json.object();
    ArrayNode discarded = body.putArray("discarded");
    result.taken().forEach(message -> discarded.add(DeadLetterJson.of(message)));
    body.put("left", result.left());
    result.warnings().forEach(body.putArray("warnings")::add);
    return new Response(
        body,
        "%d dead letters %s, %d left".formatted(result.taken().size(), done, result.left()),
        Json.object().set("messages", discarded.deepCopy()));
  }
}
