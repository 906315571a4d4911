package dev.slipway.simulator.world;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One page of a paginated operation.
 *
 * @param items what is on it
 * @param nextToken what asks for the next page; null on the last
 */
public record Page<T>(List<T> items, @Nullable String nextToken) {
  /**
   * The page that an operation's input ({@code maxResults}, {@code nextToken}) asks for.
   *
   * @param size of a page where the input says nothing
   * @param most allowed as {@code maxResults}
   */
  public static <T> Page<T> of(List<T> all, ObjectNode body, int size, int most) {
    return of(all, body, "maxResults", size, most);
  }

  /**
   * As {@link #of(List, ObjectNode, int, int)}, of an operation that has another word.
   *
   * @param member for {@code maxResults}
   */
  public static <T> Page<T> of(List<T> all, ObjectNode body, String member, int size, int most) {
    int length = Members.integer(body, member, size);
    if (length < 1 || length > most) {
      throw AwsError.client(
          "InvalidParameterException", member + " must be between 1 and " + most + ".");
    }
    int from = offset(Members.text(body, "nextToken"), all.size());
    int to = Math.min(all.size(), from + length);
    return new Page<>(List.copyOf(all.subList(from, to)), to < all.size() ? token(to) : null);
  }

  /** Adds {@code nextToken} to an output, unless this is the last page. */
  public ObjectNode tokenInto(ObjectNode output) {
    return nextToken == null ? output : output.put("nextToken", nextToken);
  }

  private static String token(int offset) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(("from:" + offset).getBytes(StandardCharsets.UTF_8));
  }

  private static int offset(@Nullable String token, int size) {
    if (token == null) {
      return 0;
    }
    try {
      String decoded = new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8);
      int offset = Integer.parseInt(decoded.substring("from:".length()));
      return Math.clamp(offset, 0, size);
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      throw AwsError.client("InvalidParameterException", "Invalid token: " + token);
    }
  }
}
