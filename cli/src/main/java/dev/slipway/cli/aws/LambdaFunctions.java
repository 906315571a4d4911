package dev.slipway.cli.aws;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.cli.stack.Caller;
import dev.slipway.cli.stack.Connection;
import dev.slipway.cli.stack.Functions;
import dev.slipway.cli.stack.StackException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.ProfileCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.profiles.ProfileFile;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.regions.providers.AwsProfileRegionProvider;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.InvokeRequest;
import software.amazon.awssdk.services.lambda.model.InvokeResponse;
import software.amazon.awssdk.services.lambda.model.ResourceNotFoundException;
import software.amazon.awssdk.services.lambda.model.SnapStartNotReadyException;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.services.sts.model.GetCallerIdentityResponse;

/** Invokes the functions of a stack by the alias {@code live}, with the caller's credentials. */
public final class LambdaFunctions implements Functions {
  private static final ObjectMapper MAPPER = JsonMapper.builder().build();
  private static final String ALIAS = "live";

  /** As the variables AWS_ENDPOINT_URL_… name it. */
  private static final String LAMBDA = "LAMBDA";

  /** The functions of the commands that share one; the others have the command's name. */
  private static final Map<String, String> FUNCTIONS =
      Map.ofEntries(
          Map.entry("status", "query"),
          Map.entry("explain", "query"),
          Map.entry("history", "query"),
          Map.entry("logs", "query"),
          Map.entry("events", "query"),
          Map.entry("diff", "query"),
          Map.entry("deploy", "operate"),
          Map.entry("rollback", "operate"),
          Map.entry("approve", "operate"),
          Map.entry("pause", "operate"),
          Map.entry("resume", "operate"),
          Map.entry("list", "replay"),
          Map.entry("redrive", "replay"),
          Map.entry("discard", "replay"),
          Map.entry("archive", "replay"));

  /** The function, as the stack calls it, that carries a command out. */
  public static String function(String command) {
    return FUNCTIONS.getOrDefault(command, command);
  }

  /** Longer than any of the functions may take, a cold start included. */
  private static final Duration ANSWER_TIMEOUT = Duration.ofMinutes(3);

  private static final Duration WAKING_PAUSE = Duration.ofSeconds(5);
  private static final int WAKING_TRIES = 36;

  private final Connection connection;
  private final Consumer<String> notices;
  private final Consumer<Duration> sleep;
  private final Region region;
  private final AwsCredentialsProvider credentials;
  private @Nullable LambdaClient lambda;

  /**
   * Reads the profile; calls nothing yet.
   *
   * @param notices told what takes long
   * @param sleep lets time pass
   * @throws StackException if no Region is said anywhere
   */
  public LambdaFunctions(
      Connection connection, Consumer<String> notices, Consumer<Duration> sleep) {
    this.connection = connection;
    this.notices = notices;
    this.sleep = sleep;
    this.region = region(connection);
    this.credentials = credentials(connection);
  }

  /** As the AWS CLI looks for it; the SDK by itself overlooks AWS_DEFAULT_REGION. */
  private static Region region(Connection connection) {
    return connection
        .region()
        .or(() -> variable(connection, "AWS_REGION"))
        .or(() -> variable(connection, "AWS_DEFAULT_REGION"))
        .map(Region::of)
        .or(() -> regionOfProfile(connection))
        .orElseThrow(() ->
            new StackException(
                "no Region: say --region, or set AWS_REGION, or give the profile a region"));
  }

  private static Optional<Region> regionOfProfile(Connection connection) {
    try {
      return Optional.ofNullable(
          connection
              .profile()
              .map(name -> new AwsProfileRegionProvider(ProfileFile::defaultProfileFile, name))
              .orElseGet(AwsProfileRegionProvider::new)
              .getRegion());
    } catch (SdkException _) {
      return Optional.empty(); // there is no such profile, or it has no Region
    }
  }

  private static Optional<String> variable(Connection connection, String name) {
    return Optional.ofNullable(connection.environment().get(name))
        .filter(value -> !value.isBlank());
  }

  /** A profile that was asked for by name wins over keys in the environment, as in the AWS CLI. */
  private static AwsCredentialsProvider credentials(Connection connection) {
    return connection
        .profile()
        .map(name -> (AwsCredentialsProvider) ProfileCredentialsProvider.create(name))
        .orElseGet(() -> DefaultCredentialsProvider.builder().build());
  }

  @Override
  public ObjectNode invoke(String command, ObjectNode request) {
    return invokeFunction(function(command), request.deepCopy().put("command", command));
  }

  private ObjectNode invokeFunction(String name, ObjectNode request) {
    for (int tried = 1; ; tried++) {
      try {
        return answer(name, client().invoke(request(name, request)));
      } catch (SnapStartNotReadyException e) {
        if (tried == WAKING_TRIES) {
          throw failed(name, e);
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
                    region,
                    Endpoint.of(connection, LAMBDA).map(Endpoint::place).orElse("")),
            e);
      } catch (SdkException e) {
        throw failed(name, e);
      }
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
    try (StsClient sts = configured(StsClient.builder(), "STS").httpClientBuilder(http()).build()) {
      GetCallerIdentityResponse identity = sts.getCallerIdentity();
      return new Caller(identity.arn(), identity.account());
    } catch (SdkException e) {
      throw new StackException("who you are cannot be found out: " + reason(e), e);
    }
  }

  private String account() {
    try {
      return "account " + caller().account() + ", ";
    } catch (StackException _) {
      return ""; // it would only have made the message better
    }
  }

  private StackException failed(String name, SdkException e) {
    Optional<Endpoint> endpoint = Endpoint.of(connection, LAMBDA);
    return new StackException(
        "%s cannot be invoked in Region %s%s: %s%s"
            .formatted(
                connection.functionName(name),
                region,
                endpoint.map(Endpoint::place).orElse(""),
                reason(e),
                remedy(name, endpoint, e)),
        e);
  }

  /** What to do about it, where that is known. */
  private String remedy(String name, Optional<Endpoint> endpoint, SdkException e) {
    if (!(e instanceof AwsServiceException refused)) {
      return endpoint.map(Endpoint::remedy).orElse("");
    }
    String code = refused.awsErrorDetails() == null ? "" : refused.awsErrorDetails().errorCode();
    return switch (String.valueOf(code)) {
      case "AccessDeniedException" ->
          ". Whoever manages the account can allow lambda:InvokeFunction on "
              + connection.functionName(name);
      case "ExpiredTokenException",
          "ExpiredToken",
          "UnrecognizedClientException",
          "InvalidSignatureException" ->
          ". Log in again (aws sso login), or set AWS_PROFILE"
              + endpoint.map(Endpoint::remedy).orElse("");
      default -> "";
    };
  }

  /** What the SDK says, without what it adds for developers. */
  private static String reason(SdkException e) {
    if (e instanceof AwsServiceException refused && refused.awsErrorDetails() != null) {
      return refused.awsErrorDetails().errorMessage()
          + " ("
          + refused.awsErrorDetails().errorCode()
          + ")";
    }
    String message = String.valueOf(e.getMessage());
    if (message.startsWith("Unable to load credentials from any")) {
      return "there are no AWS credentials. Log in (aws sso login), set AWS_PROFILE, or say"
          + " --profile";
    }
    return message.replaceFirst(" \\(SDK Attempt Count: \\d+\\)$", "");
  }

  /** Made when it is needed, so that a mistake on the command line is reported without it. */
  private LambdaClient client() {
    LambdaClient client = lambda;
    if (client == null) {
      client = configured(LambdaClient.builder(), LAMBDA).httpClientBuilder(http()).build();
      lambda = client;
    }
    return client;
  }

  private <B extends AwsClientBuilder<B, C>, C> B configured(B builder, String service) {
    Endpoint.of(connection, service).map(Endpoint::uri).ifPresent(builder::endpointOverride);
    return builder
        .region(region)
        .credentialsProvider(credentials)
        .overrideConfiguration(o -> connection.profile().ifPresent(o::defaultProfileName));
  }

  private static UrlConnectionHttpClient.Builder http() {
    return UrlConnectionHttpClient.builder()
        .connectionTimeout(Duration.ofSeconds(10))
        .socketTimeout(ANSWER_TIMEOUT);
  }

  @Override
  public void close() {
    if (lambda != null) {
      lambda.close();
    }
  }
}
