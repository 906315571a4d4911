package dev.slipway.simulator.ecs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.simulator.world.AwsError;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;

/** What holds of every rollout. The seed is the number of the repetition. */
class RolloutPropertiesTest {
  static final Map<String, Map<String, String>> IMAGES =
      Map.of(
          "good", Map.of(),
          "slow", Map.of("slipway.simulator/healthy-after", "25"),
          "crash", Map.of("slipway.simulator/exit-code", "1"),
          "crash-later",
              Map.of("slipway.simulator/exit-code", "2", "slipway.simulator/exit-after", "12.5"),
          "sick", Map.of("slipway.simulator/health", "unhealthy"));

  static final String CHECK =
      ", 'healthCheck': {'command': ['CMD', 'x'], 'interval': 10, 'retries': 3}";

  /** A rollout from a good image to any other keeps the bounds and ends as it has to. */
  @RepeatedTest(60)
  void a_rollout_keeps_its_bounds_and_ends(RepetitionInfo repetition) {
    SplittableRandom random = new SplittableRandom(repetition.getCurrentRepetition());
    int desired = random.nextInt(1, 6);
    int minimum = random.nextInt(0, 5) * 25;
    int maximum = 100 + random.nextInt(0, 5) * 25;
    String image = any(random, List.of("good", "slow", "crash", "crash-later", "sick", "missing"));
    boolean breaker = random.nextBoolean();
    boolean rollback = random.nextBoolean();
    try (EcsOfTests aws = world()) {
      aws.ecs(
          "CreateService",
          """
          {'cluster': 'main', 'serviceName': 'web', 'taskDefinition': 'good', 'desiredCount': %d,
           'deploymentConfiguration': {'minimumHealthyPercent': %d, 'maximumPercent': %d,
             'deploymentCircuitBreaker': {'enable': %s, 'rollback': %s}}}
          """
              .formatted(desired, minimum, maximum, breaker, rollback));
      assertThat(aws.untilRollout("COMPLETED")).isTrue();
      int lower = Percent.ceil(minimum, desired);
      int upper = Percent.floor(maximum, desired);
      List<String> broken = new ArrayList<>();
      aws.onEvent =
          () -> {
            ServiceView view = aws.view();
            long alive = view.tasks().stream().filter(it -> it.desiredToRun()).count();
            long healthy = view.tasks().stream().filter(it -> it.healthy()).count();
            if (alive > upper || healthy < lower) {
              broken.add(view.toString());
            }
          };
      aws.ecs(
          "UpdateService",
          "{'cluster': 'main', 'service': 'web', 'taskDefinition': '" + image + "'}");
      aws.pass(2 * 3600);
      aws.onEvent = () -> {};

      assertThat(broken).as("bounds " + lower + " to " + upper).isEmpty();
      boolean stalls = lower >= desired && upper <= desired;
      boolean works = image.equals("good") || image.equals("slow");
      boolean staysGood = image.equals("good") || stalls;
      ServiceView end = aws.view();
      String state = end.deployments().getFirst().rolloutState();
      if (stalls && !image.equals("good")) {
        assertThat(state).isEqualTo("IN_PROGRESS");
        assertThat(aws.messages()).last().asString().contains("minimumHealthyPercent");
      } else if (works) {
        assertThat(state).isEqualTo("COMPLETED");
        assertThat(end.tasks())
            .hasSize(desired)
            .allMatch(it -> it.healthy() && it.taskDefinition().equals(image + ":1"));
      } else if (breaker && rollback) {
        assertThat(state).isEqualTo("COMPLETED");
        assertThat(end.tasks())
            .hasSize(desired)
            .allMatch(it -> it.healthy() && it.taskDefinition().equals("good:1"));
      } else if (breaker) {
        assertThat(state).isEqualTo("FAILED");
      } else {
        assertThat(state).isEqualTo("IN_PROGRESS");
      }
      if (!staysGood && !works) {
        assertThat(end.tasks().stream().filter(it -> it.healthy()).count())
            .isGreaterThanOrEqualTo(lower);
      }
    }
  }

  /** Whatever was done to a service before, a good image can be rolled out afterwards. */
  @RepeatedTest(30)
  void anything_may_happen_and_the_service_still_comes_to_rest(RepetitionInfo repetition) {
    SplittableRandom random = new SplittableRandom(1000L + repetition.getCurrentRepetition());
    List<String> done = new ArrayList<>();
    try (EcsOfTests aws = world()) {
      boolean daemon = random.nextInt(4) == 0;
      aws.ecs(
          "CreateService",
          "{'cluster': 'main', 'serviceName': 'web', 'taskDefinition': 'good', %s}"
              .formatted(daemon ? "'schedulingStrategy': 'DAEMON'" : "'desiredCount': 2"));
      for (int i = 0; i < 12; i++) {
        done.add(anything(aws, random, daemon));
        aws.pass(random.nextInt(1, 120));
      }
      int desired = daemon ? 2 : random.nextInt(1, 5);
      aws.ecs(
          "UpdateService",
          """
          {'cluster': 'main', 'service': 'web', 'taskDefinition': 'good',
           'forceNewDeployment': true %s}
          """
              .formatted(
                  daemon
                      ? ", 'deploymentConfiguration': {'minimumHealthyPercent': 0}"
                      : ", 'desiredCount': %d, 'deploymentConfiguration': {'maximumPercent': 200}"
                          .formatted(desired)));
      boolean completed =
          aws.until(() -> {
            ServiceView view = aws.view();
            return view.deployments().size() == 1
                && view.deployments().getFirst().rolloutState().equals("COMPLETED")
                && view.tasks().size() == desired;
          });
      assertThat(completed).as("after %s, %s", done, aws.view()).isTrue();
      assertThat(aws.view().tasks())
          .allMatch(it -> it.healthy() && it.taskDefinition().equals("good:1"));
      int events = aws.events.size();
      aws.pass(24 * 3600);
      assertThat(aws.events).as("nothing happens to a steady service").hasSize(events);
    }
  }

  private static String anything(EcsOfTests aws, SplittableRandom random, boolean daemon) {
    String what =
        switch (random.nextInt(6)) {
          case 0 -> daemon ? "" : "'desiredCount': " + random.nextInt(0, 6);
          case 1 -> "'forceNewDeployment': true";
          case 2 ->
              "'deploymentConfiguration': {'minimumHealthyPercent': %d, 'deploymentCircuitBreaker': {'enable': %s, 'rollback': %s}}"
                  .formatted(random.nextInt(0, 3) * 50, random.nextBoolean(), random.nextBoolean());
          case 3 -> {
            List<ServiceView.TaskView> tasks = aws.view().tasks();
            if (!tasks.isEmpty()) {
              String id = tasks.get(random.nextInt(tasks.size())).id();
              aws.ecs("StopTask", "{'cluster': 'main', 'task': '" + id + "'}");
            }
            yield "";
          }
          case 4 -> {
            String arn = aws.serviceDeployment(0).path("serviceDeploymentArn").asText();
            try {
              aws.ecs("StopServiceDeployment", "{'serviceDeploymentArn': '" + arn + "'}");
            } catch (AwsError e) {
              assertThat(e.code()).isEqualTo("ConflictException");
            }
            yield "";
          }
          default ->
              "'taskDefinition': '%s'"
                  .formatted(
                      any(
                          random,
                          List.of("good", "slow", "crash", "crash-later", "sick", "missing")));
        };
    if (!what.isEmpty()) {
      try {
        aws.ecs("UpdateService", "{'cluster': 'main', 'service': 'web', " + what + "}");
      } catch (AwsError e) {
        // a minimum of 100 with a DAEMON service's maximum of 100 is accepted: nothing else may
        // fail
        throw new AssertionError(what, e);
      }
    }
    return what;
  }

  private static EcsOfTests world() {
    EcsOfTests aws = new EcsOfTests();
    aws.ecs("CreateCluster", "{'clusterName': 'main'}");
    aws.ecr("CreateRepository", "{'repositoryName': 'web'}");
    IMAGES.forEach((tag, annotations) -> {
      aws.push("web", tag, annotations);
      boolean checked = tag.equals("slow") || tag.equals("sick");
      aws.register(tag, EcsOfTests.REGISTRY + "web:" + tag, checked ? CHECK : "");
    });
    aws.register("missing", EcsOfTests.REGISTRY + "web:missing");
    return aws;
  }

  private static String any(SplittableRandom random, List<String> choices) {
    return choices.get(random.nextInt(choices.size()));
  }
}
