package dev.slipway.explore;

import dev.slipway.image.ImageDigest;
import dev.slipway.record.Block;
import dev.slipway.record.DeploymentRecord;
import dev.slipway.record.Pin;
import dev.slipway.record.RecordChange;
import dev.slipway.record.RecordedService;
import dev.slipway.record.ServiceRecord;
import java.util.Optional;
import java.util.Set;

/** What must be true of each write of the record. */
final class WriteRules {
  private final Journal journal;
  private final StartRules starts;
  private final OutcomeRules outcomes;

  WriteRules(Journal journal, StartRules starts, OutcomeRules outcomes) {
    this.journal = journal;
    this.starts = starts;
    this.outcomes = outcomes;
  }

  void wrote(RecordedService stored, RecordChange change) {
    ServiceRecord before = stored.service();
    ServiceRecord after = change.after();
    boolean intends = false;
    for (DeploymentRecord now : change.deployments()) {
      Optional<DeploymentRecord> old =
          stored.deployments().stream().filter(d -> d.id().equals(now.id())).findFirst();
      if (old.isEmpty()) {
        Invariant.ONE_REGISTRATION.require(
            now.isIntent(), "deployment %s was never intended", now.id());
        intends = true;
        starts.intended(before, now);
      } else {
        outcomes.changed(old.get(), now);
      }
    }
    if (journal.eyes().isOperator()) {
      commanded(before, after);
    } else {
      kept(before, after, intends);
    }
  }

  /** A function may not undo what an operator decided. */
  private void kept(ServiceRecord before, ServiceRecord after, boolean intends) {
    for (Block block : before.blocked()) {
      Invariant.DECISIONS_KEPT.require(
          after.isBlocked(block.digest()), "the block of %s is lost", block.digest().abbreviated());
    }
    Invariant.DECISIONS_KEPT.require(before.pause().equals(after.pause()), "a pause is lost");
    Invariant.DECISIONS_KEPT.require(
        after.approvals().containsAll(before.approvals()), "an approval is lost");
    boolean pinKept =
        after.pin().equals(before.pin()) || after.pin().equals(before.pin().map(Pin::asApplied));
    Invariant.DECISIONS_KEPT.require(
        intends || pinKept || after.pin().isEmpty(), "a pin is changed, without a deployment");
    // by a deployment of something else; or, without one, once that runs
    if (before.pin().isPresent() && after.pin().isEmpty()) {
      Pin pin = before.pin().get();
      Journal.Eyes eyes = journal.eyes();
      Set<ImageDigest> selected =
          eyes.selected(after.environment().or(before::environment).orElse(""));
      selected.addAll(starts.proven(before.service()));
      Invariant.DECISIONS_KEPT.require(
          selected.stream().anyMatch(d -> !pin.passesOver(d)),
          "the pin ends though nothing else was selected");
      boolean runs =
          selected.stream()
              .filter(d -> !pin.passesOver(d))
              .anyMatch(eyes.running(before.service())::contains);
      Invariant.DECISIONS_KEPT.require(
          intends || runs, "the pin ends though what is selected does not run");
    }
  }

  private void commanded(ServiceRecord before, ServiceRecord after) {
    Journal.Facts facts = journal.of(before.service());
    before.blocked().stream()
        .map(Block::digest)
        .filter(digest -> !after.isBlocked(digest))
        .forEach(facts.unblocked::add);
    after.blocked().stream()
        .filter(block -> !before.isBlocked(block.digest()))
        .forEach(block -> {
          facts.unblocked.remove(block.digest());
          facts.operatorsBlocks.add(block);
        });
    after
        .request()
        .ifPresent(
            _ -> facts.unblocked.addAll(journal.eyes().selected(before.environment().orElse(""))));
  }
}
