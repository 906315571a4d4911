package dev.slipway.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.simulator.iam.Permission;
import java.lang.reflect.Field;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Holds scenarios to {@link NeedsAllOf}. */
final class PermissionsExtension implements AfterEachCallback, AfterAllCallback {
  private static final ExtensionContext.Namespace NAMESPACE =
      ExtensionContext.Namespace.create(PermissionsExtension.class);

  /** What is known of the scenarios of one class until now. */
  private static final class Reported {
    private final Set<Permission> unneeded = new LinkedHashSet<>();
    private final Set<String> scenarios = new HashSet<>();
  }

  @Override
  public void afterEach(ExtensionContext context) throws Exception {
    Class<?> scenarios = outermost(context.getRequiredTestClass());
    try (Account account = account(context, scenarios)) {
      Reported reported = reported(context, scenarios);
      List<String> roles =
          Stream.of(scenarios.getAnnotation(NeedsAllOf.class).value())
              .map(account::roleName)
              .toList();
      Set<Permission> unused = account.simulator.iam().unusedPermissions();
      unused.removeIf(permission -> !roles.contains(permission.role()));
      if (reported.scenarios.isEmpty()) {
        reported.unneeded.addAll(unused);
      } else {
        reported.unneeded.retainAll(unused);
      }
      reported.scenarios.add(context.getRequiredTestMethod().toString());
      assertThat(account.simulator.iam().denials()).isEmpty();
      assertThat(account.simulator.defects()).isEmpty();
    }
  }

  /** Where only some of the scenarios were run it cannot be reported. */
  @Override
  public void afterAll(ExtensionContext context) {
    Class<?> scenarios = context.getRequiredTestClass();
    if (scenarios != outermost(scenarios)) {
      return;
    }
    Class<?>[] together = scenarios.getAnnotation(NeedsAllOf.class).together();
    List<Class<?>> all = together.length == 0 ? List.of(scenarios) : List.of(together);
    if (all.stream().anyMatch(each -> reported(context, each).scenarios.size() < count(each))) {
      return;
    }
    Set<Permission> unneeded = new LinkedHashSet<>(reported(context, scenarios).unneeded);
    all.forEach(each -> unneeded.retainAll(reported(context, each).unneeded));
    assertThat(unneeded).as("permissions that no scenario needs").isEmpty();
  }

  private static long count(Class<?> scenarios) {
    return Stream.concat(Stream.of(scenarios), Stream.of(scenarios.getDeclaredClasses()))
        .flatMap(type -> Stream.of(type.getDeclaredMethods()))
        .filter(method -> method.isAnnotationPresent(Test.class))
        .count();
  }

  private static Reported reported(ExtensionContext context, Class<?> scenarios) {
    return context
        .getRoot()
        .getStore(NAMESPACE)
        .getOrComputeIfAbsent(scenarios, _ -> new Reported(), Reported.class);
  }

  private static Account account(ExtensionContext context, Class<?> scenarios) throws Exception {
    Object instance = context.getRequiredTestInstances().findInstance(scenarios).orElseThrow();
    Field field = scenarios.getDeclaredField("account");
    field.setAccessible(true);
    return (Account) field.get(instance);
  }

  private static Class<?> outermost(Class<?> type) {
    Class<?> outer = type;
    while (outer.getEnclosingClass() != null) {
      outer = outer.getEnclosingClass();
    }
    return outer;
  }
}
