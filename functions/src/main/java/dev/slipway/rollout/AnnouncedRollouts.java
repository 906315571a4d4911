package dev.slipway.rollout;

import dev.slipway.ecs.Service;
import dev.slipway.ecs.ServiceDeployment;

import java.util.ArrayList;
import java.util.List;

/**
 * The deployments of a service whose outcome was announced, by the service's tag {@code
 * slipway:announced}: the numbers of their ids, divided by spaces. A rollback that failed after it
 * had been announced is a second thing to tell: its number is followed by {@code +}.
 *
 * @param marks oldest first
 */
record AnnouncedRollouts(List<String> marks) {
  /** The tag that holds them. */
  static final String TAG = "slipway:announced";

  /** More than deployments are looked at, and as many as a tag's value has room for. */
  static final int MOST = 12;

  AnnouncedRollouts {
    marks = List.copyOf(marks);
  }

  static AnnouncedRollouts of(Service service) {
    return new AnnouncedRollouts(
        List.of(service.tag(TAG).orElse("").strip().split("\\s+", -1)).stream()
            .filter(mark -> !mark.isEmpty())
            .toList());
  }

  static String mark(ServiceDeployment deployment, RolloutOutcome outcome) {
    boolean rollbackFailed = outcome == RolloutOutcome.FAILED && deployment.rollback().isPresent();
    return deployment.id().number() + (rollbackFailed ? "+" : "");
  }

  boolean contain(ServiceDeployment deployment, RolloutOutcome outcome) {
    return marks.contains(mark(deployment, outcome));
  }

  AnnouncedRollouts with(ServiceDeployment deployment, RolloutOutcome outcome) {
    List<String> all = new ArrayList<>(marks);
    all.add(mark(deployment, outcome));
    return new AnnouncedRollouts(all.subList(Math.max(0, all.size() - MOST), all.size()));
  }

  String tagValue() {
    return String.join(" ", marks);
  }
}
