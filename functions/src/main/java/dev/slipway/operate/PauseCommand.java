package dev.slipway.operate;

import dev.slipway.deploy.Hint;
import dev.slipway.ecs.Service;
import dev.slipway.ecs.ServiceArn;
import dev.slipway.record.Pause;
import dev.slipway.record.ServiceRecord;
import dev.slipway.record.Trigger;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Pauses services, so that nothing is deployed to them, and resumes them. A deployment that is
 * under way goes on.
 */
public final class PauseCommand {
  private final ServiceDirectory directory;
  private final ServiceReader reader;

  /** What it reads. */
  public PauseCommand(ServiceDirectory directory, ServiceReader reader) {
    this.directory = directory;
    this.reader = reader;
  }

  /**
   * A service, as it is afterwards.
   *
   * @param reason one sentence for people
   * @param isRejected whether it stays as it is, since it cannot be had as it was asked for
   */
  public record PausePlan(
      Service service,
      boolean paused,
      String reason,
      boolean isRejected,
      Optional<ServiceChange> change)
      implements Plan {
    /** Who lifts a pause is told whose; who pauses sets their own. */
    @Override
    public List<String> facts() {
      return change.stream()
          .map(it ->
              it.before()
                  .pause()
                  .map(pause -> "%s is resumed, which is paused %s".formatted(service, pause))
                  .orElseGet(() -> "%s is paused".formatted(service)))
          .toList();
    }
  }

  /** Carries a plan out; a service for which that is not possible is rejected. */
  public static PausePlan apply(Planned<PausePlan> planned, ServiceChanges changes) {
    try {
      return changes.apply(planned).plan();
    } catch (RejectedRequest e) {
      PausePlan plan = planned.plan();
      return new PausePlan(plan.service(), !plan.paused(), e.sentence(), true, Optional.empty());
    }
  }

  /**
   * Plans to pause what is not paused yet.
   *
   * @param note why, in words for those who find it
   */
  public List<Planned<PausePlan>> pause(
      Scope scope, Optional<String> note, Trigger.Operator trigger, Instant now) {
    Pause pause =
        new Pause(trigger.by(), now.truncatedTo(ChronoUnit.SECONDS), note.flatMap(Words::line));
    return each(scope, read -> paused(read, pause));
  }

  /** Plans to resume paused services, and to have each evaluated: what was held is deployed. */
  public List<Planned<PausePlan>> resume(Scope scope, Trigger.Operator trigger) {
    return each(scope, read -> resumed(read, trigger));
  }

  static PausePlan paused(ServiceReader.Read read, Pause pause) {
    ServiceRecord before = read.recorded().service();
    if (before.pause().isPresent()) {
      return new PausePlan(
          read.service(),
          true,
          "is paused already: " + before.pause().get(),
          false,
          Optional.empty());
    }
    String sentence = "nothing is deployed to it until it is resumed; paused " + pause;
    return new PausePlan(
        read.service(),
        true,
        sentence,
        false,
        Optional.of(
            new ServiceChange(
                before,
                before.withPause(Optional.of(pause)),
                Optional.empty(),
                Optional.empty(),
                List.of(sentence))));
  }

  static PausePlan resumed(ServiceReader.Read read, Trigger.Operator trigger) {
    ServiceRecord before = read.recorded().service();
    if (before.pause().isEmpty()) {
      return new PausePlan(read.service(), false, "is not paused", false, Optional.empty());
    }
    String sentence = "what only the pause held is deployed; it was paused " + before.pause().get();
    return new PausePlan(
        read.service(),
        false,
        sentence,
        false,
        Optional.of(
            new ServiceChange(
                before,
                before.withPause(Optional.empty()),
                Optional.empty(),
                Optional.of(new Hint.CheckService(before.service(), trigger)),
                List.of(sentence))));
  }

  private interface Rule {
    PausePlan of(ServiceReader.Read read);
  }

  private List<Planned<PausePlan>> each(Scope scope, Rule rule) {
    Map<ServiceArn, ServiceReader.Read> read =
        reader.read(directory.services(scope).stream().map(Service::arn).toList());
    List<Planned<PausePlan>> plans = new ArrayList<>();
    read.forEach((arn, found) ->
        plans.add(
            new Planned<>(
                rule.of(reader.withHistory(found)),
                () -> rule.of(reader.withHistory(reader.read(arn))))));
    return plans;
  }
}
