package dev.slipway.simulator.ecs;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.simulator.world.AwsError;
import dev.slipway.simulator.world.Members;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A pause hook of a {@code deploymentConfiguration}. Hooks that invoke a function are refused: the
 * simulated ECS has none.
 *
 * @param stages at which a deployment waits
 * @param timeout how long
 * @param atTimeout what happens then: {@code CONTINUE} or {@code ROLLBACK}
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/pause-lifecycle-hooks.html">Pause
 *     hooks</a>
 */
record LifecycleHook(Set<String> stages, Duration timeout, String atTimeout) {
  /**
   * The stages before the new tasks are started. The first is passed only where an older deployment
   * has tasks left beside the one that is replaced.
   */
  static final List<String> BEFORE_SCALE_UP = List.of("RECONCILE_SERVICE", "PRE_SCALE_UP");

  /**
   * The stages once the new tasks are healthy. Which of them a rolling update has is not documented
   * (it shifts no traffic at once): here it has all, one after the other.
   */
  static final List<String> AFTER_SCALE_UP =
      List.of(
          "POST_SCALE_UP",
          "POST_TEST_TRAFFIC_SHIFT",
          "PRE_PRODUCTION_TRAFFIC_SHIFT",
          "POST_PRODUCTION_TRAFFIC_SHIFT");

  private static final Set<String> ONLY_FOR_FUNCTIONS =
      Set.of("TEST_TRAFFIC_SHIFT", "PRODUCTION_TRAFFIC_SHIFT");
  private static final int MAX_PAUSES = 10;
  private static final int LONGEST_MINUTES = 20_160;
  private static final int DEFAULT_MINUTES = 1_440;

  static List<LifecycleHook> of(JsonNode hooks) {
    List<LifecycleHook> read = new ArrayList<>();
    for (JsonNode hook : hooks) {
      read.add(read(hook));
    }
    if (read.size() > MAX_PAUSES) {
      throw invalid("A service can have at most " + MAX_PAUSES + " pause hooks.");
    }
    return read;
  }

  private static LifecycleHook read(JsonNode hook) {
    @Nullable String type = Members.text(hook, "targetType");
    if (!"PAUSE".equals(type)) {
      throw invalid("The simulated ECS knows hooks of the type PAUSE only, not " + type + ".");
    }
    if (hook.has("hookTargetArn") || hook.has("roleArn")) {
      throw invalid("hookTargetArn and roleArn are not for hooks of the type PAUSE.");
    }
    List<String> stages = Members.texts(hook, "lifecycleStages");
    if (stages.isEmpty()) {
      throw invalid("lifecycleStages cannot be empty.");
    }
    for (String stage : stages) {
      if (ONLY_FOR_FUNCTIONS.contains(stage)
          || !(BEFORE_SCALE_UP.contains(stage) || AFTER_SCALE_UP.contains(stage))) {
        throw invalid("A hook of the type PAUSE cannot be at the stage " + stage + ".");
      }
    }
    JsonNode timeout = hook.path("timeoutConfiguration");
    int minutes = Members.integer(timeout, "timeoutInMinutes", DEFAULT_MINUTES);
    if (minutes < 1 || minutes > LONGEST_MINUTES) {
      throw invalid("timeoutInMinutes must be between 1 and " + LONGEST_MINUTES + ".");
    }
    @Nullable String action = Members.text(timeout, "action");
    return new LifecycleHook(
        Set.copyOf(stages), Duration.ofMinutes(minutes), action == null ? "ROLLBACK" : action);
  }

  private static AwsError invalid(String message) {
    return AwsError.client("InvalidParameterException", message);
  }
}
