package dev.slipway.handler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.slipway.aws.LoopbackAws;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.MethodModel;
import java.lang.classfile.Opcode;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What Lambda gets holds what runs, and nothing else. Runs when the package has been made. */
class PackageTest {
  private static final Path PACKAGE =
      Path.of(System.getProperty("slipway.package", "target/package"));
  private static final Path JAR = PACKAGE.resolve("lib").resolve("slipway.jar");
  private static final int MOST_BYTES = 6_600_000;

  private static List<String> files() throws IOException {
    try (Stream<Path> files = Files.walk(PACKAGE)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> PACKAGE.relativize(file).toString().replace('\\', '/'))
          .sorted()
          .toList();
    }
  }

  /** A library that comes or goes is a decision: cold starts pay for it. */
  @Test
  void is_made_of_these_libraries() throws IOException {
    Path libraries = PACKAGE.resolveSibling("whole").resolve("lib");
    List<String> names;
    try (Stream<Path> files = Files.list(libraries)) {
      names = files.map(file -> file.getFileName().toString()).toList();
    }
    assertThat(names)
        .extracting(name -> name.replaceAll("^(.*?)-[0-9].*\\.jar$", "$1"))
        .containsExactlyInAnyOrder(
            // Lambda's interface, JSON, YAML, regular expressions
            "aws-lambda-java-core",
            "aws-lambda-java-events",
            "org-crac",
            "jackson-annotations",
            "jackson-core",
            "jackson-databind",
            "snakeyaml-engine",
            "re2j",
            // the SDK's clients
            "cloudwatchlogs",
            "dynamodb",
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
  void holds_one_jar_and_the_configuration_beside_it() throws IOException {
    assertThat(files()).containsExactly("lib/slipway.jar", "slipway.yaml");
    try (JarFile jar = new JarFile(JAR.toFile())) {
      assertThat(jar.stream().map(JarEntry::getName).toList())
          .contains(
              "dev/slipway/handler/DeployHandler.class",
              "dev/slipway/handler/version.txt",
              "META-INF/LICENSE.txt",
              "META-INF/services/software.amazon.awssdk.http.SdkHttpService")
          .noneMatch(name -> name.endsWith("Test.class"));
      assertThat(jar.stream().map(JarEntry::getMethod).toList()).containsOnly(ZipEntry.STORED);
    }
  }

  @Test
  void is_small() throws IOException {
    ByteArrayOutputStream zip = new ByteArrayOutputStream();
    try (OutputStream deflated = new DeflaterOutputStream(zip)) {
      Files.copy(JAR, deflated);
    }
    assertThat(zip.size()).isLessThan(MOST_BYTES);
  }

  /** A lambda that is a class has the access that its method asks for; the JVM would not ask. */
  @Test
  void has_lambdas_as_classes_that_reach_what_they_call() throws Exception {
    URL[] urls = {JAR.toUri().toURL()};
    try (JarFile jar = new JarFile(JAR.toFile());
        URLClassLoader loader = new URLClassLoader(urls, ClassLoader.getPlatformClassLoader())) {
      int lambdas = 0;
      for (JarEntry entry : jar.stream().filter(PackageTest::isLambdas).toList()) {
        ClassModel model = ClassFile.of().parse(jar.getInputStream(entry).readAllBytes());
        String name = model.thisClass().asInternalName().replace('/', '.');
        Class<?> type = Class.forName(name, true, loader); // which verifies it
        String host = name.substring(0, name.indexOf("$$Lambda$"));
        // asked for its methods, the JVM verifies a class without running its initialiser
        assertThat(Class.forName(host, false, loader).getDeclaredMethods()).isNotNull();
        MethodHandles.Lookup lookup = MethodHandles.privateLookupIn(type, MethodHandles.lookup());
        for (MethodModel method : model.methods()) {
          for (InvokeInstruction call : calls(method)) {
            assertThat(found(lookup, call)).as(type + " calls " + call).isNotNull();
            lambdas++;
          }
        }
      }
      assertThat(lambdas).isGreaterThan(3_000);
    }
  }

  @Test
  void leaves_no_lambda_for_the_jvm_to_make() throws IOException {
    List<String> left = new ArrayList<>();
    try (JarFile jar = new JarFile(JAR.toFile())) {
      for (JarEntry entry :
          jar.stream().filter(each -> each.getName().endsWith(".class")).toList()) {
        ClassModel model = ClassFile.of().parse(jar.getInputStream(entry).readAllBytes());
        model.methods().stream()
            .flatMap(method -> method.code().stream())
            .flatMap(code -> code.elementStream())
            .filter(element ->
                element instanceof InvokeDynamicInstruction dynamic
                    && dynamic.bootstrapMethod().methodName().equals("metafactory"))
            .forEach(_ -> left.add(entry.getName()));
      }
    }
    assertThat(left).isEmpty();
  }

  /** Not those of parts of the SDK that need the Common Runtime, which has never been there. */
  private static boolean isLambdas(JarEntry entry) {
    return entry.getName().matches(".*\\$\\$Lambda\\$[0-9]+\\.class")
        && !entry.getName().contains("/crt/");
  }

  private static List<InvokeInstruction> calls(MethodModel method) {
    return method.code().stream()
        .flatMap(code -> code.elementStream())
        .filter(InvokeInstruction.class::isInstance)
        .map(InvokeInstruction.class::cast)
        .toList();
  }

  /** Looks it up as the class itself would: what it may not call is not found. */
  private static MethodHandle found(MethodHandles.Lookup lookup, InvokeInstruction call)
      throws ReflectiveOperationException {
    ClassLoader loader = lookup.lookupClass().getClassLoader();
    Class<?> owner = (Class<?>) call.owner().asSymbol().resolveConstantDesc(lookup);
    MethodType type = MethodType.fromMethodDescriptorString(call.type().stringValue(), loader);
    String name = call.name().stringValue();
    if (name.equals("<init>")) {
      return lookup.findConstructor(owner, type);
    }
    return call.opcode() == Opcode.INVOKESTATIC
        ? lookup.findStatic(owner, name, type)
        : lookup.findVirtual(owner, name, type);
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
          .contains(
              "Query",
              "TransactWriteItems",
              "UpdateService",
              "BatchGetImage",
              "PutEvents",
              "SendMessage");
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
                JAR.toString(),
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
            "DynamoDbClient.query",
            "DynamoDbClient.batchGetItem",
            "DynamoDbClient.transactWriteItems",
            "DynamoDbClient.putItem",
            "EcsClient.describeServices",
            "EcsClient.describeServiceDeployments",
            "EcsClient.describeServiceRevisions",
            "EcsClient.listServiceDeployments",
            "EcsClient.registerTaskDefinition",
            "EcsClient.continueServiceDeployment",
            "EcsClient.stopServiceDeployment",
            "EcsClient.updateService",
            "EcrClient.batchGetImage",
            "EcrClient.putImage",
            "SqsClient.sendMessageBatch",
            "SqsClient.changeMessageVisibilityBatch",
            "SqsClient.getQueueAttributes",
            "SnsClient.publish",
            "SnsClient.getTopicAttributes",
            "CloudWatchLogsClient.getLogEvents",
            "CloudWatchLogsClient.describeLogGroups",
            "EcrClient.describeRepositories",
            "EcrClient.getLifecyclePolicy",
            "EventBridgeClient.describeRule",
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
                JAR.toString(),
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
    for (String service : List.of("ECS", "ECR", "SQS", "EVENTBRIDGE", "DYNAMODB")) {
      environment.put("AWS_ENDPOINT_URL_" + service, endpoint);
    }
    // where the credentials are after a start from a snapshot
    environment.put("AWS_CONTAINER_CREDENTIALS_FULL_URI", endpoint + LoopbackAws.CREDENTIALS_PATH);
    environment.put("AWS_CONTAINER_AUTHORIZATION_TOKEN", "token");
    environment.put("AWS_LAMBDA_FUNCTION_NAME", "slipway-deploy");
    environment.put("_X_AMZN_TRACE_ID", "Root=1-5759e988-bd862e3fe1be46a994272793");
    environment.put("LAMBDA_TASK_ROOT", PACKAGE.toString());
    environment.put("SLIPWAY_TABLE_NAME", "slipway");
    environment.put(
        "SLIPWAY_QUEUE_URL", "https://sqs.us-east-1.amazonaws.com/123456789012/slipway-deploy");
    environment.put(
        "SLIPWAY_DEAD_LETTER_QUEUE_URL",
        "https://sqs.us-east-1.amazonaws.com/123456789012/slipway-dead-letters");
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
