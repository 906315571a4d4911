package dev.slipway.aws;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.deploy.ServiceArn;
import dev.slipway.rollout.ServiceDeployment;
import dev.slipway.rollout.ServiceDeployments;
import dev.slipway.rollout.ServiceRevision;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Amazon ECS's service deployments and service revisions, read in its own JSON. */
public final class AwsServiceDeployments implements ServiceDeployments {
  // https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeServiceDeployments.html
  private static final int DESCRIBED_A_CALL = 20;

  private final AwsApi api;

  /**
   * @param api of ECS
   */
  public AwsServiceDeployments(AwsApi api) {
    this.api = api;
  }

  @Override
  public List<ServiceDeployment> newest(ServiceArn service, int limit) {
    ObjectNode listed =
        AwsErrors.sorted(
            "ecs:ListServiceDeployments",
            service.value(),
            () ->
                api.call(
                    "ListServiceDeployments",
                    Json.object()
                        .put("service", service.name())
                        .put("cluster", service.cluster())
                        .put("maxResults", limit)));
    List<String> arns = new ArrayList<>();
    listed
        .path("serviceDeployments")
        .forEach(brief -> arns.add(brief.path("serviceDeploymentArn").asText()));
    List<ServiceDeployment> found = new ArrayList<>();
    for (List<String> some : Pages.divided(arns, DESCRIBED_A_CALL)) {
      ObjectNode response =
          AwsErrors.sorted(
              "ecs:DescribeServiceDeployments",
              service.value(),
              () -> api.call("DescribeServiceDeployments", naming("serviceDeploymentArns", some)));
      failIfAny("ecs:DescribeServiceDeployments", response);
      response.path("serviceDeployments").forEach(d -> found.add(ServiceDeployment.parse(d)));
    }
    found.sort(Comparator.comparing(ServiceDeployment::createdAt).reversed());
    return found;
  }

  private static ObjectNode naming(String member, List<String> arns) {
    ObjectNode request = Json.object();
    arns.forEach(request.putArray(member)::add);
    return request;
  }

  @Override
  public Map<String, ServiceRevision> revisions(Collection<String> arns) {
    Map<String, ServiceRevision> found = new LinkedHashMap<>();
    for (List<String> some : Pages.divided(List.copyOf(arns), DESCRIBED_A_CALL)) {
      ObjectNode response =
          AwsErrors.sorted(
              "ecs:DescribeServiceRevisions",
              String.join(", ", some),
              () -> api.call("DescribeServiceRevisions", naming("serviceRevisionArns", some)));
      failIfAny("ecs:DescribeServiceRevisions", response);
      response
          .path("serviceRevisions")
          .forEach(document -> {
            ServiceRevision revision = ServiceRevision.parse(document);
            found.put(revision.arn(), revision);
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
