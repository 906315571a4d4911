package dev.slipway.operate;

import dev.slipway.decide.Environment;
import dev.slipway.ecs.Service;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What it would mean that a service loses its tag {@code slipway:environment}.
 *
 * @param service as it is now
 * @param environment that it follows now; empty if it follows none, with or without the tag
 * @param goesOn what is being rolled out and is not stopped by it, in one sentence; empty where
 *     nothing is
 * @param keeps what the record holds about the service and keeps, a sentence each
 * @param stack the CloudFormation stack that manages the service; empty where none says so
 */
public record UnfollowPlan(
    Service service,
    Optional<Environment> environment,
    Optional<String> goesOn,
    List<String> keeps,
    Optional<String> stack) {
  /** Copies the list. */
  public UnfollowPlan {
    keeps = List.copyOf(keeps);
  }

  /** What an operator confirms: that this tag goes, and what goes on without it. */
  public List<String> facts() {
    List<String> facts = new ArrayList<>();
    facts.add("%s follows nothing".formatted(service));
    service
        .environment()
        .ifPresent(name -> facts.add("%s had the tag of %s".formatted(service, name)));
    goesOn.ifPresent(facts::add);
    return facts;
  }
}
