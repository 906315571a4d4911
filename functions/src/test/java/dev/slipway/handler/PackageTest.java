package dev.slipway.handler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.slipway.aws.LoopbackAws;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What Lambda gets holds what runs, and nothing else. Runs when the package has been made. */
class PackageTest {
  private static final Path PACKAGE =
      Path.of(System.getProperty("slipway.package", "target/package"));
  private static final long MOST_BYTES = 10 * 1000 * 1000;

  private static List<String> files() throws IOException {
    try (Stream<Path> files = Files.walk(PACKAGE)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> PACKAGE.relativize(file).toString().replace(File.separatorChar, '/'))
          .sorted()
          .toList();
    }
  }

  /** A library that comes or goes is a decision: cold starts pay for it. */
  @Test
  void holds_these_libraries() throws IOException {
    assertThat(files())
        .filteredOn(file -> file.startsWith("lib/"))
        .extracting(file -> file.replaceAll("^lib/(.*?)-[0-9].*\\.jar$", "$1"))
        .containsExactlyInAnyOrder(
            // Lambda's interface, JSON, YAML
            "aws-lambda-java-core",
            "aws-lambda-java-events",
            "org-crac",
            "jackson-annotations",
            "jackson-core",
            "jackson-databind",
            "snakeyaml-engine",
            // the SDK's clients
            "cloudwatchlogs",
            "ecr",
            "ecs",
            "eventbridge",
            "sns",
            "sqs",
            // the SDK's core
            "auth",
            "aws-core",
            "aws-json-protocol",
            "aws-query-protocol",
            "checksums",
            "checksums-spi",
            "endpoints-spi",
            "http-auth",
            "http-auth-aws",
            "http-auth-spi",
            "http-client-spi",
            "identity-spi",
            "json-utils",
            "metrics-spi",
            "profiles",
            "protocol-core",
            "reactive-streams",
            "regions",
            "retries",
            "retries-spi",
            "sdk-core",
            "slf4j-api",
            "slf4j-nop",
            "third-party-jackson-core",
            "url-connection-client",
            "utils",
            "utils-lite");
  }

  @Test
  void holds_slipways_own_classes_and_configuration_beside_them() throws IOException {
    assertThat(files())
        .filteredOn(file -> !file.startsWith("lib/"))
        .allMatch(file ->
            file.equals("slipway.yaml")
                || (file.startsWith("dev/slipway/") && file.endsWith(".class")))
        .contains("slipway.yaml", "dev/slipway/handler/DeployHandler.class")
        .noneMatch(file -> file.contains("Test"));
  }

  @Test
  void is_small() throws IOException {
    long bytes = 0;
    for (String file : files()) {
      bytes += Files.size(PACKAGE.resolve(file));
    }
    assertThat(bytes).isLessThan(MOST_BYTES);
  }

  @Test
  void runs_by_itself_and_says_nothing_but_its_log(@TempDir Path directory) throws Exception {
    try (LoopbackAws aws = WebService.deployable(new LoopbackAws())) {
      List<String> output =
          run(
              directory,
              aws,
              "../events/image-push-staging.json",
              "../events/image-delete.json",
              "../events/sqs-batch.json");

      assertThat(output).filteredOn(line -> line.startsWith("answer ")).hasSize(3);
      assertThat(output.stream().filter(line -> line.startsWith("answer ")).findFirst())
          .get()
          .asString()
          .contains("\"outcome\":\"Decided\"", "\"to\":\"web:2\"");
      assertThat(output)
          .as("lines that are neither answers nor JSON")
          .filteredOn(line -> !line.startsWith("answer ") && !line.startsWith("{"))
          .isEmpty();
      assertThat(aws.received())
          .extracting(LoopbackAws.Received::operation)
          .contains("UpdateService", "BatchGetImage", "PutEvents", "SendMessage");
      assertThat(aws.received())
          .extracting(LoopbackAws.Received::authorization)
          .allMatch(authorization ->
              authorization.contains("Credential=" + LoopbackAws.CONTAINERS_KEY + "/"));
    }
  }

  /** What the shrinker should have kept shows when it is called. */
  @Test
  void can_call_every_operation_that_is_left(@TempDir Path directory) throws Exception {
    Path output = directory.resolve("output.txt");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                PACKAGE + File.pathSeparator + PACKAGE.resolve("lib") + File.separator + "*",
                "src/test/resources/CallEverything.java")
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    if (!process.waitFor(2, TimeUnit.MINUTES)) {
      process.destroyForcibly();
      fail("did not end: " + Files.readString(output));
    }

    assertThat(process.exitValue()).as(Files.readString(output)).isZero();
    assertThat(Files.readAllLines(output))
        .contains(
            "EcsClient.registerTaskDefinition",
            "EcsClient.stopServiceDeployment",
            "EcrClient.putImage",
            "SnsClient.publish",
            "CloudWatchLogsClient.getLogEvents",
            "EventBridgeClient.putEvents");
  }

  private static List<String> run(Path directory, LoopbackAws aws, String... events)
      throws IOException, InterruptedException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    Path output = directory.resolve("output.txt");
    List<String> command =
        new ArrayList<>(
            List.of(
                java,
                "-XX:TieredStopAtLevel=1",
                "-cp",
                PACKAGE + File.pathSeparator + PACKAGE.resolve("lib") + File.separator + "*",
                "src/test/resources/RunFromPackage.java"));
    command.addAll(List.of(events));
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
    Map<String, String> environment = builder.environment();
    environment.clear();
    String endpoint = String.valueOf(aws.environment().get("AWS_ENDPOINT_URL"));
    environment.put("AWS_REGION", "us-east-1");
    // as `sam local` passes a variable without a value: the SDK must not come to read it
    environment.put("AWS_ENDPOINT_URL", "");
    for (String service : List.of("ECS", "ECR", "SQS", "EVENTBRIDGE")) {
      environment.put("AWS_ENDPOINT_URL_" + service, endpoint);
    }
    // where the credentials are after a start from a snapshot
    environment.put("AWS_CONTAINER_CREDENTIALS_FULL_URI", endpoint + LoopbackAws.CREDENTIALS_PATH);
    environment.put("AWS_CONTAINER_AUTHORIZATION_TOKEN", "token");
    environment.put("AWS_LAMBDA_FUNCTION_NAME", "slipway-deploy");
    environment.put("_X_AMZN_TRACE_ID", "Root=1-5759e988-bd862e3fe1be46a994272793");
    environment.put("LAMBDA_TASK_ROOT", PACKAGE.toString());
    environment.put(
        "SLIPWAY_QUEUE_URL",
        "https://sqs.us-east-1.amazonaws.com/123456789012/slipway-deploy.fifo");
    environment.put(
        "SLIPWAY_DEAD_LETTER_QUEUE_URL",
        "https://sqs.us-east-1.amazonaws.com/123456789012/slipway-dead-letters.fifo");
    Process process = builder.start();
    if (!process.waitFor(2, TimeUnit.MINUTES)) {
      process.destroyForcibly();
      fail("did not end: " + Files.readString(output));
    }
    List<String> lines = Files.readAllLines(output);
    assertThat(process.exitValue()).as(String.join("\n", lines)).isZero();
    return lines;
  }
}
