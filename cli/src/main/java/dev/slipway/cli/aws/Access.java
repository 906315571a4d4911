package dev.slipway.cli.aws;

import dev.slipway.cli.stack.Connection;
import dev.slipway.cli.stack.StackException;
import java.time.Duration;
import java.util.Optional;
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

/** How AWS is reached, found as the AWS CLI finds it; and what is to be said where it is not. */
final class Access {
  /** Longer than any of the functions may take, a cold start included. */
  private static final Duration ANSWER_TIMEOUT = Duration.ofMinutes(3);

  private final Connection connection;
  private final Region region;
  private final AwsCredentialsProvider credentials;

  /**
   * Reads the profile; calls nothing yet.
   *
   * @throws StackException if no Region is said anywhere
   */
  Access(Connection connection) {
    this.connection = connection;
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

  /**
   * A client of a service.
   *
   * @param service as the variables AWS_ENDPOINT_URL_… name it
   */
  <B extends AwsClientBuilder<B, C> & AwsSyncClientBuilder<B, C>, C> C client(
      B builder, String service) {
    endpoint(service).map(Endpoint::uri).ifPresent(builder::endpointOverride);
    return builder
        .region(region)
        .credentialsProvider(credentials)
        .overrideConfiguration(o -> connection.profile().ifPresent(o::defaultProfileName))
        .httpClientBuilder(
            UrlConnectionHttpClient.builder()
                .connectionTimeout(Duration.ofSeconds(10))
                .socketTimeout(ANSWER_TIMEOUT))
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
    String message = String.valueOf(e.getMessage());
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
      return endpoint.map(Endpoint::remedy).orElse("");
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
