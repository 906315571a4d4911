package dev.slipway.handler;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What src/main/package makes of lambda expressions does what they did. */
class LambdaClassesTest {
  private static final Path SOURCE = Path.of("src/test/resources/Kinds.java");

  @Test
  void classes_do_what_the_lambdas_did(@TempDir Path directory) throws Exception {
    Path whole = compiled(directory);

    java("src/main/package/Pack.java", whole.toString(), directory.resolve("packed").toString());

    Path jar = directory.resolve("packed/lib/slipway.jar");
    assertThat(java("-cp", jar.toString(), "Kinds"))
        .isEqualTo(java("-cp", whole.toString(), "Kinds"))
        .contains("widened: 15", "inner: 142", "super: hello you!");
    assertThat(namesIn(jar))
        .as("one class for all that have a shape in common")
        .contains("Kinds$$Lambda$1.class", "Kinds$Greeter$$Lambda$1.class")
        .hasSizeLessThan(2 * namesIn(whole).size() + 25);
  }

  @Test
  void the_same_classes_make_the_same_package(@TempDir Path directory) throws Exception {
    Path whole = compiled(directory);

    java("src/main/package/Pack.java", whole.toString(), directory.resolve("a").toString());
    java("src/main/package/Pack.java", whole.toString(), directory.resolve("b").toString());

    assertThat(directory.resolve("a/lib/slipway.jar"))
        .hasSameBinaryContentAs(directory.resolve("b/lib/slipway.jar"));
  }

  /** What the shrinker would have left, with the source's classes in it. */
  private static Path compiled(Path directory) throws IOException {
    Path whole = Files.createDirectories(directory.resolve("whole"));
    Files.createDirectories(whole.resolve("lib"));
    Files.copy(Path.of("../slipway.yaml"), whole.resolve("slipway.yaml"));
    assertThat(
            ToolProvider.getSystemJavaCompiler()
                .run(null, null, null, "-d", whole.toString(), SOURCE.toString()))
        .isZero();
    return whole;
  }

  private static List<String> namesIn(Path jarOrDirectory) throws IOException {
    if (Files.isDirectory(jarOrDirectory)) {
      try (Stream<Path> files = Files.walk(jarOrDirectory)) {
        return files
            .map(file -> file.getFileName().toString())
            .filter(name -> name.endsWith(".class"))
            .toList();
      }
    }
    try (JarFile jar = new JarFile(jarOrDirectory.toFile())) {
      return jar.stream().map(JarEntry::getName).toList();
    }
  }

  private static String java(String... arguments) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Stream.concat(
                        Stream.of(
                            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                            "-XX:TieredStopAtLevel=1"),
                        Stream.of(arguments))
                    .toList())
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).as(said).isZero();
    return said;
  }
}
