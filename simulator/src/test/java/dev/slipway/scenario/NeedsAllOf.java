package dev.slipway.scenario;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Scenarios that between them need every permission of these roles. After each of them nothing may
 * have been denied, and the simulator may have found nothing in itself that it cannot do; after all
 * of them no permission may be left that none has needed.
 *
 * <p>The field named {@code account} is looked at, and closed.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(PermissionsExtension.class)
@interface NeedsAllOf {
  /** The roles' logical ids in {@code template.yaml}. */
  String[] value();

  /** The classes whose scenarios need the roles' permissions only together; empty for this one. */
  Class<?>[] together() default {};
}
