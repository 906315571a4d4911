package dev.slipway.announce;

import static dev.slipway.record.SampleDeployments.NOON;
import static dev.slipway.record.SampleDeployments.PUSH;
import static dev.slipway.record.SampleDeployments.WEB;
import static dev.slipway.record.SampleDeployments.digest;
import static dev.slipway.record.SampleDeployments.image;
import static dev.slipway.record.SampleDeployments.revision;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.decide.Decision;
import dev.slipway.decide.DecisionRules;
import dev.slipway.decide.Environment;
import dev.slipway.decide.ObservedState;
import dev.slipway.decide.ObservedState.PinTarget;
import dev.slipway.ecs.Service;
import dev.slipway.ecs.TaskDefinition;
import dev.slipway.gate.Gate;
import dev.slipway.image.Candidate;
import dev.slipway.image.ImagePolicy;
import dev.slipway.image.ImageTag;
import dev.slipway.image.Platform;
import dev.slipway.image.Selection;
import dev.slipway.image.TagPolicy;
import dev.slipway.record.DeploymentRecord;
import dev.slipway.record.RecordedService;
import dev.slipway.record.ServiceRecord;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * What the rules decide about a service that runs image 1 as {@code web:1}, while its environment
 * selects image 2: mails quote the rules' own sentences.
 */
final class SampleDecisions {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final Candidate.Image SECOND =
      new Candidate.Image(
          digest(2), "application/vnd.oci.image.manifest.v1+json", Set.of(), Set.of());

  private final ObservedState state;

  private SampleDecisions(ObservedState state) {
    this.state = state;
  }

  /** Nothing keeps image 2 back. */
  static SampleDecisions selecting() {
    return selecting(new TagPolicy(new ImageTag("staging")), SECOND);
  }

  /** The policy selects it. */
  static SampleDecisions selecting(ImagePolicy policy) {
    return selecting(policy, SECOND);
  }

  /** What the tag points at is no image. */
  static SampleDecisions selectingArtifact(String what) {
    return selecting(
        new TagPolicy(new ImageTag("staging")), new Candidate.NotAnImage(digest(2), what));
  }

  /** It is made for this platform. */
  static SampleDecisions selectingFor(Platform platform) {
    return selecting(
        new TagPolicy(new ImageTag("staging")),
        new Candidate.Image(digest(2), SECOND.mediaType(), Set.of(platform), Set.of()));
  }

  private static SampleDecisions selecting(ImagePolicy policy, Candidate candidate) {
    return new SampleDecisions(
        new ObservedState(
            Service.parse(service(1)),
            environment(policy, List.of()),
            TaskDefinition.parse(definition(1, 1)),
            Map.of(
                PUSH.repository(),
                new Selection(
                    candidate,
                    policy instanceof TagPolicy tag ? Optional.of(tag.tag()) : Optional.empty(),
                    List.of(),
                    List.of())),
            RecordedService.unknown(WEB),
            Map.of(),
            Optional.empty(),
            NOON));
  }

  private static Environment environment(ImagePolicy policy, List<Gate> gates) {
    return new Environment(
        "staging", policy, JSON.objectNode(), Set.of(), Environment.Drift.HOLD, gates);
  }

  private static ObjectNode service(int revision) {
    ObjectNode service =
        JSON.objectNode()
            .put("serviceArn", WEB.value())
            .put("status", "ACTIVE")
            .put("desiredCount", 3)
            .put("taskDefinition", revision(revision).value());
    service
        .putArray("deployments")
        .addObject()
        .put("id", "ecs-svc/" + revision)
        .put("status", "PRIMARY")
        .put("rolloutState", "COMPLETED")
        .put("createdAt", NOON.minusSeconds(3600).getEpochSecond())
        .put("taskDefinition", revision(revision).value());
    return service;
  }

  private static ObjectNode definition(int revision, int image) {
    ObjectNode described = JSON.objectNode();
    ObjectNode definition = described.putObject("taskDefinition");
    definition
        .putObject("runtimePlatform")
        .put("cpuArchitecture", "X86_64")
        .put("operatingSystemFamily", "LINUX");
    definition
        .put("taskDefinitionArn", revision(revision).value())
        .put("family", "web")
        .putArray("containerDefinitions")
        .addObject()
        .put("name", "web")
        .put("image", image("web", image).toString());
    return described;
  }

  /** Its environment has these gates. */
  SampleDecisions behind(Gate... gates) {
    return new SampleDecisions(
        new ObservedState(
            state.service(),
            environment(state.environment().images(), List.of(gates)),
            state.taskDefinition(),
            state.selections(),
            state.recorded(),
            state.running(),
            state.pinTarget(),
            state.at()));
  }

  /** The record says this of it. */
  SampleDecisions recorded(UnaryOperator<ServiceRecord> change) {
    return new SampleDecisions(state.with(change.apply(state.record())));
  }

  /** It runs another revision and image, and Slipway made this deployment before. */
  SampleDecisions running(int revision, int image, DeploymentRecord... deployments) {
    return new SampleDecisions(
        new ObservedState(
            Service.parse(service(revision)),
            state.environment(),
            TaskDefinition.parse(definition(revision, image)),
            state.selections(),
            new RecordedService(state.record(), List.of(deployments)),
            state.running(),
            state.pinTarget(),
            state.at()));
  }

  /** The image of its pin is gone from Amazon ECR. */
  SampleDecisions withPinnedImageGone() {
    return new SampleDecisions(
        new ObservedState(
            state.service(),
            state.environment(),
            state.taskDefinition(),
            state.selections(),
            state.recorded(),
            state.running(),
            Optional.of(
                new PinTarget.Found(
                    TaskDefinition.parse(definition(1, 3)), List.of(image("web", 3)))),
            state.at()));
  }

  /** What the rules decide. */
  Decision decision() {
    return DecisionRules.decide(state);
  }
}
