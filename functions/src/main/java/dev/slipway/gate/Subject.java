package dev.slipway.gate;

import dev.slipway.ecs.ServiceArn;
import dev.slipway.image.Candidate;
import dev.slipway.image.ImageScan;
import dev.slipway.image.ImageSigning;
import dev.slipway.image.Repository;
import dev.slipway.record.Approval;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * An image that is to be deployed to a service, and all that gates judge it by.
 *
 * @param at the moment for which it is judged
 * @param rollingOut whether ECS is replacing the service's tasks
 * @param approvals that operators have given for the service
 * @param deployed when Slipway deployed the image to the service, since another one of its
 *     repository was, as far as the record goes
 * @param scans of the image's manifests that the service's tasks may run; none where no gate asks
 * @param signing of the image; empty where no gate asks
 * @param calendar the state of the change calendar; empty where no gate asks
 */
public record Subject(
    ServiceArn service,
    Repository repository,
    Candidate.Image image,
    Instant at,
    boolean rollingOut,
    List<Approval> approvals,
    List<Instant> deployed,
    List<ImageScan> scans,
    Optional<ImageSigning> signing,
    Optional<CalendarState> calendar) {
  /** Copies the lists. */
  public Subject {
    approvals = List.copyOf(approvals);
    deployed = List.copyOf(deployed);
    scans = List.copyOf(scans);
  }
}
