package dev.slipway.simulator.lambda;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * How AWS's Java runtime interface client, in a function's process, speaks with the runtime API.
 * Its loop, its loading of handlers, its errors, its logs and its hooks are AWS's either way: two
 * classes of it are native, and only those differ.
 */
public enum RuntimeTransport {
  /** By AWS's native code, as in Lambda; there is some for Linux alone. */
  NATIVE,

  /** By two classes of the simulator's, which take the place of those that are native. */
  JAVA;

  /** The system property that chooses: {@code native} or {@code java}. */
  public static final String PROPERTY = "slipway.runtime-transport";

  /**
   * What {@link #PROPERTY} chooses; otherwise AWS's own where this machine can run it.
   *
   * @throws IllegalArgumentException if the property has another value
   */
  public static RuntimeTransport ofThisMachine() {
    return chosen(
        System.getProperty(PROPERTY, ""),
        System.getProperty("os.name"),
        System.getProperty("os.arch"));
  }

  static RuntimeTransport chosen(String asked, String system, String machine) {
    return switch (asked) {
      case "" -> hasNativeCode(system, machine) ? NATIVE : JAVA;
      case "native" -> NATIVE;
      case "java" -> JAVA;
      default ->
          throw new IllegalArgumentException(
              "the runtime client's transport is native or java, not " + asked);
    };
  }

  /**
   * What people should know who look at functions that run this way; empty if it is as in Lambda.
   */
  public Optional<String> notice() {
    return this == NATIVE
        ? Optional.empty()
        : Optional.of(
            "Functions run in processes of their own through AWS's runtime client, with two classes"
                + " of Java in place of its native code, which is for Linux alone.");
  }

  /**
   * The native library's name in AWS's jar.
   *
   * @throws IllegalStateException if there is none for this machine
   */
  static String nativeLibrary() {
    String system = System.getProperty("os.name");
    String machine = System.getProperty("os.arch");
    if (!hasNativeCode(system, machine)) {
      throw new IllegalStateException(
          "AWS's runtime client has native code for Linux on x86-64 and arm64 alone; this is %s on %s"
              .formatted(system, machine));
    }
    boolean musl =
        Stream.of("x86_64", "aarch64")
            .anyMatch(each -> Files.exists(Path.of("/lib/ld-musl-" + each + ".so.1")));
    return "jni/libaws-lambda-jni.%s-%s.so"
        .formatted(musl ? "linux_musl" : "linux", machine.equals("amd64") ? "x86_64" : "aarch_64");
  }

  private static boolean hasNativeCode(String system, String machine) {
    return system.toLowerCase(Locale.ROOT).equals("linux")
        && List.of("amd64", "aarch64").contains(machine);
  }
}
