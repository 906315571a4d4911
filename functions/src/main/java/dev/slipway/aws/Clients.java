package dev.slipway.aws;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.function.BinaryOperator;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.awscore.endpoints.AccountIdEndpointMode;
import software.amazon.awssdk.core.SdkClient;
import software.amazon.awssdk.core.retry.RetryMode;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.ecr.EcrClient;
import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.services.eventbridge.EventBridgeClient;
import software.amazon.awssdk.services.sns.SnsClient;
import software.amazon.awssdk.services.sqs.SqsClient;

/**
 * The AWS SDK's clients, each made once for each execution environment, when it is first asked for.
 *
 * <p>No call outlives {@link #CALL_TIMEOUT}, retries included, so that a function with a timeout of
 * a minute fails by its own words and not by Lambda's.
 */
public final class Clients implements AutoCloseable {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(3);
  private static final Duration ATTEMPT_TIMEOUT = Duration.ofSeconds(10);

  /** The longest that one call can take, with all its attempts. */
  public static final Duration CALL_TIMEOUT = Duration.ofSeconds(25);

  /** For a call that has to leave time for others: it is tried again another time. */
  static final Consumer<AwsRequestOverrideConfiguration.Builder> SHORT_CALL =
      override -> override.apiCallTimeout(Duration.ofSeconds(5));

  /**
   * Ends calls that take too long: by itself the SDK starts five threads for each client.
   *
   * <p>It is the JVM's: nothing closes it.
   */
  private static final ScheduledExecutorService TIMEOUTS = timeouts();

  static {
    // what breaks is the SDK's to try again, and to count: the JDK would send a POST twice by
    // itself
    System.setProperty("sun.net.http.retryPost", "false");
  }

  private final Map<String, String> environment;
  private final @Nullable AwsCredentialsProvider credentials;
  private final Region region;
  private final SdkHttpClient http;
  private final Map<String, SdkClient> made = new HashMap<>();

  /**
   * @param environment the variables of the function: AWS_REGION, and as the SDK knows them
   *     AWS_ENDPOINT_URL and AWS_ENDPOINT_URL_&lt;SERVICE&gt;, of which an empty one counts as
   *     unset
   * @param credentials null for the SDK's default chain, which knows Lambda with and without
   *     SnapStart
   */
  public Clients(Map<String, String> environment, @Nullable AwsCredentialsProvider credentials) {
    this(environment, credentials, UrlConnectionHttpClient.create(Clients::connection));
  }

  /**
   * @param http is closed with the clients
   */
  Clients(
      Map<String, String> environment,
      @Nullable AwsCredentialsProvider credentials,
      SdkHttpClient http) {
    if ("".equals(environment.get("AWS_ENDPOINT_URL"))) {
      // The SDK would read it itself and fail with "protocol must not be null". `sam local` passes
      // every variable that a template leaves without a value as an empty one.
      System.setProperty("aws.ignoreConfiguredEndpointUrls", "true");
    }
    this.environment = Map.copyOf(environment);
    this.region = region(environment);
    this.credentials = credentials;
    this.http = http;
  }

  /**
   * Clients that reach nobody: every call is answered here.
   *
   * @param answers gives the body of an answer, by the operation and the body of the request
   */
  public static Clients priming(Map<String, String> environment, BinaryOperator<String> answers) {
    return new Clients(
        environment,
        StaticCredentialsProvider.create(AwsBasicCredentials.create("rehearsal", "rehearsal")),
        new PrimingHttp(answers));
  }

  private static ScheduledExecutorService timeouts() {
    ScheduledThreadPoolExecutor timeouts =
        new ScheduledThreadPoolExecutor(
            1,
            work -> {
              Thread thread = new Thread(work, "call-timeouts");
              thread.setDaemon(true);
              return thread;
            });
    timeouts.setRemoveOnCancelPolicy(true);
    return timeouts;
  }

  /** The service's name is the one in its variable AWS_ENDPOINT_URL_&lt;SERVICE&gt;. */
  private synchronized <B extends AwsClientBuilder<B, C> & AwsSyncClientBuilder<B, C>, C> C made(
      String service, Class<C> type, Supplier<B> builder) {
    return type.cast(made.computeIfAbsent(service, name -> (SdkClient) make(name, builder.get())));
  }

  private <B extends AwsClientBuilder<B, C> & AwsSyncClientBuilder<B, C>, C> C make(
      String service, B builder) {
    builder
        .httpClient(http)
        .region(region)
        .overrideConfiguration(override ->
            override
                .retryStrategy(RetryMode.STANDARD)
                .apiCallAttemptTimeout(ATTEMPT_TIMEOUT)
                .apiCallTimeout(CALL_TIMEOUT)
                .scheduledExecutorService(TIMEOUTS)
                .addExecutionInterceptor(RawJson.INTERCEPTOR)
                .addExecutionInterceptor(new KeepAliveInterceptor()));
    if (credentials != null) {
      builder.credentialsProvider(credentials);
    }
    String endpoint =
        environment.getOrDefault(
            "AWS_ENDPOINT_URL_" + service, environment.getOrDefault("AWS_ENDPOINT_URL", ""));
    if (!endpoint.isEmpty()) {
      builder.endpointOverride(URI.create(endpoint));
    }
    return builder.build();
  }

  // The builder would make a TLS context of its own at once, a tenth of a cold start; the JDK makes
  // its own when a URL needs it.
  private static HttpURLConnection connection(URI uri) {
    try {
      HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
      connection.setConnectTimeout((int) CONNECT_TIMEOUT.toMillis());
      connection.setReadTimeout((int) ATTEMPT_TIMEOUT.toMillis());
      return connection;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Region region(Map<String, String> environment) {
    String region = environment.getOrDefault("AWS_REGION", "");
    if (region.isEmpty()) {
      throw new IllegalStateException(
          "AWS_REGION is not set: Lambda sets it for every function; set it when running"
              + " elsewhere");
    }
    return Region.of(region);
  }

  /** Amazon ECS. */
  public EcsClient ecs() {
    return made("ECS", EcsClient.class, EcsClient::builder);
  }

  /** Amazon ECR. */
  public EcrClient ecr() {
    return made("ECR", EcrClient.class, EcrClient::builder);
  }

  /** Amazon SQS. */
  public SqsClient sqs() {
    return made("SQS", SqsClient.class, SqsClient::builder);
  }

  /** Amazon EventBridge. */
  public EventBridgeClient eventBridge() {
    return made("EVENTBRIDGE", EventBridgeClient.class, EventBridgeClient::builder);
  }

  /** Amazon SNS. */
  public SnsClient sns() {
    return made("SNS", SnsClient.class, SnsClient::builder);
  }

  /**
   * AWS Systems Manager, for {@link RawJson.Target} alone: the client of Amazon ECS, which speaks
   * the same protocol, at its endpoint. A client of its own would be a twentieth of the package.
   */
  EcsClient ssm() {
    // the SDK's own tables of partitions would make the package larger than this client does
    String suffix = region.id().startsWith("cn-") ? "amazonaws.com.cn" : "amazonaws.com";
    URI endpoint = URI.create("https://ssm.%s.%s".formatted(region.id(), suffix));
    return made("SSM", EcsClient.class, () -> EcsClient.builder().endpointOverride(endpoint));
  }

  /** Amazon CloudWatch Logs. */
  public CloudWatchLogsClient logs() {
    return made("CLOUDWATCH_LOGS", CloudWatchLogsClient.class, CloudWatchLogsClient::builder);
  }

  /**
   * Amazon DynamoDB, at the Region's endpoint. The SDK would otherwise choose an endpoint of the
   * account's own whenever the credentials name their account.
   *
   * @see <a
   *     href="https://docs.aws.amazon.com/sdkref/latest/guide/feature-account-endpoints.html">Account-based
   *     endpoints</a>
   */
  public DynamoDbClient dynamoDb() {
    return made(
        "DYNAMODB",
        DynamoDbClient.class,
        () -> DynamoDbClient.builder().accountIdEndpointMode(AccountIdEndpointMode.DISABLED));
  }

  @Override
  public synchronized void close() {
    made.values().forEach(SdkClient::close);
    http.close();
  }
}
