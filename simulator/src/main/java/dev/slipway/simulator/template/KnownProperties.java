package dev.slipway.simulator.template;

import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Of the types that are simulated: which properties are, and which need not be, with the reason.
 * All others are reported, so that nothing in a template is passed over in silence.
 */
final class KnownProperties {
  private static final String SIMULATED = "simulated";

  private final Map<ResourceType, Map<String, String>> known = new EnumMap<>(ResourceType.class);

  KnownProperties() {
    simulated(
        ResourceType.FUNCTION,
        "FunctionName",
        "Code",
        "Handler",
        "Runtime",
        "MemorySize",
        "Timeout",
        "Environment",
        "Role",
        "Architectures",
        "SnapStart",
        "LoggingConfig",
        "DeadLetterConfig");
    withoutEffect(ResourceType.FUNCTION, "Description", "words");
    withoutEffect(ResourceType.FUNCTION, "Tags", "nothing here looks at a function's tags");
    withoutEffect(ResourceType.FUNCTION, "TracingConfig", "nothing is traced");
    withoutEffect(ResourceType.FUNCTION, "EphemeralStorage", "functions have this machine's disk");
    withoutEffect(ResourceType.FUNCTION, "RecursiveLoop", "loops are not looked for");
    withoutEffect(
        ResourceType.FUNCTION,
        "RuntimeManagementConfig",
        "there is one runtime: this machine's JDK");
    simulated(ResourceType.VERSION, "FunctionName");
    withoutEffect(ResourceType.VERSION, "Description", "words");
    withoutEffect(
        ResourceType.VERSION, "CodeSha256", "there is one version, of the code that is there");
    simulated(ResourceType.ALIAS, "Name", "FunctionName", "FunctionVersion");
    withoutEffect(ResourceType.ALIAS, "Description", "words");
    simulated(
        ResourceType.MAPPING,
        "EventSourceArn",
        "FunctionName",
        "BatchSize",
        "FunctionResponseTypes",
        "ScalingConfig",
        "Enabled");
    withoutEffect(ResourceType.MAPPING, "Tags", "nothing here looks at a mapping's tags");
    simulated(
        ResourceType.EVENT_INVOKE_CONFIG,
        "FunctionName",
        "Qualifier",
        "MaximumRetryAttempts",
        "MaximumEventAgeInSeconds",
        "DestinationConfig");
    simulated(
        ResourceType.PERMISSION,
        "Action",
        "FunctionName",
        "Principal",
        "SourceArn",
        "SourceAccount");
    simulated(
        ResourceType.QUEUE,
        "QueueName",
        "FifoQueue",
        "ContentBasedDeduplication",
        "DeduplicationScope",
        "FifoThroughputLimit",
        "DelaySeconds",
        "MaximumMessageSize",
        "MessageRetentionPeriod",
        "ReceiveMessageWaitTimeSeconds",
        "RedrivePolicy",
        "RedriveAllowPolicy",
        "VisibilityTimeout",
        "SqsManagedSseEnabled",
        "KmsMasterKeyId",
        "KmsDataKeyReusePeriodSeconds",
        "Tags");
    simulated(ResourceType.QUEUE_POLICY, "Queues", "PolicyDocument");
    simulated(ResourceType.LOG_GROUP, "LogGroupName", "RetentionInDays");
    withoutEffect(ResourceType.LOG_GROUP, "KmsKeyId", "nothing is encrypted");
    withoutEffect(ResourceType.LOG_GROUP, "LogGroupClass", "there is one class");
    withoutEffect(ResourceType.LOG_GROUP, "Tags", "nothing here looks at a log group's tags");
    simulated(ResourceType.TOPIC, "TopicName", "DisplayName", "FifoTopic", "Subscription");
    withoutEffect(ResourceType.TOPIC, "KmsMasterKeyId", "nothing is encrypted");
    withoutEffect(ResourceType.TOPIC, "SignatureVersion", "nothing is signed");
    withoutEffect(ResourceType.TOPIC, "TracingConfig", "nothing is traced");
    withoutEffect(ResourceType.TOPIC, "Tags", "nothing here looks at a topic's tags");
    simulated(ResourceType.TOPIC_POLICY, "Topics", "PolicyDocument");
    simulated(
        ResourceType.SUBSCRIPTION,
        "TopicArn",
        "Protocol",
        "Endpoint",
        "FilterPolicy",
        "FilterPolicyScope",
        "RawMessageDelivery");
    simulated(
        ResourceType.TABLE,
        "TableName",
        "KeySchema",
        "AttributeDefinitions",
        "BillingMode",
        "PointInTimeRecoverySpecification",
        "SSESpecification",
        "TimeToLiveSpecification",
        "DeletionProtectionEnabled",
        "Tags");
    simulated(
        ResourceType.RULE,
        "Name",
        "EventPattern",
        "ScheduleExpression",
        "State",
        "Targets",
        "EventBusName",
        "RoleArn");
    withoutEffect(ResourceType.RULE, "Description", "words");
    withoutEffect(ResourceType.RULE, "Tags", "nothing here looks at a rule's tags");
    simulated(
        ResourceType.ARCHIVE,
        "ArchiveName",
        "SourceArn",
        "EventPattern",
        "RetentionDays",
        "Description");
    withoutEffect(ResourceType.ARCHIVE, "KmsKeyIdentifier", "nothing is encrypted");
    simulated(
        ResourceType.SCHEDULE,
        "Name",
        "ScheduleExpression",
        "State",
        "Target",
        "FlexibleTimeWindow");
    withoutEffect(ResourceType.SCHEDULE, "Description", "words");
    withoutEffect(ResourceType.SCHEDULE, "GroupName", "there is one group");
    withoutEffect(ResourceType.SCHEDULE, "ScheduleExpressionTimezone", "rates have no time zone");
    simulated(
        ResourceType.ROLE, "RoleName", "AssumeRolePolicyDocument", "Policies", "ManagedPolicyArns");
    withoutEffect(ResourceType.ROLE, "Description", "words");
    withoutEffect(ResourceType.ROLE, "Path", "ARNs of roles are looked up by name");
    withoutEffect(ResourceType.ROLE, "MaxSessionDuration", "sessions do not end");
    withoutEffect(ResourceType.ROLE, "Tags", "nothing here looks at a role's tags");
    simulated(ResourceType.POLICY, "PolicyName", "PolicyDocument", "Roles");
    simulated(ResourceType.MANAGED_POLICY, "ManagedPolicyName", "PolicyDocument");
    withoutEffect(ResourceType.MANAGED_POLICY, "Description", "words");
    simulated(
        ResourceType.REPOSITORY,
        "RepositoryName",
        "ImageScanningConfiguration",
        "ImageTagMutability",
        "ImageTagMutabilityExclusionFilters",
        "EncryptionConfiguration",
        "Tags");
    simulated(ResourceType.CLUSTER, "ClusterName", "ClusterSettings", "Tags");
    simulated(
        ResourceType.TASK_DEFINITION,
        "ContainerDefinitions",
        "Cpu",
        "EnableFaultInjection",
        "EphemeralStorage",
        "ExecutionRoleArn",
        "Family",
        "IpcMode",
        "Memory",
        "NetworkMode",
        "PidMode",
        "PlacementConstraints",
        "RequiresCompatibilities",
        "RuntimePlatform",
        "Tags",
        "TaskRoleArn",
        "Volumes");
    simulated(
        ResourceType.SERVICE,
        "AvailabilityZoneRebalancing",
        "CapacityProviderStrategy",
        "Cluster",
        "DeploymentConfiguration",
        "DesiredCount",
        "EnableECSManagedTags",
        "EnableExecuteCommand",
        "HealthCheckGracePeriodSeconds",
        "LaunchType",
        "LoadBalancers",
        "NetworkConfiguration",
        "PlacementConstraints",
        "PlacementStrategies",
        "PlatformVersion",
        "PropagateTags",
        "SchedulingStrategy",
        "ServiceName",
        "Tags",
        "TaskDefinition");
    simulated(
        ResourceType.SCALABLE_TARGET,
        "MaxCapacity",
        "MinCapacity",
        "ResourceId",
        "ScalableDimension",
        "ServiceNamespace");
  }

  /** Of these properties of a simulated type, those that nobody here has heard of. */
  Set<String> unknown(ResourceType type, Iterable<String> properties) {
    Set<String> unknown = new TreeSet<>();
    if (type.needless().isEmpty()) {
      Map<String, String> ofType = known.getOrDefault(type, Map.of());
      for (String property : properties) {
        if (!ofType.containsKey(property)) {
          unknown.add(property);
        }
      }
    }
    return unknown;
  }

  private void simulated(ResourceType type, String... properties) {
    List.of(properties).forEach(property -> note(type, property, SIMULATED));
  }

  private void withoutEffect(ResourceType type, String property, String reason) {
    note(type, property, reason);
  }

  private void note(ResourceType type, String property, String what) {
    known.computeIfAbsent(type, _ -> new LinkedHashMap<>()).put(property, what);
  }
}
