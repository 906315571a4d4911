package dev.slipway.simulator.dynamodb;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.simulator.world.Account;
import dev.slipway.simulator.world.Authorizer;
import dev.slipway.simulator.world.AwsError;
import dev.slipway.simulator.world.AwsOperation;
import dev.slipway.simulator.world.AwsService;
import dev.slipway.simulator.world.World;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Amazon DynamoDB, in its JSON protocol.
 *
 * <p>An item that is past its time to live vanishes with the first look at its table; DynamoDB
 * takes up to a few days.
 *
 * @see <a href="https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/">DynamoDB API
 *     Reference</a>
 */
public final class DynamoDbService implements AwsService {
  private final World world;
  private final Tables tables;
  private final TableOperations ofTables;
  private final Map<String, AwsOperation.OfMembers> operations;

  /** Without tables yet. */
  public DynamoDbService(World world, Authorizer authorizer, Account account) {
    this.world = world;
    this.tables = new Tables(world, account, authorizer);
    this.ofTables = new TableOperations(tables);
    var ofItems = new ItemOperations(tables);
    var queries = new QueryOperations(tables);
    var batches = new BatchOperations(tables);
    var transactions = new TransactionOperations(tables);
    this.operations =
        Map.ofEntries(
            Map.entry("CreateTable", ofTables::create),
            Map.entry("DescribeTable", ofTables::describe),
            Map.entry("DeleteTable", ofTables::delete),
            Map.entry("ListTables", ofTables::list),
            Map.entry("DescribeContinuousBackups", ofTables::describeBackups),
            Map.entry("UpdateContinuousBackups", ofTables::updateBackups),
            Map.entry("DescribeTimeToLive", ofTables::describeTimeToLive),
            Map.entry("UpdateTimeToLive", ofTables::updateTimeToLive),
            Map.entry("ListTagsOfResource", ofTables::listTags),
            Map.entry("GetItem", ofItems::get),
            Map.entry("PutItem", ofItems::put),
            Map.entry("UpdateItem", ofItems::update),
            Map.entry("DeleteItem", ofItems::delete),
            Map.entry("Query", queries::query),
            Map.entry("Scan", queries::scan),
            Map.entry("BatchGetItem", batches::get),
            Map.entry("BatchWriteItem", batches::write),
            Map.entry("TransactGetItems", transactions::get),
            Map.entry("TransactWriteItems", transactions::write));
  }

  @Override
  public String signingName() {
    return "dynamodb";
  }

  @Override
  public Map<String, AwsOperation.OfMembers> operations() {
    return operations;
  }

  /**
   * Creates a table, as the template has it.
   *
   * @param request as CreateTable takes it
   * @param timeToLive the attribute that holds when an item expires; null if none does
   * @throws AwsError if CreateTable would answer with one
   */
  public void create(ObjectNode request, @Nullable String timeToLive, boolean pointInTimeRecovery) {
    world.run(() -> {
      Table table = ofTables.create(Tables.name(request, "TableName"), request);
      table.set(
          table.settings().withTimeToLive(timeToLive).withPointInTimeRecovery(pointInTimeRecovery));
    });
  }

  /** Whether there is a table of that name. */
  public boolean has(String table) {
    return world.call(() -> tables.all().containsKey(table));
  }

  /**
   * A fault: the next eventually consistent reads (without {@code ConsistentRead}) answer as tables
   * are now, whatever happens in between. Each key of a BatchGetItem counts as a read.
   */
  public void answerStale(int reads) {
    world.run(() -> tables.freeze(reads));
  }

  /**
   * A fault: of the next batches (BatchGetItem, BatchWriteItem) so many keys at the end stay
   * unprocessed.
   */
  public void leaveUnprocessed(int calls, int keys) {
    world.run(() -> tables.leaveUnprocessed(calls, keys));
  }

  /**
   * A fault: the next writes meet a transaction that is under way. TransactWriteItems is cancelled
   * with the reason TransactionConflict for its first item, a single write answers
   * TransactionConflictException.
   */
  public void conflict(int calls) {
    world.run(() -> tables.conflict(calls));
  }
}
