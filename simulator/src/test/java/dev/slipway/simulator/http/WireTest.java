package dev.slipway.simulator.http;

import static dev.slipway.simulator.SingleQuotes.json;
import static dev.slipway.simulator.http.ToyService.object;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.slipway.simulator.faults.Calls;
import dev.slipway.simulator.faults.Faults;
import dev.slipway.simulator.faults.Faults.Injected;
import dev.slipway.simulator.world.Account;
import dev.slipway.simulator.world.AwsError;
import dev.slipway.simulator.world.Caller;
import dev.slipway.simulator.world.LambdaApi;
import dev.slipway.simulator.world.World;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.ecr.EcrClient;
import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.services.ecs.model.ClusterNotFoundException;
import software.amazon.awssdk.services.ecs.model.EcsException;
import software.amazon.awssdk.services.eventbridge.EventBridgeClient;
import software.amazon.awssdk.services.eventbridge.model.PutEventsRequestEntry;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.QueueDoesNotExistException;

/** What clients of the protocols see, over real HTTP. */
class WireTest {
  private static final Caller FUNCTION = new Caller("arn:aws:sts::123456789012:assumed-role/R/f");

  private final World world = new World(Instant.EPOCH, 1_000);
  private final Account account = new Account(Account.DEFAULT_ID, "us-east-1");
  private final List<String> journal = new ArrayList<>();
  private final Faults faults = new Faults(world);
  private final ToyService ecs = new ToyService("ecs");
  private final ToyService ecr = new ToyService("ecr");
  private final ToyService events = new ToyService("events");
  private final ToyService sqs = new ToyService("sqs");
  private final List<LambdaApi.Invoke> invocations = new ArrayList<>();
  private LambdaApi.Answer answer = new LambdaApi.Answer(200, null, null, "1", "{\"ok\":true}");
  private final Gateway gateway =
      new Gateway(
          world,
          account,
          (topic, line) -> journal.add(topic + " " + line),
          faults,
          key -> key.equals("ASIAFUNCTION") ? FUNCTION : account.root(),
          List.of(ecs, ecr, events, sqs),
          _ -> List.of(new ToyService("ecs")),
          invoke -> {
            invocations.add(invoke);
            return answer;
          });
  private final HttpEndpoint endpoint;
  private final HttpClient http = HttpClient.newHttpClient();

  WireTest() throws IOException {
    endpoint =
        new HttpEndpoint(
            gateway, CallRecorder.none(), 0, List.of(InetAddress.getLoopbackAddress()));
  }

  @AfterEach
  void end() {
    endpoint.close();
    http.close();
    world.close();
  }

  private <B extends AwsClientBuilder<B, C> & AwsSyncClientBuilder<B, C>, C> C client(B builder) {
    return client(builder, "AKIAPERSON", 0);
  }

  private <B extends AwsClientBuilder<B, C> & AwsSyncClientBuilder<B, C>, C> C client(
      B builder, String accessKeyId, int retries) {
    return builder
        .endpointOverride(endpoint.uri())
        .region(Region.US_EAST_1)
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create(accessKeyId, "secret")))
        .httpClientBuilder(UrlConnectionHttpClient.builder())
        .overrideConfiguration(o -> o.retryStrategy(s -> s.maxAttempts(retries + 1)))
        .build();
  }

  private HttpResponse<String> send(String method, String path, String body, String... headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(endpoint.uri() + path))
            .method(method, HttpRequest.BodyPublishers.ofString(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return http.send(request.build(), BodyHandlers.ofString());
  }

  private static String signedFor(String service) {
    return "AWS4-HMAC-SHA256 Credential=AKIAPERSON/20260101/us-east-1/"
        + service
        + "/aws4_request, SignedHeaders=host, Signature=0";
  }

  @Test
  void every_service_is_reached_by_its_sdk() {
    ecs.with("ListClusters", _ -> json("{'clusterArns':['arn:a']}"));
    ecr.with(
        "ListImages",
        body -> json("{'imageIds':[{'imageTag':" + body.path("repositoryName") + "}]}"));
    events.with("PutEvents", _ -> json("{'FailedEntryCount':0,'Entries':[{'EventId':'1'}]}"));
    sqs.with("GetQueueUrl", _ -> json("{'QueueUrl':'http://q'}"));
    PutEventsRequestEntry event =
        PutEventsRequestEntry.builder().source("slipway").detail("{}").build();
    assertThat(client(EcsClient.builder()).listClusters().clusterArns()).containsExactly("arn:a");
    assertThat(
            client(EcrClient.builder())
                .listImages(r -> r.repositoryName("web"))
                .imageIds()
                .getFirst()
                .imageTag())
        .isEqualTo("web");
    assertThat(client(EventBridgeClient.builder()).putEvents(r -> r.entries(event)).entries())
        .hasSize(1);
    assertThat(client(SqsClient.builder()).getQueueUrl(r -> r.queueName("q")).queueUrl())
        .isEqualTo("http://q");
    assertThat(ecs.requests.getFirst().caller()).isEqualTo(account.root());
  }

  @Test
  void a_function_is_known_by_its_key() {
    ecs.with("ListClusters", _ -> object());
    client(EcsClient.builder(), "ASIAFUNCTION", 0).listClusters();
    assertThat(ecs.requests.getFirst().caller()).isEqualTo(FUNCTION);
  }

  @Test
  void errors_arrive_as_the_sdks_exceptions() {
    ecs.with("DescribeServices", AwsError.client("ClusterNotFoundException", "Cluster not found."));
    sqs.with("GetQueueUrl", AwsError.client("QueueDoesNotExist", "No such queue."));
    assertThatThrownBy(() -> client(EcsClient.builder()).describeServices(r -> r.services("web")))
        .isInstanceOf(ClusterNotFoundException.class)
        .hasMessageContaining("Cluster not found.");
    QueueDoesNotExistException missing =
        catchThrowableOfType(
            QueueDoesNotExistException.class,
            () -> client(SqsClient.builder()).getQueueUrl(r -> r.queueName("q")));
    assertThat(missing.awsErrorDetails().errorCode())
        .isEqualTo("AWS.SimpleQueueService.NonExistentQueue");
    assertThat(journal)
        .contains("ecs DescribeServices by root: ClusterNotFoundException: Cluster not found.");
  }

  @Test
  void what_is_not_simulated_is_named() {
    ecs.with("ListClusters", _ -> object()).with("DescribeServices", _ -> object());
    assertThatThrownBy(() -> client(EcsClient.builder()).listServices())
        .isInstanceOf(EcsException.class)
        .hasMessageContaining(
            "The Slipway simulator has no ecs ListServices. It has: ecs DescribeServices,"
                + " ListClusters");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          s3      | GET  | /bucket                               | application/xml   | <Code>UnknownOperationException</Code><Message>The Slipway simulator has no s3 GET /bucket. It has: ecr, ecs, events, lambda, sqs, sts
          lambda  | GET  | /2015-03-31/functions                 | application/json  | "message":"The Slipway simulator has no lambda GET /2015-03-31/functions. It has: lambda Invoke
          monitoring | POST | /service/Granite/operation/ListMetrics | application/cbor | UnknownOperationException
          """)
  void other_protocols_are_answered_in_their_own_way(
      String service, String method, String path, String contentType, String body)
      throws Exception {
    HttpResponse<String> response = send(method, path, "", "Authorization", signedFor(service));
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.headers().firstValue("Content-Type")).hasValue(contentType);
    assertThat(response.headers().firstValue("x-amzn-ErrorType"))
        .hasValue("UnknownOperationException");
    assertThat(response.body()).contains(body);
  }

  @Test
  void sts_tells_who_calls() throws Exception {
    HttpResponse<String> response =
        send(
            "POST",
            "/",
            "Action=GetCallerIdentity&Version=2011-06-15",
            "Authorization",
            signedFor("sts"),
            "Content-Type",
            "application/x-www-form-urlencoded; charset=utf-8");
    assertThat(response.body())
        .startsWith(
            "<GetCallerIdentityResponse><GetCallerIdentityResult>"
                + "<Arn>arn:aws:iam::123456789012:root</Arn><UserId>123456789012</UserId>"
                + "<Account>123456789012</Account></GetCallerIdentityResult>");
  }

  @Test
  void an_unsigned_request_is_refused() throws Exception {
    HttpResponse<String> response =
        send("POST", "/", "{}", "X-Amz-Target", "AmazonEC2ContainerServiceV20141113.ListClusters");
    assertThat(response.statusCode()).isEqualTo(403);
    assertThat(response.body()).contains("Missing Authentication Token");
  }

  @Test
  void someone_who_looks_in_is_told_what_there_is() throws Exception {
    ecs.with("ListClusters", _ -> object());
    HttpResponse<String> response = send("GET", "/", "");
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body())
        .contains("ecs ListClusters\n", "lambda Invoke", "sts GetCallerIdentity");
  }

  @Test
  void a_compressed_body_is_understood() throws Exception {
    ecs.with("ListClusters", body -> object().put("nextToken", body.path("nextToken").asText()));
    ByteArrayOutputStream compressed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(compressed)) {
      gzip.write("{\"nextToken\":\"ünï\"}".getBytes(UTF_8));
    }
    HttpRequest request =
        HttpRequest.newBuilder(endpoint.uri())
            .headers(
                "X-Amz-Target", "AmazonEC2ContainerServiceV20141113.ListClusters",
                "Content-Type", "application/x-amz-json-1.1",
                "Content-Encoding", "gzip",
                "Authorization", signedFor("ecs"))
            .POST(HttpRequest.BodyPublishers.ofByteArray(compressed.toByteArray()))
            .build();
    HttpResponse<String> response = http.send(request, BodyHandlers.ofString());
    assertThat(response.body()).isEqualTo("{\"nextToken\":\"ünï\"}");
    assertThat(response.headers().firstValue("Content-Type"))
        .hasValue("application/x-amz-json-1.1");
    assertThat(response.headers().firstValue("x-amzn-RequestId")).isPresent();
  }

  @ParameterizedTest
  @CsvSource({"'{', SerializationException", "'[]', SerializationException"})
  void a_body_that_is_no_json_object_is_refused(String body, String code) throws Exception {
    ecs.with("ListClusters", _ -> object());
    HttpResponse<String> response =
        send(
            "POST",
            "/",
            body,
            "X-Amz-Target",
            "AmazonEC2ContainerServiceV20141113.ListClusters",
            "Authorization",
            signedFor("ecs"));
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.body()).contains(code);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "none",
      textBlock =
          """
          slipway-deploy                                                        | slipway-deploy | none
          slipway-deploy:live                                                   | slipway-deploy | live
          slipway-deploy%3Alive                                                 | slipway-deploy | live
          slipway-deploy/invocations?Qualifier=live                             | slipway-deploy | live
          123456789012:function:slipway-deploy                                  | slipway-deploy | none
          arn%3Aaws%3Alambda%3Aus-east-1%3A123456789012%3Afunction%3Aslipway-deploy%3A%24LATEST | slipway-deploy | $LATEST
          """)
  void lambda_is_invoked_by_name_or_arn(String function, String name, String qualifier)
      throws Exception {
    String path = "/2015-03-31/functions/" + function;
    HttpResponse<String> response =
        send(
            "POST",
            path.contains("/invocations") ? path : path + "/invocations",
            "{\"a\":1}",
            "Authorization",
            signedFor("lambda"));
    assertThat(response.body()).isEqualTo("{\"ok\":true}");
    assertThat(response.headers().firstValue("X-Amz-Executed-Version")).hasValue("1");
    LambdaApi.Invoke invoke = invocations.getFirst();
    assertThat(invoke.functionName()).isEqualTo(name);
    assertThat(invoke.qualifier()).isEqualTo(qualifier);
    assertThat(invoke.type()).isEqualTo(LambdaApi.InvocationType.REQUEST_RESPONSE);
    assertThat(invoke.payload()).isEqualTo("{\"a\":1}");
  }

  @Test
  void lambda_tells_of_a_failure_in_its_headers() throws Exception {
    answer =
        new LambdaApi.Answer(200, "Unhandled", "last lines", "$LATEST", "{\"errorMessage\":\"x\"}");
    HttpResponse<String> response =
        send(
            "POST",
            "/2015-03-31/functions/f/invocations",
            "",
            "Authorization",
            signedFor("lambda"),
            "X-Amz-Log-Type",
            "Tail");
    assertThat(response.headers().firstValue("X-Amz-Function-Error")).hasValue("Unhandled");
    String log = response.headers().firstValue("X-Amz-Log-Result").orElseThrow();
    assertThat(new String(Base64.getDecoder().decode(log), UTF_8)).isEqualTo("last lines");
    assertThat(invocations.getFirst().tail()).isTrue();
  }

  @Test
  void a_dry_run_has_no_body() throws Exception {
    answer = new LambdaApi.Answer(204, null, null, null, "");
    HttpResponse<String> response =
        send(
            "POST",
            "/2015-03-31/functions/f/invocations",
            "",
            "Authorization",
            signedFor("lambda"),
            "X-Amz-Invocation-Type",
            "DryRun");
    assertThat(response.statusCode()).isEqualTo(204);
    assertThat(invocations.getFirst().type()).isEqualTo(LambdaApi.InvocationType.DRY_RUN);
  }

  @Test
  void a_throttled_sdk_tries_again() {
    ecs.with("ListClusters", _ -> object());
    Injected fault = faults.throttle(Calls.to("ecs", "ListClusters"), 2);
    client(EcsClient.builder(), "AKIAPERSON", 3).listClusters();
    assertThat(fault.hits()).isEqualTo(2);
    assertThat(ecs.requests).hasSize(1);
  }

  @Test
  void a_connection_dropped_before_the_call_has_no_effect() {
    ecs.with("ListClusters", _ -> object());
    faults.dropBefore(Calls.all(), Faults.ALWAYS);
    assertThatThrownBy(() -> client(EcsClient.builder()).listClusters())
        .isInstanceOf(SdkClientException.class);
    assertThat(ecs.requests).isEmpty();
  }

  @Test
  void a_connection_dropped_after_the_call_has_its_effect() {
    ecs.with("ListClusters", _ -> object()).with("RegisterTaskDefinition", _ -> object());
    EcsClient client = client(EcsClient.builder());
    client.listClusters(); // so that the connection is one that was kept
    ecs.requests.clear();
    faults.dropAfter(Calls.all(), Faults.ALWAYS);
    assertThatThrownBy(() -> client.registerTaskDefinition(r -> r.family("f")))
        .isInstanceOf(SdkClientException.class);
    assertThat(ecs.requests).hasSize(1);
  }

  @Test
  void latency_is_simulated_time() {
    ecs.with("ListClusters", _ -> object());
    faults.delay(Calls.all(), 1, Duration.ofSeconds(100));
    Instant before = world.now();
    client(EcsClient.builder()).listClusters();
    assertThat(world.now()).isAfterOrEqualTo(before.plusSeconds(100));
  }

  @Test
  void a_defect_of_the_simulator_is_not_passed_off_as_aws() {
    ecs.with(
        "ListClusters",
        _ -> {
          throw new IllegalStateException("forgot something");
        });
    assertThatThrownBy(() -> client(EcsClient.builder()).listClusters())
        .hasMessageContaining("A defect of the simulator, not AWS's")
        .hasMessageContaining("forgot something");
    assertThat(gateway.defects()).hasSize(1);
  }
}
