import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Writes the JDK's own classes to a jar: the shrinker must know which methods override the JDK's,
 * and cannot read them from the JDK itself. Run from its source; done once for each JDK.
 */
final class CopyOfTheJdk {
  /**
   * With a class missing, the shrinker would write wrong types into what it verifies beforehand.
   */
  private static final List<String> MODULES =
      List.of(
          "java.base",
          "java.logging",
          "java.management",
          "java.naming",
          "java.net.http",
          "java.sql",
          "java.xml");

  public static void main(String[] arguments) throws IOException {
    Path jar = Path.of(arguments[0]);
    if (Files.exists(jar)) {
      return;
    }
    Path unfinished = Files.createTempFile(jar.toAbsolutePath().getParent(), "jdk", ".jar");
    try (OutputStream file = new BufferedOutputStream(Files.newOutputStream(unfinished));
        ZipOutputStream zip = new ZipOutputStream(file)) {
      zip.setLevel(1);
      for (String module : MODULES) {
        Path root = FileSystems.getFileSystem(URI.create("jrt:/")).getPath("/modules", module);
        try (Stream<Path> files = Files.walk(root)) {
          Iterator<Path> classes =
              files
                  .filter(path ->
                      root.relativize(path).toString().matches("(java|javax|org)/.*\\.class"))
                  .iterator();
          while (classes.hasNext()) {
            Path each = classes.next();
            zip.putNextEntry(new ZipEntry(root.relativize(each).toString()));
            Files.copy(each, zip);
            zip.closeEntry();
          }
        }
      }
    }
    Files.move(unfinished, jar);
  }
}
