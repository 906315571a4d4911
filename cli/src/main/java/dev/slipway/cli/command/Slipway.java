package dev.slipway.cli.command;

import dev.slipway.cli.stack.Connection;
import dev.slipway.cli.stack.StackException;
import dev.slipway.cli.view.Line;
import dev.slipway.cli.view.Style;
import dev.slipway.cli.view.TimeFormat;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** {@code slipway}: what all commands have in common. */
@Command(
    name = "slipway",
    header = "Deployments of a Slipway stack: what runs, why, and how to put it right.",
    synopsisSubcommandLabel = "[COMMAND]",
    footer = {
      "",
      "A SERVICE is cluster/name, a name that is unique, or an ARN.",
      "",
      "Examples:",
      "  slipway status",
      "  slipway explain web-staging",
      "  slipway rollback web-production && slipway watch web-production",
      "  slipway COMMAND --help"
    })
public final class Slipway implements Runnable {
  private static final Line INDENT = Line.of("  ");

  private static final String DEFAULT_STACK = "slipway";

  private final CliContext surroundings;

  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--stack",
      paramLabel = "NAME",
      scope = ScopeType.INHERIT,
      description = "CloudFormation stack of Slipway ($SLIPWAY_STACK, otherwise slipway).")
  private @Nullable String stack;

  @Option(
      names = "--region",
      paramLabel = "REGION",
      scope = ScopeType.INHERIT,
      description = "Region of the stack ($AWS_REGION, $AWS_DEFAULT_REGION, the profile's).")
  private @Nullable String region;

  @Option(
      names = "--profile",
      paramLabel = "NAME",
      scope = ScopeType.INHERIT,
      description = "Profile of ~/.aws/config to use ($AWS_PROFILE).")
  private @Nullable String profile;

  @Option(
      names = "--endpoint-url",
      paramLabel = "URL",
      scope = ScopeType.INHERIT,
      description = "AWS's endpoint, for a simulator ($AWS_ENDPOINT_URL).")
  private @Nullable URI endpoint;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      scope = ScopeType.INHERIT,
      description = "${COMPLETION-CANDIDATES}: for people, or the function's answer.")
  private Output output = Output.table;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = ScopeType.INHERIT,
      description = "Show this help.")
  @SuppressWarnings("UnusedVariable") // read by picocli
  private boolean help;

  @Option(
      names = "--version",
      versionHelp = true,
      description = "Show which version this is, and of which commit.")
  @SuppressWarnings("UnusedVariable") // read by picocli
  private boolean version;

  private Slipway(CliContext surroundings) {
    this.surroundings = surroundings;
  }

  /**
   * Runs one command line.
   *
   * @return the exit code
   */
  public static int run(CliContext surroundings, String... arguments) {
    return commandLine(surroundings).execute(arguments);
  }

  private static CommandLine commandLine(CliContext surroundings) {
    Slipway slipway = new Slipway(surroundings);
    Terminal terminal = surroundings.terminal();
    CommandLine line = new CommandLine(slipway);
    line.addSubcommand(new StatusCommand(slipway))
        .addSubcommand(new ExplainCommand(slipway))
        .addSubcommand(new HistoryCommand(slipway))
        .addSubcommand(new WatchCommand(slipway))
        .addSubcommand(new DashboardCommand(slipway))
        .addSubcommand(new LogsCommand(slipway))
        .addSubcommand(new EventsCommand(slipway))
        .addSubcommand(new DiffCommand(slipway))
        .addSubcommand(new DoctorCommand(slipway))
        .addSubcommand(new FollowCommand(slipway))
        .addSubcommand(new UnfollowCommand(slipway))
        .addSubcommand(new DeployCommand(slipway))
        .addSubcommand(new RestartCommand(slipway))
        .addSubcommand(new RollbackCommand(slipway))
        .addSubcommand(new PromoteCommand(slipway))
        .addSubcommand(new ApproveCommand(slipway))
        .addSubcommand(new PauseCommand(slipway))
        .addSubcommand(new ResumeCommand(slipway))
        .addSubcommand(ReplayCommand.commandLine(slipway))
        .addSubcommand(new CompletionCommand(slipway))
        .addSubcommand(new NamesCommand(slipway));
    joinLines(line);
    line.getCommandSpec().version("slipway " + version());
    line.getCommandSpec()
        .usageMessage()
        .exitCodeListHeading("%nExit codes:%n")
        .exitCodeList(exitCodes());
    // on all of them at once
    return line.setOut(writer(terminal.out()))
        .setErr(writer(terminal.err()))
        .setColorScheme(
            CommandLine.Help.defaultColorScheme(terminal.colours() ? Ansi.ON : Ansi.OFF))
        .setUsageHelpWidth(Math.clamp(terminal.columns(), 55, 100))
        .setUsageHelpLongOptionsMaxWidth(24)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setExpandAtFiles(false)
        .setExitCodeExceptionMapper(_ -> ExitCode.FAILED.number())
        .setParameterExceptionHandler((e, _) -> slipway.misused(e))
        .setExecutionExceptionHandler((e, _, _) -> slipway.ended(e));
  }

  /** Lines of a paragraph become one: picocli breaks them where the terminal ends. */
  private static void joinLines(CommandLine line) {
    var usage = line.getCommandSpec().usageMessage();
    usage.description(paragraphs(usage.description())).footer(paragraphs(usage.footer()));
    line.getSubcommands().values().forEach(Slipway::joinLines);
  }

  private static String[] paragraphs(String... lines) {
    List<String> joined = new ArrayList<>();
    for (String line : lines) {
      boolean goesOn =
          !joined.isEmpty()
              && !joined.getLast().isBlank()
              && !joined.getLast().startsWith(" ")
              && !line.isBlank()
              && !line.startsWith(" ");
      joined.add(goesOn ? joined.removeLast() + " " + line : line);
    }
    return joined.toArray(String[]::new);
  }

  /** Version and commit, as the manifest of the command's jar has them. */
  private static String version() {
    return Optional.ofNullable(Slipway.class.getPackage().getImplementationVersion())
        .orElse("of an unknown version: it was not started from its jar");
  }

  /** The version alone; empty where the command was not started from its jar. */
  static Optional<String> versionNumber() {
    return Optional.ofNullable(Slipway.class.getPackage().getImplementationVersion())
        .map(version -> version.replaceFirst(",.*", ""));
  }

  private static PrintWriter writer(PrintStream stream) {
    return new PrintWriter(stream, true, stream.charset());
  }

  /** What a command line without a command gets: help. */
  @Override
  public void run() {
    if (spec == null) {
      throw new IllegalStateException("not run by picocli");
    }
    spec.commandLine().usage(spec.commandLine().getOut());
  }

  /** Where the stack is. */
  Connection connection() {
    return new Connection(
        Optional.ofNullable(stack)
            .or(() -> Optional.ofNullable(surroundings.environment().get("SLIPWAY_STACK")))
            .filter(name -> !name.isBlank())
            .orElse(DEFAULT_STACK),
        Optional.ofNullable(region),
        Optional.ofNullable(profile),
        Optional.ofNullable(endpoint).map(Slipway::endpoint),
        surroundings.environment());
  }

  Session open() {
    Terminal terminal = surroundings.terminal();
    Connection connection = connection();
    return new Session(
        surroundings.functions().open(connection, terminal::tell),
        () -> surroundings.tags().apply(connection),
        terminal,
        output,
        moments(),
        surroundings.sleep());
  }

  private static URI endpoint(URI given) {
    if (given.getHost() == null || !List.of("http", "https").contains(given.getScheme())) {
      throw new CommandFailure(
          ExitCode.USAGE,
          "--endpoint-url: " + given + " is not the URL of a server; pass http://127.0.0.1:4566");
    }
    return given;
  }

  TimeFormat moments() {
    return new TimeFormat(surroundings.clock(), surroundings.zone());
  }

  Terminal terminal() {
    return surroundings.terminal();
  }

  /** A message of several lines is one paragraph. */
  private void complain(String message) {
    Line name = Line.of("slipway: ", Style.BAD);
    List<Line> lines = new ArrayList<>();
    message
        .lines()
        .flatMap(text ->
            Line.wrapped(
                text,
                text.substring(0, text.length() - text.stripLeading().length()),
                Style.PLAIN,
                terminal().columns() - name.width())
                .stream())
        .forEach(line -> lines.add((lines.isEmpty() ? name : INDENT).and(line)));
    terminal().tell(lines);
  }

  private int misused(ParameterException e) {
    complain(sentence(e));
    if (e instanceof UnmatchedArgumentException unmatched) {
      // Picocli has a suggestion for every word
      List<String> suggestions =
          unmatched.getSuggestions().stream()
              .filter(word -> Near.isNear(unmatched.getUnmatched().getFirst(), word))
              .toList();
      if (!suggestions.isEmpty()) {
        terminal().tell("Did you mean " + String.join(" or ", suggestions) + "?");
      }
    }
    terminal().tell("See " + e.getCommandLine().getCommandSpec().qualifiedName() + " --help");
    return ExitCode.USAGE.number();
  }

  /** Picocli's messages name its own things: what is wrong is said without them. */
  static String sentence(ParameterException e) {
    if (e instanceof UnmatchedArgumentException unmatched && !unmatched.getUnmatched().isEmpty()) {
      String first = unmatched.getUnmatched().getFirst();
      return first.startsWith("-")
          ? "there is no option "
              + first
              + (first.equals("--json") ? ": for JSON, --output json" : "")
          : e.getCommandLine().getSubcommands().isEmpty()
              ? first + " is one argument too many"
              : "there is no command " + first;
    }
    return String.valueOf(e.getMessage())
        .replaceFirst("^Error: ", "")
        .replaceFirst("^Missing required argument \\(specify one of these\\): ", "pass one of ")
        .replaceFirst("^Missing required (option|parameter)(s?): ", "missing: ")
        .replaceFirst("^(.*) are mutually exclusive \\(specify only one\\)$", "pass only one of $1")
        .replaceFirst(" is not an int$", " is not a whole number");
  }

  private int ended(Exception e) {
    switch (e) {
      case CommandFailure ending -> {
        complain(String.valueOf(ending.getMessage()));
        return ending.exitCode().number();
      }
      case StackException failure -> complain(String.valueOf(failure.getMessage()));
      default -> {
        complain("a defect of this command: please report it with what follows");
        terminal().trace(e);
      }
    }
    return ExitCode.FAILED.number();
  }

  /** For the help of a command: exit codes and their meaning. */
  static Map<String, String> exitCodes() {
    Map<String, String> codes = new LinkedHashMap<>();
    Arrays.stream(ExitCode.values())
        .forEach(code -> codes.put(Integer.toString(code.number()), code.meaning()));
    return codes;
  }
}
