package dev.slipway.aws;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.deploy.DeploymentStop;
import dev.slipway.deploy.EcsClientError;
import dev.slipway.deploy.PauseHooks;
import dev.slipway.deploy.ServiceDeployments;
import dev.slipway.ecs.PauseHook;
import dev.slipway.ecs.ServiceArn;
import dev.slipway.ecs.ServiceDeployment;
import dev.slipway.ecs.ServiceRevision;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.services.ecs.model.ClusterNotFoundException;
import software.amazon.awssdk.services.ecs.model.ConflictException;
import software.amazon.awssdk.services.ecs.model.ServiceDeploymentBrief;
import software.amazon.awssdk.services.ecs.model.ServiceDeploymentNotFoundException;
import software.amazon.awssdk.services.ecs.model.ServiceNotFoundException;
import software.amazon.awssdk.services.ecs.model.StopServiceDeploymentStopType;

/** Amazon ECS's service deployments and service revisions, read in its own JSON. */
public final class AwsServiceDeployments implements ServiceDeployments, DeploymentStop, PauseHooks {
  // https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeServiceDeployments.html
  private static final int DESCRIBED_A_CALL = 20;

  // a service revision never changes once ECS has resolved its images
  private static final int MAX_REVISIONS_KEPT = 2_000;

  private final EcsClient client;
  private final LruCache<String, ServiceRevision> resolved =
      new LruCache<>(MAX_REVISIONS_KEPT, _ -> 1);

  /**
   * @param client from {@link Clients}
   */
  public AwsServiceDeployments(EcsClient client) {
    this.client = client;
  }

  @Override
  public List<ServiceDeployment> newest(ServiceArn service, int limit) {
    List<String> arns = newestArns(service, limit);
    List<ServiceDeployment> found = described(service.value(), arns);
    found.sort(Comparator.comparing(ServiceDeployment::createdAt).reversed());
    return found;
  }

  private List<ServiceDeployment> described(String of, List<String> arns) {
    List<ServiceDeployment> found = new ArrayList<>();
    for (List<String> some : Pages.divided(arns, DESCRIBED_A_CALL)) {
      ObjectNode response =
          AwsErrors.sorted(
              "ecs:DescribeServiceDeployments",
              of,
              () ->
                  RawJson.call(override ->
                      client.describeServiceDeployments(
                          r -> r.serviceDeploymentArns(some).overrideConfiguration(override))));
      failIfAny("ecs:DescribeServiceDeployments", response);
      response.path("serviceDeployments").forEach(d -> found.add(ServiceDeployment.parse(d)));
    }
    return found;
  }

  private List<String> newestArns(ServiceArn service, int limit) {
    try {
      return AwsErrors.sorted(
          "ecs:ListServiceDeployments",
          service.value(),
          () ->
              client
                  .listServiceDeployments(
                      r -> r.cluster(service.cluster()).service(service.name()).maxResults(limit))
                  .serviceDeployments()
                  .stream()
                  .map(ServiceDeploymentBrief::serviceDeploymentArn)
                  .toList());
    } catch (EcsClientError e) {
      if (e.getCause() instanceof ServiceNotFoundException
          || e.getCause() instanceof ClusterNotFoundException) {
        return List.of(); // it was deleted
      }
      throw e;
    }
  }

  @Override
  public boolean rollBack(String serviceDeploymentArn) {
    try {
      AwsErrors.sorted(
          "ecs:StopServiceDeployment",
          serviceDeploymentArn,
          () ->
              client.stopServiceDeployment(r ->
                  r.serviceDeploymentArn(serviceDeploymentArn)
                      .stopType(StopServiceDeploymentStopType.ROLLBACK)));
      return true;
    } catch (ConflictException _) {
      return false; // it has ended
    } catch (ServiceDeploymentNotFoundException _) {
      return false; // it ended so long ago that ECS has forgotten it
    }
  }

  /**
   * ECS does not document by which error it refuses an answer that comes too late: so where it
   * refuses one, it is read whether the hook still waits.
   */
  @Override
  public boolean answer(String serviceDeploymentArn, String hookId, PauseHook.Action action) {
    try {
      AwsErrors.sorted(
          "ecs:ContinueServiceDeployment",
          serviceDeploymentArn,
          () ->
              client.continueServiceDeployment(r ->
                  r.serviceDeploymentArn(serviceDeploymentArn)
                      .hookId(hookId)
                      .action(action.name())));
      return true;
    } catch (EcsClientError | ConflictException | ServiceDeploymentNotFoundException e) {
      boolean waits =
          described(serviceDeploymentArn, List.of(serviceDeploymentArn)).stream()
              .flatMap(deployment -> deployment.awaited().stream())
              .anyMatch(hook -> hook.id().equals(hookId));
      if (waits) {
        throw e;
      }
      return false;
    }
  }

  @Override
  public Map<String, ServiceRevision> revisions(Collection<String> arns) {
    Map<String, ServiceRevision> found = new LinkedHashMap<>();
    arns.forEach(arn -> resolved.get(arn).ifPresent(revision -> found.put(arn, revision)));
    List<String> unknown = arns.stream().filter(arn -> !found.containsKey(arn)).distinct().toList();
    for (List<String> some : Pages.divided(unknown, DESCRIBED_A_CALL)) {
      ObjectNode response =
          AwsErrors.sorted(
              "ecs:DescribeServiceRevisions",
              String.join(", ", some),
              () ->
                  RawJson.call(override ->
                      client.describeServiceRevisions(
                          r -> r.serviceRevisionArns(some).overrideConfiguration(override))));
      failIfAny("ecs:DescribeServiceRevisions", response);
      response
          .path("serviceRevisions")
          .forEach(document -> {
            ServiceRevision revision = ServiceRevision.parse(document);
            found.put(revision.arn(), revision);
            if (revision.isResolved()) {
              resolved.put(revision.arn(), revision);
            }
          });
    }
    return found;
  }

  /** What has gone since it was listed is left out; anything else is a failure. */
  private static void failIfAny(String action, ObjectNode response) {
    for (JsonNode failure : response.path("failures")) {
      if (!failure.path("reason").asText().equals("MISSING")) {
        throw new IllegalStateException(
            action + " on " + failure.path("arn").asText() + " failed: " + failure);
      }
    }
  }
}
