package dev.slipway.simulator.template;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.simulator.world.Account;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/** A CloudFormation template, in YAML or JSON, that may use SAM's transform. */
public final class Template {
  private static final Set<String> SECTIONS =
      Set.of(
          "AWSTemplateFormatVersion",
          "Transform",
          "Description",
          "Metadata",
          "Parameters",
          "Mappings",
          "Conditions",
          "Globals",
          "Resources",
          "Outputs",
          "Rules");

  private final ObjectNode root;
  private final Lines lines;

  private Template(ObjectNode root, Lines lines) {
    this.root = root;
    this.lines = lines;
  }

  /**
   * Reads a template's file.
   *
   * @throws TemplateException if it is no template
   */
  public static Template read(Path file) throws IOException {
    return parse(Files.readString(file), file.getFileName().toString());
  }

  /**
   * Reads a template's text.
   *
   * @param name of the template, for messages
   * @throws TemplateException if it is no template
   */
  public static Template of(String text, String name) {
    return parse(text, name);
  }

  /** The names of the parameters that it declares. */
  public List<String> parameters() {
    return root.path("Parameters").properties().stream().map(Map.Entry::getKey).toList();
  }

  /** Reads a template's text. */
  static Template parse(String text, String fileName) {
    Lines lines = new Lines();
    ObjectNode root = YamlDocument.parse(text, fileName, lines);
    root.properties()
        .forEach(section -> {
          if (!SECTIONS.contains(section.getKey())) {
            throw new TemplateException(
                fileName
                    + lines.at(root, section.getKey())
                    + ": a template has no section "
                    + section.getKey());
          }
        });
    String transform = root.path("Transform").asText("AWS::Serverless-2016-10-31");
    if (!transform.equals("AWS::Serverless-2016-10-31")) {
      throw new TemplateException(fileName + ": the transform " + transform + " is not simulated");
    }
    if (root.path("Resources").isEmpty()) {
      throw new TemplateException(fileName + " has no Resources");
    }
    SamTransform.apply(root, lines);
    return new Template(root, lines);
  }

  /**
   * What the template says is to be there.
   *
   * @param parameters values for parameters; the others have their defaults
   * @param queueUrl the URL of a queue by its name
   * @throws TemplateException naming resource and line of what is wrong
   */
  public Stack stack(
      String name,
      Account account,
      Map<String, String> parameters,
      UnaryOperator<String> queueUrl) {
    return stack(name, account, parameters, queueUrl, Map.of());
  }

  /**
   * What the template says is to be there, next to other stacks.
   *
   * @param parameters values for parameters; the others have their defaults
   * @param queueUrl the URL of a queue by its name
   * @param imports what the other stacks export, by the names of the exports
   * @throws TemplateException naming resource and line of what is wrong
   */
  public Stack stack(
      String name,
      Account account,
      Map<String, String> parameters,
      UnaryOperator<String> queueUrl,
      Map<String, String> imports) {
    Scope scope =
        new Scope(
            root,
            lines,
            Parameters.values(root, parameters, lines),
            new Physical(account, queueUrl),
            imports,
            name);
    return new StackReader(scope, root, lines, name, account).read();
  }
}
