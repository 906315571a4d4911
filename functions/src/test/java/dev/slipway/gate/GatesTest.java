package dev.slipway.gate;

import static dev.slipway.deploy.FakeImageRegistry.digest;
import static dev.slipway.deploy.FakeImageRegistry.repository;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.slipway.ecs.ServiceArn;
import dev.slipway.image.Candidate;
import dev.slipway.image.FindingSeverity;
import dev.slipway.image.ImageDigest;
import dev.slipway.image.ImageScan;
import dev.slipway.image.ImageSigning;
import dev.slipway.image.ImageSigning.Signature;
import dev.slipway.image.ImageSigning.State;
import dev.slipway.image.ScanFinding;
import dev.slipway.record.Approval;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GatesTest {
  private static final ServiceArn WEB =
      new ServiceArn("arn:aws:ecs:eu-central-1:123456789012:service/main/web");
  private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
  private static final Instant NOON = Instant.parse("2026-11-28T12:00:00Z");

  static Subject subject(Instant at, boolean rollingOut, Approval... approvals) {
    return subject(at, rollingOut, List.of(approvals), List.of(), Optional.empty());
  }

  private static Subject subject(CalendarState calendar) {
    return new Subject(
        WEB,
        repository("web"),
        new Candidate.Image(digest(1), "index", Set.of(), Set.of(digest(11))),
        NOON,
        false,
        List.of(),
        List.of(),
        List.of(),
        Optional.empty(),
        Optional.of(calendar));
  }

  private static Subject subject(
      Instant at,
      boolean rollingOut,
      List<Approval> approvals,
      List<ImageScan> scans,
      Optional<ImageSigning> signing) {
    return new Subject(
        WEB,
        repository("web"),
        new Candidate.Image(digest(1), "index", Set.of(), Set.of(digest(11))),
        at,
        rollingOut,
        approvals,
        List.of(),
        scans,
        signing,
        Optional.empty());
  }

  /** Such as {@code waits: closed until …}. */
  private static String verdict(Gate gate, Subject subject) {
    return switch (gate.judge(subject)) {
      case Verdict.Passes(String reason) -> "passes: " + reason;
      case Verdict.Waits(String reason, var _) -> "waits: " + reason;
      case Verdict.Pending(String reason, var until) ->
          "pending: %s; told at %s".formatted(reason, until);
      case Verdict.Holds(String reason, String remedy) -> "holds: " + reason + " (" + remedy + ")";
      case Verdict.Unread unread -> "unread: " + unread.reason();
    };
  }

  private static String at(Gate gate, String moment) {
    return verdict(gate, subject(Instant.parse(moment), false));
  }

  private static WindowsGate windows(String... windows) {
    return new WindowsGate(BERLIN, Arrays.stream(windows).map(Window::parse).toList());
  }

  @Nested
  class Windows {
    // 2026-11-28 is a Saturday; Berlin is one hour ahead of UTC in winter, two in summer
    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        textBlock =
            """
            Mon-Thu 08:00-16:00    | 2026-11-26T06:59:59Z | waits: closed until Thu 2026-11-26 08:00 Europe/Berlin
            Mon-Thu 08:00-16:00    | 2026-11-26T07:00:00Z | passes: open until Thu 2026-11-26 16:00 Europe/Berlin
            Mon-Thu 08:00-16:00    | 2026-11-26T14:59:59Z | passes: open until Thu 2026-11-26 16:00 Europe/Berlin
            Mon-Thu 08:00-16:00    | 2026-11-26T15:00:00Z | waits: closed until Mon 2026-11-30 08:00 Europe/Berlin
            Fri-Mon 08:00-16:00    | 2026-11-28T12:00:00Z | passes: open until Sat 2026-11-28 16:00 Europe/Berlin
            Sat,Tue-Wed 08:00-16:00 | 2026-11-28T16:00:00Z | waits: closed until Tue 2026-12-01 08:00 Europe/Berlin
            # over midnight: the day is that on which it opens
            Fri 22:00-04:00        | 2026-11-28T02:59:59Z | passes: open until Sat 2026-11-28 04:00 Europe/Berlin
            Fri 22:00-04:00        | 2026-11-28T21:30:00Z | waits: closed until Fri 2026-12-04 22:00 Europe/Berlin
            # until midnight, and on from there
            Sat-Sun 00:00-24:00    | 2026-11-28T12:00:00Z | passes: open until Mon 2026-11-30 00:00 Europe/Berlin
            Mon-Sun 00:00-24:00    | 2026-11-28T12:00:00Z | passes: open
            # the clock is put forward on 2027-03-28 at 02:00, to 03:00
            Sun 02:00-04:00        | 2027-03-28T00:59:59Z | waits: closed until Sun 2027-03-28 03:00 Europe/Berlin
            Sun 02:00-04:00        | 2027-03-28T01:00:00Z | passes: open until Sun 2027-03-28 04:00 Europe/Berlin
            Sun 02:15-02:45        | 2027-03-28T00:30:00Z | waits: closed until Sun 2027-04-04 02:15 Europe/Berlin
            Sat 22:00-06:00        | 2027-03-28T03:59:59Z | passes: open until Sun 2027-03-28 06:00 Europe/Berlin
            Sat 22:00-06:00        | 2027-03-28T04:00:00Z | waits: closed until Sat 2027-04-03 22:00 Europe/Berlin
            # and back on 2026-10-25 at 03:00, to 02:00: what comes twice counts the first time
            Sun 02:00-02:30        | 2026-10-25T00:15:00Z | passes: open until Sun 2026-10-25 02:30 Europe/Berlin
            Sun 02:00-02:30        | 2026-10-25T01:15:00Z | waits: closed until Sun 2026-11-01 02:00 Europe/Berlin
            Sun 01:00-03:00        | 2026-10-25T01:59:59Z | passes: open until Sun 2026-10-25 03:00 Europe/Berlin
            Sun 01:00-03:00        | 2026-10-25T02:00:00Z | waits: closed until Sun 2026-11-01 01:00 Europe/Berlin
            """)
    void are_open(String window, String moment, String verdict) {
      assertThat(at(windows(window), moment)).isEqualTo(verdict);
    }

    @Test
    void that_follow_each_other_are_one() {
      Gate gate = windows("Mon-Fri 08:00-12:00", "Thu 12:00-18:00");

      assertThat(at(gate, "2026-11-26T08:00:00Z"))
          .isEqualTo("passes: open until Thu 2026-11-26 18:00 Europe/Berlin");
    }

    @Test
    void say_when_they_open_next() {
      assertThat(windows("Mon 08:00-16:00").judge(subject(NOON, false)))
          .isEqualTo(
              new Verdict.Waits(
                  "closed until Mon 2026-11-30 08:00 Europe/Berlin",
                  Optional.of(Instant.parse("2026-11-30T07:00:00Z"))));
    }

    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        textBlock =
            """
            Mon                  | it needs days, and hours from and to
            08:00-16:00          | it needs days, and hours from and to
            Mon 8:00-16:00       | it needs days, and hours from and to
            Mon 08:00-16:00 UTC  | it needs days, and hours from and to
            Mon 08:00-24:01      | 24:01 is no time of day
            Mon 08:60-16:00      | 08:60 is no time of day
            Mon 24:00-08:00      | it begins at 24:00: that is 00:00 of the next day
            Mon 08:00-08:00      | it begins and ends at the same time
            Montag 08:00-16:00   | Montag is no day: days are Mon, Tue, Wed, Thu, Fri, Sat, Sun
            mon-fri 08:00-16:00  | fri is no day: days are Mon, Tue, Wed, Thu, Fri, Sat, Sun
            """)
    void that_are_none_say_why(String text, String why) {
      assertThatIllegalArgumentException().isThrownBy(() -> Window.parse(text)).withMessage(why);
    }
  }

  @Nested
  class Scans {
    private static final String RESCAN =
        "`aws ecr start-image-scan --repository-name web --image-id imageDigest=%s`"
            .formatted(digest(1));

    private final ScanGate gate =
        new ScanGate(
            Optional.of(FindingSeverity.HIGH), Set.of("CVE-2026-9"), Duration.ofMinutes(30));

    private static ImageScan scan(ImageScan.State state, String description) {
      return new ImageScan(digest(1), state, description, Optional.of(NOON.minusSeconds(60)));
    }

    private static ImageScan found(boolean complete, ScanFinding... findings) {
      return new ImageScan(
          digest(1),
          ImageScan.State.COMPLETE,
          "",
          Optional.empty(),
          Optional.empty(),
          List.of(findings),
          complete);
    }

    private static ScanFinding finding(String name, FindingSeverity severity) {
      return new ScanFinding(name, severity);
    }

    private static String judged(Gate gate, Instant at, ImageScan... scans) {
      return verdict(gate, subject(at, false, List.of(), List.of(scans), Optional.empty()));
    }

    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        textBlock =
            """
            NONE                     |          | pending: it has not been scanned yet; told at 2026-11-28T12:29:00Z
            PENDING                  |          | pending: its scan has not ended yet; told at 2026-11-28T12:29:00Z
            IN_PROGRESS              |          | pending: its scan has not ended yet; told at 2026-11-28T12:29:00Z
            FINDINGS_UNAVAILABLE     |          | pending: ECR has no findings to show yet; told at 2026-11-28T12:29:00Z
            COMPLETE                 |          | passes: scanned, and nothing found above high that is not ignored
            ACTIVE                   |          | passes: scanned, and nothing found above high that is not ignored
            FAILED                   | no layer | holds: its scan failed: no layer (scan it again (RESCAN), or push another image)
            LIMIT_EXCEEDED           |          | holds: ECR has no more scans for today (scan it tomorrow: RESCAN)
            UNSUPPORTED_IMAGE        | scratch  | holds: ECR cannot scan it: scratch (build it from a system that the scanner knows, or have Amazon Inspector scan the repository)
            SCAN_ELIGIBILITY_EXPIRED |          | holds: Amazon Inspector no longer scans it, so that its findings are outdated (push it again, or let Inspector scan for longer)
            IMAGE_ARCHIVED           |          | holds: ECR has archived it (restore it, or push another image)
            OTHER                    | ODD      | holds: its scan is in a state that Slipway does not know: ODD (look at it in ECR's console, or push another image)
            """)
    void have_states(ImageScan.State state, String description, String verdict) {
      assertThat(judged(gate, NOON, scan(state, description == null ? "" : description)))
          .isEqualTo(verdict.replace("RESCAN", RESCAN));
    }

    @Test
    void that_have_not_ended_in_time_hold_with_what_to_do() {
      Instant later = NOON.plus(Duration.ofMinutes(29));
      String remedy = "have ECR scan the images of web when they are pushed, and push it again";

      assertThat(judged(gate, later, scan(ImageScan.State.NONE, "")))
          .isEqualTo(
              "holds: it has not been scanned, 30 minutes after the push (%s)".formatted(remedy));
      assertThat(
              judged(
                  gate,
                  NOON,
                  new ImageScan(digest(1), ImageScan.State.IN_PROGRESS, "", Optional.empty())))
          .as("of an image that is gone meanwhile")
          .startsWith("holds: its scan has not ended");
    }

    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        textBlock =
            """
            CRITICAL      | HIGH           | true
            CRITICAL      | CRITICAL       | true
            HIGH          | HIGH           | true
            HIGH          | CRITICAL       | false
            MEDIUM        | HIGH           | false
            LOW           | MEDIUM         | false
            INFORMATIONAL | LOW            | false
            INFORMATIONAL | INFORMATIONAL  | true
            INFORMATIONAL | UNDEFINED      | true
                          | UNDEFINED      | false
            CRITICAL      | UNKNOWN        | false
            """)
    void pass_what_is_at_most_so_grave(
        FindingSeverity atMost, FindingSeverity found, boolean passes) {
      Gate other = new ScanGate(Optional.ofNullable(atMost), Set.of(), Duration.ZERO);

      assertThat(
              judged(other, NOON, found(true, finding("CVE-2026-1", found))).startsWith("passes"))
          .isEqualTo(passes);
    }

    @Test
    void name_the_gravest_findings_once_each_and_leave_out_what_is_ignored() {
      assertThat(
              judged(
                  new ScanGate(
                      Optional.of(FindingSeverity.LOW), Set.of("CVE-2026-9"), Duration.ZERO),
                  NOON,
                  found(
                      true,
                      finding("CVE-2026-9", FindingSeverity.CRITICAL),
                      finding("CVE-2026-3", FindingSeverity.MEDIUM),
                      finding("CVE-2026-2", FindingSeverity.CRITICAL),
                      finding("CVE-2026-2", FindingSeverity.CRITICAL),
                      finding("CVE-2026-1", FindingSeverity.HIGH),
                      finding("CVE-2026-4", FindingSeverity.MEDIUM))))
          .isEqualTo(
              "holds: it has CVE-2026-2 (critical), CVE-2026-1 (high), CVE-2026-3 (medium) and more"
                  + " (push an image without, or accept it by its name in slipway.yaml: `ignore:"
                  + " [CVE-2026-2]`)");
    }

    @Test
    void of_which_some_were_not_read_hold_unless_the_counts_say_that_no_other_counts() {
      ScanFinding ignored = finding("CVE-2026-9", FindingSeverity.CRITICAL);
      ImageScan partly = found(false, ignored, finding("CVE-2026-1", FindingSeverity.LOW));

      assertThat(gate.isSettledBy(partly)).isFalse();
      assertThat(judged(gate, NOON, partly))
          .isEqualTo(
              "holds: it has more findings than Slipway reads, and none of the first 2 counts"
                  + " (push an image with fewer)");
      assertThat(gate.isSettledBy(withCounts(partly, Map.of(FindingSeverity.CRITICAL, 2))))
          .isFalse();
      ImageScan one =
          withCounts(partly, Map.of(FindingSeverity.CRITICAL, 1, FindingSeverity.LOW, 900));
      assertThat(gate.isSettledBy(one)).isTrue();
      assertThat(judged(gate, NOON, one)).startsWith("passes");
      assertThat(gate.isSettledBy(found(false, finding("CVE-2026-2", FindingSeverity.CRITICAL))))
          .isTrue();
    }

    private static ImageScan withCounts(ImageScan scan, Map<FindingSeverity, Integer> counts) {
      return new ImageScan(
          scan.manifest(),
          scan.state(),
          scan.description(),
          scan.pushedAt(),
          Optional.of(counts),
          scan.findings(),
          scan.complete());
    }

    @Test
    void of_several_manifests_all_have_to_pass_and_the_worst_is_told() {
      ImageScan passes = found(true);
      ImageScan pending = scan(ImageScan.State.PENDING, "");
      ImageScan holds = scan(ImageScan.State.FAILED, "");

      assertThat(judged(gate, NOON, passes, pending)).startsWith("pending");
      assertThat(judged(gate, NOON, pending, holds, passes)).startsWith("holds");
      assertThat(judged(gate, NOON, passes, passes)).startsWith("passes");
    }

    @Test
    void are_nothing_that_people_override() {
      assertThat(gate.isPassedByOverride()).isFalse();
      assertThat(Stream.of("CRITICAL", "UNTRIAGED", "odd").map(FindingSeverity::of))
          .containsExactly(
              FindingSeverity.CRITICAL, FindingSeverity.UNDEFINED, FindingSeverity.UNKNOWN);
    }
  }

  @Nested
  class Signatures {
    private static final String RELEASE =
        "arn:aws:signer:eu-central-1:123456789012:/signing-profiles/release";
    private static final String AUDIT =
        "arn:aws:signer:eu-central-1:123456789012:/signing-profiles/audit";

    private static String judged(Set<String> by, Map<String, Signature> signatures, Instant at) {
      return verdict(
          new SignedGate(by),
          subject(
              at,
              false,
              List.of(),
              List.of(),
              Optional.of(new ImageSigning(signatures, Optional.of(NOON)))));
    }

    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        textBlock =
            """
            COMPLETE    | 0  | passes: signed by release
            NONE        | 0  | pending: release has not signed it; told at 2026-11-28T12:10:00Z
            IN_PROGRESS | 9  | pending: release has not signed it yet; told at 2026-11-28T12:10:00Z
            IN_PROGRESS | 10 | holds: release has not signed it yet, 10 minutes after the push (have ECR sign what is pushed to web, in its signing configuration, and push an image again)
            FAILED      | 0  | holds: release could not sign it: no right (whoever pushes needs the permission to sign with the profile: then push an image again)
            OTHER       | 0  | holds: its signing by release is in a state that Slipway does not know: no right (look at it in ECR's console, or push another image)
            """)
    void have_states(State state, int minutes, String verdict) {
      assertThat(
              judged(
                  Set.of(RELEASE),
                  Map.of(RELEASE, new Signature(state, "no right")),
                  NOON.plus(Duration.ofMinutes(minutes))))
          .isEqualTo(verdict);
    }

    @Test
    void are_needed_of_every_profile_and_of_no_other() {
      Signature complete = new Signature(State.COMPLETE, "");

      assertThat(judged(Set.of(RELEASE, AUDIT), Map.of(RELEASE, complete), NOON))
          .startsWith("pending: audit has not signed it");
      assertThat(judged(Set.of(RELEASE, AUDIT), Map.of(RELEASE, complete, AUDIT, complete), NOON))
          .isEqualTo("passes: signed by audit, release");
      assertThat(
              judged(
                  Set.of(RELEASE),
                  Map.of(RELEASE, complete, AUDIT, new Signature(State.FAILED, "")),
                  NOON))
          .startsWith("passes");
      assertThat(new SignedGate(Set.of(RELEASE)).isPassedByOverride()).isFalse();
    }

    @Test
    void of_an_image_that_is_gone_are_not_waited_for() {
      assertThat(
              verdict(
                  new SignedGate(Set.of(RELEASE)),
                  subject(
                      NOON,
                      false,
                      List.of(),
                      List.of(),
                      Optional.of(new ImageSigning(Map.of(), Optional.empty())))))
          .startsWith("holds: release has not signed it");
    }
  }

  @Nested
  class A_calendar {
    private final Gate gate = new CalendarGate("release");
    private final Optional<Instant> until = Optional.of(Instant.parse("2026-11-30T07:00:00Z"));

    @Test
    void lets_images_pass_while_it_is_open() {
      assertThat(verdict(gate, subject(new CalendarState.Open(until))))
          .isEqualTo("passes: release is open until Mon 2026-11-30 07:00 UTC");
      assertThat(verdict(gate, subject(new CalendarState.Open(Optional.empty()))))
          .isEqualTo("passes: release is open");
    }

    @Test
    void is_waited_for_while_it_is_closed_and_people_pass_it() {
      assertThat(gate.judge(subject(new CalendarState.Closed(until))))
          .isEqualTo(new Verdict.Waits("release is closed until Mon 2026-11-30 07:00 UTC", until));
      assertThat(gate.isPassedByOverride()).isTrue();
    }

    @Test
    void that_cannot_be_read_holds() {
      assertThat(verdict(gate, subject(new CalendarState.Unreadable("there is none"))))
          .isEqualTo(
              "holds: release cannot be read: there is none (create the calendar in AWS Systems"
                  + " Manager, or name another one in slipway.yaml)");
    }
  }

  @Nested
  class Freezes {
    private final Gate freezes =
        new FreezesGate(
            List.of(
                freeze("2026-12-18T18:00", "2027-01-04T07:00", "winter"),
                freeze("2026-11-27T18:00", "2026-11-30T07:00", "the fair"),
                freeze("2026-11-28T12:00", "2026-11-28T14:00", "a rehearsal")));

    private static Freeze freeze(String from, String to, String why) {
      return new Freeze(LocalDateTime.parse(from), LocalDateTime.parse(to), BERLIN, why);
    }

    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        textBlock =
            """
            2026-11-27T16:59:59Z | passes: none now; the next begins Fri 2026-11-27 18:00 Europe/Berlin: the fair
            2026-11-27T17:00:00Z | waits: frozen until Mon 2026-11-30 07:00 Europe/Berlin: the fair
            2026-11-28T12:30:00Z | waits: frozen until Mon 2026-11-30 07:00 Europe/Berlin: the fair
            2026-11-30T06:00:00Z | passes: none now; the next begins Fri 2026-12-18 18:00 Europe/Berlin: winter
            2027-01-04T06:00:00Z | passes: none now
            """)
    void hold_everything(String moment, String verdict) {
      assertThat(at(freezes, moment)).isEqualTo(verdict);
    }

    @Test
    void that_follow_each_other_end_with_the_last() {
      Gate gate =
          new FreezesGate(
              List.of(
                  freeze("2026-11-30T07:00", "2026-12-01T07:00", "the day after"),
                  freeze("2026-11-27T18:00", "2026-11-30T07:00", "the fair")));

      assertThat(at(gate, "2026-11-28T12:30:00Z"))
          .isEqualTo(
              "waits: frozen until Tue 2026-12-01 07:00 Europe/Berlin: the fair, the day after");
    }
  }

  @Nested
  class An_approval {
    private final Gate gate = new ApprovalGate(Duration.ofDays(7));

    private static Approval of(ImageDigest digest, Instant at) {
      return new Approval(digest, "ann", at, Optional.of("tested"));
    }

    @Test
    void is_for_one_image() {
      assertThat(verdict(gate, subject(NOON, false)))
          .isEqualTo("holds: nobody has approved it (`slipway approve main/web`)");
      assertThat(verdict(gate, subject(NOON, false, of(digest(2), NOON))))
          .isEqualTo("holds: nobody has approved it (`slipway approve main/web`)");
      assertThat(verdict(gate, subject(NOON, false, of(digest(1), NOON))))
          .isEqualTo("passes: by ann at 2026-11-28T12:00:00Z: tested");
    }

    /** Another index can list a manifest that was approved, beside one that nobody has seen. */
    @Test
    void of_a_platform_s_manifest_is_none_of_an_index_that_lists_it() {
      assertThat(verdict(gate, subject(NOON, false, of(digest(11), NOON)))).startsWith("holds");
    }

    @Test
    void expires() {
      Instant given = NOON.minus(Duration.ofDays(7));

      assertThat(verdict(gate, subject(NOON.minusSeconds(1), false, of(digest(1), given))))
          .startsWith("passes");
      assertThat(verdict(gate, subject(NOON, false, of(digest(1), given))))
          .isEqualTo(
              "holds: the approval by ann at 2026-11-21T12:00:00Z: tested has expired at"
                  + " 2026-11-28T12:00:00Z (`slipway approve main/web`)");
    }

    @Test
    void counts_anew_when_it_is_given_again() {
      Approval old = of(digest(1), NOON.minus(Duration.ofDays(30)));

      assertThat(verdict(gate, subject(NOON, false, of(digest(1), NOON), old)))
          .startsWith("passes");
    }
  }

  @Test
  void a_rollout_is_waited_for() {
    Gate gate = new WhileRollingGate();

    assertThat(verdict(gate, subject(NOON, true)))
        .isEqualTo("waits: until the rollout that is under way has ended");
    assertThat(verdict(gate, subject(NOON, false))).isEqualTo("passes: no rollout is under way");
  }
}
