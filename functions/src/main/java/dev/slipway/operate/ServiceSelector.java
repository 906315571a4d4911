package dev.slipway.operate;

import dev.slipway.ecs.ServiceArn;
import dev.slipway.text.OutsideText;
import java.util.List;

/** How an operator names a service. */
public sealed interface ServiceSelector {
  /** By its ARN. */
  record ByArn(ServiceArn arn) implements ServiceSelector {
    @Override
    public String toString() {
      return arn.value();
    }
  }

  /** As {@code cluster/name}. */
  record InCluster(String cluster, String name) implements ServiceSelector {
    @Override
    public String toString() {
      return cluster + "/" + name;
    }
  }

  /** By its name alone, which must be unique. */
  record ByName(String name) implements ServiceSelector {
    @Override
    public String toString() {
      return name;
    }
  }

  /**
   * Reads what an operator wrote.
   *
   * @throws IllegalArgumentException if it can name no service
   */
  static ServiceSelector parse(String text) {
    if (text.startsWith("arn:")) {
      return new ByArn(new ServiceArn(text));
    }
    List<String> names = List.of(text.split("/", -1));
    if (names.size() > 2
        || !names.stream().allMatch(name -> name.matches("[A-Za-z0-9_-]{1,255}"))) {
      throw new IllegalArgumentException(
          "not a service: "
              + OutsideText.quoted(text)
              + " (expected CLUSTER/NAME, a unique NAME or an ARN)");
    }
    return names.size() == 1
        ? new ByName(names.getFirst())
        : new InCluster(names.getFirst(), names.getLast());
  }
}
