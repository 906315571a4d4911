package dev.slipway.operate;

import dev.slipway.decide.Environments;
import dev.slipway.deploy.FakeEcs;
import dev.slipway.deploy.FakeHintQueue;
import dev.slipway.deploy.Hint;
import dev.slipway.ecs.ServiceArn;
import dev.slipway.record.Trigger;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PauseTest {
  private static final Trigger.Request ANN = new Trigger.Request("r-1", "ann");
  private static final Instant NOW = Instant.parse("2026-11-21T10:00:00.123Z");
  private static final Scope WEB = new Scope.OfService(ServiceSelector.parse("web"));

  private final FakeEcs ecs = new FakeEcs();
  private final FakeHintQueue queue = new FakeHintQueue();
  private final ServiceArn web =
      ecs.have("main", "web", "staging", ecs.have("web", "web", "nginx:1"));
  private final Pause pause =
      new Pause(new ServiceDirectory(List.of(Environments.following("staging")), ecs), ecs, queue);

  private Optional<String> tag() {
    return ecs.describe(List.of(web)).getFirst().tag("slipway:paused");
  }

  @Test
  void a_pause_says_who_when_and_why() {
    pause.pause(WEB, Optional.of("sale until Monday, ask me"), ANN, NOW, false);

    assertThat(tag()).contains("by ann at 2026-11-21T10:00:00Z: sale until Monday- ask me");
    assertThat(queue.sent()).isEmpty();
  }

  @Test
  void a_long_note_is_cut() {
    pause.pause(WEB, Optional.of("x".repeat(500)), ANN, NOW, false);

    assertThat(tag().orElseThrow()).hasSize(256);
  }

  @Test
  void a_pause_that_is_there_stays_as_it_is() {
    ecs.tag(web, "slipway:paused", "by bob");

    assertThat(pause.pause(WEB, Optional.empty(), ANN, NOW, false))
        .singleElement()
        .extracting(Pause.Paused::reason)
        .isEqualTo("is paused already: by bob");
    assertThat(tag()).contains("by bob");
  }

  @Test
  void who_resumes_has_the_service_looked_at() {
    ecs.tag(web, "slipway:paused", "by bob");

    pause.resume(WEB, ANN, false);

    assertThat(tag()).isEmpty();
    assertThat(queue.sent()).containsExactly(new Hint.ServiceNamed(web, ANN));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "false"})
  void what_is_not_paused_is_not_resumed(String value) {
    if (!value.isEmpty()) {
      ecs.tag(web, "slipway:paused", value);
    }

    assertThat(pause.resume(WEB, ANN, false))
        .singleElement()
        .extracting(Pause.Paused::reason)
        .isEqualTo("is not paused");
    assertThat(queue.sent()).isEmpty();
  }

  @Test
  void a_dry_run_changes_nothing() {
    assertThat(pause.pause(WEB, Optional.empty(), ANN, NOW, true).getFirst().paused()).isTrue();
    assertThat(tag()).isEmpty();

    ecs.tag(web, "slipway:paused", "by bob");
    assertThat(pause.resume(WEB, ANN, true).getFirst().paused()).isFalse();
    assertThat(tag()).contains("by bob");
    assertThat(queue.sent()).isEmpty();
  }
}
