package dev.slipway.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.cli.dashboard.Plan;
import dev.slipway.cli.dashboard.Refusal;
import dev.slipway.cli.dashboard.Stack;
import dev.slipway.cli.view.ChangeView;
import dev.slipway.cli.view.Line;
import dev.slipway.cli.view.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/**
 * The stack as the dashboard sees it: through the session, and for changes through the commands
 * themselves, so that what the page shows before a change is what {@code --dry-run} prints.
 */
final class DashboardStack implements Stack {
  /** Texts are broken where the window ends, by the browser. */
  private static final ChangeView VIEW = new ChangeView(Integer.MAX_VALUE);

  private final Slipway slipway;
  private final Session session;
  private final Optional<String> environment;

  DashboardStack(Slipway slipway, Session session, Optional<String> environment) {
    this.slipway = slipway;
    this.session = session;
    this.environment = environment;
  }

  @Override
  public ObjectNode status() {
    ObjectNode request = Session.request();
    environment.ifPresent(name -> request.put("environment", name));
    return answered(() -> StatusCommand.pages(session, request));
  }

  @Override
  public ObjectNode ask(String query, ObjectNode request) {
    return answered(() -> session.ask(query, request));
  }

  private static ObjectNode answered(Supplier<ObjectNode> asked) {
    try {
      return asked.get();
    } catch (CommandFailure e) {
      throw new Refusal(String.valueOf(e.getMessage()));
    }
  }

  @Override
  public Plan plan(String command, Map<String, String> options, String... arguments) {
    ChangeCommand change = change(command);
    List<String> line = line(options, arguments);
    try {
      // nothing of what the page sends is the name of a file with more arguments
      new CommandLine(change).setExpandAtFiles(false).parseArgs(line.toArray(String[]::new));
    } catch (ParameterException e) {
      throw new Refusal(Slipway.sentence(e));
    }
    ObjectNode request = change.request();
    ObjectNode preview = answered(() -> change.preview(session, request));
    return new Shown(change, commandLine(command, options, arguments), request, preview);
  }

  private ChangeCommand change(String command) {
    return switch (command) {
      case "deploy" -> new DeployCommand(slipway);
      case "restart" -> new RestartCommand(slipway);
      case "rollback" -> new RollbackCommand(slipway);
      case "promote" -> new PromoteCommand(slipway);
      case "approve" -> new ApproveCommand(slipway);
      case "pause" -> new PauseCommand(slipway);
      case "resume" -> new ResumeCommand(slipway);
      case "replay redrive" -> new ReplayCommand.Redrive(slipway);
      case "replay discard" -> new ReplayCommand.Discard(slipway);
      default -> throw new Refusal("there is no change " + command);
    };
  }

  /** As a shell would pass them: no argument is taken for an option. */
  private static List<String> line(Map<String, String> options, String... arguments) {
    List<String> line = new ArrayList<>();
    options.forEach((name, value) -> line.add("--" + name + (value.isEmpty() ? "" : "=" + value)));
    if (arguments.length > 0) {
      line.add("--");
      line.addAll(List.of(arguments));
    }
    return line;
  }

  /** As people would type it. */
  private static String commandLine(
      String command, Map<String, String> options, String... arguments) {
    StringBuilder typed = new StringBuilder("slipway ").append(command);
    for (String argument : arguments) {
      typed.append(' ').append(quoted(argument));
    }
    options.forEach((name, value) ->
        typed.append(" --").append(name).append(value.isEmpty() ? "" : " " + quoted(value)));
    return typed.toString();
  }

  private static String quoted(String word) {
    return word.matches("[\\w./:@=+-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
  }

  /** A change that was previewed. */
  private final class Shown implements Plan {
    private final ChangeCommand change;
    private final String commandLine;
    private final ObjectNode request;
    private final JsonNode preview;

    Shown(ChangeCommand change, String commandLine, ObjectNode request, JsonNode preview) {
      this.change = change;
      this.commandLine = commandLine;
      this.request = request;
      this.preview = preview;
    }

    @Override
    public List<Line> lines() {
      return change.lines(VIEW, preview, false);
    }

    @Override
    public boolean isAnything() {
      return change.isAnything(preview);
    }

    @Override
    public Optional<String> refusal() {
      return change.refusal(preview);
    }

    @Override
    public String commandLine() {
      return commandLine;
    }

    @Override
    public Outcome carryOut() {
      ObjectNode confirmed = request.deepCopy();
      Session.bind(confirmed, preview);
      ObjectNode answer = session.invoke(change.command(), session.signed(confirmed));
      Optional<String> refused = Response.text(answer, Session.REFUSED);
      if (refused.isPresent()) {
        return new Outcome(
            List.of(),
            refused,
            answer.hasNonNull("preview")
                ? Optional.of(new Shown(change, commandLine, request, answer.get("preview")))
                : Optional.empty());
      }
      return new Outcome(
          change.lines(VIEW, answer, true), change.refusal(answer), Optional.empty());
    }
  }
}
