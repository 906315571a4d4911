package dev.slipway.simulator.sqs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.simulator.world.World;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a FIFO queue promises, whatever its senders and receivers do. */
class FifoQueuePropertiesTest {
  private static final int MAX_RECEIVES = 3;

  private record InFlight(Message message, String handle, Instant until) {}

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
  void keeps_order_in_each_group_and_loses_nothing(long seed) {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    try (World world = new World(Instant.EPOCH, 0)) {
      Map<String, Queue> queues = new HashMap<>();
      Queue dead = queue(world, queues, "dead.fifo", Map.of());
      Queue work =
          queue(
              world,
              queues,
              "work.fifo",
              Map.of(
                  "VisibilityTimeout",
                  "30",
                  "RedrivePolicy",
                  "{\"deadLetterTargetArn\":\"dead.fifo\",\"maxReceiveCount\":"
                      + MAX_RECEIVES
                      + "}"));

      List<String> sent = new ArrayList<>();
      Map<String, List<String>> done = new HashMap<>();
      List<InFlight> inFlight = new ArrayList<>();
      for (int step = 0; step < 400; step++) {
        switch (random.nextInt(8)) {
          case 0, 1 -> {
            String group = "g" + random.nextInt(4);
            String body = group + "-" + String.format("%04d", sent.size());
            work.send(new Outgoing(body, Map.of(), null, null, group, null, "test"));
            sent.add(body);
          }
          case 2, 3, 4 -> {
            int most = 1 + random.nextInt(10);
            List<Message> batch = work.receive(most, null);
            assertThat(batch).hasSizeLessThanOrEqualTo(most);
            Set<String> busy = new HashSet<>();
            inFlight.forEach(each -> busy.add(String.valueOf(each.message().groupId())));
            for (Message message : batch) {
              assertThat(busy)
                  .as("groups in flight")
                  .doesNotContain(String.valueOf(message.groupId()));
              inFlight.add(
                  new InFlight(message, message.receiptHandle(), world.now().plusSeconds(30)));
            }
          }
          case 5, 6 -> {
            // a receiver succeeds with the first that it holds of a group, or gives up
            if (!inFlight.isEmpty()) {
              InFlight one = inFlight.removeFirst();
              if (random.nextInt(4) > 0) {
                assertThat(work.delete(one.handle())).isTrue();
                done.computeIfAbsent(
                        String.valueOf(one.message().groupId()), _ -> new ArrayList<>())
                    .add(one.message().body());
              } else {
                inFlight.addFirst(one);
              }
            }
          }
          default -> pass(world, Duration.ofSeconds(random.nextInt(20)), inFlight);
        }
      }
      for (int rounds = 0; work.messages().size() > 0 && rounds < 100; rounds++) {
        pass(world, Duration.ofSeconds(31), inFlight);
        Set<String> failed = new HashSet<>();
        for (Message message : work.receive(10, null)) {
          String group = String.valueOf(message.groupId());
          if (failed.contains(group) || random.nextBoolean()) {
            failed.add(group);
          } else {
            assertThat(work.delete(message.receiptHandle())).isTrue();
            done.computeIfAbsent(group, _ -> new ArrayList<>()).add(message.body());
          }
        }
      }

      assertThat(done.values())
          .as("in the order of sending")
          .allSatisfy(group -> assertThat(group).isSorted());
      List<String> ended = new ArrayList<>();
      done.values().forEach(ended::addAll);
      dead.messages().forEach(message -> ended.add(message.body()));
      assertThat(ended)
          .as("acted on, or in the dead-letter queue, once")
          .containsExactlyInAnyOrderElementsOf(sent);
      assertThat(dead.messages())
          .allSatisfy(message -> assertThat(message.receiveCount()).isEqualTo(MAX_RECEIVES));
    }
  }

  /** Time passes; what it takes out of receivers' hands is no longer theirs. */
  private static void pass(World world, Duration time, List<InFlight> inFlight) {
    Instant end = world.now().plus(time);
    world.after(time, () -> {});
    world.runUntil(() -> !world.now().isBefore(end), time);
    inFlight.removeIf(each -> !each.until().isAfter(world.now()));
  }

  private static Queue queue(
      World world, Map<String, Queue> queues, String name, Map<String, String> attributes) {
    Map<String, String> all = new HashMap<>(attributes);
    all.put("FifoQueue", "true");
    all.put("ContentBasedDeduplication", "true");
    Queue queue =
        new Queue(
            world,
            (topic, line) -> {},
            arn -> Optional.ofNullable(queues.get(arn)),
            name,
            name,
            QueueAttributes.of(name, all),
            Map.of());
    queues.put(name, queue);
    return queue;
  }
}
