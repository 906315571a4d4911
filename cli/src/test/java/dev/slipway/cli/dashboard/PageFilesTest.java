package dev.slipway.cli.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The page is small, has nothing of anybody else, and cannot make markup of a text. */
class PageFilesTest {
  private static final Path DIRECTORY = Path.of("src/main/resources/dashboard");
  private static final int MOST = 72_000;

  /** What makes markup, styles or code of a text, or sends something elsewhere. */
  private static final Pattern FORBIDDEN =
      Pattern.compile(
          "innerHTML|outerHTML|insertAdjacentHTML|document\\.write|DOMParser|setHTML|createContextualFragment|\\beval\\b|new"
              + " Function|javascript:|srcdoc|localStorage|document\\.cookie|window\\.open"
              + "|sendBeacon|XMLHttpRequest|WebSocket|EventSource|\\.style\\.cssText|setAttribute\\('style'|<script(?!"
              + " type=\"module\" src=\"[a-z]+\\.js\")|<style|style=|\\son[a-z]+=\"");

  private static List<Path> sources() throws IOException {
    try (Stream<Path> files = Files.list(DIRECTORY)) {
      return files.sorted().toList();
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void every_file_of_the_page_is_served_and_there_are_no_others() throws IOException {
    PageFiles page = new PageFiles();

    for (Path file : sources()) {
      assertThat(page.file("/" + file.getFileName())).as(file.toString()).isPresent();
      assertThat(page.file("/" + file.getFileName()).orElseThrow().body()).isEqualTo(read(file));
    }
    assertThat(page.size()).as("and / for index.html").isEqualTo(sources().size() + 1);
  }

  @Test
  void the_page_is_small() throws IOException {
    int size =
        sources().stream()
            .mapToInt(file -> read(file).getBytes(StandardCharsets.UTF_8).length)
            .sum();

    assertThat(size).isBetween(10_000, MOST);
  }

  @Test
  void no_text_becomes_markup() throws IOException {
    for (Path file : sources()) {
      List<String> found =
          FORBIDDEN.matcher(read(file)).results().map(match -> match.group()).toList();
      assertThat(found).as(file.toString()).isEmpty();
    }
  }

  @Test
  void it_names_no_other_site() throws IOException {
    for (Path file : sources()) {
      assertThat(read(file).replace("http://www.w3.org/2000/svg", ""))
          .as(file.toString())
          .doesNotContain("http:", "https:", "//cdn");
    }
  }
}
