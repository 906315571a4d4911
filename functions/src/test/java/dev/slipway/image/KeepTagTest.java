package dev.slipway.image;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class KeepTagTest {
  @Test
  void names_cluster_service_and_number() {
    assertThat(KeepTag.of("main", "web", 3)).hasToString("slipway-keep-main.web.3");
    assertThat(KeepTag.is("slipway-keep-main.web.3")).isTrue();
    assertThat(KeepTag.is("slipway-1.0")).isFalse();
  }

  @Test
  void stays_a_tag_of_its_own_where_names_are_long() {
    String cluster = "c".repeat(255);
    String one = KeepTag.of(cluster, "a".repeat(255), KeepTag.MAX_NUMBER).value();
    String other = KeepTag.of(cluster, "b".repeat(255), KeepTag.MAX_NUMBER).value();

    assertThat(one).hasSizeLessThanOrEqualTo(128).isNotEqualTo(other);
  }

  /** Aa and BB have the same hash code in Java. */
  @Test
  void stays_a_tag_of_its_own_where_long_names_have_one_hash_code() {
    String long92 = "a".repeat(92);

    assertThat(KeepTag.of("main", long92 + "-Aa-x", 1))
        .isNotEqualTo(KeepTag.of("main", long92 + "-BB-x", 1));
  }
}
