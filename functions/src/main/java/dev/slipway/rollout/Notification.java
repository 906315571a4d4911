package dev.slipway.rollout;

import dev.slipway.decide.Decision;
import dev.slipway.ecs.ServiceArn;
import dev.slipway.ecs.TaskDefinitionArn;
import dev.slipway.image.ImageDigest;
import dev.slipway.record.Trigger;

import static java.util.stream.Collectors.joining;

import dev.slipway.image.ImageChange;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What people are told, in an e-mail or in a chat.
 *
 * @param event what happened, in two words, such as {@code Rolled Back}
 * @param title at most 100 printable ASCII characters, on one line
 * @param sentence that says it all
 * @param facts by name, in the order in which they are read
 * @param details behind the sentence; often none
 * @param nextSteps what a person can do now
 * @param links to AWS's console, by what they show
 * @param resources ARNs of what it is about
 * @param thread what is about the same deployment belongs together
 */
public record Notification(
    String event,
    String title,
    String sentence,
    Map<String, String> facts,
    List<String> details,
    List<String> nextSteps,
    Map<String, String> links,
    List<String> resources,
    String thread) {
  // https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
  private static final int LONGEST_TITLE = 100;

  /** Makes the title one that an e-mail from Amazon SNS can have, and copies the collections. */
  public Notification {
    title = subject(title);
    facts = new LinkedHashMap<>(facts);
    links = new LinkedHashMap<>(links);
    details = List.copyOf(details);
    nextSteps = List.copyOf(nextSteps);
    resources = List.copyOf(resources);
  }

  /** A copy, in the same order. */
  @Override
  public Map<String, String> facts() {
    return new LinkedHashMap<>(facts);
  }

  /** A copy, in the same order. */
  @Override
  public Map<String, String> links() {
    return new LinkedHashMap<>(links);
  }

  private static String subject(String text) {
    String ascii = text.replaceAll("\\s+", " ").replaceAll("[^ -~]", "?").strip();
    return ascii.length() <= LONGEST_TITLE
        ? ascii
        : ascii.substring(0, LONGEST_TITLE - 3).strip() + "...";
  }

  /** How a deployment ended. */
  public static Notification of(EndedRollout rollout) {
    ServiceArn service = rollout.service();
    String name = service.shortName();
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("Service", name);
    facts.put("Environment", rollout.environment());
    facts.put("Outcome", rollout.outcome().toString());
    rollout.changes().forEach(change -> facts.put("Image of " + change.container(), words(change)));
    facts.put(
        "Revision",
        rollout.from().map(from -> from.shortName() + " to ").orElse("")
            + rollout.to().shortName());
    facts.put("Duration", rollout.duration().toSeconds() + " s");
    rollout
        .pushToDeployed()
        .ifPresent(time -> facts.put("From push to deployed", time.toSeconds() + " s"));
    rollout.origin().tag().ifPresent(tag -> facts.put("Image tag", tag));
    rollout.origin().by().ifPresent(by -> facts.put("Asked for by", by));
    if (!rollout.blocked().isEmpty()) {
      facts.put(
          "Blocked here",
          rollout.blocked().stream().map(ImageDigest::value).collect(joining(", ")));
    }
    return new Notification(
        event(rollout.outcome()),
        "%s: %s%s"
            .formatted(
                name,
                rollout.outcome(),
                rollout.changes().stream().map(change -> ", " + brief(change)).collect(joining())),
        rollout.sentence(),
        facts,
        rollout.diagnosis().map(Diagnosis::details).orElse(List.of()),
        nextSteps(rollout),
        links(service, rollout.outcome().isFailure() ? "deployments" : "health"),
        resources(service, rollout.to()),
        rollout.deployment().number());
  }

  /** The words of EventBridge's detail types, {@code Deployment} left out. */
  public static String event(RolloutOutcome outcome) {
    return switch (outcome) {
      case DEPLOYED -> "Succeeded";
      case FAILED -> "Failed";
      case ROLLED_BACK -> "Rolled Back";
      case SUPERSEDED -> "Superseded";
    };
  }

  private static List<String> nextSteps(EndedRollout rollout) {
    String name = rollout.service().shortName();
    List<String> steps = new ArrayList<>();
    switch (rollout.outcome()) {
      case DEPLOYED -> steps.add("To go back: ./slipway rollback " + name);
      case SUPERSEDED -> steps.add("To see the newer one: ./slipway watch " + name);
      case FAILED -> {
        steps.add("To go back to what ran before: ./slipway rollback " + name);
        steps.add("Mend it and push again; another image is deployed as ever");
      }
      case ROLLED_BACK -> {
        steps.add("To see what the service runs now: ./slipway status " + name);
        steps.add("Mend it and push again; another image is deployed as ever");
      }
    }
    if (!rollout.blocked().isEmpty()) {
      steps.add("To deploy this image all the same: ./slipway deploy " + name + " --unblock");
    }
    return steps;
  }

  /** What a push selected is not deployed, because of a person's word. */
  public static Notification of(Decision.Held held, Trigger.Push push) {
    ServiceArn service = held.service();
    String name = service.shortName();
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("Service", name);
    facts.put("Environment", held.environment());
    facts.put("Outcome", "held");
    facts.put("Repository", push.repository().name());
    facts.put("Image tag", push.tag().value());
    String step =
        switch (held.hold()) {
          case PAUSED -> "To deploy it: ./slipway resume " + name;
          case BLOCKED, CHOSEN -> "To deploy it: ./slipway deploy " + name + " --unblock";
          case UNREADABLE -> "Correct the service's tag; the next push or sweep deploys then";
        };
    return new Notification(
        "Held",
        "%s: held, %s:%s is not deployed".formatted(name, push.repository().name(), push.tag()),
        "%s does not get %s:%s: %s"
            .formatted(name, push.repository().name(), push.tag(), held.reason()),
        facts,
        List.of(),
        List.of(step, "To see what would happen: ./slipway explain " + name),
        links(service, "tags"),
        List.of(service.value()),
        push.eventId());
  }

  private static String words(ImageChange change) {
    return change.from() + " to " + change.to();
  }

  private static String brief(ImageChange change) {
    return change.container()
        + change.to().digest().map(digest -> " " + digest.abbreviated()).orElse("");
  }

  private static List<String> resources(ServiceArn service, TaskDefinitionArn revision) {
    return List.of(service.value(), revision.value());
  }

  private static Map<String, String> links(ServiceArn service, String tab) {
    return Map.of(
        "Service",
        "https://%s.%s/ecs/v2/clusters/%s/services/%s/%s?region=%s"
            .formatted(
                service.region(),
                console(service.region()),
                service.cluster(),
                service.name(),
                tab,
                service.region()));
  }

  /** Each partition of AWS has a console of its own. */
  private static String console(String region) {
    if (region.startsWith("cn-")) {
      return "console.amazonaws.cn";
    }
    return region.startsWith("us-gov-") ? "console.amazonaws-us-gov.com" : "console.aws.amazon.com";
  }
}
