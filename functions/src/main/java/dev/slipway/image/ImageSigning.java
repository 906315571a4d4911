package dev.slipway.image;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What has become of ECR's signing of an image: ECR has AWS Signer sign what is pushed, with the
 * profiles that the registry's rules name.
 *
 * @param profiles the signing by each profile, by the profile's ARN
 * @param pushedAt when the image was pushed first; empty where all have signed it, or ECR no longer
 *     has the image
 */
public record ImageSigning(Map<String, Signature> profiles, Optional<Instant> pushedAt) {
  /** One that ECR has nothing to say of. */
  public static final Signature NONE = new Signature(State.NONE, "");

  /** How far a signing has got: ECR's states, and two more. */
  public enum State {
    /** ECR knows of no signing by this profile. */
    NONE,
    /** It is being signed. */
    IN_PROGRESS,
    /** It is signed. */
    COMPLETE,
    /** It could not be signed. */
    FAILED,
    /** A state that is newer than this enum; the reason names it. */
    OTHER;

    /** The state that ECR names. */
    public static State of(String name) {
      for (State state : values()) {
        if (state.name().equals(name)) {
          return state;
        }
      }
      return OTHER;
    }
  }

  /**
   * A signing by one profile.
   *
   * @param reason why it failed, in AWS's words; otherwise empty
   */
  public record Signature(State state, String reason) {}

  /** Copies the map. */
  public ImageSigning {
    profiles = Map.copyOf(profiles);
  }

  /** The signing by a profile. */
  public Signature by(String profile) {
    return profiles.getOrDefault(profile, NONE);
  }

  /** Whether each of these profiles has signed. */
  public boolean isSignedBy(Set<String> all) {
    return all.stream().allMatch(profile -> by(profile).state() == State.COMPLETE);
  }
}
