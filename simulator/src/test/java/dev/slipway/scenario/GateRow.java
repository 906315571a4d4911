package dev.slipway.scenario;

import dev.slipway.simulator.ssm.ChangeCalendars;
import java.time.Instant;
import java.util.List;

/**
 * A gate that goes by what is read of AWS. {@link EvaluationScenarioTest} runs each through every
 * function that evaluates services, and {@link EvaluationCalls} records what it asks AWS for.
 *
 * @param key of the gate in slipway.yaml
 * @param gate the lines of an environment that have it
 */
record GateRow(String key, String gate) {
  static final String PROFILE = "arn:aws:signer:us-east-1:123456789012:/signing-profiles/release";

  static final List<GateRow> ALL =
      List.of(
          new GateRow("scan", "gates: { scan: { atMost: high } }"),
          new GateRow("signed", "gates: { signed: { by: [\"" + PROFILE + "\"] } }"),
          new GateRow("calendar", "calendar: release"));

  /** Of an image that is never scanned to the end; nobody signs it. */
  private static final String ANNOTATIONS = "{'slipway.simulator/scan-after': 'never'}";

  String slipwayYaml() {
    return """
    environments:
      staging:
        images: { tag: staging }
        %1$s
      production:
        images: { tag: production }
        %1$s
    """
        .formatted(gate);
  }

  Account account() {
    return Account.with(slipwayYaml());
  }

  /**
   * Creates the services web, which follows staging, and web-production, so that an image waits at
   * the gate of one of them. Gives its digest.
   *
   * @param promoted whether web runs the image, so that it can be promoted: it waits for production
   *     then
   */
  String begin(Account account, boolean promoted) {
    account.ecr(
        "CreateRepository",
        "{'repositoryName': 'web', 'imageScanningConfiguration': {'scanOnPush': true}}");
    account
        .simulator
        .ssm()
        .calendars()
        .put(
            "release",
            List.of(
                new ChangeCalendars.Event(Instant.EPOCH, Instant.parse("2026-12-01T00:00:00Z"))));
    String waiting = account.push("web", "staging", "2", ANNOTATIONS);
    String first = account.push("web", "production", "1");
    account.runningService("web", "staging", "web", promoted ? waiting : first);
    account.runningService("web-production", "production", "web", first);
    return waiting;
  }

  @Override
  public String toString() {
    return key;
  }
}
