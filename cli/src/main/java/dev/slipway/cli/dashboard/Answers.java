package dev.slipway.cli.dashboard;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.cli.stack.StackException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * What the stack answered, for all who look at the page: while a question is under way nobody asks
 * it again, and an answer that is young is given to everybody. So a second window costs no call.
 */
final class Answers {
  /** More questions than these are not remembered: an answer is large where there are many. */
  private static final int MOST = 100;

  private final InstantSource clock;
  private final AtomicInteger changes = new AtomicInteger();
  private final Map<String, Question> questions =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Question> eldest) {
          return size() > MOST;
        }
      };

  Answers(InstantSource clock) {
    this.clock = clock;
  }

  /**
   * An answer as it is sent.
   *
   * @param body JSON
   * @param etag another one for another body
   * @param at when the stack gave it
   */
  record Answer(String body, String etag, Instant at) {
    static Answer of(JsonNode document, Instant at) {
      String body = document.toString();
      CRC32C sum = new CRC32C();
      sum.update(body.getBytes(StandardCharsets.UTF_8));
      return new Answer(body, "\"%x-%x\"".formatted(body.length(), sum.getValue()), at);
    }

    Duration age(Instant now) {
      return Duration.between(at, now);
    }
  }

  /** A question, and what came of it last. */
  private static final class Question {
    private final ReentrantLock asking = new ReentrantLock();
    private volatile @Nullable Answer answer;
    private @Nullable RuntimeException failure;
    private volatile @Nullable Instant asked;
  }

  /** What was answered last, however long ago. */
  Optional<Answer> latest(String key) {
    return Optional.ofNullable(question(key).answer);
  }

  /**
   * What was answered within a time, or is answered now. Also an error is told to all.
   *
   * @param key of the question
   * @throws Refusal if the stack refuses
   * @throws StackException if there is no answer
   */
  Answer get(String key, Duration young, Supplier<JsonNode> ask) {
    Question question = question(key);
    question.asking.lock();
    try {
      Instant asked = question.asked;
      if (asked == null || !asked.plus(young).isAfter(clock.instant())) {
        ask(question, ask);
      }
      if (question.failure != null) {
        throw question.failure;
      }
      Answer answer = question.answer;
      if (answer == null) {
        throw new IllegalStateException("neither an answer nor an error: " + key);
      }
      return answer;
    } finally {
      question.asking.unlock();
    }
  }

  private void ask(Question question, Supplier<JsonNode> ask) {
    question.failure = null;
    int before = changes.get();
    try {
      question.answer = Answer.of(ask.get(), clock.instant());
    } catch (Refusal | StackException e) {
      question.failure = e;
    }
    // from its end on: a slow answer is not asked for again at once
    question.asked = changes.get() == before ? clock.instant() : null;
  }

  /** Something was changed: what was answered before is shown still, and asked for anew. */
  void expire() {
    changes.incrementAndGet();
    synchronized (questions) {
      questions.values().forEach(question -> question.asked = null);
    }
  }

  private Question question(String key) {
    synchronized (questions) {
      return questions.computeIfAbsent(key, _ -> new Question());
    }
  }
}
