package dev.slipway.simulator.dynamodb;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** A fault: eventually consistent reads answer as tables once were. */
final class StaleReads {
  private final Map<String, Items> snapshot = new HashMap<>();
  private int readsLeft;

  /** Has the next reads answer as things are now, whatever happens until then. */
  void freeze(Map<String, Items> tables, int reads) {
    snapshot.clear();
    tables.forEach((name, items) -> snapshot.put(name, items.copy()));
    readsLeft = reads;
  }

  /** What the table held, where this read is to answer with it. */
  Optional<Items> forThisRead(String table) {
    if (readsLeft == 0) {
      return Optional.empty();
    }
    readsLeft--;
    return Optional.ofNullable(snapshot.get(table));
  }
}
