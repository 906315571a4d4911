package dev.slipway.image;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.slipway.text.Hostile;
import java.util.List;
import java.util.function.Consumer;

class ImageReferenceFuzzTest {
  @FuzzTest
  void any_text_is_an_image(byte[] input) {
    String text = Hostile.text(input);

    ImageReference image = ImageReference.parse(text);

    Hostile.require(image.toString().equals(text), "it is printed as " + image, text);
    image
        .repository()
        .ifPresent(repository ->
            Hostile.require(text.contains("/" + repository.name()), "of " + repository, text));
    Version.find(text)
        .ifPresent(version ->
            Hostile.require(
                Version.find(version.toString()).orElseThrow().compareTo(version) == 0,
                "it is not " + version,
                text));
  }

  @FuzzTest
  void a_pattern_is_read_or_refused(byte[] input) {
    String text = Hostile.text(input);
    List<Consumer<String>> names =
        List.of(
            ImageTag::new,
            ImageDigest::new,
            account -> new Repository(account, "us-east-1", "web"),
            region -> new Repository("123456789012", region, "web"),
            name -> new Repository("123456789012", "us-east-1", name));
    names.forEach(
        name -> requireReadOrRefused(name, text, refusal -> Hostile.requireLine(refusal, 500)));
    // what the configuration says of them is made safe there: ConfigurationFuzzTest
    List<Consumer<String>> patterns =
        List.of(
            expression -> RegularExpression.parse(expression).matches("v1.22.333-build.4444"),
            range -> VersionRange.parse(range).contains(Version.find("1.2.3").orElseThrow()),
            pattern -> new WildcardPattern(pattern).matches("team/website-production-2026-11-28"));
    patterns.forEach(pattern ->
        requireReadOrRefused(
            pattern,
            text,
            refusal -> Hostile.require(!refusal.isBlank(), "it says nothing", text)));
  }

  private static void requireReadOrRefused(
      Consumer<String> reader, String text, Consumer<String> refusal) {
    try {
      reader.accept(text);
    } catch (IllegalArgumentException e) {
      refusal.accept(String.valueOf(e.getMessage()));
    }
  }
}
