package dev.slipway.announce;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.slipway.image.ImageChange;
import java.util.List;

/**
 * Changes of images as announcements and answers show them: a list of {@code container}, {@code
 * from} and {@code to}.
 */
public final class ImageChangesJson {
  private ImageChangesJson() {}

  /** A new list. */
  public static ArrayNode of(List<ImageChange> changes) {
    ArrayNode list = JsonNodeFactory.instance.arrayNode();
    for (ImageChange change : changes) {
      list.addObject()
          .put("container", change.container())
          .put("from", change.from().toString())
          .put("to", change.to().toString());
    }
    return list;
  }
}
