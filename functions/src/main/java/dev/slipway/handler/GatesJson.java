package dev.slipway.handler;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.gate.GateVerdict;
import dev.slipway.gate.Verdict;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What gates say of images, in answers. */
final class GatesJson {
  private GatesJson() {}

  static ArrayNode of(List<GateVerdict> verdicts) {
    ArrayNode gates = JsonNodeFactory.instance.arrayNode();
    verdicts.forEach(verdict -> {
      ObjectNode gate =
          gates
              .addObject()
              .put("gate", verdict.gate().name())
              .put("repository", verdict.repository().name())
              .put("digest", verdict.image().value())
              .put("closed", verdict.isClosed())
              .put("reason", verdict.verdict().reason())
              .put("until", until(verdict.verdict()))
              .put("remedy", remedy(verdict.verdict()));
      gate.put("override", verdict.isOverridden() ? verdict.override().orElseThrow() : null);
    });
    return gates;
  }

  private static @Nullable String until(Verdict verdict) {
    return verdict instanceof Verdict.Waits waits
        ? waits.until().map(Instant::toString).orElse(null)
        : null;
  }

  private static @Nullable String remedy(Verdict verdict) {
    return verdict instanceof Verdict.Holds holds ? holds.remedy() : null;
  }
}
