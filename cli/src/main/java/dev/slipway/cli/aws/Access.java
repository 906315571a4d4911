package dev.slipway.cli.aws;

import dev.slipway.cli.stack.Connection;
import dev.slipway.cli.stack.StackException;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.ProfileCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.profiles.ProfileFile;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.regions.providers.AwsProfileRegionProvider;
import software.amazon.awssdk.retries.api.RetryStrategy;

/** How AWS is reached, found as the AWS CLI finds it; and what is to be said where it is not. */
final class Access {
  /** So long a server may take to begin TLS. */
  static final Duration TLS_TIMEOUT = Duration.ofSeconds(10);

  private static final Pattern NO_CREDENTIALS =
      Pattern.compile("Profile file contained no credentials for profile '([^']*)'");

  static {
    // a change is sent once: the JDK would send a POST again by itself where a connection breaks
    System.setProperty("sun.net.http.retryPost", "false");
  }

  private final Connection connection;
  private final Duration tlsTimeout;
  private final Region region;
  private final AwsCredentialsProvider credentials;
  private final Set<URI> probed = ConcurrentHashMap.newKeySet();

  /**
   * Reads the profile; calls nothing yet.
   *
   * @throws StackException if no Region is said anywhere
   */
  Access(Connection connection) {
    this(connection, TLS_TIMEOUT);
  }

  Access(Connection connection, Duration tlsTimeout) {
    this.connection = connection;
    this.tlsTimeout = tlsTimeout;
    this.region = region(connection);
    this.credentials = credentials(connection);
  }

  Region region() {
    return region;
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
                "no Region: pass --region, or set AWS_REGION, or give the profile a region"));
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

  /** A client of a service that sends a request again whenever the SDK does. */
  <B extends AwsClientBuilder<B, C> & AwsSyncClientBuilder<B, C>, C> C client(
      B builder, String service, Duration answer) {
    return client(builder, service, answer, Optional.empty());
  }

  /**
   * A client of a service.
   *
   * @param service as the variables AWS_ENDPOINT_URL_… name it
   * @param answer how long an answer may take
   * @param retries when a request is sent again; empty for what the SDK does
   * @throws StackException if its endpoint was to speak TLS, and does not
   */
  <B extends AwsClientBuilder<B, C> & AwsSyncClientBuilder<B, C>, C> C client(
      B builder, String service, Duration answer, Optional<RetryStrategy> retries) {
    Optional<Endpoint> endpoint = endpoint(service);
    if (endpoint.isPresent()) {
      if (probed.add(endpoint.get().uri())) {
        endpoint.get().requireTls(tlsTimeout);
      }
      builder.endpointOverride(endpoint.get().uri());
    }
    return builder
        .region(region)
        .credentialsProvider(credentials)
        .overrideConfiguration(o -> {
          connection.profile().ifPresent(o::defaultProfileName);
          retries.ifPresent(o::retryStrategy);
        })
        .httpClientBuilder(
            UrlConnectionHttpClient.builder()
                .connectionTimeout(Duration.ofSeconds(10))
                .socketTimeout(answer))
        .build();
  }

  /** Another endpoint of a service than AWS's own. */
  Optional<Endpoint> endpoint(String service) {
    return Endpoint.of(connection, service);
  }

  /** Such as {@code in Region us-east-1, at http://127.0.0.1:4566 (AWS_ENDPOINT_URL)}. */
  String place(String service) {
    return " in Region %s%s".formatted(region, endpoint(service).map(Endpoint::place).orElse(""));
  }

  /** AWS's code for an error; empty where the error is not AWS's answer. */
  static String code(SdkException e) {
    return e instanceof AwsServiceException refused && refused.awsErrorDetails() != null
        ? String.valueOf(refused.awsErrorDetails().errorCode())
        : "";
  }

  /** What the SDK says, without what it adds for developers. */
  static String reason(SdkException e) {
    if (e instanceof AwsServiceException refused && refused.awsErrorDetails() != null) {
      return refused.awsErrorDetails().errorMessage()
          + " ("
          + refused.awsErrorDetails().errorCode()
          + ")";
    }
    Optional<String> trouble = Reachability.sentence(e);
    if (trouble.isPresent()) {
      return trouble.get();
    }
    String message = String.valueOf(e.getMessage());
    Matcher profile = NO_CREDENTIALS.matcher(message);
    if (profile.lookingAt()) {
      return "profile %s has no credentials: ~/.aws/config and ~/.aws/credentials have %s"
          .formatted(
              profile.group(1),
              ProfileFile.defaultProfileFile().profile(profile.group(1)).isPresent()
                  ? "none for it"
                  : "no such profile");
    }
    if (message.startsWith("Unable to load credentials from any")) {
      return "there are no AWS credentials. Log in (aws sso login), set AWS_PROFILE, or say"
          + " --profile";
    }
    return message.replaceFirst(" \\(SDK Attempt Count: \\d+\\)$", "");
  }

  /** What to do about an error that has nothing to do with what was called; empty if unknown. */
  String remedy(String service, SdkException e) {
    Optional<Endpoint> endpoint = endpoint(service);
    if (!(e instanceof AwsServiceException)) {
      if (!Reachability.isTrouble(e)) {
        return ""; // such as no credentials: nothing was sent anywhere
      }
      return endpoint
          .map(Endpoint::remedy)
          .orElse(
              ". Is there a network? It is AWS itself, since neither AWS_ENDPOINT_URL nor"
                  + " --endpoint-url names a simulator");
    }
    return switch (code(e)) {
      case "ExpiredTokenException",
          "ExpiredToken",
          "UnrecognizedClientException",
          "InvalidSignatureException" ->
          ". Log in again (aws sso login), or set AWS_PROFILE"
              + endpoint.map(Endpoint::remedy).orElse("");
      default -> "";
    };
  }
}
