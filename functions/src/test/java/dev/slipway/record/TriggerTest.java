package dev.slipway.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.ecs.TagValue;
import dev.slipway.image.ImageTag;
import dev.slipway.image.Repository;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TriggerTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          arn:aws:sts::123456789012:assumed-role/ops/ann@example.com | arn:aws:sts::123456789012:assumed-role/ops/ann@example.com
          arn:aws:iam::123456789012:user/ann,bob                     | arn:aws:iam::123456789012:user/ann-bob
          ' Änn  (on call) '                                         | -nn  -on call-
          """)
  void a_caller_is_reduced_to_plain_characters(String name, String cleaned) {
    assertThat(TagValue.cleaned(name)).isEqualTo(cleaned);
    assertThat(new Trigger.Operator("r-1", TagValue.cleaned(name)).by()).isEqualTo(cleaned);
  }

  @Test
  void a_long_text_is_cut() {
    assertThat(TagValue.cleaned("x".repeat(300))).hasSize(256);
    assertThat(TagValue.isValid("x".repeat(257))).isFalse();
  }

  @Test
  void a_caller_that_is_no_plain_text_is_refused() {
    assertThatThrownBy(() -> new Trigger.Operator("r-1", ""))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("not the caller: \"\"");
  }

  /** They go into log lines, tags and commands. */
  @ParameterizedTest
  @ValueSource(strings = {"", "a\nb", "#", "\u001b[31m"})
  void an_events_id_is_a_plain_text(String id) {
    Repository repository = new Repository("123456789012", "us-east-1", "web");
    ImageTag tag = new ImageTag("staging");

    assertThatThrownBy(
            () -> new Trigger.Push(id, repository, tag, Optional.empty(), Optional.empty()))
        .hasMessageStartingWith("not an event's id: ");
    assertThatThrownBy(() -> new Trigger.Sweep(id, Instant.EPOCH))
        .hasMessageStartingWith("not an event's id: ");
    assertThatThrownBy(() -> new Trigger.Operator(id, "ann"))
        .hasMessageStartingWith("not a request's id: ");
    assertThatThrownBy(() -> new Trigger.ServiceChanged(id, "Tag Change on Resource"))
        .hasMessageStartingWith("not an event's id: ");
    assertThatThrownBy(() -> new Trigger.ServiceChanged("e-1", id))
        .hasMessageStartingWith("not an event's detail type: ");
  }

  @Test
  void a_push_brought_the_image_that_its_event_names_and_no_other() {
    Trigger.Push push = SampleDeployments.PUSH;
    Repository other = new Repository("123456789012", "us-east-1", "api");

    assertThat(push.brought(push.repository(), SampleDeployments.digest(2))).isTrue();
    assertThat(push.brought(push.repository(), SampleDeployments.digest(3))).isFalse();
    assertThat(push.brought(other, SampleDeployments.digest(2))).isFalse();
    assertThat(
            new Trigger.Push("e", push.repository(), push.tag(), Optional.empty(), push.at())
                .brought(push.repository(), SampleDeployments.digest(2)))
        .isFalse();
  }
}
