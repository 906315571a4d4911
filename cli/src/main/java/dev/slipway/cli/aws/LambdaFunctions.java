package dev.slipway.cli.aws;

import static java.util.stream.Collectors.toUnmodifiableSet;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.cli.stack.Caller;
import dev.slipway.cli.stack.Connection;
import dev.slipway.cli.stack.Functions;
import dev.slipway.cli.stack.StackException;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.retries.DefaultRetryStrategy;
import software.amazon.awssdk.retries.api.RetryStrategy;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.InvokeRequest;
import software.amazon.awssdk.services.lambda.model.InvokeResponse;
import software.amazon.awssdk.services.lambda.model.ResourceNotFoundException;
import software.amazon.awssdk.services.lambda.model.SnapStartNotReadyException;
import software.amazon.awssdk.services.lambda.model.TooManyRequestsException;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.services.sts.model.GetCallerIdentityResponse;

/** Invokes the functions of a stack by the alias {@code live}, with the caller's credentials. */
public final class LambdaFunctions implements Functions {
  private static final ObjectMapper MAPPER = JsonMapper.builder().build();
  private static final String ALIAS = "live";

  /** As the variables AWS_ENDPOINT_URL_… name it. */
  private static final String LAMBDA = "LAMBDA";

  private static final String STS = "STS";

  /** The functions of the commands that share one; the others have the command's name. */
  private static final Map<String, String> FUNCTIONS =
      Map.ofEntries(
          Map.entry("status", "query"),
          Map.entry("explain", "query"),
          Map.entry("history", "query"),
          Map.entry("logs", "query"),
          Map.entry("events", "query"),
          Map.entry("diff", "query"),
          Map.entry("follow", "query"),
          Map.entry("unfollow", "query"),
          Map.entry("doctor", "query"),
          Map.entry("deploy", "operate"),
          Map.entry("rollback", "operate"),
          Map.entry("approve", "operate"),
          Map.entry("pause", "operate"),
          Map.entry("resume", "operate"),
          Map.entry("list", "replay"),
          Map.entry("redrive", "replay"),
          Map.entry("discard", "replay"),
          Map.entry("archive", "replay"));

  /** The commands that change nothing, beside dry runs: they can be asked again. */
  private static final Set<String> READING =
      FUNCTIONS.entrySet().stream()
          .filter(entry -> entry.getValue().equals("query") || entry.getKey().equals("list"))
          .map(Map.Entry::getKey)
          .collect(toUnmodifiableSet());

  /** A second request would find the first one's work done, and report that as a refusal. */
  private static final RetryStrategy IF_IT_HAS_NOT_RUN =
      DefaultRetryStrategy.standardStrategyBuilder()
          .useClientDefaults(false)
          .retryOnException(TooManyRequestsException.class)
          .build();

  /** The function, as the stack calls it, that carries a command out. */
  public static String function(String command) {
    return FUNCTIONS.getOrDefault(command, command);
  }

  /** Longer than any of the functions may take, a cold start included. */
  private static final Duration ANSWER_TIMEOUT = Duration.ofMinutes(3);

  private static final Duration IDENTITY_TIMEOUT = Duration.ofSeconds(20);

  /** So long people wait without a word. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private static final Duration WAKING_PAUSE = Duration.ofSeconds(5);
  private static final int WAKING_TRIES = 36;

  private final Connection connection;
  private final Consumer<String> notices;
  private final Consumer<Duration> sleep;
  private final Duration patience;
  private final Access access;
  private final LazyClient reading = new LazyClient(Optional.empty());
  private final LazyClient changing = new LazyClient(Optional.of(IF_IT_HAS_NOT_RUN));

  /**
   * Reads the profile; calls nothing yet.
   *
   * @param notices told what takes long
   * @param sleep lets time pass
   * @throws StackException if no Region is said anywhere
   */
  public LambdaFunctions(
      Connection connection, Consumer<String> notices, Consumer<Duration> sleep) {
    this(connection, notices, sleep, PATIENCE, Access.TLS_TIMEOUT);
  }

  LambdaFunctions(
      Connection connection,
      Consumer<String> notices,
      Consumer<Duration> sleep,
      Duration patience,
      Duration tlsTimeout) {
    this.connection = connection;
    this.notices = notices;
    this.sleep = sleep;
    this.patience = patience;
    this.access = new Access(connection, tlsTimeout);
  }

  @Override
  public ObjectNode invoke(String command, ObjectNode request) {
    boolean changes = !READING.contains(command) && !request.path("dryRun").asBoolean();
    return invokeFunction(function(command), request.deepCopy().put("command", command), changes);
  }

  private ObjectNode invokeFunction(String name, ObjectNode request, boolean changes) {
    for (int tried = 1; ; tried++) {
      try {
        LambdaClient client = changes ? changing.get() : reading.get();
        return answer(name, patiently(LAMBDA, () -> client.invoke(request(name, request))));
      } catch (SnapStartNotReadyException e) {
        if (tried == WAKING_TRIES) {
          throw failed(name, e, false);
        }
        if (tried == 1) {
          notices.accept(
              "%s was not used for long; Lambda wakes it, which takes a minute or two"
                  .formatted(connection.functionName(name)));
        }
        sleep.accept(WAKING_PAUSE);
      } catch (ResourceNotFoundException e) {
        throw new StackException(
            "no stack %s here: there is no function %s:%s in %sRegion %s%s. Another --stack, --region or --profile?"
                .formatted(
                    connection.stack(),
                    connection.functionName(name),
                    ALIAS,
                    account(),
                    access.region(),
                    access.endpoint(LAMBDA).map(Endpoint::place).orElse("")),
            e);
      } catch (SdkException e) {
        throw failed(name, e, changes && mayHaveRun(e));
      }
    }
  }

  /**
   * Whether the function may have had the request: there is no answer, or one that says nothing.
   */
  private static boolean mayHaveRun(SdkException e) {
    return e instanceof AwsServiceException answer
        ? answer.statusCode() >= HttpURLConnection.HTTP_INTERNAL_ERROR
        : Reachability.mayHaveArrived(e);
  }

  /** Waits for an answer, and says so if that takes long. */
  private <T> T patiently(String service, Supplier<T> call) {
    CompletableFuture<Void> notice =
        CompletableFuture.runAsync(
            () ->
                notices.accept(
                    "no answer yet from %s; it may take a few minutes until that is an error"
                        .formatted(
                            access
                                .endpoint(service)
                                .map(endpoint -> endpoint.uri() + " (" + endpoint.source() + ")")
                                .orElse("AWS in Region " + access.region()))),
            CompletableFuture.delayedExecutor(patience.toMillis(), TimeUnit.MILLISECONDS));
    try {
      return call.get();
    } finally {
      notice.cancel(false);
    }
  }

  private InvokeRequest request(String name, ObjectNode request) {
    return InvokeRequest.builder()
        .functionName(connection.functionName(name))
        .qualifier(ALIAS)
        .payload(SdkBytes.fromUtf8String(request.toString()))
        .build();
  }

  private ObjectNode answer(String name, InvokeResponse response) {
    String payload = response.payload().asUtf8String();
    JsonNode json;
    try {
      json = MAPPER.readTree(payload);
    } catch (JsonProcessingException e) {
      throw new StackException(
          connection.functionName(name) + " answered with something else than JSON: " + payload, e);
    }
    if (response.functionError() != null) {
      throw new StackException(
          "%s failed: %s. Its log, /aws/lambda/%s, has more"
              .formatted(
                  connection.functionName(name),
                  json.path("errorMessage").asText(payload),
                  connection.functionName(name)));
    }
    if (json instanceof ObjectNode object) {
      return object;
    }
    throw new StackException(
        connection.functionName(name) + " answered with something else than an object: " + payload);
  }

  @Override
  public Caller caller() {
    try (StsClient sts = access.client(StsClient.builder(), STS, IDENTITY_TIMEOUT)) {
      GetCallerIdentityResponse identity = patiently(STS, sts::getCallerIdentity);
      return new Caller(identity.arn(), identity.account());
    } catch (SdkException e) {
      throw new StackException("who you are cannot be found out: " + Access.reason(e), e);
    }
  }

  private String account() {
    try {
      return "account " + caller().account() + ", ";
    } catch (StackException _) {
      return ""; // it would only have made the message better
    }
  }

  private StackException failed(String name, SdkException e, boolean mayHaveRun) {
    if (mayHaveRun) {
      return new StackException(
          "%s gave no answer%s: %s. What was asked for may be done or not: `slipway status` and `slipway history` show it"
              .formatted(connection.functionName(name), access.place(LAMBDA), Access.reason(e)),
          e);
    }
    String remedy =
        Access.code(e).equals("AccessDeniedException")
            ? ". Whoever manages the account can allow lambda:InvokeFunction on "
                + connection.functionName(name)
            : access.remedy(LAMBDA, e);
    return new StackException(
        "%s cannot be invoked%s: %s%s"
            .formatted(
                connection.functionName(name), access.place(LAMBDA), Access.reason(e), remedy),
        e);
  }

  @Override
  public void close() {
    reading.close();
    changing.close();
  }

  /** A client, made when it is needed: a mistake on the command line is reported without it. */
  private final class LazyClient implements AutoCloseable {
    private final Optional<RetryStrategy> retries;
    private @Nullable LambdaClient made;

    LazyClient(Optional<RetryStrategy> retries) {
      this.retries = retries;
    }

    synchronized LambdaClient get() {
      LambdaClient client = made;
      if (client == null) {
        client = access.client(LambdaClient.builder(), LAMBDA, ANSWER_TIMEOUT, retries);
        made = client;
      }
      return client;
    }

    @Override
    public synchronized void close() {
      if (made != null) {
        made.close();
      }
    }
  }
}
