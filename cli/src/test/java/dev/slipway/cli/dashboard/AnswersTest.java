package dev.slipway.cli.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.slipway.cli.stack.StackException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AnswersTest {
  private static final Duration YOUNG = Duration.ofSeconds(4);

  private final AtomicInteger asked = new AtomicInteger();
  private Instant now = Instant.parse("2026-11-21T12:00:00Z");
  private final Answers answers = new Answers(() -> now);

  private JsonNode ask() {
    return JsonNodeFactory.instance.numberNode(asked.incrementAndGet());
  }

  private String get() {
    return answers.get("services", YOUNG, this::ask).body();
  }

  @Test
  void a_young_answer_is_given_to_everybody_and_an_old_one_is_asked_for_again() {
    assertThat(get()).isEqualTo("1");
    now = now.plusSeconds(3);
    assertThat(get()).isEqualTo("1");
    now = now.plusSeconds(1);
    assertThat(get()).isEqualTo("2");

    assertThat(answers.get("others", YOUNG, this::ask).body()).isEqualTo("3");
  }

  @Test
  void while_one_asks_the_others_wait_for_the_same_answer() throws Exception {
    int viewers = 8;
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch answered = new CountDownLatch(1);
    Callable<String> view =
        () ->
            answers
                .get(
                    "services",
                    YOUNG,
                    () -> {
                      begun.countDown();
                      await(answered);
                      return ask();
                    })
                .body();
    try (ExecutorService threads = Executors.newFixedThreadPool(viewers)) {
      List<Future<String>> all =
          IntStream.range(0, viewers).mapToObj(_ -> threads.submit(view)).toList();
      begun.await();
      answered.countDown();
      for (Future<String> one : all) {
        assertThat(one.get()).isEqualTo("1");
      }
    }

    assertThat(asked).hasValue(1);
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  @Test
  void an_error_is_told_to_all_too_and_forgets_no_answer() {
    get();
    now = now.plus(YOUNG);
    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(() ->
              answers.get(
                  "services",
                  YOUNG,
                  () -> {
                    asked.incrementAndGet();
                    throw new StackException("no network");
                  }))
          .hasMessage("no network");
    }

    assertThat(asked).hasValue(2);
    assertThat(answers.latest("services")).map(Answers.Answer::body).contains("1");

    now = now.plus(YOUNG);
    assertThat(get()).isEqualTo("3");
  }

  @Test
  void after_a_change_all_is_asked_for_anew_also_what_was_under_way_then() {
    get();
    answers.expire();
    assertThat(get()).isEqualTo("2");

    now = now.plus(YOUNG);
    answers.get(
        "services",
        YOUNG,
        () -> {
          answers.expire();
          return ask();
        });
    assertThat(get()).isEqualTo("4");
  }

  @Test
  void the_same_answer_has_the_same_tag_and_another_one_another() {
    Answers.Answer one = Answers.Answer.of(FakeStack.json("{'a': 1}"), now);

    assertThat(Answers.Answer.of(FakeStack.json("{'a': 1}"), now.plusSeconds(9)).etag())
        .isEqualTo(one.etag());
    assertThat(Answers.Answer.of(FakeStack.json("{'a': 2}"), now).etag())
        .isNotEqualTo(one.etag())
        .matches("\"[0-9a-f]+-[0-9a-f]+\"");
  }
}
