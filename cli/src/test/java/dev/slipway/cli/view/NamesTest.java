package dev.slipway.cli.view;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NamesTest {
  @ParameterizedTest
  @CsvSource({
    "arn:aws:iam::123456789012:user/alice, alice",
    "arn:aws:iam::123456789012:user/ops/alice, alice",
    "arn:aws:sts::123456789012:assumed-role/Admin/alice@example.com, alice@example.com (Admin)",
    "arn:aws-cn:iam::123456789012:root, root",
    "unknown, unknown",
  })
  void people(String arn, String person) {
    assertThat(Names.person(arn)).isEqualTo(person);
  }

  @Test
  void texts_get_shorter() {
    String digest = "sha256:c5bd9d1d27aa" + "0".repeat(52);

    assertThat(
            Names.brief(
                "%s was blocked by arn:aws:iam::123456789012:user/alice.".formatted(digest)))
        .isEqualTo("c5bd9d1d27aa was blocked by alice.");
    assertThat(Names.reference("123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop/web@" + digest))
        .isEqualTo("shop/web@c5bd9d1d27aa");
    assertThat(Names.reference("nginx:1.29")).isEqualTo("nginx:1.29");
    assertThat(Names.digest("sha256:12")).isEqualTo("12");
  }

  @Test
  void lists_read_as_they_are_said() {
    assertThat(Names.together(List.of())).isEmpty();
    assertThat(Names.together(List.of("a"))).isEqualTo("a");
    assertThat(Names.together(List.of("a", "b", "c"))).isEqualTo("a, b and c");
  }
}
