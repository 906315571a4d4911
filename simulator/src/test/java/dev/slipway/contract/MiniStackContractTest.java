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

/** MiniStack, of which bin/ministack tests what becomes of the template. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MiniStackContractTest implements RecordContract {
  private Optional<EmulatorProcess> miniStack = Optional.empty();
  private Optional<Clients> clients = Optional.empty();
  private Optional<DynamoDbClient> dynamoDb = Optional.empty();

  @BeforeAll
  void start() throws IOException {
    Optional<Path> executable = EmulatorProcess.executable("ministack");
    if (executable.isEmpty()) {
      String skipped =
          "MiniStack is not tested: there is no ministack in .venv or on PATH (make tools)";
      System.out.println(skipped);
      abort(skipped);
    }
    EmulatorProcess started = EmulatorProcess.miniStack(executable.orElseThrow());
    miniStack = Optional.of(started);
    dynamoDb = Optional.of(RecordContract.client(started.uri(), "test", "test"));
    clients =
        Optional.of(
            new Clients(
                Map.of("AWS_REGION", "us-east-1", "AWS_ENDPOINT_URL", started.uri().toString()),
                StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test"))));
  }

  @AfterAll
  void end() {
    clients.ifPresent(Clients::close);
    dynamoDb.ifPresent(DynamoDbClient::close);
    miniStack.ifPresent(EmulatorProcess::close);
  }

  @Override
  public Map<Expectation, String> deviations() {
    return Map.of(Expectation.SYNTAX_IS_CHECKED, "MiniStack reads what there is");
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
      super(MiniStackContractTest.this);
    }
  }
}
