package dev.slipway.gate;

import static java.util.stream.Collectors.joining;

import dev.slipway.image.ImageSigning;
import dev.slipway.image.ImageSigning.Signature;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * ECR has had AWS Signer sign the image when it was pushed. That is ECR's word: nobody looks at the
 * signature itself.
 *
 * @param by the ARNs of signing profiles, each of which has to have signed; at least one
 */
public record SignedGate(Set<String> by) implements Gate {
  /** Its name. */
  public static final String NAME = "signed";

  /** ECR signs within moments of the push. A wait is announced after this time. */
  static final Duration PATIENCE = Duration.ofMinutes(10);

  /** Copies the set. */
  public SignedGate {
    if (by.isEmpty()) {
      throw new IllegalArgumentException("signed by nobody");
    }
    by = Set.copyOf(by);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String awaited() {
    return "a signature";
  }

  @Override
  public boolean isPassedByOverride() {
    return false;
  }

  /** Each profile has to have signed. */
  @Override
  public Verdict judge(Subject subject) {
    ImageSigning signing =
        subject
            .signing()
            .orElseThrow(() ->
                new IllegalStateException(
                    "the signing of " + subject.image().digest() + " was not read"));
    List<Verdict> verdicts =
        by.stream().sorted().map(profile -> judge(profile, signing, subject)).toList();
    return Verdict.worst(verdicts)
        .filter(worst -> !(worst instanceof Verdict.Passes))
        .orElseGet(() ->
            new Verdict.Passes(
                "signed by "
                    + by.stream().map(SignedGate::shortName).sorted().collect(joining(", "))));
  }

  private static Verdict judge(String profile, ImageSigning signing, Subject subject) {
    String name = shortName(profile);
    Signature signature = signing.by(profile);
    return switch (signature.state()) {
      case COMPLETE -> new Verdict.Passes("signed by " + name);
      case NONE -> unfinished(signing, subject, "%s has not signed it".formatted(name));
      case IN_PROGRESS -> unfinished(signing, subject, "%s has not signed it yet".formatted(name));
      case FAILED ->
          new Verdict.Holds(
              "%s could not sign it%s".formatted(name, words(signature)),
              "whoever pushes needs the permission to sign with the profile: then push an image"
                  + " again");
      case OTHER ->
          new Verdict.Holds(
              "its signing by %s is in a state that Slipway does not know%s"
                  .formatted(name, words(signature)),
              "look at it in ECR's console, or push another image");
    };
  }

  private static String words(Signature signature) {
    return signature.reason().isEmpty() ? "" : ": " + signature.reason();
  }

  private static Verdict unfinished(ImageSigning signing, Subject subject, String what) {
    Optional<Instant> end =
        signing.pushedAt().map(at -> at.plus(PATIENCE)).filter(subject.at()::isBefore);
    return end.isPresent()
        ? new Verdict.Pending(what, end.get())
        : new Verdict.Holds(
            "%s, %d minutes after the push".formatted(what, PATIENCE.toMinutes()),
            "have ECR sign what is pushed to %s, in its signing configuration, and push an image again"
                .formatted(subject.repository().name()));
  }

  /** Such as {@code release} of {@code arn:aws:signer:…:/signing-profiles/release}. */
  private static String shortName(String profile) {
    return profile.substring(profile.lastIndexOf('/') + 1);
  }
}
