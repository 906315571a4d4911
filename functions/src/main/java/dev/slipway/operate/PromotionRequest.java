package dev.slipway.operate;

import java.util.Optional;

/**
 * What an operator asks to promote.
 *
 * @param from name of the environment whose images are good
 * @param to name of the environment that gets them
 * @param repository name of the one repository that is meant; empty for all that both have
 * @param evenIfBlocked also what services of the other environment have blocked: there it stays
 *     blocked
 * @param evenIfOlder also what is older than what services of the other environment run
 */
public record PromotionRequest(
    String from,
    String to,
    Optional<String> repository,
    boolean evenIfBlocked,
    boolean evenIfOlder) {
  /** The command that asks for it, and for these two as well. */
  String command(boolean alsoIfBlocked, boolean alsoIfOlder) {
    return "slipway promote %s %s%s%s%s"
        .formatted(
            from,
            to,
            repository.map(" --repository "::concat).orElse(""),
            evenIfBlocked || alsoIfBlocked ? " --even-if-blocked" : "",
            evenIfOlder || alsoIfOlder ? " --even-if-older" : "");
  }
}
