package dev.slipway.doctor;

import static java.util.stream.Collectors.joining;

import dev.slipway.decide.ObservedState;
import dev.slipway.ecs.TaskDefinition;
import dev.slipway.ecs.TaskPlatform;
import dev.slipway.image.Candidate;
import dev.slipway.image.Selection;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Whether its images come from repositories that are followed, are there, and fit its platform. */
final class ImagesCheck implements Check<ServiceSeen> {
  @Override
  public String subject() {
    return "images and platforms";
  }

  @Override
  public List<Finding> findings(ServiceSeen seen) {
    return seen.isNotDeployable()
        ? List.of() // which says it
        : seen.state().map(state -> findings(seen, state)).orElse(List.of());
  }

  private static List<Finding> findings(ServiceSeen seen, ObservedState state) {
    String where = Finding.of(seen.service());
    if (state.selections().isEmpty()) {
      return List.of(
          Finding.problem(
              where,
              "Slipway follows none of its images (%s)"
                  .formatted(
                      state.taskDefinition().containers().stream()
                          .map(container -> container.image().name())
                          .distinct()
                          .collect(joining(", "))),
              "use an image of this account's and Region's Amazon ECR in a repository that the stack's RepositoryNames (%s) names"
                  .formatted(seen.followed())));
    }
    List<Finding> findings = new ArrayList<>();
    for (TaskDefinition.Container container : state.taskDefinition().containers()) {
      container
          .image()
          .repository()
          .map(state.selections()::get)
          .flatMap(selection -> unfit(state, container, selection))
          .ifPresent(findings::add);
    }
    boolean selectsNothing =
        state.selections().values().stream()
            .allMatch(selection -> selection.candidate() instanceof Candidate.Missing);
    if (selectsNothing) {
      findings.add(
          Finding.warning(
              where,
              "%s selects no image in %s: nothing is deployed until one is pushed"
                  .formatted(
                      state.environment().images(),
                      state.selections().keySet().stream()
                          .map(repository -> repository.name())
                          .sorted()
                          .collect(joining(", "))),
              "push an image that %s selects, or correct slipway.yaml"
                  .formatted(state.environment().images())));
    }
    return findings;
  }

  /** What a pause, a pin or a block hides: it would fail as soon as that ends. */
  private static Optional<Finding> unfit(
      ObservedState state, TaskDefinition.Container container, Selection selection) {
    TaskPlatform platform = TaskPlatform.of(state.service(), state.taskDefinition());
    Optional<String> why =
        switch (selection.candidate()) {
          // RunningImagesCheck finds what is gone
          case Candidate.Missing(), Candidate.Gone _ -> Optional.empty();
          case Candidate.NotAnImage(var digest, String what) ->
              Optional.of("%s, which is no image: %s".formatted(digest.abbreviated(), what));
          case Candidate.Image image ->
              platform.runsAnyOf(image.platforms())
                      || state.runningDigest(container).filter(image::isRunAs).isPresent()
                  ? Optional.empty()
                  : Optional.of(
                      "%s, which is for %s, and its tasks run on %s"
                          .formatted(
                              image.digest().abbreviated(),
                              image.platforms().stream()
                                  .map(Object::toString)
                                  .sorted()
                                  .collect(joining(", ")),
                              platform));
        };
    return why.map(words ->
        Finding.problem(
            Finding.of(state.service()),
            "container %s would get %s".formatted(container.name(), words),
            "push an image that runs there, or change the task definition's runtimePlatform"));
  }
}
