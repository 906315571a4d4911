package dev.slipway.operate;

import static java.util.stream.Collectors.joining;

import java.util.List;

/** A plan is not what somebody was shown and said yes to; it is not carried out. */
public final class PlanChanged extends RejectedRequest {
  private static final long serialVersionUID = 1L;

  /** So many facts are named on each side. */
  private static final int MAX_NAMED = 5;

  private PlanChanged(String sentence) {
    super(sentence);
  }

  /**
   * Refuses a plan that is another than the one that was shown.
   *
   * @param done what was done before, for people
   * @throws PlanChanged if their facts differ
   */
  static void refuse(String done, List<String> shown, List<String> now) {
    List<String> gone = without(shown, now);
    List<String> added = without(now, shown);
    if (!gone.isEmpty() || !added.isEmpty()) {
      throw new PlanChanged(
          "%s, since it is no longer what was shown.%s%s"
              .formatted(done, named(" No longer: ", gone), named(" Instead: ", added)));
    }
  }

  private static List<String> without(List<String> facts, List<String> others) {
    return facts.stream().distinct().filter(fact -> !others.contains(fact)).toList();
  }

  private static String named(String title, List<String> facts) {
    if (facts.isEmpty()) {
      return "";
    }
    String more =
        facts.size() > MAX_NAMED ? "; and %d more".formatted(facts.size() - MAX_NAMED) : "";
    return title
        + facts.stream().limit(MAX_NAMED).map(PlanChanged::brief).collect(joining("; "))
        + more
        + ".";
  }

  /** Images as people know them. */
  private static String brief(String fact) {
    return fact.replaceAll("sha256:([0-9a-f]{12})[0-9a-f]{52}", "$1")
        .replaceAll("\\b\\d{12}\\.dkr[.-]ecr[^/\\s]*/", "");
  }
}
