package dev.slipway.operate;

import dev.slipway.decide.ObservedState;
import dev.slipway.deploy.ServiceEvaluator;
import dev.slipway.ecs.Service;
import dev.slipway.image.ImageDigest;
import dev.slipway.image.ImageReference;
import dev.slipway.record.Block;
import dev.slipway.record.DeploymentRecord;
import dev.slipway.record.RecordStore;
import dev.slipway.text.OutsideText;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The digests that people have been shown of services, by their beginning: what was deployed, is
 * blocked, runs, or is selected now. ECR itself is not searched: that would list every image of the
 * repositories.
 */
public final class KnownDigests {
  private static final int MAX_DEPLOYMENTS = 100;
  private static final int MAX_REASON = 300;
  private static final String PREFIX = "sha256:";

  private final ServiceDirectory directory;
  private final ServiceReader reader;
  private final ServiceEvaluator evaluator;
  private final RecordStore records;

  /** Reads from these. */
  public KnownDigests(
      ServiceDirectory directory,
      ServiceReader reader,
      ServiceEvaluator evaluator,
      RecordStore records) {
    this.directory = directory;
    this.reader = reader;
    this.evaluator = evaluator;
    this.records = records;
  }

  /** Whether a text is the beginning of a digest as people are shown it: twelve digits or more. */
  public static boolean isBeginning(String text) {
    return digits(text).matches("[0-9a-f]{12,63}");
  }

  /**
   * The one digest that begins so. What the record knows is asked first: only where it knows none
   * are the services evaluated.
   *
   * @param now the moment for which services are evaluated
   * @throws RejectedRequest if none is known, or several
   */
  public ImageDigest find(Scope scope, String beginning, Instant now) {
    ServiceReader.Reads all =
        reader.read(directory.services(scope).stream().map(Service::arn).toList());
    Collection<ServiceReader.Read> services = all.found().values();
    Set<ImageDigest> recorded = new LinkedHashSet<>();
    services.forEach(read -> recorded.addAll(recorded(read)));
    List<ImageDigest> found = beginning(recorded, beginning);
    List<String> unread = new ArrayList<>();
    all.unreadable()
        .forEach((service, failure) ->
            unread.add(
                "%s could not be read: %s".formatted(service.shortName(), failure.getMessage())));
    if (found.isEmpty()) {
      Set<ImageDigest> seen = new LinkedHashSet<>();
      // many services have few repositories
      ServiceEvaluator moment = evaluator.atOneMoment();
      services.forEach(read -> {
        try {
          seen.addAll(seen(reader.withHistory(read), moment, now));
        } catch (RuntimeException e) {
          // what is known of the others may be enough
          unread.add(
              "%s could not be evaluated: %s"
                  .formatted(
                      read.service(),
                      OutsideText.line(String.valueOf(e.getMessage()), MAX_REASON)));
        }
      });
      found = beginning(seen, beginning);
    }
    return unique(found, beginning, unread);
  }

  private static List<ImageDigest> beginning(Set<ImageDigest> known, String beginning) {
    return known.stream()
        .filter(digest -> digest.value().startsWith(PREFIX + digits(beginning)))
        .toList();
  }

  private static ImageDigest unique(
      List<ImageDigest> found, String beginning, List<String> unread) {
    if (found.size() != 1) {
      throw new RejectedRequest(
          found.isEmpty()
              ? "digest: no image that was deployed or is selected begins with %s: say all 64 digits%s"
                  .formatted(
                      digits(beginning),
                      unread.isEmpty() ? "" : " (%s)".formatted(String.join("; ", unread)))
              : "digest: %d images begin with %s: say more digits"
                  .formatted(found.size(), digits(beginning)));
    }
    return found.getFirst();
  }

  private static String digits(String text) {
    return text.startsWith(PREFIX) ? text.substring(PREFIX.length()) : text;
  }

  /** What the record tells. */
  private Set<ImageDigest> recorded(ServiceReader.Read read) {
    Set<ImageDigest> known = new LinkedHashSet<>();
    List<ImageReference> images = new ArrayList<>();
    for (DeploymentRecord deployment : records.history(read.service().arn(), MAX_DEPLOYMENTS)) {
      images.addAll(deployment.images().values());
      deployment.changes().forEach(change -> images.add(change.from()));
    }
    read.recorded().service().revision().ifPresent(r -> images.addAll(r.images().values()));
    images.forEach(image -> image.digest().ifPresent(known::add));
    read.recorded().service().blocked().stream().map(Block::digest).forEach(known::add);
    return known;
  }

  /** What ECS and ECR tell: what runs, is selected, or failed before there was a record. */
  private static Set<ImageDigest> seen(
      ServiceReader.Read read, ServiceEvaluator moment, Instant now) {
    Set<ImageDigest> known = new LinkedHashSet<>();
    read.recorded().service().blocked().stream().map(Block::digest).forEach(known::add);
    Optional<ObservedState> state = moment.evaluate(read.service(), read.recorded(), now).state();
    state.ifPresent(seen ->
        seen.taskDefinition()
            .containers()
            .forEach(container -> {
              seen.selection(container.image())
                  .image()
                  .ifPresent(image -> known.add(image.digest()));
              seen.runningDigest(container).ifPresent(known::add);
            }));
    return known;
  }
}
