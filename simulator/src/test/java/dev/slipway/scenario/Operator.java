package dev.slipway.scenario;

import dev.slipway.cli.aws.EcsServiceTags;
import dev.slipway.cli.aws.LambdaFunctions;
import dev.slipway.cli.command.CliContext;
import dev.slipway.cli.command.Echo;
import dev.slipway.cli.command.Slipway;
import dev.slipway.cli.command.Terminal;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;

/** Who runs the operators' command against an account. Time passes while the command waits. */
final class Operator {
  private final Account account;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final Map<String, String> environment = new HashMap<>();
  private Runnable meanwhile = () -> {};

  Operator(Account account) {
    this.account = account;
    environment.put("AWS_REGION", "us-east-1");
  }

  /** Credentials of the account, where the SDK looks for them. */
  static void logIn() {
    logIn("simulator");
  }

  /** The same, of a person of the account. */
  static void logIn(String accessKeyId) {
    System.setProperty("aws.accessKeyId", accessKeyId);
    System.setProperty("aws.secretAccessKey", "simulator");
  }

  static void logOut() {
    System.clearProperty("aws.accessKeyId");
    System.clearProperty("aws.secretAccessKey");
  }

  /** Sets a variable of the environment. */
  Operator with(String variable, String value) {
    environment.put(variable, value);
    return this;
  }

  /** What others do while the person reads what they are asked. */
  Operator whileAsked(Runnable action) {
    meanwhile = action;
    return this;
  }

  /** Runs a command line at the account, with nobody who could be asked. */
  int slipway(String... arguments) {
    return typing("", arguments);
  }

  /** Runs a command line at the account; a person sits there if anything is typed. */
  int typing(String typed, String... arguments) {
    String[] all = new String[arguments.length + 2];
    System.arraycopy(arguments, 0, all, 0, arguments.length);
    all[arguments.length] = "--endpoint-url";
    all[arguments.length + 1] = account.simulator.uri().toString();
    return run(typed, all);
  }

  /** Runs a command line as it is, wherever its options and variables lead. */
  int run(String typed, String... arguments) {
    out.reset();
    err.reset();
    Terminal terminal =
        new Terminal(
            new BufferedReader(answering(typed)),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            !typed.isEmpty(),
            false,
            false,
            100,
            Echo.NONE);
    return Slipway.run(
        new CliContext(
            terminal,
            (connection, notices) -> new LambdaFunctions(connection, notices, account::pass),
            EcsServiceTags::new,
            environment,
            () -> account.simulator.world().now(),
            ZoneOffset.UTC,
            account::pass),
        arguments);
  }

  private StringReader answering(String typed) {
    return new StringReader(typed) {
      @Override
      public int read(char[] buffer, int offset, int length) throws IOException {
        meanwhile.run();
        meanwhile = () -> {};
        return super.read(buffer, offset, length);
      }
    };
  }

  String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  /** What was printed, as if the terminal had no end. */
  String flatOut() {
    return out().replaceAll("\\s+", " ");
  }

  String err() {
    return err.toString(StandardCharsets.UTF_8);
  }
}
