package dev.slipway.doctor;

import dev.slipway.operate.RejectedRequest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Reads what can be read. What cannot is a finding, one for each kind of thing: of a permission
 * that is missing people need not be told at every service.
 */
final class Reading {
  private record Failure(String where, String why, int times) {}

  private final Map<String, Failure> failures = new LinkedHashMap<>();

  /**
   * What a call gives; empty where it fails.
   *
   * @param kind of thing that is read, in the plural
   * @param where the one thing
   */
  <T> Optional<T> of(String kind, String where, Supplier<T> call) {
    try {
      return Optional.of(call.get());
    } catch (RejectedRequest e) {
      throw e; // whoever asks has to ask otherwise
    } catch (RuntimeException e) {
      failures.merge(
          kind,
          new Failure(where, String.valueOf(e.getMessage()), 1),
          (first, _) -> new Failure(first.where(), first.why(), first.times() + 1));
      return Optional.empty();
    }
  }

  /** A finding for each kind of thing that could not be read. */
  List<Finding> findings() {
    List<Finding> findings = new ArrayList<>();
    failures.forEach((kind, failure) ->
        findings.add(
            new Finding(
                Severity.UNCHECKED,
                failure.where(),
                "could not check %s%s: %s"
                    .formatted(
                        kind,
                        failure.times() == 1
                            ? ""
                            : " (nor %d more like it)".formatted(failure.times() - 1),
                        failure.why()),
                "mend that, or try again")));
    return findings;
  }
}
