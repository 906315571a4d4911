package dev.slipway.simulator.lambda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.reflect.Modifier;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RuntimeTransportTest {
  @ParameterizedTest
  @CsvSource({
    "'',     Linux,      amd64,   NATIVE",
    "'',     Linux,      aarch64, NATIVE",
    "'',     Linux,      riscv64, JAVA",
    "'',     Mac OS X,   aarch64, JAVA",
    "'',     Windows 11, amd64,   JAVA",
    "java,   Linux,      amd64,   JAVA",
    "native, Linux,      amd64,   NATIVE",
    "native, Mac OS X,   aarch64, NATIVE",
  })
  void is_awss_own_where_there_is_one_unless_another_is_chosen(
      String asked, String system, String machine, RuntimeTransport transport) {
    assertThat(RuntimeTransport.chosen(asked, system, machine)).isEqualTo(transport);
  }

  @Test
  void refuses_a_word_that_it_does_not_know() {
    assertThatThrownBy(() -> RuntimeTransport.chosen("Java", "Linux", "amd64"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the runtime client's transport is native or java, not Java");
  }

  @Test
  void says_so_where_functions_do_not_run_as_in_lambda() {
    assertThat(RuntimeTransport.NATIVE.notice()).isEmpty();
    assertThat(RuntimeTransport.JAVA.notice().orElseThrow())
        .contains("in place of its native code");
  }

  /** Fails when a new version of AWS's client has more that is native, or calls it otherwise. */
  @Test
  void replaces_what_of_awss_client_is_native_and_nothing_else() throws Exception {
    List<Path> jars = RuntimeInterfaceClient.jars();
    List<String> replaced =
        RuntimeInterfaceClient.IN_JAVA.stream().map(RuntimeTransportTest::className).toList();

    try (URLClassLoader aws =
        new URLClassLoader(
            jars.stream().map(RuntimeTransportTest::url).toArray(URL[]::new),
            ClassLoader.getPlatformClassLoader())) {
      List<String> natives = new ArrayList<>();
      for (Path jar : jars) {
        for (String name : classes(jar)) {
          Class<?> each = Class.forName(name, false, aws);
          if (Arrays.stream(each.getDeclaredMethods())
              .anyMatch(method -> Modifier.isNative(method.getModifiers()))) {
            natives.add(name);
          }
        }
      }
      assertThat(natives).containsExactlyInAnyOrderElementsOf(replaced);
      for (String name : replaced) {
        // what calls these methods is AWS's
        assertThat(entryPoints(Class.forName(name, false, getClass().getClassLoader())))
            .isSubsetOf(entryPoints(Class.forName(name, false, aws)));
      }
    }
  }

  private static List<String> classes(Path jar) throws IOException {
    try (JarFile file = new JarFile(jar.toFile())) {
      return file.stream()
          .map(JarEntry::getName)
          .filter(name -> name.endsWith(".class") && !name.startsWith("META-INF/"))
          .filter(name ->
              name.startsWith("com/amazonaws/services/lambda/runtime/api/")
                  || name.startsWith("com/amazonaws/services/lambda/crac/"))
          .map(RuntimeTransportTest::className)
          .toList();
    }
  }

  private static List<String> entryPoints(Class<?> type) {
    return Stream.of(type.getDeclaredMethods())
        .filter(method -> !Modifier.isPrivate(method.getModifiers()))
        .map(method ->
            method.getReturnType().getName()
                + " "
                + method.getName()
                + Arrays.toString(method.getParameterTypes()))
        .sorted()
        .toList();
  }

  private static String className(String resource) {
    return resource.substring(0, resource.length() - ".class".length()).replace('/', '.');
  }

  private static URL url(Path jar) {
    try {
      return jar.toUri().toURL();
    } catch (MalformedURLException e) {
      throw new IllegalArgumentException(jar.toString(), e);
    }
  }
}
