package dev.slipway.cli.dashboard;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.cli.view.Line;
import dev.slipway.cli.view.Style;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

/** A stack that remembers what it was asked. */
final class FakeStack implements Stack {
  static final String STATUS =
      """
      {'services': [{'service': 'website/web', 'environment': 'staging', 'desired': 2,
        'running': 2, 'state': 'up to date', 'decision': 'Current', 'rollout': 'COMPLETED'}]}
      """;

  final List<String> asked = new CopyOnWriteArrayList<>();
  private volatile Supplier<ObjectNode> answer = () -> json(STATUS);
  private volatile Optional<String> changed = Optional.empty();

  /** JSON in which ' stands for ". */
  static ObjectNode json(String text) {
    try {
      return (ObjectNode) new ObjectMapper().readTree(text.replace('\'', '"'));
    } catch (JsonProcessingException e) {
      throw new AssertionError(text, e);
    }
  }

  void answers(Supplier<ObjectNode> next) {
    answer = next;
  }

  void answers(String text) {
    answers(() -> json(text));
  }

  /** By the time that a plan is carried out it is another one. */
  void changesMeanwhile(String why) {
    changed = Optional.of(why);
  }

  @Override
  public ObjectNode status() {
    asked.add("status");
    return answer.get();
  }

  @Override
  public ObjectNode ask(String query, ObjectNode request) {
    asked.add(query + " " + request);
    return answer.get();
  }

  @Override
  public Plan plan(String command, Map<String, String> options, String... arguments) {
    asked.add("plan %s %s %s".formatted(command, options, List.of(arguments)));
    return new FakePlan(String.join(" ", arguments));
  }

  private final class FakePlan implements Plan {
    private final String about;

    FakePlan(String about) {
      this.about = about;
    }

    @Override
    public List<Line> lines() {
      return List.of(Line.of(about, Style.STRONG).and(" would be changed"));
    }

    @Override
    public boolean isAnything() {
      return !about.equals("nothing");
    }

    @Override
    public Optional<String> refusal() {
      return Optional.empty();
    }

    @Override
    public String commandLine() {
      return "slipway change " + about;
    }

    @Override
    public Outcome carryOut() {
      asked.add("carry out " + about);
      Optional<String> why = changed;
      changed = Optional.empty();
      return why.isPresent()
          ? new Outcome(List.of(), why, Optional.of(new FakePlan("another")))
          : new Outcome(
              List.of(Line.of(about + " is changed")), Optional.empty(), Optional.empty());
    }
  }
}
