package dev.slipway.scenario;

import static java.util.stream.Collectors.joining;

import dev.slipway.simulator.iam.Permission;
import java.io.IOException;
import java.lang.reflect.Method;
import java.net.URISyntaxException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestWatcher;
import org.junit.jupiter.params.ParameterizedTest;

/**
 * What the scenarios of a run need of the permissions that {@code template.yaml} gives its roles,
 * all classes together. A permission that none of them needs, of each action, resource and value of
 * a condition, fails the run after its last class; so does a resource that could be narrower.
 *
 * <p>It is judged only if every scenario has run in this JVM, and none failed: otherwise the one
 * that needs a permission may be missing. Then a line on standard error names such classes. A
 * scenario that is disabled, or aborts, counts as one that needs nothing. Surefire runs all classes
 * in one JVM unless it is told otherwise.
 */
final class PermissionUsage implements BeforeAllCallback, TestWatcher {
  private static final ExtensionContext.Namespace NAMESPACE =
      ExtensionContext.Namespace.create(PermissionUsage.class);

  private static final int MAX_NAMED = 3;

  private static final Map<Permission, Set<String>> USED = new ConcurrentHashMap<>();

  /** With everything switched on that the stack's parameters can, as scenarios switch it on. */
  private static final Map<String, String> EVERYTHING =
      Map.of(
          "KeepImagesState", "ENABLED",
          "DeregisterRevisionsState", "ENABLED",
          "PublishPath", "/slipway/*");

  /**
   * Adds what the functions of one account needed.
   *
   * @param used permissions, each with the ARNs that it was needed on
   */
  static void add(Map<Permission, Set<String>> used) {
    used.forEach((permission, resources) ->
        USED.computeIfAbsent(permission, _ -> ConcurrentHashMap.newKeySet()).addAll(resources));
  }

  /**
   * Permissions that nothing has needed, a line for each, by role and statement.
   *
   * @param granted what the template gives its roles
   */
  static String needless(Set<Permission> granted, Set<Permission> used) {
    return granted.stream()
        .filter(permission -> !used.contains(permission))
        .filter(permission -> !isOfATransaction(permission, used))
        .filter(permission -> !isForReplayFromAnEnvironment(permission))
        .map(permission ->
            "%s, statement %s: no scenario needs %s on %s%s"
                .formatted(
                    permission.role(),
                    permission.sid(),
                    permission.action(),
                    permission.resource(),
                    permission.condition().isEmpty() ? "" : " where " + permission.condition()))
        .sorted()
        .collect(joining("\n"));
  }

  /**
   * Which services use a repository is read for an environment with {@code from}: no scenario
   * replays a push there yet.
   */
  private static boolean isForReplayFromAnEnvironment(Permission permission) {
    return permission.role().endsWith("ReplayRole")
        && permission.action().equals("dynamodb:Query")
        && permission.condition().equals("dynamodb:LeadingKeys repository/*");
  }

  /**
   * Whether it allows to delete what is only written, by a statement that is needed for both. AWS
   * does not say whether the keys of a transaction are judged one by one: were they judged
   * together, the statement would have to allow every action on all of them.
   */
  private static boolean isOfATransaction(Permission permission, Set<Permission> used) {
    return permission.action().equals("dynamodb:DeleteItem")
        && used.stream()
            .anyMatch(other ->
                other.sid().equals(permission.sid())
                    && other.role().equals(permission.role())
                    && other.action().equals(permission.action()))
        && used.contains(
            new Permission(
                permission.role(),
                permission.sid(),
                "dynamodb:PutItem",
                permission.resource(),
                permission.condition()));
  }

  /**
   * What keeps a run from being judged: the classes of which not all scenarios were done; empty if
   * nothing does.
   *
   * @param all every class of scenarios
   * @param done the scenarios that ran and did not fail
   */
  static Optional<String> notJudged(Collection<Class<?>> all, Set<Method> done) {
    Map<String, String> missing = new TreeMap<>();
    for (Class<?> scenarios : all) {
      long expected = testsOf(scenarios).count();
      long ran = testsOf(scenarios).filter(done::contains).count();
      if (ran < expected) {
        missing.put(
            scenarios.getSimpleName(), ran == 0 ? "" : " (%d of %d)".formatted(ran, expected));
      }
    }
    if (missing.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        "Needless permissions are not judged: of %d classes of scenarios these did not run, or failed: %s%s"
            .formatted(
                all.size(),
                missing.entrySet().stream()
                    .limit(MAX_NAMED)
                    .map(entry -> entry.getKey() + entry.getValue())
                    .collect(joining(", ")),
                missing.size() > MAX_NAMED
                    ? " and %d more".formatted(missing.size() - MAX_NAMED)
                    : ""));
  }

  private static Stream<Method> testsOf(Class<?> type) {
    return Stream.concat(
        Stream.of(type.getDeclaredMethods())
            .filter(method ->
                method.isAnnotationPresent(Test.class)
                    || method.isAnnotationPresent(ParameterizedTest.class)),
        Stream.of(type.getDeclaredClasses()).flatMap(PermissionUsage::testsOf));
  }

  /** Every class of scenarios. */
  static Set<Class<?>> scenarioClasses() {
    Set<Class<?>> all = new LinkedHashSet<>();
    for (Class<?> test : testClasses()) {
      if (test.isAnnotationPresent(Scenarios.class)) {
        all.add(test);
      }
    }
    return all;
  }

  /** Every class of tests in this package. */
  static Set<Class<?>> testClasses() {
    Set<Class<?>> all = new LinkedHashSet<>();
    try (DirectoryStream<Path> files =
        Files.newDirectoryStream(
            Path.of(PermissionUsage.class.getResource("").toURI()), "*Test.class")) {
      for (Path file : files) {
        String name = file.getFileName().toString().replace(".class", "");
        all.add(Class.forName(PermissionUsage.class.getPackageName() + "." + name));
      }
    } catch (IOException | URISyntaxException | ClassNotFoundException e) {
      throw new IllegalStateException("the classes of scenarios cannot be listed", e);
    }
    return all;
  }

  // --- JUnit's side

  /** What is known of a run. JUnit closes it after the last class. */
  private static final class Run implements AutoCloseable {
    private final Set<Method> done = ConcurrentHashMap.newKeySet();
    private final Set<Method> failed = ConcurrentHashMap.newKeySet();

    @Override
    public void close() {
      done.removeAll(failed);
      Optional<String> notJudged = notJudged(scenarioClasses(), done);
      if (notJudged.isPresent()) {
        System.err.println(notJudged.get());
        return;
      }
      try (TemplateRoles template = TemplateRoles.ofTemplate(EVERYTHING)) {
        Set<Permission> granted = template.iam().permissions();
        String more = needless(granted, USED.keySet());
        if (!more.isEmpty()) {
          throw new AssertionError("template.yaml allows more than is needed:\n" + more);
        }
      }
    }
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    runOf(context);
  }

  private static Run runOf(ExtensionContext context) {
    return context
        .getRoot()
        .getStore(NAMESPACE)
        .getOrComputeIfAbsent(Run.class, _ -> new Run(), Run.class);
  }

  @Override
  public void testSuccessful(ExtensionContext context) {
    runOf(context).done.add(context.getRequiredTestMethod());
  }

  @Override
  public void testFailed(ExtensionContext context, Throwable cause) {
    runOf(context).failed.add(context.getRequiredTestMethod());
  }

  @Override
  public void testAborted(ExtensionContext context, Throwable cause) {
    runOf(context).done.add(context.getRequiredTestMethod());
  }

  @Override
  public void testDisabled(ExtensionContext context, Optional<String> reason) {
    runOf(context).done.add(context.getRequiredTestMethod());
  }
}
