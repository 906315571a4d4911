package dev.slipway;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The documentation names what is there, links to what is there, and quotes what is said. */
class DocsTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final Set<String> NOT_OURS =
      Set.of("target", ".git", ".venv", ".aws-sam", "node_modules");

  private static final Pattern FENCE = Pattern.compile("(?ms)^```.*?^```$");
  private static final Pattern CODE = Pattern.compile("`([^`]+)`");
  private static final Pattern TYPE = Pattern.compile("[A-Z][A-Za-z0-9]*[a-z][A-Za-z0-9]*");
  private static final Pattern TEST = Pattern.compile("[a-z]+(_[a-z]+){2,}…?");
  private static final Pattern FILE =
      Pattern.compile("[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)+|[a-z.]+\\.(yaml|json|toml|xml)");
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
  private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.+)$");
  private static final Pattern RESOURCE = Pattern.compile("(?m)^  ([A-Z][A-Za-z0-9]+):$");
  private static final Pattern STATUS =
      Pattern.compile(
          "(?s)\n\n"
              + "Status: ((?:accepted|superseded by \\[\\d+]\\([^)]+\\)),"
              + " \\d{4}-\\d\\d-\\d\\d.*?)\\.\n\n");

  private static Stream<Path> files() throws IOException {
    List<Path> files = new ArrayList<>();
    Files.walkFileTree(
        ROOT,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
            return NOT_OURS.contains(directory.getFileName().toString())
                ? FileVisitResult.SKIP_SUBTREE
                : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            files.add(file);
            return FileVisitResult.CONTINUE;
          }
        });
    return files.stream();
  }

  private static Stream<String> pages() throws IOException {
    return files()
        .map(file -> ROOT.relativize(file).toString())
        .filter(file -> file.endsWith(".md"))
        .sorted();
  }

  private static String read(String file) throws IOException {
    return Files.readString(ROOT.resolve(file));
  }

  private static List<String> groups(Pattern pattern, String text) {
    return pattern.matcher(text).results().map(match -> match.group(1)).toList();
  }

  /** Java's types by their files, and what the template names. */
  private static Set<String> knownNames() throws IOException {
    Set<String> names = new TreeSet<>();
    files()
        .map(file -> file.getFileName().toString())
        .filter(file -> file.endsWith(".java"))
        .forEach(file -> names.add(file.replace(".java", "")));
    names.addAll(groups(RESOURCE, read("template.yaml")));
    return names;
  }

  /** What docs/security.md says stops a threat: classes, and tests by their names' beginnings. */
  @Test
  void what_stops_a_threat_is_there() throws IOException {
    String page = read("docs/security.md");
    String threats = page.substring(0, page.indexOf("<!-- permissions -->"));
    Set<String> known = knownNames();
    String tests =
        files()
            .filter(file -> file.getFileName().toString().endsWith("Test.java"))
            .map(DocsTest::text)
            .collect(joining());
    List<String> named =
        groups(CODE, threats).stream()
            .filter(code -> TYPE.matcher(code).matches() || TEST.matcher(code).matches())
            .toList();

    assertThat(named)
        .hasSizeGreaterThan(20)
        .allMatch(name ->
            TEST.matcher(name).matches()
                ? tests.contains("void " + name.replace("…", ""))
                : known.contains(name));
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "docs/architecture.md",
        "docs/glossary.md",
        "CONTRIBUTING.md",
        "simulator/README.md",
        "cli/README.md"
      })
  void names_in_backticks_exist(String page) throws IOException {
    Set<String> known = knownNames();
    Set<String> missing = new LinkedHashSet<>();
    int checked = 0;
    for (String code : groups(CODE, FENCE.matcher(read(page)).replaceAll(""))) {
      if (TYPE.matcher(code).matches()) {
        checked++;
        if (!known.contains(code)) {
          missing.add(code);
        }
      } else if (FILE.matcher(code).matches()) {
        checked++;
        if (!Files.exists(ROOT.resolve(code))
            && !Files.exists(ROOT.resolve(page).resolveSibling(code))) {
          missing.add(code);
        }
      }
    }

    assertThat(checked).as("names in " + page).isPositive();
    assertThat(missing).as("named in " + page + " and not there").isEmpty();
  }

  @ParameterizedTest
  @MethodSource("pages")
  void links_lead_somewhere(String page) throws IOException {
    Path here = ROOT.resolve(page);
    Set<String> broken = new LinkedHashSet<>();
    String prose = CODE.matcher(FENCE.matcher(read(page)).replaceAll("")).replaceAll("");
    for (String link : groups(LINK, prose)) {
      if (link.contains("://") || link.startsWith("mailto:")) {
        continue;
      }
      String[] parts = link.split("#", 2);
      Path target = parts[0].isEmpty() ? here : here.resolveSibling(parts[0]).normalize();
      if (!Files.exists(target) || (parts.length > 1 && !anchors(target).contains(parts[1]))) {
        broken.add(link);
      }
    }

    assertThat(broken).as("links of " + page).isEmpty();
  }

  /** As GitHub makes them of headings. */
  private static List<String> anchors(Path page) throws IOException {
    return groups(HEADING, FENCE.matcher(Files.readString(page)).replaceAll("")).stream()
        .map(heading ->
            heading
                .replaceAll("\\[([^]]*)\\]\\([^)]*\\)", "$1")
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^\\p{L}\\p{N} _-]", "")
                .replace(' ', '-'))
        .toList();
  }

  /** The list of decisions has each record's own title, status and date. */
  @Test
  void decisions_are_listed_as_they_are() throws IOException {
    List<String> expected = new ArrayList<>();
    for (String page : pages().filter(p -> p.matches("docs/decisions/\\d{4}-.*")).toList()) {
      String text = read(page);
      String name = page.substring("docs/decisions/".length());
      assertThat(text).as(page).containsPattern(STATUS);
      expected.add(
          "| [%d](%s) | %s | %s |"
              .formatted(
                  Integer.parseInt(name.substring(0, 4)),
                  name,
                  groups(HEADING, text).getFirst().replaceFirst("^\\d+\\. ", ""),
                  groups(STATUS, text).getFirst().replace('\n', ' ')));
    }

    List<String> listed =
        read("docs/decisions/README.md")
            .lines()
            .filter(line -> line.matches("\\| \\[\\d+\\].*"))
            .toList();

    assertThat(listed).containsExactlyElementsOf(expected);
  }

  /** README's excerpt of the demo is of the demo's page; {@code …} stands for lines left out. */
  @Test
  void readme_quotes_the_demo() throws IOException {
    String demo = read("docs/demo.md");
    String excerpt =
        FENCE
            .matcher(read("README.md"))
            .results()
            .map(MatchResult::group)
            .filter(block -> block.contains("is pushed, tagged"))
            .findFirst()
            .orElseThrow();

    List<String> lines = excerpt.lines().filter(line -> !line.startsWith("```")).toList();

    assertThat(lines).hasSizeGreaterThan(10);
    assertThat(demo.lines().toList())
        .containsSubsequence(lines.stream().filter(line -> !line.strip().equals("…")).toList());
  }
}
