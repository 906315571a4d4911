package dev.slipway.decide;

import dev.slipway.ecs.Service;
import dev.slipway.ecs.TaskDefinition;
import dev.slipway.gate.Readings;
import dev.slipway.image.Candidate;
import dev.slipway.image.ImageDigest;
import dev.slipway.image.ImagePolicy;
import dev.slipway.image.ImageReference;
import dev.slipway.image.Repository;
import dev.slipway.image.Selection;
import dev.slipway.record.DeploymentRecord;
import dev.slipway.record.RecordedService;
import dev.slipway.record.ServiceRecord;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Everything that a decision about one service is made from, as it was seen at one moment.
 *
 * @param environment that the service follows
 * @param taskDefinition that the service has now
 * @param selections what the environment's policy selects in each repository that is followed
 * @param recorded what Slipway's record holds about the service
 * @param running the digests that ECS recorded for containers whose image names a tag, by container
 * @param pinTarget the revision of a pin that is not applied yet; empty where there is none
 * @param asked what an operator asks for instead of what the environment selects; the selections
 *     are by it then
 * @param readings what was read for gates, where an image waits for them
 * @param at the moment for which it is decided
 */
public record ObservedState(
    Service service,
    Environment environment,
    TaskDefinition taskDefinition,
    Map<Repository, Selection> selections,
    RecordedService recorded,
    Map<String, ImageDigest> running,
    Optional<PinTarget> pinTarget,
    Optional<ImagePolicy> asked,
    Readings readings,
    Instant at) {
  /** Copies the maps. */
  public ObservedState {
    selections = Map.copyOf(selections);
    running = Map.copyOf(running);
  }

  /** One for which nothing was read for gates, and what no operator asks for. */
  public ObservedState(
      Service service,
      Environment environment,
      TaskDefinition taskDefinition,
      Map<Repository, Selection> selections,
      RecordedService recorded,
      Map<String, ImageDigest> running,
      Optional<PinTarget> pinTarget,
      Instant at) {
    this(
        service,
        environment,
        taskDefinition,
        selections,
        recorded,
        running,
        pinTarget,
        Optional.empty(),
        Readings.NONE,
        at);
  }

  /** The service's own part of the record. */
  public ServiceRecord record() {
    return recorded.service();
  }

  /**
   * What the policy selects for an image's repository; {@link Selection#NONE} for one that is not
   * followed.
   */
  public Selection selection(ImageReference image) {
    return image.repository().map(selections::get).orElse(Selection.NONE);
  }

  /** The images that the policy selects, in whichever repository. */
  public List<Candidate.Image> selectedImages() {
    return selections.values().stream().flatMap(selection -> selection.image().stream()).toList();
  }

  /**
   * Whether each container has what the policy selects for it; false where it selects no image in a
   * repository that it is for.
   */
  public boolean hasAllThatIsSelected() {
    return taskDefinition.containers().stream()
        .filter(container -> container.image().repository().filter(this::isSelectedIn).isPresent())
        .allMatch(container ->
            runningDigest(container).filter(selection(container.image())::isRunAs).isPresent());
  }

  private boolean isSelectedIn(Repository repository) {
    return selections.containsKey(repository) && environment.images().selectsIn(repository);
  }

  /** The digest that a container of the service runs; empty where nobody knows it. */
  public Optional<ImageDigest> runningDigest(TaskDefinition.Container container) {
    return container.image().digest().or(() -> Optional.ofNullable(running.get(container.name())));
  }

  /** The same state with another record: what would be decided then. */
  public ObservedState with(ServiceRecord other) {
    return with(copy -> copy.recorded = new RecordedService(other, recorded.deployments()));
  }

  /** The same state, if a deployment were not in the record. */
  public ObservedState without(DeploymentRecord deployment) {
    return with(copy -> copy.recorded = recorded.without(deployment.id()));
  }

  /** The same state, if the environment selected these. */
  public ObservedState selecting(Map<Repository, Selection> selected) {
    return with(copy -> copy.selections = selected);
  }

  /** The same state, if the environment had this policy, which an operator asks for. */
  public ObservedState asking(ImagePolicy choice, Map<Repository, Selection> selected) {
    return with(copy -> {
      copy.environment = environment.selecting(choice);
      copy.selections = selected;
      copy.asked = Optional.of(choice);
    });
  }

  /** The same state, if the environment had no gates. */
  public ObservedState withoutGates() {
    return with(copy -> copy.environment = environment.withoutGates());
  }

  /** The same state, if a pin named this revision and ECS had it; empty for no such pin. */
  public ObservedState pinnedTo(Optional<TaskDefinition> revision) {
    return with(
        copy -> copy.pinTarget = revision.map(found -> new PinTarget.Found(found, List.of())));
  }

  /** The same state, with more that was read for gates. */
  public ObservedState with(Readings more) {
    return with(copy -> copy.readings = readings.and(more));
  }

  private ObservedState with(Consumer<Copy> change) {
    Copy copy = new Copy(this);
    change.accept(copy);
    return copy.state();
  }

  /** A copy in the making: the only place that lists all components. */
  private static final class Copy {
    private final ObservedState of;
    private Environment environment;
    private Map<Repository, Selection> selections;
    private RecordedService recorded;
    private Optional<PinTarget> pinTarget;
    private Optional<ImagePolicy> asked;
    private Readings readings;

    Copy(ObservedState of) {
      this.of = of;
      this.environment = of.environment;
      this.selections = of.selections;
      this.recorded = of.recorded;
      this.pinTarget = of.pinTarget;
      this.asked = of.asked;
      this.readings = of.readings;
    }

    ObservedState state() {
      return new ObservedState(
          of.service,
          environment,
          of.taskDefinition,
          selections,
          recorded,
          of.running,
          pinTarget,
          asked,
          readings,
          of.at);
    }
  }

  /** What is known of a pin's revision. */
  public sealed interface PinTarget {
    /**
     * ECS has it.
     *
     * @param gone its images that are no longer in Amazon ECR
     */
    record Found(TaskDefinition revision, List<ImageReference> gone) implements PinTarget {
      /** Copies the list. */
      public Found {
        gone = List.copyOf(gone);
      }
    }

    /**
     * It is not there, or not the service's to have.
     *
     * @param why one sentence for people
     */
    record Lost(String why) implements PinTarget {}
  }
}
