package dev.slipway.simulator.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.simulator.world.Account;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/**
 * The people of the story: whoever sets up ECS, and whoever pushes images. They know nothing but
 * the account's HTTP endpoint.
 */
final class Developer {
  private static final ObjectMapper MAPPER = JsonMapper.builder().build();

  /** The digest of the JSON text <code>{}</code>. */
  private static final String EMPTY_OBJECT =
      "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a";

  private final HttpClient http = HttpClient.newHttpClient();
  private final URI endpoint;
  private final Account account;

  Developer(URI endpoint, Account account) {
    this.endpoint = endpoint;
    this.account = account;
  }

  /** The name by which task definitions call a repository. */
  String repositoryUri(String repository) {
    return "%s.dkr.ecr.%s.amazonaws.com/%s".formatted(account.id(), account.region(), repository);
  }

  void createRepository(String name) {
    ecr("CreateRepository", object().put("repositoryName", name));
  }

  /**
   * Pushes an image that has nothing but a version.
   *
   * @param behaviour annotations of the manifest that tell the simulator what the container does
   * @return the image's digest
   */
  String push(String repository, String tag, String version, Map<String, String> behaviour) {
    ObjectNode manifest =
        object()
            .put("schemaVersion", 2)
            .put("mediaType", "application/vnd.oci.image.manifest.v1+json");
    manifest
        .putObject("config")
        .put("mediaType", "application/vnd.oci.image.config.v1+json")
        .put("digest", EMPTY_OBJECT)
        .put("size", 2);
    manifest.putArray("layers");
    ObjectNode annotations = manifest.putObject("annotations");
    annotations.put("org.opencontainers.image.version", version);
    // a digest is of bytes: in any order it would be another one
    new TreeMap<>(behaviour).forEach(annotations::put);
    return put(repository, tag, manifest.toString());
  }

  /**
   * Gives the image that one tag points at another tag, as promoting does; it is not built anew.
   */
  String retag(String repository, String from, String to) {
    ObjectNode request = object().put("repositoryName", repository);
    request.putArray("imageIds").addObject().put("imageTag", from);
    JsonNode image = ecr("BatchGetImage", request).path("images").path(0);
    return put(repository, to, image.path("imageManifest").asText());
  }

  private String put(String repository, String tag, String manifest) {
    ObjectNode request =
        object()
            .put("repositoryName", repository)
            .put("imageTag", tag)
            .put("imageManifest", manifest);
    return ecr("PutImage", request).path("image").path("imageId").path("imageDigest").asText();
  }

  void createCluster(String name) {
    ecs("CreateCluster", object().put("clusterName", name));
  }

  /** Registers a Fargate task definition with one container. */
  void registerTaskDefinition(String family, String image) {
    ObjectNode request =
        object()
            .put("family", family)
            .put("networkMode", "awsvpc")
            .put("cpu", "256")
            .put("memory", "512")
            .put("executionRoleArn", account.globalArn("iam", "role/ecsTaskExecutionRole"));
    request.putArray("requiresCompatibilities").add("FARGATE");
    ObjectNode container =
        request
            .putArray("containerDefinitions")
            .addObject()
            .put("name", "web")
            .put("image", image)
            .put("essential", true);
    container.putArray("portMappings").addObject().put("containerPort", 8080);
    ecs("RegisterTaskDefinition", request);
  }

  /** Creates a service that follows an environment: the tag is all that it takes. */
  void createService(
      String cluster, String name, String taskDefinition, int desiredCount, String environment) {
    ObjectNode request =
        object()
            .put("cluster", cluster)
            .put("serviceName", name)
            .put("taskDefinition", taskDefinition)
            .put("desiredCount", desiredCount)
            .put("launchType", "FARGATE");
    request
        .putObject("networkConfiguration")
        .putObject("awsvpcConfiguration")
        .putArray("subnets")
        .add("subnet-1");
    request
        .putArray("tags")
        .addObject()
        .put("key", "slipway:environment")
        .put("value", environment);
    ecs("CreateService", request);
  }

  /** A service as ECS describes it. */
  JsonNode service(String cluster, String name) {
    ObjectNode request = object().put("cluster", cluster);
    request.putArray("services").add(name);
    return ecs("DescribeServices", request).path("services").path(0);
  }

  /** The image that a revision's container has. */
  String image(String taskDefinition) {
    return ecs("DescribeTaskDefinition", object().put("taskDefinition", taskDefinition))
        .path("taskDefinition")
        .path("containerDefinitions")
        .path(0)
        .path("image")
        .asText();
  }

  private JsonNode ecs(String operation, ObjectNode request) {
    return call("ecs", "AmazonEC2ContainerServiceV20141113." + operation, request);
  }

  private JsonNode ecr(String operation, ObjectNode request) {
    return call("ecr", "AmazonEC2ContainerRegistry_V20150921." + operation, request);
  }

  private JsonNode call(String service, String target, ObjectNode request) {
    HttpRequest post =
        HttpRequest.newBuilder(endpoint)
            .header("Content-Type", "application/x-amz-json-1.1")
            .header("X-Amz-Target", target)
            .header(
                "Authorization",
                "AWS4-HMAC-SHA256 Credential=DEVELOPER/20260101/%s/%s/aws4_request, SignedHeaders=host, Signature=0"
                    .formatted(account.region(), service))
            .POST(HttpRequest.BodyPublishers.ofString(request.toString()))
            .build();
    try {
      HttpResponse<String> response =
          http.send(post, HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
      if (response.statusCode() != 200) {
        throw new IllegalStateException(target + " was refused: " + response.body());
      }
      return MAPPER.readTree(response.body());
    } catch (IOException e) {
      throw new IllegalStateException(target + " failed", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(target + " was interrupted", e);
    }
  }

  static ObjectNode object() {
    return MAPPER.createObjectNode();
  }
}
