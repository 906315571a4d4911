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
            Hostile.require(
                text.contains("/" + repository.name()), "of " + repository, text));
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
    List<Consumer<String>> readers =
        List.of(
            ImageTag::new,
            ImageDigest::new,
            name -> new Repository("123456789012", "us-east-1", name),
            RegularExpressionReader::read,
            range -> VersionRange.parse(range).contains(Version.find("1.2.3").orElseThrow()),
            pattern -> new WildcardPattern(pattern).matches("team/website-production-2026-11-28"));
    for (Consumer<String> reader : readers) {
      try {
        reader.accept(text);
      } catch (IllegalArgumentException e) {
        // whoever reads a text cuts what is said of it
        Hostile.require(e.getMessage() != null && !e.getMessage().isBlank(), "why?", text);
        Hostile.require(e.getMessage().length() <= 6 * text.length() + 300, "long", text);
      }
    }
  }

  private static final class RegularExpressionReader {
    private static void read(String text) {
      RegularExpression.parse("/" + text + "/").matches("v1.22.333-build.4444");
    }
  }
}
