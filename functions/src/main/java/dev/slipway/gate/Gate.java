package dev.slipway.gate;

/**
 * A condition that an image has to meet before it is deployed to an environment's services. A gate
 * is a value: it judges what it is given, and reads nothing itself. A rollback passes all gates.
 */
public sealed interface Gate
    permits ApprovalGate,
        CalendarGate,
        FreezesGate,
        ScanGate,
        SignedGate,
        WhileRollingGate,
        WindowsGate {
  /** Its key in slipway.yaml, such as {@code approval}. */
  String name();

  /** What an image waits for while it is closed, such as {@code a signature}. */
  String awaited();

  /**
   * Whether people set it for people, so that an operator's {@code --override} passes it. What a
   * machine has found out about an image is not overridden.
   */
  boolean isPassedByOverride();

  /** Whether the image may be deployed now, and if not, what ends the wait. */
  Verdict judge(Subject subject);
}
