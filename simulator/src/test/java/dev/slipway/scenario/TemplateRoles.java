package dev.slipway.scenario;

import dev.slipway.simulator.iam.Iam;
import dev.slipway.simulator.iam.Role;
import dev.slipway.simulator.template.Stack;
import dev.slipway.simulator.template.Template;
import dev.slipway.simulator.world.Account;
import dev.slipway.simulator.world.Caller;
import dev.slipway.simulator.world.World;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** The functions and roles of a template, and IAM, to ask what they may; nothing runs. */
final class TemplateRoles implements AutoCloseable {
  private static final Path TEMPLATE = Path.of("../template.yaml");

  private final World world = new World(Instant.EPOCH, 0);
  private final Iam iam;
  private final Stack stack;

  private TemplateRoles(String template, Map<String, String> parameters) {
    Account account = new Account(Account.DEFAULT_ID, "us-east-1");
    this.iam = new Iam(world, account, (_, _) -> {});
    this.stack =
        Template.of(template, TEMPLATE.getFileName().toString())
            .stack("slipway", account, parameters, name -> "https://sqs.invalid/" + name);
    stack.roles().forEach(iam::add);
  }

  /** Those of {@code template.yaml}. */
  static TemplateRoles ofTemplate() {
    return ofTemplate(Map.of());
  }

  /**
   * Those of {@code template.yaml}.
   *
   * @param parameters values for parameters; the others have their defaults
   */
  static TemplateRoles ofTemplate(Map<String, String> parameters) {
    return new TemplateRoles(templateText(), parameters);
  }

  /** Those of another template. */
  static TemplateRoles of(String template) {
    return new TemplateRoles(template, Map.of());
  }

  /** The text of {@code template.yaml}. */
  static String templateText() {
    try {
      return Files.readString(TEMPLATE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Iam iam() {
    return iam;
  }

  /** The template's functions. */
  List<Stack.Function> functions() {
    return stack.functions();
  }

  /** The name of a role, by its logical id. */
  String roleName(String logicalId) {
    return iam.role("slipway-" + logicalId)
        .map(Role::name)
        .orElseThrow(() -> new AssertionError("the template has no role " + logicalId));
  }

  /** The name of a function's role, by the function's logical id. */
  String roleOf(String function) {
    return stack.functions().stream()
        .filter(candidate -> candidate.logicalId().equals(function))
        .map(Stack.Function::roleName)
        .findFirst()
        .orElseThrow(() -> new AssertionError("the template has no function " + function));
  }

  /** A function that runs with a role. */
  Caller session(String roleName) {
    return iam.session(roleName, "function");
  }

  @Override
  public void close() {
    world.close();
  }
}
