package dev.slipway.simulator.sqs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.slipway.simulator.faults.Faults;
import dev.slipway.simulator.http.CallRecorder;
import dev.slipway.simulator.http.Gateway;
import dev.slipway.simulator.http.HttpEndpoint;
import dev.slipway.simulator.iam.Iam;
import dev.slipway.simulator.world.Account;
import dev.slipway.simulator.world.Journal;
import dev.slipway.simulator.world.World;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;
import software.amazon.awssdk.services.sqs.model.MessageNotInflightException;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeName;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;
import software.amazon.awssdk.services.sqs.model.QueueDoesNotExistException;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchRequestEntry;

/** AWS's own client over HTTP: it compares the checksums of all that it sends and receives. */
class SqsClientTest {
  private World world;
  private HttpEndpoint endpoint;
  private SqsClient client;

  @BeforeEach
  void begin() throws IOException {
    world = new World(Instant.parse("2026-11-21T10:00:00Z"), 1);
    Account account = new Account(Account.DEFAULT_ID, "us-east-1");
    Journal silent = (topic, line) -> {};
    Iam iam = new Iam(world, account, silent);
    SqsService sqs =
        new SqsService(world, iam, iam, silent, account, () -> endpoint.uri().toString());
    Gateway gateway =
        new Gateway(
            world,
            account,
            silent,
            new Faults(world),
            iam::callerOf,
            List.of(sqs),
            _ -> List.of(),
            null);
    endpoint =
        new HttpEndpoint(
            gateway, CallRecorder.none(), 0, List.of(InetAddress.getLoopbackAddress()));
    client =
        SqsClient.builder()
            .endpointOverride(endpoint.uri())
            .region(Region.US_EAST_1)
            .credentialsProvider(
                StaticCredentialsProvider.create(AwsBasicCredentials.create("me", "secret")))
            .httpClient(UrlConnectionHttpClient.create())
            .build();
  }

  @AfterEach
  void end() {
    client.close();
    endpoint.close();
    world.close();
  }

  private String fifo() {
    return client
        .createQueue(request ->
            request
                .queueName("work.fifo")
                .attributes(
                    Map.of(
                        QueueAttributeName.FIFO_QUEUE, "true",
                        QueueAttributeName.CONTENT_BASED_DEDUPLICATION, "true")))
        .queueUrl();
  }

  @Test
  void carries_a_message_there_and_back() {
    String url = fifo();
    client.sendMessage(request ->
        request
            .queueUrl(url)
            .messageBody("grüße ✓")
            .messageGroupId("g")
            .messageAttributes(
                Map.of(
                    "text",
                    MessageAttributeValue.builder().dataType("String").stringValue("é").build(),
                    "raw",
                    MessageAttributeValue.builder()
                        .dataType("Binary")
                        .binaryValue(SdkBytes.fromByteArray(new byte[] {0, 1, (byte) 200}))
                        .build())));

    Message received =
        client
            .receiveMessage(request ->
                request
                    .queueUrl(url)
                    .messageSystemAttributeNames(MessageSystemAttributeName.ALL)
                    .messageAttributeNames("All"))
            .messages()
            .getFirst();

    assertThat(received.body()).isEqualTo("grüße ✓");
    assertThat(received.messageAttributes())
        .hasEntrySatisfying(
            "raw", raw -> assertThat(raw.binaryValue().asByteArray()).containsExactly(0, 1, 200));
    assertThat(received.attributes())
        .containsEntry(MessageSystemAttributeName.MESSAGE_GROUP_ID, "g")
        .containsEntry(MessageSystemAttributeName.APPROXIMATE_RECEIVE_COUNT, "1");
    client.deleteMessage(request -> request.queueUrl(url).receiptHandle(received.receiptHandle()));
    assertThat(
            client
                .getQueueAttributes(
                    request -> request.queueUrl(url).attributeNames(QueueAttributeName.ALL))
                .attributes())
        .containsEntry(QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES, "0")
        .containsEntry(QueueAttributeName.FIFO_QUEUE, "true");
  }

  @Test
  void waits_for_a_message() {
    String url = fifo();
    CompletableFuture<List<Message>> waiting =
        CompletableFuture.supplyAsync(() ->
            client.receiveMessage(request -> request.queueUrl(url).waitTimeSeconds(20)).messages());
    client.sendMessageBatch(request ->
        request
            .queueUrl(url)
            .entries(
                SendMessageBatchRequestEntry.builder()
                    .id("1")
                    .messageBody("a")
                    .messageGroupId("g")
                    .build()));

    assertThat(waiting.join()).extracting(Message::body).containsExactly("a");
  }

  @Test
  void throws_the_clients_own_exceptions() {
    String url = fifo();

    assertThatExceptionOfType(QueueDoesNotExistException.class)
        .isThrownBy(() -> client.getQueueUrl(request -> request.queueName("none")))
        .satisfies(e ->
            assertThat(e.awsErrorDetails().errorCode())
                .isEqualTo("AWS.SimpleQueueService.NonExistentQueue"));
    assertThatExceptionOfType(MessageNotInflightException.class)
        .isThrownBy(() ->
            client.changeMessageVisibility(
                request -> request.queueUrl(url).receiptHandle("stale").visibilityTimeout(1)));
  }
}
