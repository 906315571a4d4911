package dev.slipway.contract;

import static org.junit.jupiter.api.Assumptions.abort;

import dev.slipway.aws.Clients;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.TestInstance;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.localstack.LocalStackContainer;
import org.testcontainers.utility.DockerImageName;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/**
 * LocalStack has EventBridge, SQS, SNS, CloudWatch Logs and DynamoDB, and ECS and ECR only for
 * those who pay. It needs a token, so this runs where Docker and $LOCALSTACK_AUTH_TOKEN are.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LocalStackContractTest
    implements MessagingContract, NotificationContract, LogContract, RecordContract {
  private static final String IMAGE =
      System.getenv().getOrDefault("SLIPWAY_LOCALSTACK_IMAGE", "localstack/localstack:latest");

  private Optional<LocalStackContainer> container = Optional.empty();
  private Optional<DynamoDbClient> dynamoDb = Optional.empty();
  private Optional<Clients> clients = Optional.empty();

  @BeforeAll
  void start() {
    String token = System.getenv().getOrDefault("LOCALSTACK_AUTH_TOKEN", "");
    if (token.isEmpty()) {
      skip("$LOCALSTACK_AUTH_TOKEN is not set");
    }
    if (!DockerClientFactory.instance().isDockerAvailable()) {
      skip("there is no Docker");
    }
    LocalStackContainer localStack =
        new LocalStackContainer(DockerImageName.parse(IMAGE))
            .withEnv("LOCALSTACK_AUTH_TOKEN", token)
            .withServices("sqs", "events", "sns", "logs", "dynamodb");
    container = Optional.of(localStack);
    localStack.start();
    dynamoDb =
        Optional.of(
            RecordContract.client(
                localStack.getEndpoint(), localStack.getAccessKey(), localStack.getSecretKey()));
    clients =
        Optional.of(
            new Clients(
                Map.of(
                    "AWS_REGION",
                    "us-east-1",
                    "AWS_ENDPOINT_URL",
                    localStack.getEndpoint().toString()),
                StaticCredentialsProvider.create(
                    AwsBasicCredentials.create(
                        localStack.getAccessKey(), localStack.getSecretKey()))));
  }

  private static void skip(String reason) {
    String skipped = "LocalStack is not tested: " + reason;
    System.out.println(skipped);
    abort(skipped);
  }

  @AfterAll
  void end() {
    clients.ifPresent(Clients::close);
    dynamoDb.ifPresent(DynamoDbClient::close);
    container.ifPresent(LocalStackContainer::stop);
  }

  @Override
  public Clients clients() {
    return clients.orElseThrow();
  }

  @Override
  public DynamoDbClient dynamoDb() {
    return dynamoDb.orElseThrow();
  }

  @Nested
  class The_record extends RecordStoreOnEmulator {
    The_record() {
      super(LocalStackContractTest.this);
    }
  }
}
