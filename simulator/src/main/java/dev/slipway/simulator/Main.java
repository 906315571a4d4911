package dev.slipway.simulator;

import dev.slipway.simulator.ecs.TaskTimings;
import dev.slipway.simulator.lambda.RuntimeTransport;
import dev.slipway.simulator.template.Stack;
import dev.slipway.simulator.template.TemplateException;
import java.io.Console;
import java.io.IOException;
import java.io.PrintStream;
import java.net.BindException;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/**
 * {@code make local}: the simulator with the template's resources in it, until it is told to end.
 */
public final class Main {
  /** For a command line that makes no sense, or a port that is taken. */
  private static final int USAGE_ERROR = 2;

  private Main() {}

  /** Runs until SIGINT or SIGTERM. */
  public static void main(String[] arguments) throws InterruptedException {
    Options options;
    try {
      options = Options.parse(List.of(arguments));
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage());
      System.exit(USAGE_ERROR);
      return;
    }
    int status = run(options, System.out, System.err);
    if (status != 0) {
      System.exit(status);
    }
  }

  private static int run(Options options, PrintStream out, PrintStream err)
      throws InterruptedException {
    boolean colours = isTerminal() && System.getenv("NO_COLOR") == null;
    JournalPrinter[] journal = new JournalPrinter[1];
    Simulator.Builder builder =
        Simulator.builder()
            .port(options.port())
            .timings(TaskTimings.realistic().times(1 / options.speed()))
            .region(Optional.ofNullable(System.getenv("AWS_REGION")).orElse("us-east-1"))
            .template(options.template(), options.packageDirectory())
            .journal(world -> journal[0] = new JournalPrinter(world, out, colours));
    options.listen().forEach(builder::listen);
    options.parameters().forEach(builder::parameter);
    Simulator simulator;
    try {
      simulator = builder.start();
    } catch (BindException e) {
      err.println(
          "cannot listen on "
              + e.getMessage()
              + "\nAnother simulator may be running: end it, or choose another port with make local"
              + " PORT=4567");
      return USAGE_ERROR;
    } catch (TemplateException | IllegalArgumentException e) {
      err.println(options.template() + ": " + e.getMessage());
      return 1;
    } catch (IOException e) {
      err.println("cannot start: " + e);
      return 1;
    }
    Thread ending =
        new Thread(
            () -> {
              simulator.close();
              journal[0].close();
              // being told to end is how this ends well, and not an error with the signal's number
              Runtime.getRuntime().halt(0);
            },
            "ending");
    Runtime.getRuntime().addShutdownHook(ending);
    announce(simulator, options, out);
    new CountDownLatch(1).await();
    return 0;
  }

  @SuppressWarnings("SystemConsoleNull") // it may be null still, where the JDK has no JLine
  private static boolean isTerminal() {
    Console console = System.console();
    return console != null && console.isTerminal();
  }

  private static void announce(Simulator simulator, Options options, PrintStream out) {
    StringBuilder text = new StringBuilder("\n");
    simulator.stack().ifPresent(stack -> text.append(described(stack)));
    if (!Files.isDirectory(options.packageDirectory())) {
      text.append("There is no function package at ")
          .append(options.packageDirectory())
          .append(": invocations will fail. `make local` builds it.\n\n");
    }
    RuntimeTransport.ofThisMachine()
        .notice()
        .ifPresent(notice -> text.append(notice).append("\n\n"));
    text.append(
        "AWS, simulated; tasks start and stop %s times as fast. For the clients, in another terminal:\n\n"
            .formatted(
                options.speed() == Math.rint(options.speed())
                    ? Long.toString((long) options.speed())
                    : Double.toString(options.speed())));
    simulator
        .clientEnvironment()
        .forEach((name, value) ->
            text.append("  export ").append(name).append('=').append(value).append('\n'));
    text.append(
        """

        Then, for example: aws ecs list-clusters. (AWS CLI version 1 overlooks AWS_ENDPOINT_URL for sqs
        alone: give it --endpoint-url there.) Ctrl-C ends it.
        """);
    out.println(text);
    out.flush();
  }

  private static String described(Stack stack) {
    StringBuilder text = new StringBuilder("Stack " + stack.name() + "\n");
    int width = stack.outputs().keySet().stream().mapToInt(String::length).max().orElse(1);
    stack
        .outputs()
        .forEach((name, output) ->
            text.append(("  %-" + width + "s  %s\n").formatted(name, output.value())));
    for (Stack.Notice notice : stack.notices()) {
      if (notice.kind() != Stack.Kind.NEEDLESS) {
        text.append("  not simulated: %s: %s\n".formatted(notice.logicalId(), notice.what()));
      }
    }
    return text.append('\n').toString();
  }
}
