package dev.slipway.cli.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** One service, or all of an environment. */
final class Target {
  @Parameters(
      arity = "1",
      paramLabel = "SERVICE",
      description = "This service: cluster/name, a name that is unique, or an ARN.")
  private @Nullable String service;

  @Option(
      names = {"-e", "--environment"},
      required = true,
      paramLabel = "NAME",
      description = "Every service of this environment.")
  private @Nullable String environment;

  /** Adds what is meant to a request. */
  ObjectNode addTo(ObjectNode request) {
    return environment == null
        ? request.put("service", service)
        : request.put("environment", environment);
  }

  /** Of the service or the environment. */
  String name() {
    return String.valueOf(environment == null ? service : environment);
  }

  boolean isEnvironment() {
    return environment != null;
  }

  /** As people say it. */
  @Override
  public String toString() {
    return environment == null ? String.valueOf(service) : "every service of " + environment;
  }

  /** For the next command. */
  String argument() {
    return environment == null ? String.valueOf(service) : "--environment " + environment;
  }
}
