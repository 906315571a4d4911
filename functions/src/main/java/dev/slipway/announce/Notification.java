package dev.slipway.announce;

import static java.util.regex.Matcher.quoteReplacement;

import dev.slipway.decide.Decision;
import dev.slipway.ecs.ServiceArn;
import dev.slipway.record.DeploymentOutcome;
import dev.slipway.record.DeploymentRecord;
import dev.slipway.record.Trigger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What people read, in an e-mail or in a chat.
 *
 * @param event what happened, in two words at most, such as {@code Failed}
 * @param headline which service, which image, what became of it, and why
 * @param sentences that say what the headline does not; often none
 * @param facts by name, in the order in which they are read
 * @param services that it is about, where they are many
 * @param evidence for the cause; often none
 * @param nextSteps what a person can do now, with commands in backticks
 * @param links to AWS's console, by what they show
 * @param resources ARNs of what it is about
 * @param thread what one trigger led to belongs together
 * @param group of those that differ in the service alone; empty for one that is sent whatever else
 *     is
 */
public record Notification(
    String event,
    Headline headline,
    List<String> sentences,
    Map<String, String> facts,
    List<String> services,
    List<String> evidence,
    List<String> nextSteps,
    Map<String, String> links,
    List<String> resources,
    String thread,
    Optional<NotificationGroup> group) {
  // to which the texts are cut, for whatever they are shown in
  static final int MAX_SENTENCE = 1_500;
  static final int MAX_VALUE = 500;
  static final int MAX_LINE = 500;
  static final int MAX_LINES = 80;

  private static final Pattern CALLER =
      Pattern.compile("arn:aws[a-z-]*:(?:iam|sts)::\\d{12}:[\\w+=,.@/-]*[\\w/]");

  private static final List<String> BEGINNINGS =
      List.of("the ", "it ", "its ", "image ", "another ");

  /** Copies the collections. */
  public Notification {
    sentences = List.copyOf(sentences);
    facts = new LinkedHashMap<>(facts);
    services = List.copyOf(services);
    links = new LinkedHashMap<>(links);
    evidence = List.copyOf(evidence);
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

  /** How a deployment ended. */
  public static Notification of(RolloutResult result) {
    ServiceArn service = result.service();
    DeploymentRecord deployment = result.deployment();
    Headline headline =
        new Headline(
            service.shortName(),
            Optional.of(ImageWords.inShort(deployment)),
            outcome(result),
            result.isFailure() && deployment.stop().isEmpty()
                ? result.cause().map(Notification::withPeople)
                : Optional.empty());
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("Environment", deployment.environment());
    facts.putAll(ImageWords.changes(deployment));
    facts.put(
        "Revision",
        deployment
            .to()
            .map(to -> to.shortName() + " instead of " + deployment.from().shortName())
            .orElse(deployment.from().shortName()));
    facts.put("Triggered by", trigger(deployment.trigger()));
    if (deployment.trigger() instanceof Trigger.Operator) {
      facts.put("Reason", withPeople(deployment.reason()));
    }
    List<String> continued =
        deployment.hooks().stream()
            .filter(wait -> wait.answer().isPresent() && !wait.isRejected())
            .map(wait -> withPeople(wait.toString()))
            .toList();
    if (!continued.isEmpty()) {
      facts.put("Approved", String.join("; ", continued));
    }
    facts.put("Deployment", deployment.id().value());
    return new Notification(
        event(result.outcome()),
        headline,
        sentences(result),
        facts,
        List.of(),
        EvidenceLines.once(result.end().evidence()),
        nextSteps(result),
        links(service, result.isFailure() ? "deployments" : "health"),
        resources(deployment),
        deployment.trigger().eventId(),
        isForOneServiceAlone(result)
            ? Optional.empty()
            : NotificationGroup.of(
                deployment.trigger(),
                event(result.outcome()),
                headline,
                deployment.environment(),
                service));
  }

  /** A rollback failed after the deployment's failure had been announced. */
  public static Notification ofFailedRollback(RolloutResult result) {
    ServiceArn service = result.service();
    String name = service.shortName();
    DeploymentRecord deployment = result.deployment();
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("Environment", deployment.environment());
    facts.put("Deployment", deployment.id().value());
    return new Notification(
        "Rollback Failed",
        new Headline(
            name,
            Optional.of(ImageWords.inShort(deployment)),
            "failed, and ECS could not roll back" + result.rollbackTo(),
            Optional.empty()),
        List.of(),
        facts,
        List.of(),
        List.of(),
        List.of(
            "To see what the service runs now: `slipway status %s`".formatted(name),
            "To go back to what ran before: `slipway rollback %s`".formatted(name)),
        links(service, "deployments"),
        resources(deployment),
        deployment.trigger().eventId(),
        Optional.empty());
  }

  /** A deployment waits at one of ECS's pause hooks. */
  public static Notification of(WaitingRollout waiting) {
    ServiceArn service = waiting.service();
    DeploymentRecord deployment = waiting.deployment();
    Headline headline =
        new Headline(
            service.shortName(),
            Optional.of(ImageWords.inShort(deployment)),
            "waits at " + waiting.hook().place(),
            Optional.empty());
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("Environment", deployment.environment());
    facts.putAll(ImageWords.changes(deployment));
    facts.put("Triggered by", trigger(deployment.trigger()));
    facts.put("Deployment", deployment.id().value());
    return new Notification(
        "Waiting",
        headline,
        List.of("It waits " + waiting.hook().end()),
        facts,
        List.of(),
        List.of(),
        WaitingRollout.nextSteps(service),
        links(service, "deployments"),
        resources(deployment),
        deployment.trigger().eventId(),
        NotificationGroup.of(
            deployment.trigger(), "Waiting", headline, deployment.environment(), service));
  }

  /** What a person has to look at now, or has asked for, is sent for each service. */
  private static boolean isForOneServiceAlone(RolloutResult result) {
    return result.isRollbackFailed()
        || result.deployment().stop().isPresent()
        || (result.outcome() == DeploymentOutcome.FAILED && result.end().rollback().isEmpty());
  }

  private static String outcome(RolloutResult result) {
    DeploymentRecord deployment = result.deployment();
    return switch (result.outcome()) {
      case DEPLOYED -> result.end().tasks() == 0 ? "deployed, but no task runs it" : "deployed";
      case FAILED -> {
        String ended =
            deployment.stop().map(stop -> "stopped by " + person(stop.by())).orElse("failed");
        yield result
            .end()
            .rollback()
            .map(rollback ->
                switch (rollback.state()) {
                  case IN_PROGRESS -> ended + ", rolling back";
                  case SUCCESSFUL -> ended + ", rolled back";
                  case FAILED -> ended + ", not rolled back";
                  case SUPERSEDED -> ended;
                })
            .orElse(ended);
      }
      case SUPERSEDED -> "superseded by a newer deployment";
      case REFUSED -> "refused by ECS";
      case UNKNOWN -> "ended, and ECS no longer says how";
      case DROPPED -> throw notAnnounced();
    };
  }

  /** What the headline has no room for. */
  private static List<String> sentences(RolloutResult result) {
    List<String> sentences = new ArrayList<>();
    switch (result.outcome()) {
      case DEPLOYED ->
          sentences.add(
              result.end().tasks() == 0
                  ? "No task is desired, so nothing is known of the image yet"
                  : result.replaced());
      case FAILED -> {
        String after =
            "%s after %d s"
                .formatted(
                    result.deployment().stop().isPresent()
                        ? "It ended"
                        : "ECS ended the deployment",
                    result.duration().toSeconds());
        sentences.add(after + result.rollingBack().map("; "::concat).orElse(""));
      }
      default -> {}
    }
    if (!result.end().blocked().isEmpty()) {
      sentences.add(
          "Blocked for this service: %s".formatted(ImageWords.digests(result.end().blocked())));
    }
    return sentences;
  }

  /** Such as {@code a push of web:staging at 2026-11-28T10:00:00Z}. */
  public static String trigger(Trigger trigger) {
    return switch (trigger) {
      case Trigger.Push push ->
          "a %s of %s:%s%s%s"
              .formatted(
                  push.by().isPresent() ? "promotion" : "push",
                  push.repository().name(),
                  push.tag(),
                  push.by().map(by -> " by " + person(by)).orElse(""),
                  push.at().map(at -> " at " + at).orElse(""));
      case Trigger.Sweep sweep -> "the sweep at " + sweep.at();
      case Trigger.Operator operator -> person(operator.by());
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
      case DROPPED -> throw notAnnounced();
    };
  }

  private static IllegalArgumentException notAnnounced() {
    return new IllegalArgumentException("what was never started is not announced");
  }

  private static List<String> nextSteps(RolloutResult result) {
    String name = result.service().shortName();
    List<String> steps = new ArrayList<>();
    switch (result.outcome()) {
      case DEPLOYED ->
          steps.add(
              result.isPinned()
                  ? "To deploy what the environment selects: `slipway deploy %s --unblock`"
                      .formatted(name)
                  : "To go back: `slipway rollback %s`".formatted(name));
      case SUPERSEDED -> steps.add("To see the newer one: `slipway watch %s`".formatted(name));
      case FAILED -> {
        if (result.end().rollback().isEmpty() || result.isRollbackFailed()) {
          steps.add("To go back to what ran before: `slipway rollback %s`".formatted(name));
        } else {
          steps.add("To see what the service runs now: `slipway status %s`".formatted(name));
        }
        if (result.deployment().stop().isEmpty()) {
          steps.add("Fix it and push again; a new image deploys as usual");
        }
      }
      case REFUSED ->
          steps.add("Fix the cause; then, to try it again: `slipway deploy %s`".formatted(name));
      default -> steps.add("To see what the service runs now: `slipway status %s`".formatted(name));
    }
    if (!result.end().blocked().isEmpty()) {
      steps.add("To deploy this image anyway: `slipway deploy %s --unblock`".formatted(name));
    }
    return steps;
  }

  /** A service is held, or cannot be deployed to. */
  public static Notification of(Decision decision, Trigger trigger) {
    ServiceArn service = decision.service();
    String name = service.shortName();
    Optional<String> image = notDeployed(decision, trigger);
    String state = decision.words();
    String reason = withPeople(decision.reason());
    boolean refused = decision instanceof Decision.NotDeployable;
    Headline headline =
        new Headline(
            name,
            image,
            image.isPresent() ? "not deployed" : state,
            refused ? Optional.of(reason) : image.map(_ -> state));
    Map<String, String> facts = new LinkedHashMap<>();
    decision.environmentName().ifPresent(environment -> facts.put("Environment", environment));
    facts.put("Triggered by", trigger(trigger));
    return new Notification(
        "Held",
        headline,
        refused ? List.of() : List.of(begun(reason)),
        facts,
        List.of(),
        List.of(),
        List.of("To see what would be deployed: `slipway explain %s`".formatted(name)),
        links(service, "deployments"),
        List.of(service.value()),
        trigger.eventId(),
        image.flatMap(_ ->
            NotificationGroup.of(
                trigger, "Held", headline, decision.environmentName().orElse(""), service)));
  }

  /** With a capital, unless it begins with a name. */
  private static String begun(String sentence) {
    return BEGINNINGS.stream().anyMatch(sentence::startsWith)
        ? Character.toUpperCase(sentence.charAt(0)) + sentence.substring(1)
        : sentence;
  }

  /** The last part of an ARN, which tells people who it was. */
  private static String person(String caller) {
    return caller.substring(Math.max(caller.lastIndexOf('/'), caller.lastIndexOf(':')) + 1);
  }

  /** A sentence in which people are named by the last part of their ARNs. */
  private static String withPeople(String sentence) {
    return CALLER.matcher(sentence).replaceAll(match -> quoteReplacement(person(match.group())));
  }

  /**
   * What is not deployed: what was pushed, unless the push led to something else; otherwise what is
   * kept back from a service that nobody else has touched.
   */
  private static Optional<String> notDeployed(Decision decision, Trigger trigger) {
    Optional<Decision.Held> held =
        Optional.of(decision)
            .filter(Decision.Held.class::isInstance)
            .map(Decision.Held.class::cast);
    if (trigger instanceof Trigger.Push push && held.map(hold -> hold.isOf(push)).orElse(true)) {
      return Optional.of(ImageWords.pushed(push));
    }
    return held.filter(hold -> !isForOneServiceAlone(hold.hold()))
        .map(Decision.Held::images)
        .filter(images -> !images.isEmpty())
        .map(ImageWords::inShort);
  }

  /** What a person has to look at in this service. */
  private static boolean isForOneServiceAlone(Decision.Hold hold) {
    return hold == Decision.Hold.DRIFTED || hold == Decision.Hold.BLOCKED_RUNNING;
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
