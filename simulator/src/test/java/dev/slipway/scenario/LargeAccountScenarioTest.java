package dev.slipway.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.simulator.ecs.ServiceView;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An account with thousands of services. */
class LargeAccountScenarioTest {
  private Account account;

  @BeforeEach
  void begin() {
    account = new Account(Map.of());
  }

  @AfterEach
  void end() {
    account.close();
  }

  @Test
  void thousands_of_services_run_from_the_start() {
    account.repository("web");
    account.push("web", "first", "1");
    account.runningServices(5_000, 10, 500, "staging", "web", "first");

    List<ServiceView> services = account.simulator.ecs().services();
    assertThat(services).hasSize(5_000);
    assertThat(services).allMatch(service -> service.tasks().size() == 2);
    assertThat(services.stream().collect(Collectors.groupingBy(ServiceView::cluster)))
        .hasSize(10)
        .allSatisfy((cluster, its) -> assertThat(its).hasSize(500));
  }
}
