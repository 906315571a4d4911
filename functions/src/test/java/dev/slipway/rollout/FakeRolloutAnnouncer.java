package dev.slipway.rollout;

import dev.slipway.announce.RolloutResult;
import dev.slipway.announce.WaitingRollout;
import dev.slipway.deploy.Announced;
import dev.slipway.record.DeploymentRecord.Announcement;
import dev.slipway.record.HookWait;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Keeps what was announced; channels fail as a test wants it. */
public final class FakeRolloutAnnouncer implements RolloutAnnouncer, HookAnnouncer {
  private final List<String> announced = new ArrayList<>();
  private final Set<Announcement> broken = EnumSet.noneOf(Announcement.class);
  private final Set<HookWait.Announcement> brokenHooks =
      EnumSet.noneOf(HookWait.Announcement.class);
  private Runnable before = () -> {};

  /** What was announced to people, a sentence each. */
  public List<String> announced() {
    return List.copyOf(announced);
  }

  /** Forgets what was announced. */
  public void clear() {
    announced.clear();
  }

  /** From now on this channel fails. */
  public void breakDown(Announcement channel) {
    broken.add(channel);
  }

  /** All channels work again. */
  public void repair() {
    broken.clear();
    brokenHooks.clear();
  }

  /** Something that happens once, just before the next announcement. */
  public void beforeNext(Runnable other) {
    before = other;
  }

  /** From now on this channel fails for waits at hooks. */
  public void breakDown(HookWait.Announcement channel) {
    brokenHooks.add(channel);
  }

  @Override
  public Announced<HookWait.Announcement> announce(
      WaitingRollout waiting, Set<HookWait.Announcement> due) {
    Runnable other = before;
    before = () -> {};
    other.run();
    return Announced.each(
        due,
        channel -> {
          if (brokenHooks.contains(channel)) {
            throw new IllegalStateException(channel + " is denied");
          }
          if (channel == HookWait.Announcement.NOTIFICATION) {
            announced.add(waiting.sentence());
          }
        });
  }

  @Override
  public Announced<Announcement> announce(RolloutResult result, Set<Announcement> due) {
    Runnable other = before;
    before = () -> {};
    other.run();
    return Announced.each(
        due,
        channel -> {
          if (broken.contains(channel)) {
            throw new IllegalStateException(channel + " is denied");
          }
          switch (channel) {
            case OUTCOME_NOTIFICATION -> announced.add(result.sentence());
            case ROLLBACK_FAILED_NOTIFICATION -> announced.add(result.rollbackSentence());
            default -> {}
          }
        });
  }
}
