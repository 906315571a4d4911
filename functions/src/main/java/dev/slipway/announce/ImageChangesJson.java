package dev.slipway.announce;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.image.ImageChange;
import java.util.List;

/**
 * Changes of images as announcements and answers show them: a list of {@code container}, {@code
 * from}, {@code to} and, where a policy selected the image by one, {@code tag}.
 */
public final class ImageChangesJson {
  private ImageChangesJson() {}

  /** A new list. */
  public static ArrayNode of(List<ImageChange> changes) {
    ArrayNode list = JsonNodeFactory.instance.arrayNode();
    for (ImageChange change : changes) {
      ObjectNode json =
          list.addObject()
              .put("container", change.container())
              .put("from", change.from().toString())
              .put("to", change.to().toString());
      change.tag().ifPresent(tag -> json.put("tag", tag.value()));
    }
    return list;
  }
}
