package dev.slipway.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.image.ImageTag;
import dev.slipway.image.WildcardPattern;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TagMutabilityTest {
  @ParameterizedTest
  @CsvSource({
    "MUTABLE, , true",
    "IMMUTABLE, , false",
    "IMMUTABLE_WITH_EXCLUSION, stag*, true",
    "IMMUTABLE_WITH_EXCLUSION, prod*, false",
    "IMMUTABLE_WITH_EXCLUSION, prod* staging, true",
    "MUTABLE_WITH_EXCLUSION, stag*, false",
    "MUTABLE_WITH_EXCLUSION, v*, true",
  })
  void lets_a_tag_move_or_not(String setting, String exclusions, boolean moves) {
    List<WildcardPattern> patterns =
        exclusions == null
            ? List.of()
            : List.of(exclusions.split(" ")).stream().map(WildcardPattern::new).toList();

    assertThat(new TagMutability(setting, patterns).letsMove(new ImageTag("staging")))
        .isEqualTo(moves);
  }
}
