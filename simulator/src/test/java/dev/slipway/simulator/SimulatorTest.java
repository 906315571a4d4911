package dev.slipway.simulator;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.slipway.simulator.iam.Permission;
import dev.slipway.simulator.template.TemplateException;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SimulatorTest {
  private static final Path TEMPLATE = Path.of("../template.yaml");

  /** Where slipway.yaml is, which is all that functions in this JVM need of their package. */
  private static final Path ROOT = Path.of("..");

  private final Queue<String> journal = new ConcurrentLinkedQueue<>();

  private Simulator.Builder builder() {
    return Simulator.builder()
        .inProcess(InProcessFunctions::new)
        .journal((topic, line) -> journal.add(topic + " " + line));
  }

  /** A Python that has boto3 and the AWS CLI. */
  private static Optional<String> python() throws IOException, InterruptedException {
    for (String python : List.of("../.venv/bin/python", "python3")) {
      try {
        Process found =
            new ProcessBuilder(python, "-c", "import boto3, awscli")
                .redirectErrorStream(true)
                .start();
        found.getInputStream().readAllBytes();
        if (found.waitFor() == 0) {
          return Optional.of(python);
        }
      } catch (IOException _) {
        // this one is not here
      }
    }
    return Optional.empty();
  }

  @Test
  void boto3_and_the_aws_cli_are_its_clients_as_they_are() throws Exception {
    Optional<String> python = python();
    assumeTrue(python.isPresent(), "no Python with boto3 and awscli: make tools installs them");
    try (Simulator simulator = builder().speed(30).template(TEMPLATE, ROOT).start()) {
      ProcessBuilder client =
          new ProcessBuilder(python.orElseThrow(), resource("/push_with_boto3.py").toString())
              .redirectErrorStream(true);
      client.environment().putAll(simulator.clientEnvironment());
      Process running = client.start();
      String output = new String(running.getInputStream().readAllBytes(), UTF_8);
      assertThat(running.waitFor(5, TimeUnit.MINUTES)).isTrue();
      assertThat(running.exitValue()).as(output + "\n" + String.join("\n", journal)).isZero();
      assertThat(output).contains("deployed sha256:");
      assertThat(simulator.iam().denials()).isEmpty();
      assertThat(simulator.defects()).isEmpty();
      // what this push needed is what its role was asked for
      assertThat(simulator.iam().unusedPermissions())
          .filteredOn(permission -> permission.role().equals("slipway-DeployRole"))
          .extracting(Permission::action)
          .doesNotContain("ecs:UpdateService", "ecs:RegisterTaskDefinition", "iam:PassRole");
    }
    assertThat(journal)
        .anySatisfy(line -> assertThat(line).startsWith("ecr website: pushed staging"))
        .anySatisfy(line -> assertThat(line).contains("rule slipway-push → slipway-deploy"))
        .anySatisfy(line -> assertThat(line).contains("rollout of website:2 completed"));
  }

  private static Path resource(String name) throws URISyntaxException {
    return Path.of(Objects.requireNonNull(SimulatorTest.class.getResource(name)).toURI());
  }

  @Test
  void a_port_that_is_taken_is_named() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThatThrownBy(() -> builder().port(taken.getLocalPort()).start())
          .isInstanceOf(BindException.class)
          .hasMessageContaining("127.0.0.1:" + taken.getLocalPort());
    }
  }

  @Test
  void it_listens_where_containers_reach_it_too() throws Exception {
    InetAddress another = InetAddress.getByName("127.0.0.2");
    try (Simulator simulator =
        builder().listen(another).listen(InetAddress.getLoopbackAddress()).start()) {
      new Socket(another, simulator.uri().getPort()).close();
      assertThat(simulator.uri().getHost()).isEqualTo("127.0.0.1");
    }
  }

  @Test
  void its_port_is_free_when_it_is_closed() throws Exception {
    Simulator simulator = builder().start();
    int port = simulator.uri().getPort();
    simulator.close();
    builder().port(port).start().close();
  }

  @Test
  void another_region_is_empty_and_keeps_its_own() throws Exception {
    try (Simulator simulator = builder().start()) {
      assertThat(ecr(simulator, "us-east-1", "CreateRepository", "{'repositoryName': 'web'}"))
          .contains("arn:aws:ecr:us-east-1:123456789012:repository/web");
      assertThat(ecr(simulator, "eu-west-1", "DescribeRepositories", "{}"))
          .isEqualTo("{\"repositories\":[]}");
      assertThat(ecr(simulator, "eu-west-1", "CreateRepository", "{'repositoryName': 'shop'}"))
          .contains("arn:aws:ecr:eu-west-1:123456789012:repository/shop");
      assertThat(ecr(simulator, "us-east-1", "DescribeRepositories", "{}"))
          .contains("web")
          .doesNotContain("shop");
      HttpRequest invocation =
          signed(simulator, "eu-west-1", "lambda", "/2015-03-31/functions/deploy/invocations")
              .POST(HttpRequest.BodyPublishers.ofString("{}"))
              .build();
      assertThat(send(invocation).body())
          .contains("Function not found: arn:aws:lambda:eu-west-1:123456789012:function:deploy");
    }
  }

  private static String ecr(Simulator simulator, String region, String operation, String body)
      throws IOException, InterruptedException {
    HttpResponse<String> response =
        send(
            signed(simulator, region, "ecr", "/")
                .header("Content-Type", "application/x-amz-json-1.1")
                .header("X-Amz-Target", "AmazonEC2ContainerRegistry_V20150921." + operation)
                .POST(HttpRequest.BodyPublishers.ofString(SingleQuotes.json(body).toString()))
                .build());
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return response.body();
  }

  private static HttpRequest.Builder signed(
      Simulator simulator, String region, String service, String path) {
    return HttpRequest.newBuilder(simulator.uri().resolve(path))
        .header(
            "Authorization",
            "AWS4-HMAC-SHA256 Credential=A/20260101/%s/%s/aws4_request, SignedHeaders=host, Signature=0"
                .formatted(region, service));
  }

  private static HttpResponse<String> send(HttpRequest request)
      throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(request, HttpResponse.BodyHandlers.ofString());
    }
  }

  private Simulator deploy(@TempDir Path directory, String template) throws IOException {
    Path file = directory.resolve("template.yaml");
    Files.writeString(file, template);
    return builder().template(file, ROOT).start();
  }

  @Test
  void a_mistake_in_the_template_is_named(@TempDir Path directory) {
    assertThatThrownBy(() ->
            deploy(
                directory,
                """
                Resources:
                  Queue: { Type: AWS::SQS::Queue, Properties: { QueueName: !Ref Nobody } }
                """))
        .isInstanceOf(TemplateException.class)
        .hasMessage("Queue (line 2): Ref to Nobody: there is no such parameter or resource");
  }

  @Test
  void what_aws_would_not_create_is_refused(@TempDir Path directory) {
    List<String> messages = new ArrayList<>();
    for (String resources :
        List.of(
            "Queue: { Type: AWS::SQS::Queue, Properties: { DelaySeconds: 901 } }",
            "Rule: { Type: AWS::Events::Rule, Properties: { EventPattern: { source: aws.ecr } } }",
            """
            Role:
                Type: AWS::IAM::Role
                Properties:
                  AssumeRolePolicyDocument:
                    Statement: { Effect: Allow, Action: "sts:AssumeRole", Principal: { Service: ec2.amazonaws.com } }
              Function:
                Type: AWS::Serverless::Function
                Properties: { Handler: a.B, Runtime: java25, Role: !GetAtt Role.Arn }
            """,
            """
            Queue: { Type: AWS::SQS::Queue }
              Role:
                Type: AWS::IAM::Role
                Properties:
                  AssumeRolePolicyDocument:
                    Statement: { Effect: Allow, Action: "sts:AssumeRole", Principal: { Service: lambda.amazonaws.com } }
              Function:
                Type: AWS::Serverless::Function
                Properties:
                  Handler: a.B
                  Runtime: java25
                  Role: !GetAtt Role.Arn
                  Events: { Messages: { Type: SQS, Properties: { Queue: !GetAtt Queue.Arn } } }
            """)) {
      assertThatThrownBy(() -> deploy(directory, "Resources:\n  " + resources).close())
          .isInstanceOf(IllegalArgumentException.class)
          .satisfies(e -> messages.add(String.valueOf(e.getMessage())));
    }
    assertThat(messages.get(0)).startsWith("Queue cannot be created: InvalidAttributeValue: ");
    assertThat(messages.get(1))
        .startsWith("Rule cannot be created: InvalidEventPatternException: ");
    assertThat(messages.get(2))
        .isEqualTo(
            "Function cannot be created: InvalidParameterValueException: The role defined for the"
                + " function cannot be assumed by Lambda.");
    assertThat(messages.get(3))
        .startsWith("FunctionMessages cannot be created: ")
        .contains("does not have permissions to call ReceiveMessage on SQS");
  }
}
