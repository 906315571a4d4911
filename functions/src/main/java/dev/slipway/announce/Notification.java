package dev.slipway.announce;

import static java.util.stream.Collectors.joining;

import dev.slipway.decide.Decision;
import dev.slipway.ecs.ServiceArn;
import dev.slipway.image.ImageChange;
import dev.slipway.image.ImageDigest;
import dev.slipway.record.DeploymentOutcome;
import dev.slipway.record.DeploymentRecord;
import dev.slipway.record.Trigger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What people read, in an e-mail or in a chat.
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
  private static final int MAX_TITLE = 100;
  private static final int MAX_NAME = 50;

  // to which the texts are cut, for whatever they are shown in
  static final int MAX_SENTENCE = 1_500;
  static final int MAX_VALUE = 500;
  static final int MAX_LINE = 500;
  static final int MAX_LINES = 80;

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

  /** ECS allows names of 255 characters; what happened must fit beside them. */
  private static String title(String service, String what) {
    return (service.length() <= MAX_NAME ? service : service.substring(0, MAX_NAME - 3) + "...")
        + ": "
        + what;
  }

  private static String subject(String text) {
    String ascii = text.replaceAll("\\s+", " ").replaceAll("[^ -~]", "?").strip();
    return ascii.length() <= MAX_TITLE ? ascii : ascii.substring(0, MAX_TITLE - 3).strip() + "...";
  }

  /** How a deployment ended. */
  public static Notification of(RolloutResult result) {
    ServiceArn service = result.service();
    String name = service.shortName();
    DeploymentRecord deployment = result.deployment();
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("Service", name);
    facts.put("Environment", deployment.environment());
    facts.put("Outcome", outcome(result));
    deployment
        .changes()
        .forEach(change -> facts.put("Image of " + change.container(), words(change)));
    facts.put(
        "Revision",
        deployment.from().shortName()
            + deployment.to().map(to -> " to " + to.shortName()).orElse(""));
    facts.put("Duration", result.duration().toSeconds() + " s");
    result
        .pushToDeployed()
        .ifPresent(time -> facts.put("From push to deployed", time.toSeconds() + " s"));
    facts.put("Triggered by", trigger(deployment.trigger()));
    if (deployment.trigger() instanceof Trigger.Operator) {
      facts.put("Why", deployment.reason());
    }
    if (!result.end().blocked().isEmpty()) {
      facts.put(
          "Blocked here",
          result.end().blocked().stream().map(ImageDigest::value).collect(joining(", ")));
    }
    facts.put("Deployment", deployment.id().value());
    return new Notification(
        event(result.outcome()),
        title(name, "%s, %s".formatted(outcome(result), result.what())),
        begun(result.sentence()),
        facts,
        result.end().evidence(),
        nextSteps(result),
        links(service, result.isFailure() ? "deployments" : "health"),
        resources(deployment),
        deployment.id().value());
  }

  /** A rollback failed after the deployment's failure had been announced. */
  public static Notification ofFailedRollback(RolloutResult result) {
    ServiceArn service = result.service();
    String name = service.shortName();
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("Service", name);
    facts.put("Environment", result.deployment().environment());
    facts.put("Outcome", "rollback failed");
    facts.put("Deployment", result.deployment().id().value());
    return new Notification(
        "Rollback Failed",
        title(name, "ECS could not roll back, " + result.what()),
        result.rollbackSentence(),
        facts,
        List.of(),
        List.of(
            "To see what the service runs now: ./slipway status " + name,
            "To go back to what ran before: ./slipway rollback " + name),
        links(service, "deployments"),
        resources(result.deployment()),
        result.deployment().id().value());
  }

  /** Begins with a capital, unless it begins with a name. */
  private static String begun(String sentence) {
    return sentence.startsWith("the ") ? "T" + sentence.substring(1) : sentence;
  }

  private static String outcome(RolloutResult result) {
    if (result.outcome() == DeploymentOutcome.DEPLOYED && result.end().tasks() == 0) {
      return "deployed, but no task runs it";
    }
    String ended = result.deployment().stop().isPresent() ? "stopped" : "failed";
    return result
        .end()
        .rollback()
        .map(rollback ->
            switch (rollback.state()) {
              case IN_PROGRESS -> ended + ", rolling back";
              case SUCCESSFUL -> ended + ", rolled back";
              case FAILED -> ended + ", not rolled back";
              case SUPERSEDED -> ended;
            })
        .orElse(result.outcome().toString());
  }

  /** Such as {@code a push of web:staging at 2026-11-28T10:00:00Z}. */
  public static String trigger(Trigger trigger) {
    return switch (trigger) {
      case Trigger.Push push ->
          "%s of %s:%s%s"
              .formatted(
                  push.by().map(by -> by + ", by a promotion").orElse("a push"),
                  push.repository().name(),
                  push.tag(),
                  push.at().map(at -> " at " + at).orElse(""));
      case Trigger.Sweep sweep -> "the sweep at " + sweep.at();
      case Trigger.Operator operator -> operator.by();
      case Trigger.ServiceChanged changed -> "a change of the service: " + changed.what();
    };
  }

  /** The words of EventBridge's detail types, {@code Deployment} left out. */
  public static String event(DeploymentOutcome outcome) {
    return switch (outcome) {
      case DEPLOYED -> "Succeeded";
      case FAILED -> "Failed";
      case SUPERSEDED -> "Superseded";
      case REFUSED -> "Refused";
      case UNKNOWN -> "Ended";
      case DROPPED -> throw new IllegalArgumentException("what was never started is not announced");
    };
  }

  private static List<String> nextSteps(RolloutResult result) {
    String name = result.service().shortName();
    List<String> steps = new ArrayList<>();
    switch (result.outcome()) {
      case DEPLOYED -> steps.add("To go back: ./slipway rollback " + name);
      case SUPERSEDED -> steps.add("To see the newer one: ./slipway watch " + name);
      case FAILED -> {
        if (result.end().rollback().isEmpty() || result.isRollbackFailed()) {
          steps.add("To go back to what ran before: ./slipway rollback " + name);
        } else {
          steps.add("To see what the service runs now: ./slipway status " + name);
        }
        steps.add("Fix it and push again; a new image deploys as usual");
      }
      case REFUSED -> steps.add("To try it again: ./slipway deploy " + name);
      default -> steps.add("To see what the service runs now: ./slipway status " + name);
    }
    if (!result.end().blocked().isEmpty()) {
      steps.add("To deploy this image anyway: ./slipway deploy " + name + " --unblock");
    }
    return steps;
  }

  /** A service is held, or cannot be deployed to. */
  public static Notification of(Decision decision, Trigger trigger) {
    ServiceArn service = decision.service();
    String name = service.shortName();
    String what = decision instanceof Decision.Held held ? held.hold().words() : decision.words();
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("Service", name);
    decision.environmentName().ifPresent(environment -> facts.put("Environment", environment));
    facts.put("State", what);
    facts.put("Triggered by", trigger(trigger));
    return new Notification(
        "Held",
        title(
            name,
            what
                + (trigger instanceof Trigger.Push push
                    ? ", %s:%s is not deployed".formatted(push.repository().name(), push.tag())
                    : "")),
        "%s: %s".formatted(name, decision.reason()),
        facts,
        List.of(),
        List.of("To see what would be deployed: ./slipway explain " + name),
        links(service, "deployments"),
        List.of(service.value()),
        trigger.eventId());
  }

  private static String words(ImageChange change) {
    return change.from() + " to " + change.to();
  }

  private static List<String> resources(DeploymentRecord deployment) {
    List<String> resources = new ArrayList<>();
    resources.add(deployment.service().value());
    deployment.to().ifPresent(revision -> resources.add(revision.value()));
    return resources;
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
