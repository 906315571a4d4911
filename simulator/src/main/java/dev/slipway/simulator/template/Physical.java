package dev.slipway.simulator.template;

import dev.slipway.simulator.world.Account;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.UUID;
import java.util.function.UnaryOperator;

/**
 * What Ref and Fn::GetAtt say of a resource, once it has its name.
 *
 * @param queueUrl the URL of a queue by its name
 * @see <a
 *     href="https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-template-resource-type-ref.html">Return
 *     values in CloudFormation's resource reference</a>
 */
record Physical(Account account, UnaryOperator<String> queueUrl) {
  String ref(ResourceType type, String name) {
    return switch (type) {
      case QUEUE -> queueUrl.apply(name);
      case TOPIC, SUBSCRIPTION -> account.arn("sns", name);
      case MAPPING, KEY, QUERY_DEFINITION -> uuid(name);
      case MANAGED_POLICY -> account.globalArn("iam", "policy/" + name);
      case SERVICE -> account.arn("ecs", "service/" + name);
      case ALIAS, VERSION -> account.arn("lambda", "function:" + name);
      default -> name;
    };
  }

  Optional<String> attribute(ResourceType type, String name, String attribute) {
    return Optional.ofNullable(
        switch (type + "." + attribute) {
          case "FUNCTION.Arn" -> account.arn("lambda", "function:" + name);
          case "VERSION.Version" -> name.substring(name.lastIndexOf(':') + 1);
          case "VERSION.FunctionArn", "ALIAS.AliasArn" -> account.arn("lambda", "function:" + name);
          case "MAPPING.Id" -> uuid(name);
          case "QUEUE.Arn" -> account.arn("sqs", name);
          case "QUEUE.QueueName", "TOPIC.TopicName" -> name;
          case "QUEUE.QueueUrl" -> queueUrl.apply(name);
          case "TABLE.Arn" -> account.arn("dynamodb", "table/" + name);
          case "RULE.Arn" -> account.arn("events", "rule/" + name);
          case "ARCHIVE.Arn" -> account.arn("events", "archive/" + name);
          case "SCHEDULE.Arn" -> account.arn("scheduler", "schedule/default/" + name);
          case "ROLE.Arn" -> account.globalArn("iam", "role/" + name);
          case "LOG_GROUP.Arn" -> account.arn("logs", "log-group:" + name + ":*");
          case "ALARM.Arn", "COMPOSITE_ALARM.Arn" -> account.arn("cloudwatch", "alarm:" + name);
          case "TOPIC.TopicArn", "SUBSCRIPTION.Arn" -> account.arn("sns", name);
          case "REPOSITORY.Arn" -> account.arn("ecr", "repository/" + name);
          case "REPOSITORY.RepositoryUri" ->
              account.id() + ".dkr.ecr." + account.region() + ".amazonaws.com/" + name;
          case "CLUSTER.Arn" -> account.arn("ecs", "cluster/" + name);
          case "SERVICE.Name" -> name.substring(name.indexOf('/') + 1);
          case "SERVICE.ServiceArn" -> account.arn("ecs", "service/" + name);
          case "KEY.Arn" -> account.arn("kms", "key/" + uuid(name));
          case "KEY.KeyId" -> uuid(name);
          case "TOPIC_POLICY.Id" -> name;
          default -> null;
        });
  }

  /** Always the same one for a name. */
  static String uuid(String name) {
    return UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)).toString();
  }
}
