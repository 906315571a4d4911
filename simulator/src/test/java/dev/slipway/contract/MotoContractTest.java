package dev.slipway.contract;

import static org.junit.jupiter.api.Assumptions.abort;

import dev.slipway.aws.Clients;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.TestInstance;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MotoContractTest
    implements EcsContract,
        EcrContract,
        MessagingContract,
        NotificationContract,
        LogContract,
        RecordContract {
  private Optional<DynamoDbClient> dynamoDb = Optional.empty();
  private Optional<EmulatorProcess> moto = Optional.empty();
  private Optional<Clients> clients = Optional.empty();

  @BeforeAll
  void start() throws IOException {
    Optional<Path> executable = EmulatorProcess.executable("moto_server");
    if (executable.isEmpty()) {
      String skipped =
          "moto is not tested: there is no moto_server in .venv or on PATH" + " (make tools)";
      System.out.println(skipped);
      abort(skipped);
    }
    EmulatorProcess started = EmulatorProcess.moto(executable.orElseThrow());
    moto = Optional.of(started);
    dynamoDb = Optional.of(RecordContract.client(started.uri(), "key", "secret"));
    clients =
        Optional.of(
            new Clients(
                Map.of("AWS_REGION", "us-east-1", "AWS_ENDPOINT_URL", started.uri().toString()),
                StaticCredentialsProvider.create(AwsBasicCredentials.create("key", "secret"))));
  }

  @AfterAll
  void end() {
    clients.ifPresent(Clients::close);
    dynamoDb.ifPresent(DynamoDbClient::close);
    moto.ifPresent(EmulatorProcess::close);
  }

  @Override
  public Clients clients() {
    return clients.orElseThrow();
  }

  @Override
  public DynamoDbClient dynamoDb() {
    return dynamoDb.orElseThrow();
  }

  @Override
  public Map<Expectation, String> deviations() {
    return Map.of(
        Expectation.FIELDS_NEWER_THAN_THE_SDK, "moto keeps the fields that it knows",
        Expectation.PAGE_SIZE, "moto answers with all services at once",
        Expectation.REQUEST_IS_CHECKED, "moto answers with HTTP 500",
        Expectation.DEPLOYMENT_OF_THE_NEW_REVISION, "moto goes on showing the old deployment",
        Expectation.DIGEST_OF_THE_MANIFEST, "moto makes the digest of something else",
        Expectation.TRANSACTION_TOKEN, "moto carries the transaction out again",
        Expectation.EXPRESSION_IS_CHECKED, "moto answers with HTTP 500",
        Expectation.SYNTAX_IS_CHECKED, "moto answers with HTTP 500",
        Expectation.SUBJECT_IS_CHECKED, "moto looks at the subject's length alone");
  }

  @Nested
  class The_record extends RecordStoreOnEmulator {
    The_record() {
      super(MotoContractTest.this);
    }
  }
}
