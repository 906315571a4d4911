package dev.slipway.config;

import dev.slipway.gate.ApprovalGate;
import dev.slipway.gate.CalendarGate;
import dev.slipway.gate.Freeze;
import dev.slipway.gate.FreezesGate;
import dev.slipway.gate.Gate;
import dev.slipway.gate.ScanGate;
import dev.slipway.gate.SignedGate;
import dev.slipway.gate.WhileRollingGate;
import dev.slipway.gate.Window;
import dev.slipway.gate.WindowsGate;
import dev.slipway.image.FindingSeverity;
import dev.slipway.text.OutsideText;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The keys of an environment that say when, and after what, an image is deployed. */
final class GatesSection {
  private static final String CALENDAR = "calendar";

  /** The keys, in the order in which the gates are listed. */
  static final List<String> KEYS = List.of("gates", "windows", "freezes", CALENDAR, "whileRolling");

  private static final List<String> BESIDE_GATES = KEYS.subList(1, KEYS.size());

  private static final String EXAMPLE_PROFILE =
      "arn:aws:signer:eu-central-1:111122223333:/signing-profiles/release";

  private static final Duration MOST = Duration.ofDays(365);
  private static final int MAX_WHY = 200;

  /** So long a scan is waited for without a word where slipway.yaml says nothing. */
  private static final Duration SCAN_WAIT = Duration.ofMinutes(30);

  private static final Duration MOST_SCAN_WAIT = Duration.ofDays(7);
  private static final String NO_FINDING = "none";

  /** As ECR's own API has it; AWS Signer names a version of a profile by one more part. */
  private static final Pattern SIGNING_PROFILE =
      Pattern.compile("arn:aws(-[a-z]+)*:signer:[a-z0-9-]+:[0-9]{12}:/signing-profiles/\\w{2,}");

  private static final Pattern DOCUMENT = Pattern.compile("[a-zA-Z0-9_.-]{3,128}");

  /** From the strictest. */
  private static final List<String> SEVERITIES =
      Stream.concat(
              Stream.of(NO_FINDING),
              FindingSeverity.named().stream().map(FindingSeverity::toString))
          .toList();

  /** Names of vulnerabilities are words of a catalogue: {@code CVE-2026-1234}, {@code GHSA-…}. */
  private static final Pattern FINDING = Pattern.compile("[A-Za-z][A-Za-z0-9._:-]{2,99}");

  private GatesSection() {}

  /** The gates of an environment. */
  static List<Gate> gates(Mapping environment) {
    List<Gate> gates = new ArrayList<>();
    Optional<Mapping> named =
        environment
            .get("gates")
            .flatMap(value -> value.mapping("gates, such as { approval: { expires: 7d } }"))
            .map(mapping ->
                mapping.only(
                    List.of(ScanGate.NAME, SignedGate.NAME, ApprovalGate.NAME), BESIDE_GATES));
    named
        .flatMap(mapping -> mapping.get(ScanGate.NAME))
        .flatMap(GatesSection::scan)
        .ifPresent(gates::add);
    named
        .flatMap(mapping -> mapping.get(SignedGate.NAME))
        .flatMap(GatesSection::signed)
        .ifPresent(gates::add);
    named
        .flatMap(mapping -> mapping.get(ApprovalGate.NAME))
        .flatMap(GatesSection::approval)
        .ifPresent(gates::add);
    Optional<Mapping> windows =
        environment
            .get("windows")
            .flatMap(value ->
                value.mapping("zone and open, such as { open: [\"Mon-Thu 08:00-16:00\"] }"))
            .map(mapping -> mapping.only(List.of("zone", "open")));
    ZoneId zone =
        windows
            .flatMap(mapping -> mapping.get("zone"))
            .flatMap(GatesSection::zone)
            .orElse(ZoneId.of("UTC"));
    windows.flatMap(mapping -> windows(mapping, zone)).ifPresent(gates::add);
    environment
        .get("freezes")
        .flatMap(value -> value.list("times, such as [{ from: 2026-12-18T18:00, to: …, why: … }]"))
        .ifPresent(list -> freezes(list, zone).ifPresent(gates::add));
    environment.get(CALENDAR).flatMap(GatesSection::calendar).ifPresent(gates::add);
    environment
        .get("whileRolling")
        .flatMap(value -> value.word(List.of("supersede", "wait")))
        .filter("wait"::equals)
        .ifPresent(_ -> gates.add(new WhileRollingGate()));
    return gates;
  }

  private static Optional<Gate> scan(Value value) {
    Optional<Mapping> mapping =
        value
            .mapping("what a scan may find, such as { atMost: high }")
            .map(found -> found.only(List.of("atMost", "ignore", "wait")));
    Optional<String> atMost =
        mapping
            .flatMap(
                found -> found.need("atMost", "it says how grave findings may be, such as high"))
            .flatMap(word -> word.word(SEVERITIES));
    Set<String> ignore =
        mapping
            .flatMap(found -> found.get("ignore"))
            .map(GatesSection::findings)
            .orElseGet(Set::of);
    Duration wait =
        mapping
            .flatMap(found -> found.get("wait"))
            .flatMap(time -> time.duration(MOST_SCAN_WAIT))
            .orElse(SCAN_WAIT);
    return atMost.map(word ->
        new ScanGate(
            word.equals(NO_FINDING)
                ? Optional.empty()
                : Optional.of(FindingSeverity.of(word.toUpperCase(Locale.ROOT))),
            ignore,
            wait));
  }

  private static Set<String> findings(Value value) {
    Set<String> findings = new LinkedHashSet<>();
    value
        .list("names of findings, such as [CVE-2026-1234]")
        .ifPresent(names ->
            names.forEach(name ->
                name.text("the name of a finding, such as CVE-2026-1234")
                    .ifPresent(text -> {
                      if (!FINDING.matcher(text).matches()) {
                        name.problem(
                            "\"%s\" is not the name of a finding: write it as the scanner does, such as CVE-2026-1234"
                                .formatted(text));
                      } else if (!findings.add(text)) {
                        name.problem("%s is in the list already".formatted(text));
                      }
                    })));
    return findings;
  }

  private static Optional<Gate> signed(Value value) {
    Set<String> profiles = new LinkedHashSet<>();
    value
        .mapping("who has signed, such as { by: [\"arn:aws:signer:…:/signing-profiles/release\"] }")
        .map(mapping -> mapping.only(List.of("by")))
        .flatMap(mapping -> mapping.need("by", "it names the signing profiles, by their ARNs"))
        .flatMap(
            by -> by.list("ARNs of signing profiles, such as [\"%s\"]".formatted(EXAMPLE_PROFILE)))
        .ifPresent(arns ->
            arns.forEach(arn ->
                arn.text("the ARN of a signing profile")
                    .ifPresent(text -> {
                      if (!SIGNING_PROFILE.matcher(text).matches()) {
                        arn.problem(
                            "\"%s\" is not the ARN of a signing profile, such as %s"
                                .formatted(text, EXAMPLE_PROFILE));
                      } else if (!profiles.add(text)) {
                        arn.problem("%s is in the list already".formatted(text));
                      }
                    })));
    return profiles.isEmpty() ? Optional.empty() : Optional.of(new SignedGate(profiles));
  }

  private static Optional<Gate> approval(Value value) {
    return value
        .mapping("how long an approval stays valid, such as { expires: 7d }")
        .map(mapping -> mapping.only(List.of("expires")))
        .flatMap(mapping ->
            mapping.need("expires", "it says how long an approval stays valid, such as 7d"))
        .flatMap(expires -> expires.duration(MOST))
        .map(ApprovalGate::new);
  }

  private static Optional<Gate> calendar(Value value) {
    return value
        .text("the name of a change calendar of AWS Systems Manager, such as release-calendar")
        .flatMap(name ->
            DOCUMENT.matcher(name).matches()
                ? Optional.of(new CalendarGate(name))
                : value.problem(
                    "\"%s\" is not the name of a change calendar of this account and Region: 3 to 128 letters, digits and _ . -"
                        .formatted(name)));
  }

  private static Optional<ZoneId> zone(Value value) {
    return value
        .text("a time zone, such as Europe/Berlin")
        .flatMap(text -> {
          if (ZoneId.getAvailableZoneIds().contains(text)) {
            return Optional.of(ZoneId.of(text));
          }
          return value.problem(
              "there is no time zone \"%s\": write its name, such as Europe/Berlin or UTC"
                  .formatted(text));
        });
  }

  private static Optional<Gate> windows(Mapping mapping, ZoneId zone) {
    List<Window> windows = new ArrayList<>();
    List<Value> values =
        mapping
            .need("open", "it says when deployments may start, such as [\"Mon-Thu 08:00-16:00\"]")
            .flatMap(value -> value.list("windows, such as [\"Mon-Thu 08:00-16:00\"]"))
            .orElse(List.of());
    for (Value value : values) {
      value
          .text("a window, such as \"Mon-Thu 08:00-16:00\"")
          .ifPresent(text -> {
            try {
              windows.add(Window.parse(text));
            } catch (IllegalArgumentException e) {
              value.problem(
                  "\"%s\" is not a window: %s. Write it such as \"Mon-Thu 08:00-16:00\" or \"Sat,Sun 22:00-02:00\""
                      .formatted(text, e.getMessage()));
            }
          });
    }
    return windows.isEmpty() ? Optional.empty() : Optional.of(new WindowsGate(zone, windows));
  }

  private static Optional<Gate> freezes(List<Value> values, ZoneId usual) {
    List<Freeze> freezes = new ArrayList<>();
    for (Value value : values) {
      value
          .mapping("a freeze: from, to and why")
          .map(mapping -> mapping.only(List.of("from", "to", "zone", "why")))
          .flatMap(mapping -> freeze(mapping, usual))
          .ifPresent(freezes::add);
    }
    return freezes.isEmpty() ? Optional.empty() : Optional.of(new FreezesGate(freezes));
  }

  private static Optional<Freeze> freeze(Mapping mapping, ZoneId usual) {
    Optional<LocalDateTime> from =
        mapping.need("from", "it says when the freeze begins").flatMap(GatesSection::local);
    Optional<LocalDateTime> to =
        mapping.need("to", "it says when the freeze ends").flatMap(GatesSection::local);
    Optional<String> why =
        mapping.need("why", "say why: it is shown to those who wait").flatMap(GatesSection::why);
    ZoneId zone = mapping.get("zone").flatMap(GatesSection::zone).orElse(usual);
    if (from.isEmpty() || to.isEmpty()) {
      return Optional.empty();
    }
    return from.get().isBefore(to.get())
        ? why.map(words -> new Freeze(from.get(), to.get(), zone, words))
        : mapping.problem("the freeze has to end after it begins");
  }

  private static Optional<String> why(Value value) {
    return value
        .text("the reason, in words")
        .map(text -> OutsideText.line(text, Integer.MAX_VALUE))
        .flatMap(text ->
            text.length() <= MAX_WHY
                ? Optional.of(text)
                : value.problem(
                    "the reason is %d characters long: it goes into mails and tables, so at most %d"
                        .formatted(text.length(), MAX_WHY)));
  }

  private static Optional<LocalDateTime> local(Value value) {
    return value
        .text("a local time, such as 2026-12-18T18:00")
        .flatMap(text -> {
          try {
            return Optional.of(LocalDateTime.parse(text));
          } catch (DateTimeParseException _) {
            return value.problem(
                "\"%s\" is not a local time: write it such as 2026-12-18T18:00; the time zone is that of zone, otherwise of windows, otherwise UTC"
                    .formatted(text));
          }
        });
  }
}
