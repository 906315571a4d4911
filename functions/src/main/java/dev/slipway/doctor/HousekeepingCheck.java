package dev.slipway.doctor;

import static java.util.stream.Collectors.joining;

import dev.slipway.decide.Housekeeping;
import dev.slipway.decide.ObservedState;
import dev.slipway.image.ImageDigest;
import dev.slipway.image.ImageTag;
import dev.slipway.image.KeepTag;
import dev.slipway.record.HousekeepingRecord;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Whether what the environment wants done after a deployment is done, and whether images that are
 * kept stay: a lifecycle rule about any image counts them too.
 */
final class HousekeepingCheck implements Check<ServiceSeen> {
  @Override
  public String subject() {
    return "what is kept and published";
  }

  @Override
  public List<Finding> findings(ServiceSeen seen) {
    Optional<ObservedState> state =
        seen.state().filter(s -> s.environment().housekeeping().isWanted());
    return state.map(s -> findings(seen, s)).orElse(List.of());
  }

  private static List<Finding> findings(ServiceSeen seen, ObservedState state) {
    List<Finding> findings = new ArrayList<>();
    String where = Finding.of(seen.service());
    Housekeeping wanted = state.environment().housekeeping();
    state
        .record()
        .housekeeping()
        .filter(done -> done.settings().equals(wanted.toString()))
        .flatMap(HousekeepingRecord::failure)
        .ifPresent(failure ->
            findings.add(
                Finding.warning(
                    where,
                    "%s (at %s, tried %d times)"
                        .formatted(
                            failure.why(),
                            failure.at().truncatedTo(ChronoUnit.SECONDS),
                            failure.tries()),
                    "see docs/keeping.md; the sweep has it tried again")));
    if (wanted.images() > 0) {
      seen.repositories().values().forEach(r -> findings.addAll(ofImages(seen, state, r)));
    }
    return findings;
  }

  private static List<Finding> ofImages(
      ServiceSeen seen, ObservedState state, StoredRepository repository) {
    List<Finding> findings = new ArrayList<>();
    String cluster = seen.service().arn().cluster();
    String service = seen.service().arn().name();
    ImageTag tag = KeepTag.of(cluster, service, 1);
    repository
        .mutability()
        .filter(mutability -> !mutability.letsMove(tag))
        .ifPresent(mutability ->
            findings.add(
                Finding.warning(
                    Finding.of(repository.repository()),
                    "its tags are %s: the tags by which Slipway keeps images, such as %s, cannot go on to newer images"
                        .formatted(mutability.setting(), tag),
                    "have its exclusion filters name %s*".formatted(KeepTag.PREFIX))));
    Set<ImageDigest> running =
        state.taskDefinition().containers().stream()
            .flatMap(container -> state.runningDigest(container).stream())
            .collect(Collectors.toSet());
    Map<String, List<ImageDigest>> taken = new LinkedHashMap<>();
    repository.images().orElse(List.of()).stream()
        .filter(image ->
            image.tags().stream().anyMatch(t -> t.startsWith(KeepTag.prefix(cluster, service))))
        .map(StoredImage::digest)
        // RunningImagesCheck names what runs
        .filter(digest -> !running.contains(digest))
        .forEach(digest ->
            repository
                .expiring(digest, seen.now())
                .or(() -> repository.expiringSoon(digest, seen.now()))
                .ifPresent(
                    rule -> taken.computeIfAbsent(rule, _ -> new ArrayList<>()).add(digest)));
    taken.forEach((rule, digests) ->
        findings.add(
            Finding.warning(
                Finding.of(seen.service()),
                "within %d days Amazon ECR removes what is kept for a rollback (%s of %s), by %s of its lifecycle policy"
                    .formatted(
                        StoredRepository.AHEAD.toDays(),
                        digests.stream().map(ImageDigest::abbreviated).collect(joining(", ")),
                        repository.repository().name(),
                        rule),
                "have that rule take fewer images, or be about other tags alone: a rule about any"
                    + " image counts kept ones too")));
    return findings;
  }
}
