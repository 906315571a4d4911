package dev.slipway.scenario;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A class of scenarios. What the scenarios of all classes need of the roles' permissions is judged
 * together, at the end of the run: a permission that none of them needs fails it ({@link
 * PermissionUsage}).
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(PermissionUsage.class)
@interface Scenarios {}
