import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * Makes what Lambda gets of what the shrinker left: all classes in one jar, uncompressed, and
 * slipway.yaml beside it. A function starts faster from one jar than from forty, and faster without
 * inflating (docs/decisions/0020-one-jar-without-lambdas.md). Run from its source.
 */
final class Pack {
  private static final String SERVICES = "META-INF/services/";

  /** The same at each build, so that the same sources make the same package. */
  private static final long TIME = 315_532_800_000L; // 1980-01-01, the earliest that a zip knows

  private final SortedMap<String, byte[]> classes = new TreeMap<>();
  private final SortedMap<String, byte[]> resources = new TreeMap<>();

  /** Arguments: where classes lie and libraries in lib/, and what directory to write. */
  public static void main(String[] arguments) throws IOException {
    Path from = Path.of(arguments[0]);
    Path to = Path.of(arguments[1]);
    Pack pack = new Pack();
    pack.addOwn(from);
    for (Path jar : listed(from.resolve("lib"))) {
      pack.addJar(jar);
    }
    Files.createDirectories(to.resolve("lib"));
    pack.write(to.resolve("lib").resolve("slipway.jar"));
    Files.copy(
        from.resolve("slipway.yaml"),
        to.resolve("slipway.yaml"),
        StandardCopyOption.REPLACE_EXISTING);
  }

  private static List<Path> listed(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.sorted().toList();
    }
  }

  /** Slipway's classes, and what they read of what lies beside them. */
  private void addOwn(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file :
          files
              .filter(Files::isRegularFile)
              .filter(each ->
                  each.toString().endsWith(".class") || each.startsWith(directory.resolve("dev")))
              .toList()) {
        add(directory.relativize(file).toString(), Files.readAllBytes(file), "Slipway");
      }
    }
  }

  private void addJar(Path file) throws IOException {
    String name = file.getFileName().toString();
    try (JarFile jar = new JarFile(file.toFile(), false, ZipFile.OPEN_READ, Runtime.version())) {
      // of a class that a jar has for several versions of Java, the one for this
      for (JarEntry entry : jar.versionedStream().filter(each -> !each.isDirectory()).toList()) {
        try (InputStream in = jar.getInputStream(entry)) {
          add(entry.getName(), in.readAllBytes(), name);
        }
      }
    }
  }

  private void add(String name, byte[] content, String origin) {
    if (name.equals(JarFile.MANIFEST_NAME) || name.endsWith("module-info.class")) {
      return; // of a jar that is no more
    }
    Map<String, byte[]> place = name.endsWith(".class") ? classes : resources;
    byte[] before = place.putIfAbsent(name, content);
    if (before == null || Arrays.equals(before, content)) {
      return;
    }
    if (name.startsWith(SERVICES)) {
      byte[] both = Arrays.copyOf(before, before.length + 1 + content.length);
      both[before.length] = '\n';
      System.arraycopy(content, 0, both, before.length + 1, content.length);
      place.put(name, both);
    } else if (name.startsWith("META-INF/")) {
      // licences and notices: each library's own
      place.put("META-INF/" + origin + name.substring("META-INF".length()), content);
    } else {
      throw new IllegalStateException(name + " of " + origin + " is in another library as well");
    }
  }

  private void write(Path jar) throws IOException {
    SortedMap<String, byte[]> all = new TreeMap<>(resources);
    all.putAll(new LambdaClasses(classes).replaced());
    try (OutputStream file = new BufferedOutputStream(Files.newOutputStream(jar));
        ZipOutputStream zip = new ZipOutputStream(file)) {
      zip.setMethod(ZipOutputStream.STORED);
      for (Map.Entry<String, byte[]> each : all.entrySet()) {
        CRC32 sum = new CRC32();
        sum.update(each.getValue());
        ZipEntry entry = new ZipEntry(each.getKey());
        entry.setTime(TIME);
        entry.setSize(each.getValue().length);
        entry.setCrc(sum.getValue());
        zip.putNextEntry(entry);
        zip.write(each.getValue());
      }
    }
  }
}
