package dev.slipway.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the docs show of slipway.yaml can be copied. */
class DocsExamplesTest {
  private static final Path ROOT = Path.of("..");
  private static final Pattern EXAMPLE =
      Pattern.compile("(?ms)^( *)```yaml\\n *(environments:\\n.*?)^\\1```");

  static Stream<Path> pages() throws IOException {
    List<Path> pages = new ArrayList<>(List.of(ROOT.resolve("README.md")));
    try (Stream<Path> docs = Files.list(ROOT.resolve("docs"))) {
      docs.filter(page -> page.toString().endsWith(".md")).sorted().forEach(pages::add);
    }
    return pages.stream();
  }

  private static List<String> examples(Path page) throws IOException {
    List<String> examples = new ArrayList<>();
    Matcher example = EXAMPLE.matcher(Files.readString(page));
    while (example.find()) {
      examples.add(example.group(1) + example.group(2));
    }
    return examples;
  }

  @ParameterizedTest
  @MethodSource("pages")
  void are_right(Path page) throws IOException {
    for (String example : examples(page)) {
      assertThatCode(() -> Configuration.parse(page.toString(), example))
          .as(example)
          .doesNotThrowAnyException();
    }
  }

  @Test
  void are_found() throws IOException {
    assertThat(examples(ROOT.resolve("docs/policies.md"))).hasSize(7);
    assertThat(examples(ROOT.resolve("docs/gates.md"))).isNotEmpty();
  }
}
