package dev.slipway.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;
import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.services.ecs.model.ClusterNotFoundException;
import software.amazon.awssdk.services.ecs.model.DescribeServicesResponse;

class RawJsonTest {
  private static ObjectNode update(EcsClient client, ObjectNode request) {
    return RawJson.call(
        request, override -> client.updateService(r -> r.overrideConfiguration(override)));
  }

  @Test
  void sends_the_document_with_its_length_and_gives_the_answers_document() {
    try (LoopbackAws aws = new LoopbackAws()) {
      aws.answers("UpdateService", "{\"service\": {\"newerThanThisSdk\": \"ü\"}}");

      ObjectNode answer = update(aws.clients().ecs(), Json.object().put("alsoNew", "ö"));

      assertThat(answer.at("/service/newerThanThisSdk").asText()).isEqualTo("ü");
      assertThat(aws.received())
          .singleElement()
          .satisfies(request -> {
            assertThat(request.body()).isEqualTo("{\"alsoNew\":\"ö\"}");
            assertThat(request.contentLength()).isEqualTo("16");
          });
    }
  }

  @Test
  void keeps_the_answer_from_the_sdks_own_classes() {
    try (LoopbackAws aws = new LoopbackAws()) {
      aws.answers("DescribeServices", "{\"services\": [{\"serviceName\": \"web\"}]}");
      DescribeServicesResponse[] ofTheSdk = new DescribeServicesResponse[1];

      ObjectNode answer =
          RawJson.call(override ->
              ofTheSdk[0] =
                  aws.clients()
                      .ecs()
                      .describeServices(r -> r.services("web").overrideConfiguration(override)));

      assertThat(answer.at("/services/0/serviceName").asText()).isEqualTo("web");
      assertThat(ofTheSdk[0].hasServices()).isFalse();
    }
  }

  private static ObjectNode item(Clients clients) {
    return RawJson.call(
        Json.object().put("TableName", "slipway"),
        override -> clients.dynamoDb().getItem(r -> r.overrideConfiguration(override)));
  }

  @Test
  void compares_the_answer_with_its_checksum_in_the_sdks_place() {
    try (LoopbackAws aws = new LoopbackAws()) {
      aws.answers("GetItem", "{\"Item\": {\"pk\": {\"S\": \"service/main/web\"}}}");

      ObjectNode answer = item(aws.clients());

      assertThat(answer.at("/Item/pk/S").asText()).isEqualTo("service/main/web");
      assertThat(aws.received("GetItem"))
          .singleElement()
          .satisfies(
              request -> assertThat(request.body()).isEqualTo("{\"TableName\":\"slipway\"}"));
    }
  }

  @Test
  void asks_again_where_the_checksum_is_another() {
    try (LoopbackAws aws = new LoopbackAws()) {
      aws.damages("GetItem", "{\"Item\": {}}").answers("GetItem", "{\"Item\": {\"n\": {}}}");

      assertThat(item(aws.clients()).path("Item").has("n")).isTrue();
      assertThat(aws.received("GetItem")).hasSize(2);
    }
  }

  @Test
  void leaves_errors_with_a_checksum_to_the_sdk() {
    try (LoopbackAws aws = new LoopbackAws()) {
      aws.fails("GetItem", 400, "ResourceNotFoundException", "Requested resource not found");

      assertThatThrownBy(() -> item(aws.clients()))
          .isInstanceOf(ResourceNotFoundException.class)
          .hasMessageContaining("Requested resource not found");
    }
  }

  @Test
  void leaves_other_calls_and_errors_to_the_sdk() {
    try (LoopbackAws aws = new LoopbackAws()) {
      aws.answers("ListClusters", "{\"clusterArns\": [\"arn:1\"]}");
      aws.fails("UpdateService", 400, "ClusterNotFoundException", "Cluster not found.");

      assertThat(aws.clients().ecs().listClusters().clusterArns()).containsExactly("arn:1");
      assertThatThrownBy(() -> update(aws.clients().ecs(), Json.object()))
          .isInstanceOf(ClusterNotFoundException.class)
          .hasMessageContaining("Cluster not found.");
    }
  }

  @Test
  void a_connection_that_was_closed_meanwhile_is_no_failure() throws Exception {
    try (OneAnswerAConnection aws = new OneAnswerAConnection();
        Clients clients =
            new Clients(
                Map.of("AWS_REGION", "us-east-1", "AWS_ENDPOINT_URL", aws.url()),
                LoopbackAws.credentials())) {
      for (int i = 0; i < 3; i++) {
        assertThat(update(clients.ecs(), Json.object())).isEqualTo(Json.object());
      }

      assertThat(aws.answered).hasSize(3);
    }
  }

  /** Promises to keep its connections and closes each when its second request comes. */
  private static final class OneAnswerAConnection implements AutoCloseable {
    private final ServerSocket listening =
        new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final List<String> answered = new CopyOnWriteArrayList<>();

    OneAnswerAConnection() throws IOException {
      Thread.ofVirtual().start(this::serve);
    }

    String url() {
      return "http://127.0.0.1:" + listening.getLocalPort();
    }

    private void serve() {
      while (true) {
        try (Socket connection = listening.accept()) {
          BufferedReader reader =
              new BufferedReader(
                  new InputStreamReader(connection.getInputStream(), StandardCharsets.ISO_8859_1));
          answered.add(request(reader));
          connection
              .getOutputStream()
              .write(
                  "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
                      .getBytes(StandardCharsets.UTF_8));
          request(reader);
        } catch (IOException e) {
          return; // closed
        }
      }
    }

    private static String request(BufferedReader reader) throws IOException {
      StringBuilder head = new StringBuilder();
      int length = 0;
      for (String line = reader.readLine();
          line != null && !line.isEmpty();
          line = reader.readLine()) {
        head.append(line).append('\n');
        if (line.toLowerCase(java.util.Locale.ROOT).startsWith("content-length:")) {
          length = Integer.parseInt(line.substring("content-length:".length()).strip());
        }
      }
      for (int i = 0; i < length; i++) {
        reader.read();
      }
      return head.toString();
    }

    @Override
    public void close() throws IOException {
      listening.close();
    }
  }
}
