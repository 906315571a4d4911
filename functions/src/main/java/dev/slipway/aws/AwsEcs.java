package dev.slipway.aws;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.deploy.Ecs;
import dev.slipway.deploy.EcsClientError;
import dev.slipway.deploy.ServicePage;
import dev.slipway.ecs.Service;
import dev.slipway.ecs.ServiceArn;
import dev.slipway.ecs.TaskDefinition;
import dev.slipway.ecs.TaskDefinitionArn;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.services.ecs.model.ClusterNotFoundException;
import software.amazon.awssdk.services.ecs.model.ListServicesResponse;
import software.amazon.awssdk.services.ecs.model.ServiceField;
import software.amazon.awssdk.services.ecs.model.TaskDefinitionField;

/** Amazon ECS, spoken to in its own JSON. */
public final class AwsEcs implements Ecs {
  // https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeServices.html
  private static final int SERVICES_A_CALL = 10;
  private static final int LIST_PAGE = 100;
  // of one page of services, which may be those of many small clusters
  private static final int LISTS_A_PAGE = 20;
  // Characters of JSON. A sweep goes through all services' revisions again and again: when not all
  // of them are kept, none is kept long enough. This is some 1,000 of usual definitions (ECS allows
  // 64 KB for one), and as trees fits into the smallest function.
  private static final int REVISIONS_KEPT = 4_000_000;

  private record Revision(TaskDefinition definition, int characters) {}

  private final EcsClient client;
  private final LruCache<TaskDefinitionArn, Revision> revisions =
      new LruCache<>(REVISIONS_KEPT, Revision::characters);

  /**
   * @param client from {@link Clients}
   */
  public AwsEcs(EcsClient client) {
    this.client = client;
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
      } catch (EcsClientError e) {
        passIfGone(e); // deleted since it was listed
      }
    }
    return found;
  }

  /** A page is filled from several clusters, but not from ever so many empty ones. */
  @Override
  public ServicePage services(Set<String> clusters, Optional<String> position, int limit) {
    Optional<Position> from = position.map(Position::parse);
    SortedSet<String> names = new TreeSet<>(clusters);
    if (clusters.isEmpty()) {
      clusters().forEach(arn -> names.add(arn.substring(arn.lastIndexOf('/') + 1)));
    }
    List<Service> found = new ArrayList<>();
    List<String> missing = new ArrayList<>();
    int calls = 0;
    for (String cluster : names.tailSet(from.map(Position::cluster).orElse(""))) {
      Optional<String> token =
          from.filter(p -> p.cluster().equals(cluster)).flatMap(Position::token);
      do {
        if (found.size() >= limit || calls == LISTS_A_PAGE) {
          return new ServicePage(
              found, missing, Optional.of(new Position(cluster, token).toString()));
        }
        calls++;
        try {
          Optional<String> next = token;
          ListServicesResponse listed =
              AwsErrors.sorted(
                  "ecs:ListServices",
                  "cluster " + cluster,
                  () ->
                      client.listServices(r ->
                          r.cluster(cluster)
                              .nextToken(next.orElse(null))
                              .maxResults(limit - found.size())));
          found.addAll(describe(cluster, listed.serviceArns()));
          token = Optional.ofNullable(listed.nextToken()).filter(text -> !text.isEmpty());
        } catch (EcsClientError e) {
          passIfGone(e);
          missing.add(cluster);
          token = Optional.empty();
        }
      } while (token.isPresent());
    }
    return new ServicePage(found, missing, Optional.empty());
  }

  /**
   * Where a page begins.
   *
   * @param token of ListServices; empty for the cluster's first services
   */
  private record Position(String cluster, Optional<String> token) {
    private static final Pattern FORM =
        Pattern.compile("(?<cluster>[A-Za-z0-9_-]{1,255})/(?<token>.{0,4096})", Pattern.DOTALL);

    static Position parse(String text) {
      Matcher matcher = FORM.matcher(text);
      if (!matcher.matches()) {
        throw new IllegalArgumentException("no page of services begins there");
      }
      return new Position(
          matcher.group("cluster"),
          Optional.of(matcher.group("token")).filter(token -> !token.isEmpty()));
    }

    @Override
    public String toString() {
      return cluster + "/" + token.orElse("");
    }
  }

  @Override
  public List<ServiceArn> serviceArns() {
    List<ServiceArn> found = new ArrayList<>();
    for (String cluster : clusters()) {
      try {
        for (String arn : arnsOf(cluster)) {
          found.add(ServiceArn.parse(arn, cluster));
        }
      } catch (EcsClientError e) {
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
                token -> {
                  var page = client.listClusters(r -> r.nextToken(token).maxResults(LIST_PAGE));
                  return new Pages.Page<>(page.clusterArns(), page.nextToken());
                }));
  }

  private List<Service> servicesOf(String cluster) {
    return describe(cluster, arnsOf(cluster));
  }

  private List<String> arnsOf(String cluster) {
    return AwsErrors.sorted(
        "ecs:ListServices",
        "cluster " + cluster,
        () ->
            Pages.all(
                "ecs:ListServices",
                token -> {
                  var page =
                      client.listServices(
                          r -> r.cluster(cluster).nextToken(token).maxResults(LIST_PAGE));
                  return new Pages.Page<>(page.serviceArns(), page.nextToken());
                }));
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
      } catch (EcsClientError e) {
        passIfGone(e);
      }
    });
    return found;
  }

  @Override
  public Optional<Service> find(String cluster, String name) {
    try {
      return describe(cluster, List.of(name)).stream().findFirst();
    } catch (EcsClientError e) {
      passIfGone(e);
      return Optional.empty();
    }
  }

  private List<Service> describe(String cluster, List<String> namesOrArns) {
    List<Service> found = new ArrayList<>();
    for (List<String> ten : Pages.divided(namesOrArns, SERVICES_A_CALL)) {
      ObjectNode response =
          AwsErrors.sorted(
              "ecs:DescribeServices",
              String.join(", ", ten),
              () ->
                  RawJson.call(override ->
                      client.describeServices(r ->
                          r.cluster(cluster)
                              .services(ten)
                              .include(ServiceField.TAGS)
                              .overrideConfiguration(override))));
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

  private static void passIfGone(EcsClientError refusal) {
    if (!(refusal.getCause() instanceof ClusterNotFoundException)) {
      throw refusal;
    }
  }

  @Override
  public TaskDefinition taskDefinition(TaskDefinitionArn revision) {
    Optional<Revision> kept = revisions.get(revision);
    if (kept.isPresent()) {
      return kept.get().definition();
    }
    return readTaskDefinition(revision);
  }

  @Override
  public TaskDefinition readTaskDefinition(TaskDefinitionArn revision) {
    ObjectNode response =
        AwsErrors.sorted(
            "ecs:DescribeTaskDefinition",
            revision.value(),
            () ->
                RawJson.call(override ->
                    client.describeTaskDefinition(r ->
                        r.taskDefinition(revision.value())
                            .include(TaskDefinitionField.TAGS)
                            .overrideConfiguration(override))));
    TaskDefinition read = TaskDefinition.parse(response);
    keep(read);
    return read;
  }

  private void keep(TaskDefinition read) {
    int characters = Json.text(read.definition()).length();
    revisions.put(read.arn(), new Revision(read, characters));
  }

  @Override
  public TaskDefinitionArn register(ObjectNode request) {
    ObjectNode response =
        AwsErrors.sorted(
            "ecs:RegisterTaskDefinition",
            "family " + request.path("family").asText(),
            () ->
                RawJson.call(
                    request,
                    override ->
                        client.registerTaskDefinition(r -> r.overrideConfiguration(override))));
    TaskDefinition registered = TaskDefinition.parse(response);
    keep(registered);
    return registered.arn();
  }

  @Override
  public Service updateService(ObjectNode request) {
    ObjectNode response =
        AwsErrors.sorted(
            "ecs:UpdateService",
            request.path("cluster").asText() + "/" + request.path("service").asText(),
            () ->
                RawJson.call(
                    request,
                    override -> client.updateService(r -> r.overrideConfiguration(override))));
    return Service.parse(response.path("service"));
  }
}
