package dev.slipway.cli.command;

import dev.slipway.cli.stack.Connection;
import dev.slipway.cli.stack.Functions;
import dev.slipway.cli.stack.ServiceTags;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * What the command touches of the world.
 *
 * @param functions finds a stack's functions
 * @param tags finds the tags of the services there; calls nothing yet
 * @param environment the environment's variables
 * @param zone in which times are shown
 * @param sleep lets time pass
 */
public record CliContext(
    Terminal terminal,
    Opener functions,
    Function<Connection, ServiceTags> tags,
    Map<String, String> environment,
    InstantSource clock,
    ZoneId zone,
    Consumer<Duration> sleep) {

  /** Finds a stack's functions. */
  @FunctionalInterface
  public interface Opener {
    /**
     * Calls nothing yet.
     *
     * @param notices told what takes long
     */
    Functions open(Connection connection, Consumer<String> notices);
  }
}
