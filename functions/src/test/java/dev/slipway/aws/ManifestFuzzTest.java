package dev.slipway.aws;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.slipway.image.Candidate;
import dev.slipway.image.ImageDigest;
import dev.slipway.text.Hostile;

class ManifestFuzzTest {
  private static final ImageDigest DIGEST = new ImageDigest("sha256:" + "a".repeat(64));

  @FuzzTest
  void a_manifest_is_an_image_or_it_is_said_what_else(byte[] input) {
    String manifest = Hostile.text(input);
    switch (ImageManifest.candidate(DIGEST, null, manifest)) {
      case Candidate.NotAnImage other -> Hostile.requireLine(other.toString(), 500);
      case Candidate.Image image -> {
        Hostile.require(image.platforms().size() <= 100, "too many platforms", manifest);
        image.platforms().forEach(platform -> Hostile.requireLine(platform.toString(), 200));
      }
      case Candidate other -> Hostile.requireLine(other.toString(), 500);
    }
  }
}
