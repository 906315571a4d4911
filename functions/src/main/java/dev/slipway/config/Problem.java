package dev.slipway.config;

/**
 * One problem in a configuration file, for the person who made it.
 *
 * @param file as the person calls it
 * @param line from 1; 0 where it is about the file as a whole
 * @param column from 1; 0 where it is about the file as a whole
 * @param key the path of keys that leads to it, such as {@code
 *     environments.staging.deployment.maximumPercent}; empty at the top
 * @param message what is wrong, what is allowed, and what was perhaps meant
 */
public record Problem(String file, int line, int column, String key, String message) {
  /** {@code file:line:column: key: message}, as compilers say it and editors understand it. */
  @Override
  public String toString() {
    return file
        + (line > 0 ? ":" + line + ":" + column : "")
        + ": "
        + (key.isEmpty() ? "" : key + ": ")
        + message;
  }
}
