package dev.slipway.simulator.template;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.simulator.iam.Role;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a template says is to be there, with every reference resolved.
 *
 * @param queues in an order in which each comes after the dead-letter queue it names
 * @param containers what there is of ECR and ECS, in an order in which each comes after what it
 *     refers to
 * @param notices what in the template is not simulated
 */
public record Stack(
    String name,
    List<Role> roles,
    List<LogGroup> logGroups,
    List<Queue> queues,
    List<Topic> topics,
    List<Subscription> subscriptions,
    List<Table> tables,
    List<Function> functions,
    List<Permission> permissions,
    List<Rule> rules,
    List<Archive> archives,
    List<Schedule> schedules,
    List<Mapping> mappings,
    List<ContainerResource> containers,
    Map<String, Output> outputs,
    List<Notice> notices) {

  /**
   * The value of an output.
   *
   * @throws IllegalArgumentException if the template has no such output
   */
  public String output(String output) {
    Output found = outputs.get(output);
    if (found == null) {
      throw new IllegalArgumentException("no output " + output + ", only " + outputs.keySet());
    }
    return found.value();
  }

  /**
   * A log group of CloudWatch Logs.
   *
   * @param retentionInDays null for ever
   */
  public record LogGroup(String logicalId, String name, @Nullable Integer retentionInDays) {}

  /**
   * A queue.
   *
   * @param attributes as SQS's CreateQueue takes them, with the queue's policy
   */
  public record Queue(String logicalId, String name, Map<String, String> attributes) {}

  /**
   * An SNS topic.
   *
   * @param attributes as SNS's CreateTopic takes them, with the topic's policy
   */
  public record Topic(String logicalId, String name, Map<String, String> attributes) {}

  /**
   * A subscription to a topic.
   *
   * @param id the last part of its ARN
   * @param attributes as SNS's Subscribe takes them
   */
  public record Subscription(
      String logicalId,
      String topicArn,
      String id,
      String protocol,
      String endpoint,
      Map<String, String> attributes) {}

  /**
   * A DynamoDB table. It is never deleted, whatever its DeletionPolicy and UpdateReplacePolicy are:
   * no stack is, and no resource is replaced.
   *
   * @param request as DynamoDB's CreateTable takes it
   * @param timeToLive the attribute that holds when an item expires; null if none does
   */
  public record Table(
      String logicalId,
      ObjectNode request,
      @Nullable String timeToLive,
      boolean pointInTimeRecovery) {}

  /**
   * A Lambda function.
   *
   * @param handler such as {@code dev.slipway.handler.DeployHandler::handleRequest}
   * @param roleName of the role that it runs with
   * @param alias its published alias; null if it has none
   * @param logGroup where it logs to
   * @param failures what becomes of asynchronous invocations
   */
  public record Function(
      String logicalId,
      String name,
      String arn,
      String runtime,
      String handler,
      int memoryMb,
      Duration timeout,
      Map<String, String> environment,
      String roleName,
      @Nullable String alias,
      String logFormat,
      String logGroup,
      Failures failures) {}

  /**
   * What becomes of an asynchronous invocation that fails.
   *
   * @param retries how often it is tried again: 0 to 2
   * @param maximumAge after which it is given up
   * @param destinations ARNs of the queues that are told then: dead-letter queue, OnFailure
   */
  public record Failures(int retries, Duration maximumAge, List<String> destinations) {}

  /**
   * Who may invoke a function: Lambda's own resource policy.
   *
   * @param functionArn with the qualifier, if it is for a version or an alias only
   * @param principal such as {@code events.amazonaws.com}
   * @param sourceArn on whose behalf; null for anyone's
   */
  public record Permission(
      String functionArn, String action, String principal, @Nullable String sourceArn) {}

  /**
   * An EventBridge rule.
   *
   * @param definition as EventBridge's PutRule takes it
   * @param targets as its PutTargets takes them
   */
  public record Rule(
      String logicalId, String name, ObjectNode definition, List<ObjectNode> targets) {}

  /**
   * An archive of an EventBridge bus.
   *
   * @param definition as EventBridge's CreateArchive takes it, its pattern a structure
   */
  public record Archive(String logicalId, String name, ObjectNode definition) {}

  /**
   * A schedule of EventBridge Scheduler.
   *
   * @param expression such as {@code rate(10 minutes)}
   * @param target as Scheduler's CreateSchedule takes it
   */
  public record Schedule(
      String logicalId, String name, String expression, boolean enabled, ObjectNode target) {}

  /**
   * An event source mapping.
   *
   * @param definition as Lambda's CreateEventSourceMapping takes it
   */
  public record Mapping(String logicalId, ObjectNode definition) {}

  /**
   * An output.
   *
   * @param export under which other stacks import it; null if they do not
   */
  public record Output(String description, String value, @Nullable String export) {}

  /** What kind of thing is not simulated. */
  public enum Kind {
    /** A resource of a type that needs no simulation. */
    NEEDLESS,
    /** A resource of a type that the simulator does not know. */
    UNKNOWN_TYPE,
    /** A property that the simulator does not know, of a resource that it simulates. */
    UNKNOWN_PROPERTY
  }

  /**
   * Something in the template that has no effect here.
   *
   * @param logicalId of the resource
   * @param what in words, with the line
   */
  public record Notice(Kind kind, String logicalId, String what) {}
}
