package dev.slipway.contract;

import static org.junit.jupiter.api.Assumptions.abort;

import dev.slipway.aws.Clients;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** MiniStack, of which bin/ministack tests what becomes of the template. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MiniStackContractTest implements RecordContract {
  private Optional<EmulatorProcess> miniStack = Optional.empty();
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
  }

  @AfterAll
  void end() {
    dynamoDb.ifPresent(DynamoDbClient::close);
    miniStack.ifPresent(EmulatorProcess::close);
  }

  @Override
  public Clients clients() {
    throw new UnsupportedOperationException("only the record is tested");
  }

  @Override
  public DynamoDbClient dynamoDb() {
    return dynamoDb.orElseThrow();
  }
}
