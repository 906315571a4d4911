package dev.slipway.simulator.dynamodb;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.simulator.world.Account;
import dev.slipway.simulator.world.Authorizer;
import dev.slipway.simulator.world.AwsError;
import dev.slipway.simulator.world.Caller;
import dev.slipway.simulator.world.Members;
import dev.slipway.simulator.world.World;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The account's tables, who may do what with them, and what goes wrong on request. */
final class Tables {
  private final World world;
  private final Account account;
  private final Authorizer authorizer;
  private final NavigableMap<String, Table> all = new TreeMap<>();
  private final StaleReads staleReads = new StaleReads();
  private int conflicts;
  private int incompleteBatches;
  private int leftOfBatch;

  Tables(World world, Account account, Authorizer authorizer) {
    this.world = world;
    this.account = account;
    this.authorizer = authorizer;
  }

  Instant now() {
    return world.now();
  }

  String arn(String name) {
    return account.arn("dynamodb", "table/" + name);
  }

  /** By name; those there are. */
  NavigableMap<String, Table> all() {
    return all;
  }

  /**
   * The name in a request's TableName, which may be an ARN.
   *
   * @param member such as {@code TableName}
   */
  static String name(ObjectNode body, String member) {
    String given = Members.text(body, member);
    if (given == null) {
      throw Errors.validation(
          "1 validation error detected: Value null at '%s' failed to satisfy constraint: Member must not be null"
              .formatted(Character.toLowerCase(member.charAt(0)) + member.substring(1)));
    }
    return given.substring(given.lastIndexOf('/') + 1);
  }

  /**
   * The table with a name.
   *
   * @param action what the caller wants to do with it: who may not is not told that it is missing
   */
  Table table(Caller caller, String action, String name) {
    Table table = all.get(name);
    if (table == null) {
      authorizer.authorize(caller, "dynamodb:" + action, arn(name), Map.of());
      throw action.startsWith("Describe") || action.equals("DeleteTable")
          ? Errors.noSuchTable(name)
          : Errors.noSuchTable();
    }
    return table;
  }

  /** Asks IAM, of an action that touches no items. */
  void authorize(Caller caller, String action, String name) {
    authorizer.authorize(caller, "dynamodb:" + action, arn(name), Map.of());
  }

  /** Asks IAM, of an action that is of no one table. */
  void authorizeAll(Caller caller, String action) {
    authorizer.authorize(caller, "dynamodb:" + action, "*", Map.of());
  }

  /** Asks IAM, of an action on items. */
  void authorize(Caller caller, String action, Table table, Access access) {
    authorizer.authorize(caller, "dynamodb:" + action, table.arn(), access.context(table));
  }

  /**
   * What of a table a request touches: condition keys of its authorisation.
   *
   * @param keys whose partitions are {@code dynamodb:LeadingKeys}
   * @param attributes the top-level attributes that the request names
   * @param more further keys
   * @see <a
   *     href="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html">Using
   *     IAM policy conditions for fine-grained access control</a>
   */
  record Access(List<PrimaryKey> keys, Set<String> attributes, Map<String, String> more) {
    private Map<String, String> context(Table table) {
      Map<String, String> context = new LinkedHashMap<>(more);
      table.settings().tags().forEach((key, value) -> context.put("aws:ResourceTag/" + key, value));
      List<String> leading =
          keys.stream().map(it -> AttributeJson.text(it.partition())).distinct().toList();
      if (!leading.isEmpty()) {
        context.put("dynamodb:LeadingKeys", String.join("\n", leading));
      }
      if (!attributes.isEmpty()) {
        context.put("dynamodb:Attributes", String.join("\n", attributes));
      }
      return context;
    }
  }

  /** What a table holds, to be read consistently or written. */
  Items items(Table table) {
    return table.items(now());
  }

  /** What a read of a table sees. */
  Items itemsFor(Table table, boolean consistent) {
    return consistent
        ? items(table)
        : staleReads.forThisRead(table.name()).orElseGet(() -> items(table));
  }

  // --- faults

  void freeze(int reads) {
    Map<String, Items> now = new LinkedHashMap<>();
    all.forEach((name, table) -> now.put(name, items(table)));
    staleReads.freeze(now, reads);
  }

  void conflict(int calls) {
    conflicts = calls;
  }

  /** Whether another transaction has this call's items. */
  boolean takeConflict() {
    boolean conflict = conflicts > 0;
    conflicts -= conflict ? 1 : 0;
    return conflict;
  }

  /** Refuses a single write while another transaction has its item. */
  void checkConflict() {
    if (takeConflict()) {
      throw AwsError.client("TransactionConflictException", "Transaction is ongoing for the item");
    }
  }

  void leaveUnprocessed(int calls, int keys) {
    incompleteBatches = calls;
    leftOfBatch = keys;
  }

  /** Of so many keys of a batch, how many are processed. */
  int processed(int keys) {
    if (incompleteBatches == 0) {
      return keys;
    }
    incompleteBatches--;
    return Math.max(0, keys - leftOfBatch);
  }

  /** Refuses parameters that are not simulated. */
  static void check(String operation, ObjectNode body, Set<String> simulated) {
    List<String> others = new ArrayList<>();
    body.fieldNames()
        .forEachRemaining(member -> {
          if (!simulated.contains(member)) {
            others.add(member);
          }
        });
    if (!others.isEmpty()) {
      throw Errors.notSimulated(String.join(", ", others) + " of " + operation);
    }
  }

  /** A parameter that takes one of some words; the first where it is absent. */
  static String choice(ObjectNode body, String member, String... words) {
    String given = Members.text(body, member);
    if (given == null) {
      return words[0];
    }
    if (!List.of(words).contains(given)) {
      throw Errors.validation(
          "1 validation error detected: Value '%s' at '%s' failed to satisfy constraint: Member must satisfy enum value set: %s"
              .formatted(
                  given,
                  Character.toLowerCase(member.charAt(0)) + member.substring(1),
                  List.of(words)));
    }
    return given;
  }

  /** A parameter that is an expression; null where it is absent. */
  static @Nullable ExpressionParser expression(
      ObjectNode body, String parameter, Placeholders placeholders) {
    String text = Members.text(body, parameter);
    return text == null ? null : new ExpressionParser(text, parameter, placeholders);
  }
}
