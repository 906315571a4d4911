package dev.slipway.aws;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.deploy.Ecs;
import dev.slipway.deploy.EcsRefusal;
import dev.slipway.deploy.Service;
import dev.slipway.deploy.ServiceArn;
import dev.slipway.deploy.TaskDefinition;
import dev.slipway.deploy.TaskDefinitionArn;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Amazon ECS, spoken to in its own JSON. */
public final class AwsEcs implements Ecs {
  // https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeServices.html
  private static final int SERVICES_A_CALL = 10;
  private static final int LIST_PAGE = 100;
  // ECS allows 64 KB for each definition: the whole cache fits into the smallest function
  private static final int REVISIONS_KEPT = 64;

  private final AwsApi api;
  private final Map<TaskDefinitionArn, TaskDefinition> revisions = new Recent<>(REVISIONS_KEPT);

  /**
   * @param api of ECS
   */
  public AwsEcs(AwsApi api) {
    this.api = api;
  }

  @Override
  public List<Service> services(Set<String> clusters) {
    if (!clusters.isEmpty()) {
      return clusters.stream().flatMap(cluster -> servicesOf(cluster).stream()).toList();
    }
    List<Service> found = new ArrayList<>();
    for (String cluster : clusters()) {
      try {
        found.addAll(servicesOf(cluster));
      } catch (EcsRefusal e) {
        passIfGone(e); // deleted since it was listed
      }
    }
    return found;
  }

  private List<String> clusters() {
    return AwsErrors.sorted(
        "ecs:ListClusters",
        "*",
        () ->
            Pages.all(
                "ecs:ListClusters",
                token ->
                    page(api.call("ListClusters", listing(Json.object(), token)), "clusterArns")));
  }

  private List<Service> servicesOf(String cluster) {
    List<String> arns =
        AwsErrors.sorted(
            "ecs:ListServices",
            "cluster " + cluster,
            () ->
                Pages.all(
                    "ecs:ListServices",
                    token ->
                        page(
                            api.call(
                                "ListServices",
                                listing(Json.object().put("cluster", cluster), token)),
                            "serviceArns")));
    return describe(cluster, arns);
  }

  private static ObjectNode listing(ObjectNode request, @Nullable String token) {
    if (token != null) {
      request.put("nextToken", token);
    }
    return request.put("maxResults", LIST_PAGE);
  }

  private static Pages.Page<String> page(ObjectNode response, String member) {
    List<String> arns = new ArrayList<>();
    response.path(member).forEach(arn -> arns.add(arn.asText()));
    return new Pages.Page<>(arns, response.path("nextToken").asText(null));
  }

  @Override
  public List<Service> describe(List<ServiceArn> services) {
    Map<String, List<String>> byCluster =
        services.stream()
            .distinct()
            .collect(
                Collectors.groupingBy(
                    ServiceArn::cluster,
                    LinkedHashMap::new,
                    Collectors.mapping(ServiceArn::value, Collectors.toList())));
    List<Service> found = new ArrayList<>();
    byCluster.forEach((cluster, arns) -> {
      try {
        found.addAll(describe(cluster, arns));
      } catch (EcsRefusal e) {
        passIfGone(e);
      }
    });
    return found;
  }

  @Override
  public Optional<Service> find(String cluster, String name) {
    try {
      return describe(cluster, List.of(name)).stream().findFirst();
    } catch (EcsRefusal e) {
      passIfGone(e);
      return Optional.empty();
    }
  }

  private List<Service> describe(String cluster, List<String> namesOrArns) {
    List<Service> found = new ArrayList<>();
    for (List<String> ten : Pages.divided(namesOrArns, SERVICES_A_CALL)) {
      ObjectNode request = Json.object().put("cluster", cluster);
      ten.forEach(request.putArray("services")::add);
      request.putArray("include").add("TAGS");
      ObjectNode response =
          AwsErrors.sorted(
              "ecs:DescribeServices",
              String.join(", ", ten),
              () -> api.call("DescribeServices", request));
      for (JsonNode failure : response.path("failures")) {
        if (!failure.path("reason").asText().equals("MISSING")) {
          throw new IllegalStateException(
              "ecs:DescribeServices on " + failure.path("arn").asText() + " failed: " + failure);
        }
      }
      response.path("services").forEach(service -> found.add(Service.parse(service)));
    }
    return found;
  }

  private static void passIfGone(EcsRefusal refusal) {
    if (!AwsErrors.is(refusal, "ClusterNotFoundException")) {
      throw refusal;
    }
  }

  @Override
  public TaskDefinition taskDefinition(TaskDefinitionArn revision) {
    synchronized (revisions) {
      TaskDefinition kept = revisions.get(revision);
      if (kept != null) {
        return kept;
      }
    }
    ObjectNode request = Json.object().put("taskDefinition", revision.value());
    request.putArray("include").add("TAGS");
    ObjectNode response =
        AwsErrors.sorted(
            "ecs:DescribeTaskDefinition",
            revision.value(),
            () -> api.call("DescribeTaskDefinition", request));
    TaskDefinition read = TaskDefinition.parse(response);
    synchronized (revisions) {
      revisions.put(revision, read);
    }
    return read;
  }

  @Override
  public List<TaskDefinitionArn> newestRevisions(String family, int limit) {
    ObjectNode response =
        AwsErrors.sorted(
            "ecs:ListTaskDefinitions",
            "family " + family,
            () ->
                api.call(
                    "ListTaskDefinitions",
                    Json.object()
                        .put("familyPrefix", family)
                        .put("status", "ACTIVE")
                        .put("sort", "DESC")
                        .put("maxResults", limit)));
    List<TaskDefinitionArn> newest = new ArrayList<>();
    response
        .path("taskDefinitionArns")
        .forEach(arn -> newest.add(new TaskDefinitionArn(arn.asText())));
    return newest;
  }

  @Override
  public TaskDefinitionArn register(ObjectNode request) {
    ObjectNode response =
        AwsErrors.sorted(
            "ecs:RegisterTaskDefinition",
            "family " + request.path("family").asText(),
            () -> api.call("RegisterTaskDefinition", request));
    return new TaskDefinitionArn(
        response.path("taskDefinition").path("taskDefinitionArn").asText());
  }

  @Override
  public Service updateService(ObjectNode request) {
    ObjectNode response =
        AwsErrors.sorted(
            "ecs:UpdateService",
            request.path("cluster").asText() + "/" + request.path("service").asText(),
            () -> api.call("UpdateService", request));
    return Service.parse(response.path("service"));
  }
}
