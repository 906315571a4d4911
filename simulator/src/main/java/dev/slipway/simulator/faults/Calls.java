package dev.slipway.simulator.faults;

import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Which calls a fault concerns: all, or narrowed by service, operation and caller. */
public record Calls(
    @Nullable String service, @Nullable String operation, @Nullable String callerPart)
    implements Predicate<ApiCall> {
  /** Every call of anybody. */
  public static Calls all() {
    return new Calls(null, null, null);
  }

  /** Every call of a service, named as it is signed for, such as {@code ecr}. */
  public static Calls to(String service) {
    return new Calls(service, null, null);
  }

  /** Every call of one operation, such as {@code ecs} {@code UpdateService}. */
  public static Calls to(String service, String operation) {
    return new Calls(service, operation, null);
  }

  /** Of these, only the calls of those whose ARN contains the text, such as a function's name. */
  public Calls by(String partOfArn) {
    return new Calls(service, operation, partOfArn);
  }

  @Override
  public boolean test(ApiCall call) {
    return (service == null || service.equals(call.service()))
        && (operation == null || operation.equals(call.operation()))
        && (callerPart == null || call.caller().arn().contains(callerPart));
  }
}
