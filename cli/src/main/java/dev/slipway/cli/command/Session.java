package dev.slipway.cli.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.cli.stack.Functions;
import dev.slipway.cli.stack.ServiceTags;
import dev.slipway.cli.stack.StackException;
import dev.slipway.cli.view.ChangeView;
import dev.slipway.cli.view.Layout;
import dev.slipway.cli.view.Line;
import dev.slipway.cli.view.Response;
import dev.slipway.cli.view.Style;
import dev.slipway.cli.view.TerminalText;
import dev.slipway.cli.view.TimeFormat;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One run of the command: a stack's functions to ask, and a terminal to answer on. */
final class Session implements AutoCloseable {
  private static final ObjectMapper MAPPER =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  /** The member of an answer that says why what was asked for is not done. */
  static final String REFUSED = "refused";

  /** What a dry run says is to be done, for a function to compare. */
  static final String PLAN = "plan";

  /** The member of a refusal that says that the request makes no sense, whatever there is. */
  private static final String MALFORMED = "malformed";

  /** The member of a refusal that says that the service that is named is not there. */
  private static final String NO_SUCH_SERVICE = "noSuchService";

  /** Members of requests, as the command line has them: of all commands, or of the one named. */
  private static final Map<String, String> OPTIONS =
      Map.ofEntries(
          Map.entry("revision", "--to"),
          Map.entry("digest", "--digest"),
          Map.entry("tag", "--tag"),
          Map.entry("limit", "--limit"),
          Map.entry("since", "--since"),
          Map.entry("container", "--container"),
          Map.entry("note", "--note"),
          Map.entry("override", "--override"),
          Map.entry("repository", "--repository"),
          Map.entry("diff from", "REVISION"),
          Map.entry("diff to", "REVISION"),
          Map.entry("archive from", "--from"),
          Map.entry("archive to", "--to"),
          Map.entry("service", "SERVICE"),
          Map.entry("environment", "--environment"));

  private final Functions functions;
  private final Supplier<ServiceTags> tags;
  private final Terminal terminal;
  private final Output output;
  private final TimeFormat moments;
  private final Consumer<Duration> sleep;
  private @Nullable String caller;

  Session(
      Functions functions,
      Supplier<ServiceTags> tags,
      Terminal terminal,
      Output output,
      TimeFormat moments,
      Consumer<Duration> sleep) {
    this.functions = functions;
    this.tags = tags;
    this.terminal = terminal;
    this.output = output;
    this.moments = moments;
    this.sleep = sleep;
  }

  /** The same, for a caller that shows the answers itself: a refusal is not printed as JSON. */
  Session unprinted() {
    return new Session(functions, tags, terminal, Output.table, moments, sleep);
  }

  static ObjectNode request() {
    return MAPPER.createObjectNode();
  }

  Terminal terminal() {
    return terminal;
  }

  TimeFormat moments() {
    return moments;
  }

  boolean isJson() {
    return output == Output.json;
  }

  int columns() {
    return terminal.columns();
  }

  /** Tables are cut on a screen only. */
  Layout layout(boolean details) {
    return new Layout(
        terminal.columns(), terminal.redraws() ? terminal.columns() : Integer.MAX_VALUE, details);
  }

  void pause(Duration time) {
    sleep.accept(time);
  }

  /**
   * Shows an answer, and those after it, until the time is over.
   *
   * @param first that was given already
   * @param next asks again
   * @param timeout from now on
   * @param interval between two answers
   */
  void follow(
      ObjectNode first,
      Supplier<ObjectNode> next,
      Duration timeout,
      Duration interval,
      Consumer<ObjectNode> show) {
    Instant end = moments.now().plus(timeout);
    show.accept(first);
    while (moments.now().plus(interval).isBefore(end)) {
      pause(interval);
      show.accept(next.get());
    }
  }

  /**
   * Has a command carried out.
   *
   * @throws CommandFailure if it refuses
   */
  ObjectNode ask(String command, ObjectNode request) {
    return done(command, functions.invoke(command, request));
  }

  /** Has a command carried out, and gives what is answered, be it a refusal. */
  ObjectNode invoke(String command, ObjectNode request) {
    return functions.invoke(command, request);
  }

  private ObjectNode done(String command, ObjectNode answer) {
    Optional<String> refused = Response.text(answer, REFUSED);
    if (refused.isPresent()) {
      if (isJson()) {
        print(answer);
      }
      throw refused(command, refused.get(), answer);
    }
    return answer;
  }

  /**
   * A function names the member of the request that it refuses; people know the option. What makes
   * no sense is a mistake on the command line, whoever finds it. Where a service is not there,
   * people may be somewhere else than they think.
   */
  private CommandFailure refused(String command, String why, ObjectNode answer) {
    int colon = Math.max(0, why.indexOf(": "));
    String member = why.substring(0, colon);
    @Nullable String option = OPTIONS.getOrDefault(command + " " + member, OPTIONS.get(member));
    String sentence = option == null ? why : option + why.substring(colon);
    if (answer.path(MALFORMED).asBoolean()) {
      return new CommandFailure(ExitCode.USAGE, sentence);
    }
    return new CommandFailure(
        ExitCode.REFUSED,
        "refused: "
            + sentence
            + (answer.path(NO_SUCH_SERVICE).asBoolean()
                ? "%s Looked%s".formatted(sentence.endsWith("?") ? "" : ".", functions.place())
                : ""));
  }

  /**
   * Has a command carried out that answers page by page.
   *
   * @param most pages: more than any account has. A stack that still has more would lead in a
   *     circle
   * @return every page, without the member that leads to the next
   * @throws CommandFailure if it refuses
   */
  List<ObjectNode> pages(String command, ObjectNode request, int most) {
    List<ObjectNode> pages = new ArrayList<>();
    Optional<String> next = Optional.empty();
    do {
      ObjectNode asked = request.deepCopy();
      next.ifPresent(page -> asked.put("page", page));
      ObjectNode page = ask(command, asked);
      next = Response.text(page, "next");
      page.remove("next");
      pages.add(page);
    } while (next.isPresent() && pages.size() < most);
    return pages;
  }

  /** Prints an answer: the lines for people, or itself for scripts. */
  void show(JsonNode answer, Supplier<List<Line>> lines) {
    if (isJson()) {
      print(answer);
    } else {
      terminal.print(lines.get());
    }
  }

  private void print(JsonNode answer) {
    try {
      terminal.out().println(TerminalText.json(MAPPER.writeValueAsString(answer)));
      terminal.out().flush();
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("an answer that was read cannot be written", e);
    }
  }

  /** On one line, for those that read a stream of them. */
  void printLine(JsonNode answer) {
    terminal.out().println(TerminalText.json(answer.toString()));
    terminal.out().flush();
  }

  /**
   * Makes a change: what it would do is shown, then the user is asked, then it is done. The plan
   * that was shown goes with the request: the function refuses to do another, and what it would do
   * now is shown.
   *
   * @throws CommandFailure if it is refused, or declined, or nobody can be asked
   */
  void make(Change change, Confirmation consent) {
    ChangeView view = new ChangeView(columns());
    ObjectNode request = change.request();
    if (consent.isDryRun()) {
      ObjectNode preview = change.preview(this, request);
      show(preview, () -> change.lines(view, preview, false));
      requireNotRefused(change, preview);
      return;
    }
    if (!consent.isGiven()) {
      // what makes no sense is refused here, wherever it is asked
      ObjectNode preview = change.preview(this, request);
      if (!terminal.canAsk()) {
        throw new CommandFailure(
            ExitCode.USAGE, "there is no terminal to ask on: pass --yes to do it, or --dry-run");
      }
      terminal.tell(change.lines(view, preview, false));
      if (!change.isAnything(preview)) {
        if (isJson()) {
          print(preview);
        }
        requireNotRefused(change, preview);
        return;
      }
      if (!terminal.confirms(change.question())) {
        throw new CommandFailure(ExitCode.DECLINED, "nothing was changed");
      }
      bind(request, preview);
    }
    ObjectNode answer = change.apply(this, request);
    show(answer, () -> change.lines(view, answer, true));
    requireNotRefused(change, answer);
  }

  /** Has a request say what was shown: the function does that or nothing. */
  static void bind(ObjectNode request, JsonNode preview) {
    if (preview.hasNonNull(PLAN)) { // a stack of an older version gives none, and takes none
      request.set(PLAN, preview.get(PLAN));
    }
  }

  /**
   * Has a change carried out. If it is no longer what was shown, what it would be now is shown.
   *
   * @throws CommandFailure if it is refused
   */
  ObjectNode carryOut(Change change, ObjectNode request) {
    ObjectNode given = functions.invoke(change.command(), signed(request));
    if (given.has(REFUSED) && given.hasNonNull("preview")) {
      terminal.tell(change.lines(new ChangeView(columns()), given.get("preview"), false));
    }
    return done(change.command(), given);
  }

  private static void requireNotRefused(Change change, JsonNode answer) {
    change
        .refusal(answer)
        .ifPresent(refusal -> {
          throw new CommandFailure(ExitCode.REFUSED, refusal);
        });
  }

  /** A copy of a request, with the caller's ARN. */
  ObjectNode signed(ObjectNode request) {
    return request.deepCopy().put("by", by());
  }

  /** Asked until AWS has said it. A change is made even if AWS does not say who makes it. */
  private synchronized String by() {
    String known = caller;
    if (known == null) {
      try {
        known = functions.caller().arn();
      } catch (StackException e) {
        terminal.tell(
            List.of(
                Line.of("warning: ", Style.BUSY)
                    .and(e.getMessage() + "; the change is recorded as by unknown")));
        return "unknown";
      }
      caller = known;
    }
    return known;
  }

  /** Changes tags of services, with the caller's own permissions. */
  void retag(Consumer<ServiceTags> change) {
    try (ServiceTags open = tags.get()) {
      change.accept(open);
    }
  }

  @Override
  public void close() {
    functions.close();
  }
}
