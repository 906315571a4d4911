package dev.slipway.simulator.lambda;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.simulator.sqs.Message;
import dev.slipway.simulator.sqs.Queue;
import dev.slipway.simulator.world.Account;
import dev.slipway.simulator.world.Journal;
import dev.slipway.simulator.world.World;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Takes messages from a queue and invokes a function with them. Guarded by the world's lock.
 *
 * <p>What the function was successful with is deleted. What it failed with stays hidden until its
 * visibility timeout is over, and is then received again, or goes to the dead-letter queue (<a
 * href="https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html">error
 * handling of SQS event sources</a>). Of a FIFO queue's message group one batch is in flight at a
 * time: the queue sees to that.
 */
final class EventSourceMapping {
  /** Runs the function, and has its outcome settled under the lock. */
  interface Invoker {
    void invoke(FunctionReference function, String payload, Consumer<Outcome> settle);
  }

  /** Between a message's coming and a batch's going: what comes together goes together. */
  private static final Duration LATENCY = Duration.ofMillis(50);

  /** AWS begins with five batches at the same time. */
  private static final int USUAL_CONCURRENCY = 5;

  private final World world;
  private final Journal journal;
  private final Account account;
  private final Queue queue;
  private final MappingSettings settings;
  private final FunctionReference function;
  private final Invoker invoker;
  private int running;
  private boolean polls;
  private boolean stopped;

  EventSourceMapping(
      World world,
      Journal journal,
      Account account,
      Queue queue,
      MappingSettings settings,
      FunctionReference function,
      Invoker invoker) {
    this.world = world;
    this.journal = journal;
    this.account = account;
    this.queue = queue;
    this.settings = settings;
    this.function = function;
    this.invoker = invoker;
  }

  void start() {
    if (settings.enabled()) {
      queue.onReceivable(this::wake);
      wake();
    }
  }

  void stop() {
    stopped = true;
  }

  private void wake() {
    if (!polls && !stopped) {
      polls = true;
      world.after(LATENCY, this::poll);
    }
  }

  private void poll() {
    polls = false;
    int concurrency =
        settings.maximumConcurrency() == 0 ? USUAL_CONCURRENCY : settings.maximumConcurrency();
    while (running < concurrency && !stopped) {
      List<Message> batch = queue.receive(settings.batchSize(), null);
      if (batch.isEmpty()) {
        return;
      }
      running++;
      // taken down now: a message that is received again has another receipt handle by then
      List<String> receiptHandles = batch.stream().map(Message::receiptHandle).toList();
      invoker.invoke(
          function,
          event(batch),
          outcome -> {
            running--;
            settle(batch, receiptHandles, outcome);
            wake();
          });
    }
  }

  private void settle(List<Message> batch, List<String> receiptHandles, Outcome outcome) {
    if (outcome.failed()) {
      journal.note(
          "lambda",
          function.title()
              + " failed with "
              + batch.size()
              + " of "
              + queue.name()
              + ": they come back when their visibility timeout is over");
      return;
    }
    Set<String> failed =
        settings.reportBatchItemFailures()
            ? BatchItemFailures.of(outcome.payload(), batch)
            : Set.of();
    for (int i = 0; i < batch.size(); i++) {
      Message message = batch.get(i);
      if (!failed.contains(message.id()) && !queue.delete(receiptHandles.get(i))) {
        journal.note(
            "lambda",
            function.title()
                + " was too late: message "
                + message.id()
                + " of "
                + queue.name()
                + " had become visible again");
      }
    }
    if (!failed.isEmpty()) {
      journal.note(
          "lambda",
          function.title()
              + " reports "
              + failed.size()
              + " of "
              + batch.size()
              + " messages of "
              + queue.name()
              + " as failed");
    }
  }

  private String event(List<Message> batch) {
    ObjectNode event = JsonNodeFactory.instance.objectNode();
    ArrayNode entries = event.putArray("Records");
    for (Message message : batch) {
      ObjectNode entry = entries.addObject();
      entry.put("messageId", message.id());
      entry.put("receiptHandle", message.receiptHandle());
      entry.put("body", message.body());
      ObjectNode system = entry.putObject("attributes");
      message.systemAttributes().forEach(system::put);
      ObjectNode attributes = entry.putObject("messageAttributes");
      message
          .attributes()
          .forEach((name, attribute) -> {
            ObjectNode one = attributes.putObject(name);
            if (attribute.binary() == null) {
              one.put("stringValue", attribute.text());
            } else {
              one.put("binaryValue", attribute.binary());
            }
            one.putArray("stringListValues");
            one.putArray("binaryListValues");
            one.put("dataType", attribute.dataType());
          });
      entry.put("md5OfBody", message.bodyMd5());
      entry.put("eventSource", "aws:sqs");
      entry.put("eventSourceARN", queue.arn());
      entry.put("awsRegion", account.region());
    }
    return event.toString();
  }
}
