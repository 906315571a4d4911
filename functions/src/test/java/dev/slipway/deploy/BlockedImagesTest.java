package dev.slipway.deploy;

import dev.slipway.ecs.Service;
import dev.slipway.ecs.ServiceArn;
import dev.slipway.ecs.TagValue;
import dev.slipway.image.ImageDigest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BlockedImagesTest {
  private static final ImageDigest A = digest('a');
  private static final ImageDigest B = digest('b');
  private static final ImageDigest C = digest('c');
  private static final ImageDigest D = digest('d');

  private static ImageDigest digest(char digit) {
    return new ImageDigest("sha256:" + String.valueOf(digit).repeat(64));
  }

  private static BlockedImages blocked(String tagValue) {
    FakeEcs ecs = new FakeEcs();
    ServiceArn web = ecs.have("main", "web", "staging", ecs.have("web", "app", "nginx"));
    ecs.put(web, Map.of(Service.BLOCKED_TAG, tagValue));
    return BlockedImages.of(ecs.describe(List.of(web)).getFirst());
  }

  @Test
  void are_read_from_the_tag_without_repetitions() {
    assertThat(blocked(A + "  " + B + " " + A).digests()).containsExactly(A, B);
    assertThat(blocked(A + " web:3").strays()).containsExactly("web:3");
  }

  @Test
  void are_added_last_and_the_oldest_drops_out() {
    assertThat(blocked(A + " " + B).with(List.of(C)).digests()).containsExactly(A, B, C);
    assertThat(blocked(A + " " + B + " " + C).with(List.of(D)).digests()).containsExactly(B, C, D);
    assertThat(blocked(A + " " + B).with(List.of(A)).digests()).containsExactly(B, A);
    assertThat(blocked(A.value()).with(List.of()).digests()).containsExactly(A);
  }

  @Test
  void always_fit_into_a_tags_value() {
    String full = blocked("").with(List.of(A, B, C, D)).tagValue();
    assertThat(full).isEqualTo(B + " " + C + " " + D);
    assertThat(TagValue.isValid(full)).isTrue();

    BlockedImages beside =
        blocked("not this one: ask ann + she knows why it broke").with(List.of(A, B, C));
    assertThat(beside.tagValue()).startsWith("not this one: ").endsWith(C.value());
    assertThat(beside.tagValue().length()).isLessThanOrEqualTo(TagValue.LONGEST);
    assertThat(beside.digests()).containsExactly(B, C);
  }
}
