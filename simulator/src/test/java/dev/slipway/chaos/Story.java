package dev.slipway.chaos;

import dev.slipway.scenario.Account;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * What happens once in an account, and what has to be true after it, whatever goes wrong.
 *
 * @param name such as {@code push-completes}
 * @param account opens one in which all is ready, before anything is counted
 * @param course what people do, and how things have to be in the end
 */
record Story(String name, Supplier<Account> account, Consumer<Stage> course) {
  @Override
  public String toString() {
    return name;
  }
}
