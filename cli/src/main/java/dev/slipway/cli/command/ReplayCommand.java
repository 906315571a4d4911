package dev.slipway.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.cli.view.ChangeView;
import dev.slipway.cli.view.DeadLettersView;
import dev.slipway.cli.view.Line;
import dev.slipway.cli.view.Response;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code slipway replay}: what was given up, or happened a while ago, once more. */
@Command(
    name = "replay",
    header = "List, redrive or discard dead letters; replay archived pushes.",
    synopsisSubcommandLabel = "[COMMAND]",
    footer = {
      "",
      "Examples:",
      "  slipway replay list",
      "  slipway replay redrive --all --dry-run",
      "  slipway replay archive --from 2h"
    })
final class ReplayCommand implements Runnable {
  @Spec private @Nullable CommandSpec spec;

  static CommandLine commandLine(Slipway slipway) {
    return new CommandLine(new ReplayCommand())
        .addSubcommand(new ListLetters(slipway))
        .addSubcommand(new Redrive(slipway))
        .addSubcommand(new Discard(slipway))
        .addSubcommand(new Archive(slipway));
  }

  @Override
  public void run() {
    if (spec == null) {
      throw new IllegalStateException("not run by picocli");
    }
    spec.commandLine().usage(spec.commandLine().getOut());
  }

  /** {@code slipway replay list}. */
  @Command(
      name = "list",
      header = "List the dead letters: what each was, how often it was tried, what went wrong.",
      footer = {"", "Examples:", "  slipway replay list", "  slipway replay list -o json"})
  static final class ListLetters extends StackCommand {
    ListLetters(Slipway slipway) {
      super(slipway);
    }

    @Override
    ExitCode run(Session session) {
      ObjectNode answer = session.ask("list", Session.request());
      List<JsonNode> messages = Response.list(answer, "messages");
      session.show(
          answer,
          () ->
              messages.isEmpty()
                  ? List.of(Line.of("There are no dead letters."))
                  : new DeadLettersView(session.moments(), session.columns()).lines(messages));
      return ExitCode.DONE;
    }
  }

  /** {@code slipway replay redrive}. */
  @Command(
      name = "redrive",
      header = "Send dead letters back to the queue that they came from.",
      description = {"", "Fix the cause first: otherwise the message comes back with its reason."},
      footer = {
        "",
        "Examples:",
        "  slipway replay redrive --all",
        "  slipway replay redrive 6f1c2f0e-8f3a-4f6e-9d57-0d0f6f2a7d11"
      })
  static final class Redrive extends ChangeCommand {
    @ArgGroup(multiplicity = "1")
    private Letters letters = new Letters();

    /** Some, or all. */
    static final class Letters {
      @Parameters(arity = "1..*", paramLabel = "ID", description = "These, as list names them.")
      private List<String> ids = List.of();

      @Option(names = "--all", required = true, description = "All that are there.")
      private boolean all;
    }

    Redrive(Slipway slipway) {
      super(slipway);
    }

    @Override
    public String command() {
      return "redrive";
    }

    @Override
    public ObjectNode request() {
      ObjectNode request = Session.request();
      if (letters.all) {
        return request.put("all", true);
      }
      letters.ids.forEach(request.putArray("ids")::add);
      return request;
    }

    @Override
    public List<Line> lines(ChangeView view, JsonNode answer, boolean done) {
      return view.redriven(answer, done);
    }

    @Override
    public String question() {
      return letters.all ? "Redrive all of them?" : "Redrive them?";
    }

    @Override
    public boolean isAnything(JsonNode answer) {
      return !Response.list(answer, "redriven").isEmpty();
    }
  }

  /** {@code slipway replay discard}. */
  @Command(
      name = "discard",
      header = "Delete dead letters that can never succeed.",
      description = {
        "",
        "A malformed message comes back each time it is redriven, and keeps the alarm on. What is",
        "deleted here is in ReplayFunction's log. A push that is deleted loses nothing: what is",
        "deployed is what the tags point at."
      },
      footer = {
        "",
        "Examples:",
        "  slipway replay discard 6f1c2f0e-8f3a-4f6e-9d57-0d0f6f2a7d11",
        "  slipway replay discard 6f1c2f0e-8f3a-4f6e-9d57-0d0f6f2a7d11 --dry-run"
      })
  static final class Discard extends ChangeCommand {
    @Parameters(arity = "1..*", paramLabel = "ID", description = "These, as list names them.")
    private List<String> ids = List.of();

    Discard(Slipway slipway) {
      super(slipway);
    }

    @Override
    public String command() {
      return "discard";
    }

    @Override
    public ObjectNode request() {
      ObjectNode request = Session.request();
      ids.forEach(request.putArray("ids")::add);
      return request;
    }

    @Override
    public List<Line> lines(ChangeView view, JsonNode answer, boolean done) {
      return view.discarded(answer, done);
    }

    @Override
    public String question() {
      return ids.size() == 1 ? "Delete it?" : "Delete them?";
    }

    @Override
    public boolean isAnything(JsonNode answer) {
      return !Response.list(answer, "discarded").isEmpty();
    }
  }

  /** {@code slipway replay archive}. */
  @Command(
      name = "archive",
      header = "Replay the pushes of a period from EventBridge's archive.",
      description = {
        "",
        "A push is a hint: what is deployed is what the tags point at now, and the preview says",
        "what that would be."
      },
      footer = {
        "",
        "A TIME is 2026-11-21T10:00 (yours), 2026-11-21T10:00:00Z, or as long ago as 90m, 2h, 1d.",
        "",
        "Examples:",
        "  slipway replay archive --from 2h --dry-run",
        "  slipway replay archive --from 2026-11-21T09:00 --to 2026-11-21T10:30"
      })
  static final class Archive extends ChangeCommand {
    private final Slipway slipway;

    @Option(
        names = "--from",
        required = true,
        paramLabel = "TIME",
        description = "From this time on.")
    private String from = "";

    @Option(names = "--to", paramLabel = "TIME", description = "Up to this time; by default now.")
    private String to = "0m";

    Archive(Slipway slipway) {
      super(slipway);
      this.slipway = slipway;
    }

    @Override
    public String command() {
      return "archive";
    }

    @Override
    public ObjectNode request() {
      return Session.request().put("from", time("--from", from)).put("to", time("--to", to));
    }

    private String time(String option, String text) {
      return slipway
          .moments()
          .parse(text)
          .orElseThrow(() ->
              new CommandFailure(
                  ExitCode.USAGE,
                  option
                      + ": "
                      + text
                      + " is not a time; pass 2026-11-21T10:00, 2026-11-21T10:00:00Z, or 90m for 90"
                      + " minutes ago"))
          .toString();
    }

    @Override
    public List<Line> lines(ChangeView view, JsonNode answer, boolean done) {
      return view.archive(answer, done);
    }

    @Override
    public String question() {
      return "Replay the pushes from " + from + " on?";
    }

    @Override
    public boolean isAnything(JsonNode answer) {
      return true; // which pushes there were, only EventBridge knows
    }
  }
}
