package dev.slipway.handler;

import dev.slipway.aws.AwsNotificationGroups;
import dev.slipway.aws.Clients;
import dev.slipway.aws.DynamoRecordStore;
import dev.slipway.aws.Log;
import dev.slipway.aws.SnsTopic;
import dev.slipway.config.Configuration;
import dev.slipway.decide.Environment;
import dev.slipway.ecs.PassableRoles;
import dev.slipway.image.RepositoryPattern;
import dev.slipway.image.WildcardPattern;
import dev.slipway.record.RecordStore;
import dev.slipway.rollout.NotificationTopic;
import dev.slipway.rollout.Notifications;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BinaryOperator;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;

/** What a function finds around it: its variables, slipway.yaml, AWS, and where its log goes. */
public final class FunctionContext {
  private final Map<String, String> environment;
  private final Clients clients;
  private final InstantSource clock;
  private final Log log;
  private final Optional<Configuration> configuration;

  /**
   * A context.
   *
   * @param environment the function's variables
   * @param credentials null for the SDK's default chain
   * @param lines where the log goes
   * @param clock tells the time of AWS
   */
  public FunctionContext(
      Map<String, String> environment,
      @Nullable AwsCredentialsProvider credentials,
      Consumer<String> lines,
      InstantSource clock) {
    this(new Clients(environment, credentials), environment, lines, clock);
  }

  /** The same, with clients that are there already. */
  public FunctionContext(
      Clients clients,
      Map<String, String> environment,
      Consumer<String> lines,
      InstantSource clock) {
    this(clients, environment, lines, clock, Optional.empty());
  }

  private FunctionContext(
      Clients clients,
      Map<String, String> environment,
      Consumer<String> lines,
      InstantSource clock,
      Optional<Configuration> configuration) {
    this.clock = clock;
    this.configuration = configuration;
    this.environment = Map.copyOf(environment);
    this.clients = clients;
    this.log = new Log(lines, clock);
  }

  /**
   * The same, but for an AWS that answers here, and a log that nobody reads.
   *
   * @param only stands for all of slipway.yaml
   * @param answers gives the body of an answer, by the operation and the body of the request
   */
  FunctionContext priming(Environment only, BinaryOperator<String> answers) {
    return new FunctionContext(
        Clients.priming(environment, answers),
        environment,
        _ -> {},
        clock,
        Optional.of(new Configuration(List.of(only))));
  }

  /** Those of Lambda. */
  static FunctionContext ofLambda() {
    return new FunctionContext(System.getenv(), null, System.out::println, InstantSource.system());
  }

  /** A variable that has a value: {@code sam local} passes those without as empty ones. */
  Optional<String> variable(String name) {
    return Optional.ofNullable(environment.get(name)).filter(value -> !value.isEmpty());
  }

  /** A variable that the template must set. */
  String need(String name) {
    return variable(name)
        .orElseThrow(() ->
            new IllegalStateException(
                "%s is not set: template.yaml sets it; set it when running elsewhere"
                    .formatted(name)));
  }

  /** The roles that DeployFunction may pass to tasks; of QueryFunction's environment alone. */
  PassableRoles passableRoles() {
    return new PassableRoles(new WildcardPattern(need("SLIPWAY_PASSABLE_ROLES")));
  }

  /** The repositories that the functions may read. */
  RepositoryPattern followedRepositories() {
    return variable("SLIPWAY_REPOSITORY_NAMES")
        .map(RepositoryPattern::new)
        .orElse(RepositoryPattern.ALL);
  }

  /** Slipway's record. */
  RecordStore records() {
    return new DynamoRecordStore(clients.dynamoDb(), need("SLIPWAY_TABLE_NAME"));
  }

  /**
   * The notifications that people subscribed to; empty where there is no topic.
   *
   * @param rolloutQueueUrl where reminders go; a function without it lets no notification wait
   */
  Optional<Notifications> notifications(Optional<String> rolloutQueueUrl) {
    return variable("SLIPWAY_TOPIC_ARN")
        .map(arn -> {
          // few services are held: the topic's client is made when one is
          NotificationTopic topic = sent -> new SnsTopic(clients.sns(), arn).publish(sent);
          return rolloutQueueUrl
              .map(url ->
                  new Notifications(
                      topic,
                      new AwsNotificationGroups(clients, need("SLIPWAY_TABLE_NAME"), url, clock)))
              .orElseGet(() -> new Notifications(topic));
        });
  }

  /** Name or ARN of the event bus that Slipway puts its events on. */
  String eventBus() {
    return variable("SLIPWAY_EVENT_BUS").orElse("default");
  }

  /** That of the function's queue; where nobody says it, SQS alone knows it. */
  int maxReceiveCount() {
    return variable("SLIPWAY_MAX_RECEIVE_COUNT").map(Integer::parseInt).orElse(Integer.MAX_VALUE);
  }

  /**
   * Reads slipway.yaml.
   *
   * @throws dev.slipway.config.InvalidConfiguration if it is not right, with all problems named
   */
  Configuration configuration() {
    return configuration.orElseGet(() ->
        Configuration.read(
            variable("SLIPWAY_CONFIG")
                .map(Path::of)
                .orElseGet(
                    () -> Path.of(variable("LAMBDA_TASK_ROOT").orElse(""), "slipway.yaml"))));
  }

  Clients clients() {
    return clients;
  }

  Log log() {
    return log;
  }

  InstantSource clock() {
    return clock;
  }
}
