package dev.slipway.simulator.lambda;

import org.jspecify.annotations.Nullable;

/**
 * A function as somebody names it.
 *
 * @param function the function
 * @param qualifier a version or an alias, as it was said; null if nothing was
 * @param version {@code $LATEST} or a number
 * @param arn with the qualifier, if one was said
 */
record FunctionReference(
    FunctionSettings function, @Nullable String qualifier, String version, String arn) {

  /** Whether the function's own policy lets a service invoke it for a resource. */
  boolean mayBeInvokedBy(String service, String sourceArn) {
    return function.permissions().stream()
        .anyMatch(permission ->
            permission.service().equals(service)
                && (permission.sourceArn() == null || permission.sourceArn().equals(sourceArn)));
  }

  /** For people. */
  String title() {
    return qualifier == null ? function.name() : function.name() + ":" + qualifier;
  }
}
