package dev.slipway.cli.view;

import dev.slipway.cli.view.ServiceStatus.Deployment;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * A service's tasks as a row of marks, revision by revision: a rollout is seen as marks that move
 * from one revision to the next. ECS tells how many tasks of each deployment run, not which of them
 * are healthy.
 */
public final class RolloutPicture {
  /** What the marks mean. */
  private static final List<String> LEGEND =
      List.of("○ to start", "◐ starting", "● running", "× failed");

  /** More tasks that failed than these are a number. */
  private static final int MOST_FAILED = 5;

  private static final String GAP = "   ";

  /** More marks than these are said as numbers. */
  private static final int MOST_MARKS = 30;

  private static final int COLUMN = 14;

  private static final Comparator<Deployment> BY_REVISION =
      Comparator.comparingInt((Deployment deployment) -> deployment.taskDefinition().length())
          .thenComparing(Deployment::taskDefinition)
          .thenComparing(deployment -> deployment.createdAt().orElse(Instant.MAX));

  private RolloutPicture() {}

  /**
   * The tasks of one revision.
   *
   * @param isReplaced whether its tasks give way to another's
   * @param failed tasks of a rollout that is not over
   * @param words how far it is
   */
  public record Lane(
      String revision,
      boolean isReplaced,
      int toStart,
      int starting,
      int running,
      int failed,
      String words) {
    static Lane of(Deployment deployment, boolean fails) {
      return new Lane(
          deployment.taskDefinition(),
          !deployment.isPrimary(),
          deployment.isPrimary() && deployment.isRolling()
              ? Math.max(0, deployment.desired() - deployment.running() - deployment.pending())
              : 0,
          deployment.pending(),
          deployment.running(),
          deployment.rolloutState().equals("COMPLETED")
              ? 0
              : Math.max(fails ? 1 : 0, deployment.failed()),
          RolloutPicture.words(deployment));
    }
  }

  /** A lane for each revision that has tasks, the oldest first. */
  public static List<Lane> lanes(ServiceStatus service) {
    // a task has stopped before ECS counts it
    Optional<String> failing =
        service.cause().filter(cause -> cause.kind().equals("failing")).map(Cause::revision);
    return service.deployments().stream()
        .sorted(BY_REVISION)
        .map(deployment ->
            Lane.of(deployment, failing.filter(deployment.taskDefinition()::equals).isPresent()))
        .toList();
  }

  /** What the marks mean, in as many lines as it takes. */
  public static List<Line> legend(int columns) {
    List<Line> lines = new ArrayList<>();
    Line line = Line.empty();
    for (String mark : LEGEND) {
      Line longer =
          line.width() == 0 ? Line.of(mark, Style.FAINT) : line.and(GAP + mark, Style.FAINT);
      if (longer.width() > columns && line.width() > 0) {
        lines.add(line);
        longer = Line.of(mark, Style.FAINT);
      }
      line = longer;
    }
    lines.add(line);
    return lines;
  }

  /** On one line, for a log. */
  public static Line row(ServiceStatus service) {
    Line line = Line.empty();
    for (Lane lane : lanes(service)) {
      Line marks = marks(lane);
      line =
          line.and(lane.revision() + " ")
              .and(marks)
              .and(" ".repeat(Math.max(0, COLUMN - marks.width()) + 2));
    }
    return line;
  }

  /** A revision on a line, for a screen. */
  public static List<Line> rows(ServiceStatus service) {
    List<Lane> lanes = lanes(service);
    int names = widest(lanes.stream().map(Lane::revision).toList());
    int marks = lanes.stream().mapToInt(lane -> marks(lane).width()).max().orElse(0);
    List<Line> lines = new ArrayList<>();
    for (Lane lane : lanes) {
      Line drawn = marks(lane);
      lines.add(
          Line.of("  " + lane.revision())
              .and(" ".repeat(names - lane.revision().length() + 2))
              .and(drawn)
              .and(" ".repeat(marks - drawn.width() + 2))
              .and(lane.words(), Style.FAINT));
    }
    return lines;
  }

  private static int widest(List<String> texts) {
    return texts.stream().mapToInt(String::length).max().orElse(0);
  }

  private static Line marks(Lane lane) {
    Line marks =
        failed(lane.failed())
            .and(mark("●", lane.running(), Style.GOOD))
            .and(mark("◐", lane.starting(), Style.BUSY))
            .and(mark("○", lane.toStart(), Style.FAINT));
    return marks.width() <= MOST_MARKS
        ? marks
        : Line.of("●" + lane.running(), Style.GOOD)
            .and(" ◐" + lane.starting(), Style.BUSY)
            .and(" ○" + lane.toStart(), Style.FAINT)
            .and(lane.failed() == 0 ? "" : " ×" + lane.failed(), Style.BAD);
  }

  /** For each that fails another is started: they are counted on and on. */
  private static Line failed(int failed) {
    return failed > MOST_FAILED
        ? Line.of("×" + failed + " ", Style.BAD)
        : mark("×", failed, Style.BAD);
  }

  private static Line mark(String mark, int count, Style style) {
    return count == 0 ? Line.empty() : Line.of(mark.repeat(count), style);
  }

  private static String words(Deployment deployment) {
    if (!deployment.isPrimary()) {
      return deployment.rolloutState().equals("FAILED") ? "has failed" : "being replaced";
    }
    return deployment.running() + " of " + deployment.desired() + " running";
  }
}
