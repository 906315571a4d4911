package dev.slipway.simulator.ecs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.simulator.world.AwsError;
import dev.slipway.simulator.world.Members;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What RegisterTaskDefinition refuses.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html">Task
 *     definition parameters</a>
 */
final class TaskDefinitionRules {
  private static final int SIZE_LIMIT = 65_536;
  private static final int MOST_CONTAINERS = 10;
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,255}");

  /** Memory sizes in MiB for each number of CPU units. */
  private static final Map<Integer, Set<Integer>> FARGATE_SIZES =
      Map.of(
          256, Set.of(512, 1024, 2048),
          512, steps(1024, 4096, 1024),
          1024, steps(2048, 8192, 1024),
          2048, steps(4096, 16_384, 1024),
          4096, steps(8192, 30_720, 1024),
          8192, steps(16_384, 61_440, 4096),
          16_384, steps(32_768, 122_880, 8192));

  private TaskDefinitionRules() {}

  /** Throws what ECS would answer to a request that it refuses. */
  static void check(ObjectNode request) {
    String family = Members.required(request, "family");
    if (!NAME.matcher(family).matches()) {
      throw refusal("Family contains invalid characters or is too long: it must match " + NAME);
    }
    JsonNode containers = request.path("containerDefinitions");
    if (containers.isEmpty()) {
      throw refusal("Container list cannot be empty.");
    }
    if (containers.size() > MOST_CONTAINERS) {
      throw refusal(
          "Too many containers in the task definition. Max allowed is " + MOST_CONTAINERS + ".");
    }
    Set<String> names = new HashSet<>();
    boolean essential = false;
    for (JsonNode container : containers) {
      String name = Members.text(container, "name");
      if (name == null || !NAME.matcher(name).matches()) {
        throw refusal("Container.name must match " + NAME + ", not '" + name + "'.");
      }
      if (!names.add(name)) {
        throw refusal("Container names must be unique: '" + name + "' is there twice.");
      }
      String image = Members.text(container, "image");
      if (image == null || image.isBlank()) {
        throw refusal("Container.image should not be null or empty.");
      }
      essential |= container.path("essential").asBoolean(true);
    }
    if (!essential) {
      throw refusal("At least one container in the task definition must be essential.");
    }
    ObjectNode definition = request.deepCopy();
    definition.remove("tags");
    int size = definition.toString().getBytes(StandardCharsets.UTF_8).length;
    if (size > SIZE_LIMIT) {
      throw refusal(
          "Actual length: '" + size + "'. Max allowed length is '" + SIZE_LIMIT + "' bytes.");
    }
    if (Members.texts(request, "requiresCompatibilities").contains("FARGATE")) {
      String reason = unfitForFargate(request);
      if (reason != null) {
        throw refusal(reason);
      }
    }
  }

  /** Why a definition cannot run on Fargate; null if it can. */
  static @Nullable String unfitForFargate(ObjectNode definition) {
    if (!"awsvpc".equals(Members.text(definition, "networkMode"))) {
      return "Fargate only supports network mode 'awsvpc'.";
    }
    String cpu = Members.text(definition, "cpu");
    String memory = Members.text(definition, "memory");
    if (cpu == null) {
      return "Fargate requires that 'cpu' be defined at the task level.";
    }
    if (memory == null) {
      return "Fargate requires that 'memory' be defined at the task level.";
    }
    Set<Integer> sizes = FARGATE_SIZES.get(units(cpu, "vcpu", "cpu"));
    if (sizes == null || !sizes.contains(units(memory, "gb", "memory"))) {
      return "No Fargate configuration exists for given values.";
    }
    boolean fromEcr = false;
    for (JsonNode container : definition.path("containerDefinitions")) {
      fromEcr |= container.path("image").asText().contains(".dkr.ecr.");
    }
    return fromEcr && Members.text(definition, "executionRoleArn") == null
        ? "Fargate requires task definition to have execution role ARN to support ECR images."
        : null;
  }

  /** CPU units or MiB, of {@code 1 vCPU} and {@code 2 GB} as well as of a plain number. */
  static int units(String value, String unit, String member) {
    String plain = value.trim().toLowerCase(Locale.ROOT);
    try {
      return plain.endsWith(unit)
          ? (int)
              Math.round(
                  1024
                      * Double.parseDouble(
                          plain.substring(0, plain.length() - unit.length()).trim()))
          : Integer.parseInt(plain);
    } catch (NumberFormatException e) {
      throw refusal("Invalid '" + member + "' setting for task.");
    }
  }

  private static Set<Integer> steps(int from, int to, int by) {
    return IntStream.iterate(from, it -> it <= to, it -> it + by)
        .boxed()
        .collect(Collectors.toUnmodifiableSet());
  }

  private static AwsError refusal(String message) {
    return AwsError.client("ClientException", message);
  }
}
