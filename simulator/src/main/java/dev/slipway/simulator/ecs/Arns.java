package dev.slipway.simulator.ecs;

import dev.slipway.simulator.world.Account;

/** The ARNs of ECS's resources in one account and Region. */
record Arns(Account account) {
  String cluster(String name) {
    return of("cluster/" + name);
  }

  String service(String cluster, String name) {
    return of("service/" + cluster + "/" + name);
  }

  String task(String cluster, String id) {
    return of("task/" + cluster + "/" + id);
  }

  String container(String cluster, String task, String id) {
    return of("container/" + cluster + "/" + task + "/" + id);
  }

  String capacityProvider(String name) {
    return of("capacity-provider/" + name);
  }

  String containerInstance(String cluster, String id) {
    return of("container-instance/" + cluster + "/" + id);
  }

  /** Of a revision; {@code *} for one that is to be. */
  String taskDefinition(String family, String revision) {
    return of("task-definition/" + family + ":" + revision);
  }

  String serviceRevision(String cluster, String service, String id) {
    return of("service-revision/" + cluster + "/" + service + "/" + id);
  }

  String serviceDeployment(String cluster, String service, String id) {
    return of("service-deployment/" + cluster + "/" + service + "/" + id);
  }

  String role(String name) {
    return account.globalArn("iam", "role/" + name);
  }

  /** The last part of an ARN or name: after the last slash. */
  static String lastPart(String arnOrName) {
    return arnOrName.substring(arnOrName.lastIndexOf('/') + 1);
  }

  private String of(String resource) {
    return account.arn("ecs", resource);
  }
}
