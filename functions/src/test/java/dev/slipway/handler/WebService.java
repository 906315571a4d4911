package dev.slipway.handler;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.aws.Json;
import dev.slipway.aws.LoopbackAws;

/**
 * Prepares an AWS in which the service {@code web} follows staging and its image has moved on. The
 * record knows the service; once it is deployed, the table is found empty.
 */
final class WebService {
  static final String DIGEST = "sha256:" + "d".repeat(64);
  static final String REPOSITORY = "123456789012.dkr.ecr.us-east-1.amazonaws.com/web";
  private static final String PREFIX = "arn:aws:ecs:us-east-1:123456789012:";
  static final String SERVICE = PREFIX + "service/main/web";

  private WebService() {}

  static String revision(int number) {
    return PREFIX + "task-definition/web:" + number;
  }

  static LoopbackAws deployable(LoopbackAws aws) {
    return aws.always("ListClusters", "{\"clusterArns\":[\"" + PREFIX + "cluster/main\"]}")
        .always("ListServices", "{\"serviceArns\":[\"" + SERVICE + "\"]}")
        .answers("Query", items(item("repository/web", "service/main/web")))
        .answers("Query", items(item("service/main/web", "service")))
        .always("Query", items())
        .always("BatchGetItem", "{\"Responses\":{}}")
        .always("TransactWriteItems", "{}")
        .always("PutItem", "{}")
        .always("ListServiceDeployments", "{\"serviceDeployments\":[]}")
        .answers("DescribeServices", described(service(1)))
        .always("DescribeServices", described(service(2)))
        .answers("DescribeTaskDefinition", taskDefinition(1, REPOSITORY + ":old"))
        .answers("DescribeServiceRevisions", "{\"serviceRevisions\":[],\"failures\":[]}")
        .always("BatchGetImage", image())
        .always("RegisterTaskDefinition", taskDefinition(2, REPOSITORY + "@" + DIGEST))
        .always("UpdateService", "{\"service\":" + service(2) + "}")
        .always("PutEvents", "{\"FailedEntryCount\":0,\"Entries\":[{\"EventId\":\"1\"}]}");
  }

  /** What a Query of the table finds. */
  static String items(ObjectNode... items) {
    ObjectNode response = Json.object();
    ArrayNode list = response.putArray("Items");
    for (ObjectNode item : items) {
      list.add(item);
    }
    return response.toString();
  }

  private static ObjectNode item(String partition, String sort) {
    ObjectNode item = Json.object();
    item.putObject("pk").put("S", partition);
    item.putObject("sk").put("S", sort);
    item.putObject("format").put("N", "1");
    item.putObject("service").put("S", SERVICE);
    item.putObject("environment").put("S", "staging");
    item.putObject("version").put("N", "1");
    return item;
  }

  private static ObjectNode service(int revision) {
    ObjectNode service =
        Json.object()
            .put("serviceArn", SERVICE)
            .put("serviceName", "web")
            .put("clusterArn", PREFIX + "cluster/main")
            .put("status", "ACTIVE")
            .put("desiredCount", 2)
            .put("launchType", "FARGATE")
            .put("schedulingStrategy", "REPLICA")
            .put("taskDefinition", revision(revision));
    service
        .putArray("deployments")
        .addObject()
        .put("id", "ecs-svc/" + revision)
        .put("status", "PRIMARY")
        .put("taskDefinition", revision(revision));
    service.putArray("tags").addObject().put("key", "slipway:environment").put("value", "staging");
    return service;
  }

  private static String described(ObjectNode service) {
    ObjectNode response = Json.object();
    response.putArray("services").add(service);
    response.putArray("failures");
    return response.toString();
  }

  private static String taskDefinition(int revision, String image) {
    ObjectNode response = Json.object();
    ObjectNode definition =
        response
            .putObject("taskDefinition")
            .put("taskDefinitionArn", revision(revision))
            .put("family", "web")
            .put("revision", revision)
            .put("status", "ACTIVE");
    definition.putArray("containerDefinitions").addObject().put("name", "app").put("image", image);
    response.putArray("tags");
    return response.toString();
  }

  private static String image() {
    ObjectNode response = Json.object();
    ObjectNode image = response.putArray("images").addObject();
    image.putObject("imageId").put("imageDigest", DIGEST).put("imageTag", "staging");
    image
        .put("imageManifestMediaType", "application/vnd.oci.image.manifest.v1+json")
        .put("imageManifest", "{\"schemaVersion\":2,\"config\":{},\"layers\":[]}");
    response.putArray("failures");
    return response.toString();
  }
}
