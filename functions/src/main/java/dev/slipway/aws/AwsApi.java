package dev.slipway.aws;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * One service of AWS, spoken to in its own JSON: documents go in and out whole, so that a field
 * that is newer than this code passes unharmed. It signs, keeps to its time, and tries again what
 * may pass. Why not by the AWS SDK: docs/decisions/0018-an-aws-client-of-our-own.md.
 *
 * @see <a href="https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html">AWS JSON
 *     protocol</a>
 */
public final class AwsApi {
  /**
   * What tells one service from another.
   *
   * @param signingName the name that requests are signed for, and IAM's prefix of its actions
   * @param host the first part of its hosts' names, such as {@code api.ecr}
   * @param target the prefix of its operations in the header X-Amz-Target
   * @param jsonVersion of its protocol
   * @param variable by which AWS's SDKs know it, as in AWS_ENDPOINT_URL_&lt;variable&gt;
   */
  public record Service(
      String signingName, String host, String target, String jsonVersion, String variable) {}

  /** Amazon ECS. */
  public static final Service ECS =
      new Service("ecs", "ecs", "AmazonEC2ContainerServiceV20141113", "1.1", "ECS");

  /** Amazon ECR. */
  public static final Service ECR =
      new Service("ecr", "api.ecr", "AmazonEC2ContainerRegistry_V20150921", "1.1", "ECR");

  /** Amazon EventBridge. */
  public static final Service EVENTBRIDGE =
      new Service("events", "events", "AWSEvents", "1.1", "EVENTBRIDGE");

  /** Amazon SQS. */
  public static final Service SQS = new Service("sqs", "sqs", "AmazonSQS", "1.0", "SQS");

  /** Amazon CloudWatch Logs. */
  public static final Service LOGS =
      new Service("logs", "logs", "Logs_20140328", "1.1", "CLOUDWATCH_LOGS");

  /** The longest that one call can take, with all its attempts. */
  static final Duration CALL_TIMEOUT = Duration.ofSeconds(25);

  private final Service service;
  private final URI endpoint;
  private final String region;
  private final Credentials.Source credentials;
  private final Http http;
  private final Retries retries;
  private final InstantSource clock;

  AwsApi(
      Service service,
      URI endpoint,
      String region,
      Credentials.Source credentials,
      Http http,
      Retries retries,
      InstantSource clock) {
    this.service = service;
    this.endpoint = endpoint;
    this.region = region;
    this.credentials = credentials;
    this.http = http;
    this.retries = retries;
    this.clock = clock;
  }

  /** The Region whose endpoint it calls. */
  public String region() {
    return region;
  }

  /** Where it sends its calls. */
  URI endpoint() {
    return endpoint;
  }

  /**
   * Carries out one operation.
   *
   * @param operation such as {@code UpdateService}
   * @param request its input, as the operation's page in AWS's API reference has it
   * @return its output
   * @throws AwsFailure what the service answered instead, after the last attempt
   * @throws UncheckedIOException if the service could not be reached, or its answer not be read
   */
  public ObjectNode call(String operation, ObjectNode request) {
    byte[] body = Json.bytes(request);
    Retries.Call call = retries.begin(CALL_TIMEOUT);
    while (true) {
      try {
        ObjectNode answer = attempt(operation, body, call.left());
        call.succeeded();
        return answer;
      } catch (AwsFailure e) {
        if (!e.mayPass() || !call.again(e.isThrottling())) {
          throw e;
        }
      } catch (IOException e) {
        if (!call.again(false)) {
          throw new UncheckedIOException(
              "%s:%s: no answer from %s".formatted(service.signingName(), operation, endpoint), e);
        }
      }
    }
  }

  private ObjectNode attempt(String operation, byte[] body, Duration left) throws IOException {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("Content-Type", "application/x-amz-json-" + service.jsonVersion());
    headers.put("X-Amz-Target", service.target() + "." + operation);
    new Signature(region, service.signingName(), clock.instant(), credentials.current())
        .sign(endpoint, headers, body);
    Http.Answer answer = http.post(endpoint, headers, body, left);
    if (answer.status() == 200) {
      return document(answer.body())
          .orElseThrow(() -> new IOException("the answer is no JSON object"));
    }
    throw failure(operation, answer);
  }

  private AwsFailure failure(String operation, Http.Answer answer) {
    Optional<ObjectNode> document = document(answer.body());
    String said =
        document.map(d -> text(d, "__type", "code")).filter(type -> !type.isEmpty()).orElse("");
    String type = answer.header("x-amzn-ErrorType").orElse(said);
    String words =
        document
            .map(d -> text(d, "message", "Message", "errorMessage"))
            .orElseGet(() -> new String(answer.body(), StandardCharsets.UTF_8));
    return new AwsFailure(
        service.signingName() + ":" + operation,
        // SQS tells its older protocol's names of errors as well; AWS's SDKs go by those
        code(answer.header("x-amzn-query-error").map(e -> e.split(";", 2)[0]).orElse(type)),
        words,
        answer.status(),
        answer.header("x-amzn-RequestId").orElse("none"));
  }

  /** Of {@code com.amazonaws.ecs#ClientException:http://…} the name alone. */
  private static String code(String type) {
    String name = type.substring(type.lastIndexOf('#') + 1);
    int colon = name.indexOf(':');
    return colon < 0 ? name : name.substring(0, colon);
  }

  private static String text(ObjectNode document, String... names) {
    for (String name : names) {
      JsonNode value = document.path(name);
      if (value.isTextual()) {
        return value.asText();
      }
    }
    return "";
  }

  private static Optional<ObjectNode> document(byte[] body) {
    if (body.length == 0) {
      return Optional.of(Json.object());
    }
    try {
      return Json.read(body) instanceof ObjectNode object ? Optional.of(object) : Optional.empty();
    } catch (JsonProcessingException _) {
      return Optional.empty();
    }
  }
}
