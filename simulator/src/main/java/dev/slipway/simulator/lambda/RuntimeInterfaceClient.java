package dev.slipway.simulator.lambda;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** AWS's Java runtime interface client, as it lies on the simulator's class path. */
public final class RuntimeInterfaceClient implements AutoCloseable {
  static final String MAIN_CLASS = "com.amazonaws.services.lambda.runtime.api.client.AWSLambda";

  /** One class of each jar that it consists of. */
  private static final List<String> CLASSES =
      List.of(
          MAIN_CLASS.replace('.', '/') + ".class",
          "com/amazonaws/services/lambda/runtime/LambdaRuntime.class",
          "com/amazonaws/services/lambda/runtime/serialization/PojoSerializer.class",
          "software/amazon/awssdk/utilslite/SdkInternalThreadLocal.class");

  /** Those of the simulator's that take the place of AWS's own where these are native. */
  static final List<String> IN_JAVA =
      List.of(
          "com/amazonaws/services/lambda/runtime/api/client/runtimeapi/NativeClient.class",
          "com/amazonaws/services/lambda/crac/DNSManager.class");

  /** What a JVM cannot use from within a jar, or should not see the rest of. */
  private final Path unpacked;

  private final RuntimeTransport transport;

  /**
   * Unpacks what it needs.
   *
   * @param transport how it is to speak with the runtime API
   * @throws IllegalStateException if that is native, and there is nothing native for this machine
   */
  public RuntimeInterfaceClient(RuntimeTransport transport) {
    this.transport = transport;
    try {
      unpacked =
          switch (transport) {
            case NATIVE -> unpackedLibrary(find(RuntimeTransport.nativeLibrary()));
            case JAVA -> unpackedClasses();
          };
    } catch (IOException e) {
      throw new UncheckedIOException("cannot unpack AWS's runtime interface client", e);
    }
  }

  private static Path unpackedLibrary(URL library) throws IOException {
    Path file = Files.createTempFile("slipway-lambda-runtime-", ".so");
    copy(library, file);
    return file;
  }

  private static Path unpackedClasses() throws IOException {
    Path directory = Files.createTempDirectory("slipway-lambda-runtime-");
    for (String name : IN_JAVA) {
      Path file = directory.resolve(name);
      Files.createDirectories(file.getParent());
      copy(ours(name), file);
    }
    return directory;
  }

  private static void copy(URL source, Path target) throws IOException {
    try (InputStream bytes = source.openStream()) {
      Files.copy(bytes, target, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  /** What a JVM has to be told to run a handler: options, main class and argument. */
  public Stream<String> arguments(String handler) {
    return Stream.of(
            Stream.of(
                "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow"),
            // left alone, each process would write it to one and the same place in /tmp: two that
            // start at the same time would load each other's half of it
            transport == RuntimeTransport.NATIVE
                ? Stream.of(
                    "-Dcom.amazonaws.services.lambda.runtime.api.client.runtimeapi.NativeClient.JNI="
                        + unpacked)
                : Stream.<String>empty(),
            Stream.of("-classpath", classPath(), MAIN_CLASS, handler))
        .flatMap(each -> each);
  }

  private String classPath() {
    return Stream.concat(
            transport == RuntimeTransport.JAVA ? Stream.of(unpacked) : Stream.empty(),
            jars().stream())
        .map(Path::toString)
        .collect(Collectors.joining(File.pathSeparator));
  }

  /** AWS's client, and what it needs. */
  static List<Path> jars() {
    return CLASSES.stream().map(RuntimeInterfaceClient::jarOf).toList();
  }

  /** A class of the simulator's, where AWS has one of the same name. */
  private static URL ours(String resource) throws IOException {
    String self = RuntimeInterfaceClient.class.getName().replace('.', '/') + ".class";
    String url = find(self).toString();
    return URI.create(url.substring(0, url.length() - self.length()) + resource).toURL();
  }

  private static Path jarOf(String resource) {
    URL url = find(resource);
    try {
      // jar:file:/…/a.jar!/b.class
      String jar = url.getPath();
      return Path.of(new URI(jar.substring(0, jar.indexOf('!'))));
    } catch (URISyntaxException e) {
      throw new IllegalStateException("cannot read the class path entry " + url, e);
    }
  }

  private static URL find(String resource) {
    URL url = RuntimeInterfaceClient.class.getClassLoader().getResource(resource);
    if (url == null) {
      throw new IllegalStateException(
          "AWS's Java runtime is not on the simulator's class path: " + resource + " is missing");
    }
    return url;
  }

  /** Deletes what it has unpacked; a second time there is nothing to do. */
  @Override
  public void close() {
    if (Files.notExists(unpacked)) {
      return;
    }
    try (Stream<Path> files = Files.walk(unpacked)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot delete " + unpacked, e);
    }
  }
}
