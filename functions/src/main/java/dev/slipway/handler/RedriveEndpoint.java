package dev.slipway.handler;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.aws.Json;
import dev.slipway.operate.Consent;
import dev.slipway.operate.MalformedRequest;
import dev.slipway.operate.Redrive;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

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
      throw new MalformedRequest("all: false redrives nothing; pass the ids");
    }
    Redrive.Wanted wanted =
        ids.<Redrive.Wanted>map(Redrive.Wanted.Named::new).orElseGet(Redrive.Wanted.All::new);
    return new Redriving(wanted);
  }

  /** Reads the queues once for what is shown; of what was shown no other message is redriven. */
  private final class Redriving implements Operation {
    private final Redrive.Wanted wanted;
    private Redrive.@Nullable Result read;

    Redriving(Redrive.Wanted wanted) {
      this.wanted = wanted;
    }

    private Redrive.Result previewed() {
      if (read == null) {
        read = redrive.preview(wanted);
      }
      return read;
    }

    @Override
    public List<String> facts() {
      return previewed().taken().stream()
          .map(message -> "message %s is redriven".formatted(message.id()))
          .toList();
    }

    @Override
    public Response preview() {
      return response(previewed(), "would be redriven");
    }

    @Override
    public Response apply(Consent consent) {
      return response(
          redrive.redrive(consent.isToShown() ? wanted.onlyOf(previewed().taken()) : wanted),
          "redriven");
    }
  }

  private static Response response(Redrive.Result result, String done) {
    ObjectNode body = Json.object();
    ArrayNode redriven = body.putArray("redriven");
    result.taken().forEach(message -> redriven.add(DeadLetterJson.of(message)));
    body.put("left", result.left());
    result.warnings().forEach(body.putArray("warnings")::add);
    return new Response(
        body, "%d dead letters %s, %d left".formatted(result.taken().size(), done, result.left()));
  }
}
