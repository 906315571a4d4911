package dev.slipway.contract;

import dev.slipway.aws.Clients;
import dev.slipway.simulator.Simulator;
import java.io.IOException;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.TestInstance;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SimulatorContractTest
    implements EcsContract,
        EcrContract,
        MessagingContract,
        NotificationContract,
        LogContract,
        RecordContract {
  private Optional<DynamoDbClient> dynamoDb = Optional.empty();
  private Optional<Simulator> simulator = Optional.empty();
  private Optional<Clients> clients = Optional.empty();

  @BeforeAll
  void start() throws IOException {
    Simulator started = Simulator.builder().start();
    simulator = Optional.of(started);
    dynamoDb = Optional.of(RecordContract.client(started.uri(), "key", "secret"));
    clients =
        Optional.of(
            new Clients(
                started.clientEnvironment(),
                StaticCredentialsProvider.create(AwsBasicCredentials.create("key", "secret"))));
  }

  @AfterAll
  void end() {
    clients.ifPresent(Clients::close);
    dynamoDb.ifPresent(DynamoDbClient::close);
    simulator.ifPresent(Simulator::close);
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
      super(SimulatorContractTest.this);
    }
  }
}
