package dev.slipway.simulator.ecr;

import static dev.slipway.simulator.SingleQuotes.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TagMutabilityTest {
  @ParameterizedTest(name = "{0} {1}: {2} is immutable: {3}")
  @CsvSource({
    "MUTABLE,                  '',       v1,      false",
    "IMMUTABLE,                '',       v1,      true",
    "IMMUTABLE_WITH_EXCLUSION, latest,   latest,  false",
    "IMMUTABLE_WITH_EXCLUSION, latest,   latest2, true",
    "IMMUTABLE_WITH_EXCLUSION, dev-*,    dev-7,   false",
    "IMMUTABLE_WITH_EXCLUSION, *-rc*,    1.0-rc1, false",
    "IMMUTABLE_WITH_EXCLUSION, v1.0,     v1x0,    true",
    "MUTABLE_WITH_EXCLUSION,   v*,       v1,      true",
    "MUTABLE_WITH_EXCLUSION,   v*,       latest,  false",
  })
  void decides_by_tag(String setting, String filter, String tag, boolean immutable) {
    assertThat(TagMutability.of(request(setting, filter)).isImmutable(tag)).isEqualTo(immutable);
  }

  @ParameterizedTest
  @CsvSource({
    "SOMETIMES, ''",
    "IMMUTABLE_WITH_EXCLUSION, ''",
    "IMMUTABLE, latest",
    "IMMUTABLE_WITH_EXCLUSION, 'a b'",
  })
  void refuses(String setting, String filter) {
    assertThatThrownBy(() -> TagMutability.of(request(setting, filter)))
        .hasMessageContaining("imageTagMutability");
  }

  private static ObjectNode request(String setting, String filter) {
    ObjectNode request = json("{'imageTagMutability': '" + setting + "'}");
    if (!filter.isEmpty()) {
      request
          .putArray("imageTagMutabilityExclusionFilters")
          .addObject()
          .put("filterType", "WILDCARD")
          .put("filter", filter);
    }
    return request;
  }
}
