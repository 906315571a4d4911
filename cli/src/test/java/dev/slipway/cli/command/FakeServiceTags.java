package dev.slipway.cli.command;

import dev.slipway.cli.stack.ServiceTags;
import dev.slipway.cli.stack.StackException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Tags that are noted, not set. */
final class FakeServiceTags implements ServiceTags {
  private final List<String> changes = new ArrayList<>();
  private @Nullable String refusal;
  private boolean closed;

  /** ECS lets nobody tag. */
  FakeServiceTags refuse(String message) {
    refusal = message;
    return this;
  }

  /** What was changed, as {@code ARN=staging}, and {@code ARN=} where the tag was taken away. */
  List<String> changes() {
    return changes;
  }

  boolean isClosed() {
    return closed;
  }

  @Override
  public void follow(String service, String environment) {
    change(service + "=" + environment);
  }

  @Override
  public void unfollow(String service) {
    change(service + "=");
  }

  private void change(String text) {
    if (refusal != null) {
      throw new StackException(refusal);
    }
    changes.add(text);
  }

  @Override
  public void close() {
    closed = true;
  }
}
