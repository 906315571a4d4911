package dev.slipway.handler;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.aws.Json;
import dev.slipway.operate.DeadLetter;
import dev.slipway.operate.Redrive;
import java.util.List;

/** Lists the messages of the dead-letter queues. */
final class DeadLettersEndpoint implements Endpoint.Query {
  private final Redrive redrive;

  DeadLettersEndpoint(Redrive redrive) {
    this.redrive = redrive;
  }

  @Override
  public String command() {
    return "list";
  }

  @Override
  public List<String> members() {
    return List.of();
  }

  @Override
  public Response respond(Request request) {
    List<DeadLetter> messages = redrive.list();
    ObjectNode body = Json.object();
    ArrayNode listed = body.putArray("messages");
    messages.forEach(message -> listed.add(DeadLetterJson.of(message)));
    return new Response(body, "listed %d dead letters".formatted(messages.size()));
  }
}
