package dev.slipway.simulator.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.simulator.Simulator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.PointInTimeRecoveryStatus;
import software.amazon.awssdk.services.dynamodb.model.SSEStatus;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;
import software.amazon.awssdk.services.dynamodb.model.Tag;

/** A table of a template, as clients see it. */
class TableTemplateTest {
  private static final String TEMPLATE =
      """
      Resources:
        Record:
          Type: AWS::DynamoDB::Table
          DeletionPolicy: Retain
          UpdateReplacePolicy: Retain
          Properties:
            TableName: !Sub "${AWS::StackName}-record"
            BillingMode: BILLING_MODE
            KeySchema:
              - { AttributeName: pk, KeyType: HASH }
              - { AttributeName: sk, KeyType: RANGE }
            AttributeDefinitions:
              - { AttributeName: pk, AttributeType: S }
              - { AttributeName: sk, AttributeType: S }
            PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true }
            SSESpecification: { SSEEnabled: true }
            TimeToLiveSpecification: { AttributeName: expires, Enabled: true }
            DeletionProtectionEnabled: true
            Tags: [{ Key: team, Value: blue }]
      Outputs:
        Arn: { Value: !GetAtt Record.Arn }
        Name: { Value: !Ref Record }
      """;

  @TempDir Path directory;

  private Path template(String billingMode) throws IOException {
    return Files.writeString(
        directory.resolve("template.yaml"), TEMPLATE.replace("BILLING_MODE", billingMode));
  }

  @Test
  void it_has_what_the_template_says() throws IOException {
    try (Simulator simulator = Simulator.builder().start();
        DynamoDbClient client =
            DynamoDbClient.builder()
                .endpointOverride(simulator.uri())
                .region(Region.US_EAST_1)
                .credentialsProvider(
                    StaticCredentialsProvider.create(AwsBasicCredentials.create("me", "secret")))
                .httpClient(UrlConnectionHttpClient.create())
                .build()) {
      var stack = simulator.deploy(template("PAY_PER_REQUEST"), "app", Map.of());

      assertThat(stack.notices()).isEmpty();
      TableDescription table = client.describeTable(r -> r.tableName(stack.output("Name"))).table();
      assertThat(table.tableArn()).isEqualTo(stack.output("Arn")).endsWith(":table/app-record");
      assertThat(table.deletionProtectionEnabled()).isTrue();
      assertThat(table.sseDescription().status()).isEqualTo(SSEStatus.ENABLED);
      assertThat(
              client
                  .describeContinuousBackups(r -> r.tableName("app-record"))
                  .continuousBackupsDescription()
                  .pointInTimeRecoveryDescription()
                  .pointInTimeRecoveryStatus())
          .isEqualTo(PointInTimeRecoveryStatus.ENABLED);
      assertThat(
              client
                  .describeTimeToLive(r -> r.tableName("app-record"))
                  .timeToLiveDescription()
                  .attributeName())
          .isEqualTo("expires");
      assertThat(client.listTagsOfResource(r -> r.resourceArn(table.tableArn())).tags())
          .containsExactly(Tag.builder().key("team").value("blue").build());
      assertThatThrownBy(() -> client.deleteTable(r -> r.tableName("app-record")))
          .hasMessageContaining("currently protected against deletion");
    }
  }

  @Test
  void one_that_cannot_be_created_is_named() throws IOException {
    try (Simulator simulator = Simulator.builder().start()) {
      Path template = template("PROVISIONED");

      assertThatThrownBy(() -> simulator.deploy(template, "app", Map.of()))
          .hasMessageStartingWith("Record cannot be created: ValidationException");
      assertThat(simulator.dynamoDb().has("app-record")).isFalse();
    }
  }
}
