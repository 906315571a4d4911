package dev.slipway.config;

import static java.util.stream.Collectors.joining;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.decide.Environment;
import dev.slipway.decide.Housekeeping;
import dev.slipway.gate.Gate;
import dev.slipway.image.FromPolicy;
import dev.slipway.image.ImagePolicy;
import dev.slipway.image.ImageTag;
import dev.slipway.text.Suggestion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/**
 * What {@code slipway.yaml} says. {@code slipway.schema.json} beside it says the same to editors,
 * and a test holds the two against each other.
 *
 * @param environments at least one, in the order of the file
 */
public record Configuration(List<Environment> environments) {
  private static final Pattern ENVIRONMENT_NAME =
      Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:/=+@-]{0,127}");
  private static final List<String> KEYS =
      Stream.of(
              Stream.of("images", "deployment", "clusters", "drift"),
              GatesSection.KEYS.stream(),
              HousekeepingSection.KEYS.stream())
          .flatMap(keys -> keys)
          .toList();

  /** So many environments of a circle are named. */
  private static final int MAX_SHOWN = 10;

  private static final String HOLD = "hold";
  private static final String RESTORE = "restore";
  private static final Pattern CLUSTER_NAME = Pattern.compile("[A-Za-z0-9_-]{1,255}");

  /** Copies the list. */
  public Configuration {
    environments = List.copyOf(environments);
  }

  /**
   * Reads a file.
   *
   * @throws InvalidConfiguration if it is not there or not right
   */
  public static Configuration read(Path file) {
    String name = file.toString();
    try {
      return parse(name, Files.readString(file));
    } catch (NoSuchFileException _) {
      throw invalid(name, "there is no such file");
    } catch (CharacterCodingException _) {
      throw invalid(name, "the file is not UTF-8 text");
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + name, e);
    }
  }

  private static InvalidConfiguration invalid(String file, String message) {
    return new InvalidConfiguration(List.of(new Problem(file, 0, 0, "", message)));
  }

  /**
   * Parses the text of a file.
   *
   * @param file its name, for the messages
   * @throws InvalidConfiguration if it is not right, with every problem
   */
  public static Configuration parse(String file, String yaml) {
    Problems problems = new Problems(file);
    Optional<Value> top = compose(file, yaml, problems);
    problems.throwIfAny();
    List<Environment> environments = new ArrayList<>();
    if (top.isEmpty()) {
      throw invalid(file, "the file is empty: it needs the key environments");
    }
    top.get()
        .mapping("the key environments")
        .map(mapping -> mapping.only(List.of("environments")))
        .flatMap(
            mapping -> mapping.need("environments", "it names the environments, with their images"))
        .flatMap(value -> value.mapping("environments by their names"))
        .ifPresent(mapping -> environments.addAll(environments(mapping)));
    problems.throwIfAny();
    return new Configuration(environments);
  }

  private static Optional<Value> compose(String file, String yaml, Problems problems) {
    LoadSettings settings =
        LoadSettings.builder()
            .setLabel(file)
            .setSchema(new CoreSchema())
            .setAllowNonScalarKeys(true)
            .build();
    try {
      Optional<Node> root = new Compose(settings).composeString(yaml);
      return root.map(node -> new Value(node, "", problems));
    } catch (MarkedYamlEngineException e) {
      problems.add(
          e.getProblemMark().or(e::getContextMark), "", "this is not YAML: " + e.getProblem());
    } catch (YamlEngineException e) {
      problems.add(Optional.empty(), "", "this is not YAML: " + e.getMessage());
    } catch (NumberFormatException _) {
      // SnakeYAML Engine reads the digits of a character's number before it looks for them
      problems.add(Optional.empty(), "", "this is not YAML: an escape such as \\x41 lacks digits");
    }
    return Optional.empty();
  }

  private static List<Environment> environments(Mapping mapping) {
    if (mapping.isEmpty()) {
      mapping.problem(
          "there is no environment: name at least one, with the images that it follows");
    }
    List<Environment> environments = new ArrayList<>();
    mapping.forEach((name, value) -> {
      if (!ENVIRONMENT_NAME.matcher(name).matches()) {
        mapping.mistakeAtKey(
            name,
            "not a name for an environment: up to 128 letters, digits and . _ : / = + @ - that"
                + " begin with a letter or digit, as it becomes the value of the services' tag"
                + " slipway:environment");
      }
      value
          .mapping("the environment's images, deployment, clusters and drift")
          .flatMap(environment -> environment(name, environment))
          .ifPresent(environments::add);
    });
    checkSources(environments, mapping);
    return environments;
  }

  /** The images of an environment come from another one, and in the end from the registry. */
  private static void checkSources(List<Environment> environments, Mapping mapping) {
    Map<String, String> sources = new LinkedHashMap<>();
    environments.forEach(environment -> {
      if (environment.images().whole() instanceof FromPolicy from) {
        sources.put(environment.name(), from.environment());
      }
    });
    sources.forEach((name, source) -> {
      if (!mapping.keys().contains(source)) {
        mistakeAtSource(
            name,
            mapping,
            "its images come from %s, and there is no such environment%s"
                .formatted(source, Suggestion.of(source, mapping.keys())));
      }
    });
    Set<String> checked = new HashSet<>();
    for (String name : sources.keySet()) {
      Set<String> passed = new LinkedHashSet<>();
      String at = name;
      while (at != null && checked.add(at)) {
        passed.add(at);
        at = sources.get(at);
      }
      // each circle is closed once, by whoever comes to it first
      if (at != null && passed.contains(at)) {
        String first = at;
        List<String> circle = passed.stream().dropWhile(e -> !e.equals(first)).toList();
        mistakeAtSource(
            first,
            mapping,
            "its images come from %s, in a circle: one of them needs tag, newest or semver"
                .formatted(words(circle)));
      }
    }
  }

  private static String words(List<String> circle) {
    String some = circle.stream().limit(MAX_SHOWN).collect(joining(", from "));
    return circle.size() <= MAX_SHOWN
        ? some
        : "%s and %d more".formatted(some, circle.size() - MAX_SHOWN);
  }

  /** Notes it at the value of {@code from}. */
  private static void mistakeAtSource(String environment, Mapping mapping, String message) {
    Optional<Value> at = mapping.get(environment);
    for (String key : List.of("images", "from")) {
      at = at.flatMap(value -> value.mapping("keys")).flatMap(keys -> keys.get(key));
    }
    at.ifPresent(value -> value.problem(message));
  }

  private static Optional<Environment> environment(String name, Mapping mapping) {
    mapping.only(KEYS);
    Optional<ImagePolicy> images =
        mapping
            .need(
                "images",
                "without it the environment follows nothing; for example { tag: %s }"
                    .formatted(ImageTag.find(name).map(ImageTag::value).orElse("staging")))
            .flatMap(ImagesSection::policy);
    ObjectNode deployment =
        mapping
            .get("deployment")
            .flatMap(value -> value.mapping("how services are rolled out"))
            .map(DeploymentSection::toEcs)
            .orElseGet(JsonNodeFactory.instance::objectNode);
    Set<String> clusters = mapping.get("clusters").map(Configuration::clusters).orElseGet(Set::of);
    Environment.Drift drift =
        mapping
            .get("drift")
            .flatMap(value -> value.word(List.of(HOLD, RESTORE)))
            .map(word -> word.equals(RESTORE) ? Environment.Drift.RESTORE : Environment.Drift.HOLD)
            .orElse(Environment.Drift.HOLD);
    List<Gate> gates = GatesSection.gates(mapping);
    Housekeeping housekeeping = HousekeepingSection.housekeeping(mapping);
    return images
        .filter(_ -> ENVIRONMENT_NAME.matcher(name).matches())
        .map(policy ->
            new Environment(name, policy, deployment, clusters, drift, gates, housekeeping));
  }

  private static Set<String> clusters(Value value) {
    Set<String> clusters = new LinkedHashSet<>();
    value
        .list("names of clusters (or leave clusters out, for all of them)")
        .ifPresent(elements ->
            elements.forEach(element ->
                element
                    .text("a cluster's name")
                    .ifPresent(name -> addCluster(clusters, name, element))));
    return clusters;
  }

  private static void addCluster(Set<String> clusters, String name, Value element) {
    if (!CLUSTER_NAME.matcher(name).matches()) {
      String last = name.substring(name.lastIndexOf('/') + 1);
      element.problem(
          "\"%s\" is not a cluster's name: up to 255 letters, digits, _ and -%s"
              .formatted(
                  name,
                  name.startsWith("arn:") && CLUSTER_NAME.matcher(last).matches()
                      ? ". Write its name, %s, instead of its ARN".formatted(last)
                      : ""));
    } else if (!clusters.add(name)) {
      element.problem("cluster %s is in the list already".formatted(name));
    }
  }
}
