package dev.slipway.cli.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.slipway.cli.stack.Caller;
import dev.slipway.cli.stack.Connection;
import dev.slipway.cli.stack.StackException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LambdaFunctionsTest {
  private static final String IDENTITY =
      """
      <GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
        <GetCallerIdentityResult><Arn>arn:aws:iam::123456789012:user/alice</Arn>
        <UserId>A</UserId><Account>123456789012</Account></GetCallerIdentityResult>
      </GetCallerIdentityResponse>
      """;

  /** What AWS answers next. */
  private record Response(int status, Map<String, String> headers, String body) {}

  private final Deque<Response> answers = new ArrayDeque<>();
  private final List<String> requests = new ArrayList<>();
  private final List<String> notices = new ArrayList<>();
  private final List<Duration> pauses = new ArrayList<>();
  private Awaited beforeAnswer = () -> {};
  private HttpServer server;
  private LambdaFunctions functions;

  @BeforeEach
  void start() throws IOException {
    System.setProperty("aws.accessKeyId", "key");
    System.setProperty("aws.secretAccessKey", "secret");
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
    functions = in("eu-central-1", Map.of());
  }

  @AfterEach
  void stop() {
    functions.close();
    server.stop(0);
    System.clearProperty("aws.accessKeyId");
    System.clearProperty("aws.secretAccessKey");
  }

  private LambdaFunctions in(String region, Map<String, String> environment) {
    return in(region, Optional.of(URI.create(at())), environment);
  }

  private LambdaFunctions in(
      String region, Optional<URI> endpoint, Map<String, String> environment) {
    return new LambdaFunctions(
        new Connection(
            "deployer",
            Optional.of(region).filter(name -> !name.isEmpty()),
            Optional.empty(),
            endpoint,
            environment),
        notices::add,
        pauses::add);
  }

  private String at() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** What a server waits for. */
  private interface Awaited {
    void await() throws InterruptedException;
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      beforeAnswer.await();
      String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      requests.add(exchange.getRequestMethod() + " " + exchange.getRequestURI() + " " + body);
      Response answer = answers.removeFirst();
      answer.headers().forEach(exchange.getResponseHeaders()::set);
      byte[] bytes = answer.body().getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(answer.status(), bytes.length);
      exchange.getResponseBody().write(bytes);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void succeed(String body) {
    answers.add(new Response(200, Map.of(), body));
  }

  private void refuse(int status, String type, String message) {
    answers.add(
        new Response(
            status,
            Map.of("X-Amzn-ErrorType", type),
            "{\"Type\":\"User\",\"Message\":\"" + message + "\"}"));
  }

  private static ObjectNode request() {
    return JsonNodeFactory.instance.objectNode().put("service", "web");
  }

  @Test
  void invokes_the_live_alias_and_gives_the_answer() {
    succeed("{\"services\":[]}");

    assertThat(functions.invoke("status", request()).has("services")).isTrue();

    assertThat(requests)
        .containsExactly(
            "POST /2015-03-31/functions/deployer-query/invocations?Qualifier=live"
                + " {\"service\":\"web\",\"command\":\"status\"}");
  }

  @Test
  void says_where_it_looked_if_the_stack_is_not_there() {
    refuse(404, "ResourceNotFoundException", "Function not found: arn");
    succeed(IDENTITY);

    assertThatThrownBy(() -> functions.invoke("status", request()))
        .isInstanceOf(StackException.class)
        .hasMessage(
            "no stack deployer here: there is no function deployer-query:live in account"
                + " 123456789012, Region eu-central-1, at "
                + at()
                + " (--endpoint-url). Another --stack, --region or --profile?");
  }

  @Test
  void says_so_also_if_it_cannot_tell_the_account() {
    refuse(404, "ResourceNotFoundException", "Function not found: arn");
    answers.add(new Response(403, Map.of(), "<ErrorResponse/>"));

    assertThatThrownBy(() -> functions.invoke("status", request()))
        .hasMessageContaining("deployer-query:live in Region eu-central-1, at ");
  }

  @Test
  void names_the_variable_of_an_endpoint_that_was_forgotten() {
    refuse(404, "ResourceNotFoundException", "Function not found: arn");
    succeed(IDENTITY);
    Map<String, String> forgotten = Map.of("AWS_ENDPOINT_URL", at());

    assertThatThrownBy(
            () -> in("eu-west-1", Optional.empty(), forgotten).invoke("status", request()))
        .hasMessageContaining("Region eu-west-1, at " + at() + " (AWS_ENDPOINT_URL). Another");

    server.stop(0);
    assertThatThrownBy(
            () -> in("eu-west-1", Optional.empty(), forgotten).invoke("status", request()))
        .hasMessageContaining("(AWS_ENDPOINT_URL): ")
        .hasMessageEndingWith(
            ". Does anything listen there? Unset AWS_ENDPOINT_URL to reach AWS itself");
  }

  /** A port that speaks plain HTTP waits for more: nothing would ever come. */
  @Test
  void a_port_that_does_not_begin_tls_is_given_up_soon_and_named() throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String endpoint = "https://127.0.0.1:" + silent.getLocalPort();
      LambdaFunctions waiting =
          new LambdaFunctions(
              new Connection(
                  "deployer",
                  Optional.of("eu-west-1"),
                  Optional.empty(),
                  Optional.empty(),
                  Map.of("AWS_ENDPOINT_URL", endpoint)),
              notices::add,
              pauses::add,
              Duration.ofMinutes(1),
              Duration.ofMillis(50));

      assertThatThrownBy(() -> waiting.invoke("status", request()))
          .isInstanceOf(StackException.class)
          .hasMessage(
              "nothing speaks TLS at "
                  + endpoint
                  + " (AWS_ENDPOINT_URL): it does not answer: Read timed out. Say http:// if it is"
                  + " plain HTTP, or unset AWS_ENDPOINT_URL to reach AWS itself");
    }
  }

  /** What the SDK finds out by itself is said in its place. */
  @Test
  void a_port_on_which_nobody_listens_is_not_said_to_speak_no_tls() throws IOException {
    String endpoint;
    try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      endpoint = "https://127.0.0.1:" + closed.getLocalPort();
    }

    assertThatThrownBy(() ->
            in("eu-west-1", Optional.of(URI.create(endpoint)), Map.of())
                .invoke("status", request()))
        .hasMessageContaining("it does not connect: ")
        .hasMessageEndingWith(
            "Does anything listen there? Without --endpoint-url it is AWS itself");
  }

  @Test
  void says_so_while_an_answer_is_long_in_coming() {
    CountDownLatch said = new CountDownLatch(1);
    beforeAnswer = said::await;
    succeed("{}");
    LambdaFunctions impatient =
        new LambdaFunctions(
            new Connection(
                "deployer",
                Optional.of("eu-west-1"),
                Optional.empty(),
                Optional.of(URI.create(at())),
                Map.of()),
            notice -> {
              notices.add(notice);
              said.countDown();
            },
            pauses::add,
            Duration.ZERO,
            Duration.ofMinutes(1));

    impatient.invoke("status", request());

    assertThat(notices)
        .containsExactly(
            "no answer yet from %s (--endpoint-url); it may take a few minutes until that is an error"
                .formatted(at()));
  }

  @Test
  void names_a_host_that_cannot_be_found_and_what_may_have_been_forgotten() {
    assertThatThrownBy(() ->
            in("eu-west-1", Optional.of(URI.create("http://no.such.host.invalid")), Map.of())
                .invoke("status", request()))
        .hasMessageContaining(
            "(--endpoint-url): host no.such.host.invalid is not known to DNS. Does");
  }

  @Test
  void where_there_are_no_credentials_the_endpoint_is_not_to_blame() {
    LambdaFunctions nobody =
        new LambdaFunctions(
            new Connection(
                "deployer",
                Optional.of("eu-west-1"),
                Optional.of("nope"),
                Optional.of(URI.create(at())),
                Map.of()),
            notices::add,
            pauses::add);

    assertThatThrownBy(() -> nobody.invoke("status", request()))
        .hasMessageEndingWith(
            ": profile nope has no credentials: ~/.aws/config and ~/.aws/credentials have no such"
                + " profile");
  }

  @Test
  void an_endpoint_of_the_environment_that_is_no_url_is_named() {
    assertThatThrownBy(() ->
            in("eu-west-1", Optional.empty(), Map.of("AWS_ENDPOINT_URL_LAMBDA", "localhost"))
                .invoke("status", request()))
        .isInstanceOf(StackException.class)
        .hasMessageStartingWith("AWS_ENDPOINT_URL_LAMBDA is no URL of a server: localhost.");
  }

  @Test
  void tells_what_a_function_failed_with() {
    answers.add(
        new Response(
            200,
            Map.of("X-Amz-Function-Error", "Unhandled"),
            "{\"errorMessage\":\"ListClusters was throttled\",\"errorType\":\"X\"}"));

    assertThatThrownBy(() -> functions.invoke("status", request()))
        .isInstanceOf(StackException.class)
        .hasMessage(
            "deployer-query failed: ListClusters was throttled. Its log,"
                + " /aws/lambda/deployer-query, has more");
  }

  @Test
  void tells_what_the_caller_may_not_do() {
    refuse(403, "AccessDeniedException", "bob is not authorized to perform: lambda:InvokeFunction");

    assertThatThrownBy(() -> functions.invoke("rollback", request()))
        .hasMessage(
            "deployer-operate cannot be invoked in Region eu-central-1, at "
                + at()
                + " (--endpoint-url): bob is not authorized to perform: lambda:InvokeFunction"
                + " (AccessDeniedException). Whoever manages the account can allow"
                + " lambda:InvokeFunction on deployer-operate");
  }

  /** The second request would find the work of the first, and be refused for it. */
  @Test
  void a_change_without_an_answer_is_not_asked_for_again() {
    assertThatThrownBy(() -> functions.invoke("rollback", request()))
        .isInstanceOf(StackException.class)
        .hasMessageStartingWith("deployer-operate gave no answer in Region eu-central-1, at ")
        .hasMessageEndingWith(
            ". What was asked for may be done or not: `slipway status` and `slipway history` show"
                + " it");

    assertThat(requests).hasSize(1);
  }

  /** A connection that was kept open breaks: the JDK would send the request again by itself. */
  @Test
  void nor_by_the_jdk() {
    succeed("{}");
    functions.invoke("rollback", request());

    assertThatThrownBy(() -> functions.invoke("rollback", request()))
        .hasMessageContaining("may be done or not");

    assertThat(requests).hasSize(2);
  }

  @Test
  void a_change_that_lambda_failed_at_may_have_been_made() {
    refuse(500, "ServiceException", "internal");

    assertThatThrownBy(() -> functions.invoke("promote", request()))
        .hasMessageContaining("may be done or not");

    assertThat(requests).hasSize(1);
  }

  @Test
  void a_change_that_was_throttled_has_not_run_and_is_asked_for_again() {
    refuse(429, "TooManyRequestsException", "Rate exceeded");
    succeed("{}");

    assertThat(functions.invoke("rollback", request())).isEmpty();

    assertThat(requests).hasSize(2);
  }

  @ParameterizedTest
  @CsvSource({"status, false", "rollback, true"})
  void what_changes_nothing_is_asked_for_again(String command, boolean dryRun) {
    refuse(500, "ServiceException", "internal");
    succeed("{}");

    functions.invoke(command, request().put("dryRun", dryRun));

    assertThat(requests).hasSize(2);
  }

  @Test
  void waits_while_a_function_that_slept_long_wakes() {
    refuse(409, "SnapStartNotReadyException", "Lambda is initializing your function.");
    refuse(409, "SnapStartNotReadyException", "Lambda is initializing your function.");
    succeed("{}");

    assertThat(functions.invoke("status", request())).isEmpty();

    assertThat(pauses).hasSize(2);
    assertThat(notices)
        .containsExactly(
            "deployer-query was not used for long; Lambda wakes it, which takes a minute or two");
  }

  @Test
  void waits_for_that_not_for_ever() {
    for (int i = 0; i < 36; i++) {
      refuse(409, "SnapStartNotReadyException", "Lambda is initializing your function.");
    }

    assertThatThrownBy(() -> functions.invoke("status", request()))
        .hasMessageContaining("Lambda is initializing your function.");
  }

  @Test
  void an_answer_is_an_object() {
    succeed("null");
    succeed("<html>");

    assertThatThrownBy(() -> functions.invoke("status", request()))
        .hasMessage("deployer-query answered with something else than an object: null");
    assertThatThrownBy(() -> functions.invoke("status", request()))
        .hasMessage("deployer-query answered with something else than JSON: <html>");
  }

  @Test
  void knows_who_asks() {
    succeed(IDENTITY);

    assertThat(functions.caller())
        .isEqualTo(new Caller("arn:aws:iam::123456789012:user/alice", "123456789012"));
  }

  @Test
  void says_why_it_does_not_know_who_asks() {
    answers.add(
        new Response(
            403,
            Map.of(),
            """
            <ErrorResponse><Error><Type>Sender</Type><Code>ExpiredToken</Code>
            <Message>The security token included in the request is expired</Message></Error>
            </ErrorResponse>
            """));

    assertThatThrownBy(() -> functions.caller())
        .isInstanceOf(StackException.class)
        .hasMessage(
            "who you are cannot be found out: The security token included in the request is expired"
                + " (ExpiredToken)");
  }

  @Test
  void looks_for_the_region_as_the_aws_cli_does() {
    refuse(403, "AccessDeniedException", "no");
    refuse(403, "AccessDeniedException", "no");

    Map<String, String> both = Map.of("AWS_REGION", "eu-west-1", "AWS_DEFAULT_REGION", "eu-west-2");
    assertThatThrownBy(() -> in("", both).invoke("status", request()))
        .hasMessageContaining("Region eu-west-1");
    assertThatThrownBy(
            () -> in("", Map.of("AWS_DEFAULT_REGION", "eu-west-2")).invoke("status", request()))
        .hasMessageContaining("Region eu-west-2");
  }
}
