package dev.slipway.simulator.template;

import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The types of resources that are known: those that are simulated, and those that need not be. */
enum ResourceType {
  FUNCTION("AWS::Lambda::Function", "FunctionName", null),
  VERSION("AWS::Lambda::Version", null, null),
  ALIAS("AWS::Lambda::Alias", "Name", null),
  MAPPING("AWS::Lambda::EventSourceMapping", null, null),
  EVENT_INVOKE_CONFIG("AWS::Lambda::EventInvokeConfig", null, null),
  PERMISSION("AWS::Lambda::Permission", null, null),
  QUEUE("AWS::SQS::Queue", "QueueName", null),
  QUEUE_POLICY("AWS::SQS::QueuePolicy", null, null),
  TOPIC("AWS::SNS::Topic", "TopicName", null),
  TOPIC_POLICY("AWS::SNS::TopicPolicy", null, null),
  SUBSCRIPTION("AWS::SNS::Subscription", null, null),
  TABLE("AWS::DynamoDB::Table", "TableName", null),
  LOG_GROUP("AWS::Logs::LogGroup", "LogGroupName", null),
  RULE("AWS::Events::Rule", "Name", null),
  ARCHIVE("AWS::Events::Archive", "ArchiveName", null),
  SCHEDULE("AWS::Scheduler::Schedule", "Name", null),
  SCHEDULE_GROUP("AWS::Scheduler::ScheduleGroup", "Name", "schedules need no group here"),
  ROLE("AWS::IAM::Role", "RoleName", null),
  POLICY("AWS::IAM::Policy", null, null),
  MANAGED_POLICY("AWS::IAM::ManagedPolicy", "ManagedPolicyName", null),
  METRIC_FILTER("AWS::Logs::MetricFilter", "FilterName", "nothing is measured"),
  QUERY_DEFINITION("AWS::Logs::QueryDefinition", null, "a query is run by hand"),
  ALARM("AWS::CloudWatch::Alarm", "AlarmName", "nothing is measured"),
  COMPOSITE_ALARM("AWS::CloudWatch::CompositeAlarm", "AlarmName", "nothing is measured"),
  DASHBOARD("AWS::CloudWatch::Dashboard", "DashboardName", "nothing is measured"),
  KEY("AWS::KMS::Key", null, "nothing is encrypted"),
  KEY_ALIAS("AWS::KMS::Alias", "AliasName", "nothing is encrypted"),
  REPOSITORY("AWS::ECR::Repository", "RepositoryName", null),
  CLUSTER("AWS::ECS::Cluster", "ClusterName", null),
  TASK_DEFINITION("AWS::ECS::TaskDefinition", "Family", null),
  SERVICE("AWS::ECS::Service", "ServiceName", null),
  SCALABLE_TARGET("AWS::ApplicationAutoScaling::ScalableTarget", null, null);

  private final String type;
  private final @Nullable String nameProperty;
  private final @Nullable String needless;

  /**
   * A type.
   *
   * @param nameProperty the property that names the resource; null if CloudFormation alone does
   * @param needless why it need not be simulated; null if it is
   */
  ResourceType(String type, @Nullable String nameProperty, @Nullable String needless) {
    this.type = type;
    this.nameProperty = nameProperty;
    this.needless = needless;
  }

  static Optional<ResourceType> named(String type) {
    return Arrays.stream(values()).filter(known -> known.type.equals(type)).findFirst();
  }

  /** As the template names it. */
  String type() {
    return type;
  }

  /** The property that names the resource; null if CloudFormation alone does. */
  @Nullable String nameProperty() {
    return nameProperty;
  }

  /** Why it is not simulated; empty if it is. */
  Optional<String> needless() {
    return Optional.ofNullable(needless);
  }
}
