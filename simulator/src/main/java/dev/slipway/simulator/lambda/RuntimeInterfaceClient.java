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

  private final String classPath;
  private final Path nativeLibrary;

  /** Unpacks what a JVM cannot use from within a jar. */
  public RuntimeInterfaceClient() {
    classPath =
        CLASSES.stream()
            .map(RuntimeInterfaceClient::jarOf)
            .map(Path::toString)
            .collect(Collectors.joining(File.pathSeparator));
    String resource = "jni/libaws-lambda-jni." + platform() + ".so";
    try (InputStream library = open(resource)) {
      nativeLibrary = Files.createTempFile("slipway-lambda-runtime-", ".so");
      Files.copy(library, nativeLibrary, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot unpack " + resource, e);
    }
  }

  /** What a JVM has to be told to run a handler: options, main class and argument. */
  public Stream<String> arguments(String handler) {
    return Stream.of(
        "--enable-native-access=ALL-UNNAMED",
        "--sun-misc-unsafe-memory-access=allow",
        // left alone, each process would write it to one and the same place in /tmp: two that start
        // at the same time would load each other's half of it
        "-Dcom.amazonaws.services.lambda.runtime.api.client.runtimeapi.NativeClient.JNI="
            + nativeLibrary,
        "-classpath",
        classPath,
        MAIN_CLASS,
        handler);
  }

  private static String platform() {
    String system = System.getProperty("os.name");
    String machine = System.getProperty("os.arch");
    if (!system.equals("Linux") || !List.of("amd64", "aarch64").contains(machine)) {
      throw new IllegalStateException(
          "functions run through AWS's Java runtime, which has native code for Linux on x86-64 and"
              + " arm64 alone; this is "
              + system
              + " on "
              + machine
              + ": start the simulator in a Linux container");
    }
    boolean musl =
        Stream.of("x86_64", "aarch64")
            .anyMatch(each -> Files.exists(Path.of("/lib/ld-musl-" + each + ".so.1")));
    return (musl ? "linux_musl-" : "linux-") + (machine.equals("amd64") ? "x86_64" : "aarch_64");
  }

  private static InputStream open(String resource) throws IOException {
    return find(resource).openStream();
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

  @Override
  public void close() {
    try {
      Files.deleteIfExists(nativeLibrary);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot delete " + nativeLibrary, e);
    }
  }
}
