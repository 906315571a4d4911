package dev.slipway.aws;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.signer.AwsSignerExecutionAttribute;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.core.exception.RetryableException;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttribute;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.SdkHttpResponse;

/**
 * Calls an operation of one of AWS's JSON services with documents instead of the SDK's classes, so
 * that fields which are newer than this SDK pass whole, in both directions. Signing, endpoints,
 * retries and errors stay the SDK's.
 */
final class RawJson {
  private static final ExecutionAttribute<byte[]> REQUEST =
      new ExecutionAttribute<>("slipway.RawJsonRequest");
  private static final ExecutionAttribute<AtomicReference<byte[]>> RESPONSE =
      new ExecutionAttribute<>("slipway.RawJsonResponse");
  private static final ExecutionAttribute<Target> TARGET =
      new ExecutionAttribute<>("slipway.RawJsonTarget");
  private static final ExecutionAttribute<String> CHECKSUM =
      new ExecutionAttribute<>("slipway.RawJsonChecksum");

  /**
   * The CRC32 of the response's body as a decimal number, which DynamoDB sends and the SDK compares
   * with the body that it reads.
   */
  private static final String CRC32_HEADER = "x-amz-crc32";

  private static final byte[] EMPTY_OBJECT = {'{', '}'};

  /** To be added to a client whose calls go through this class; other calls pass untouched. */
  static final ExecutionInterceptor INTERCEPTOR = new Interceptor();

  private RawJson() {}

  /**
   * An operation of a service that this package has no client of.
   *
   * @param signingName the name that requests are signed for, such as {@code ssm}
   * @param header {@code X-Amz-Target}, such as {@code AmazonSSM.PutParameter}
   */
  record Target(String signingName, String header) {}

  /**
   * Sends a document to another service of the same protocol, by a client that has its endpoint.
   *
   * @param operation calls any operation of the client
   */
  static ObjectNode call(
      Target target,
      ObjectNode request,
      Consumer<Consumer<AwsRequestOverrideConfiguration.Builder>> operation) {
    return call(
        request,
        override ->
            operation.accept(override.andThen(more -> more.putExecutionAttribute(TARGET, target))));
  }

  /**
   * Sends the request as the SDK writes it and gives the response's document. The SDK's own
   * response is empty.
   */
  static ObjectNode call(Consumer<Consumer<AwsRequestOverrideConfiguration.Builder>> operation) {
    return call(null, operation);
  }

  /**
   * Sends a document in place of the SDK's request and gives the response's document.
   *
   * @param operation calls the client, with the override configuration that it is given
   */
  static ObjectNode call(
      @Nullable ObjectNode request,
      Consumer<Consumer<AwsRequestOverrideConfiguration.Builder>> operation) {
    AtomicReference<byte[]> response = new AtomicReference<>(new byte[0]);
    operation.accept(override -> {
      override.putExecutionAttribute(RESPONSE, response);
      if (request != null) {
        override.putExecutionAttribute(REQUEST, Json.bytes(request));
      }
    });
    return parse(response.get());
  }

  private static ObjectNode parse(byte[] body) {
    try {
      if (Json.read(body) instanceof ObjectNode object) {
        return object;
      }
      throw new IOException("it is no JSON object");
    } catch (IOException e) {
      throw new UncheckedIOException("AWS's answer cannot be read", e);
    }
  }

  private static final class Interceptor implements ExecutionInterceptor {
    // the attribute is deprecated for signers of one's own; the SDK maps it to its newer ones
    @SuppressWarnings("deprecation")
    @Override
    public SdkHttpRequest modifyHttpRequest(
        Context.ModifyHttpRequest context, ExecutionAttributes attributes) {
      byte[] body = attributes.getAttribute(REQUEST);
      if (body == null) {
        return context.httpRequest();
      }
      SdkHttpRequest.Builder request =
          context.httpRequest().toBuilder()
              .putHeader("Content-Length", Integer.toString(body.length));
      Target target = attributes.getAttribute(TARGET);
      if (target != null) {
        attributes.putAttribute(
            AwsSignerExecutionAttribute.SERVICE_SIGNING_NAME, target.signingName());
        request.putHeader("X-Amz-Target", target.header());
      }
      return request.build();
    }

    @Override
    public Optional<RequestBody> modifyHttpContent(
        Context.ModifyHttpRequest context, ExecutionAttributes attributes) {
      byte[] body = attributes.getAttribute(REQUEST);
      return body == null ? context.requestBody() : Optional.of(RequestBody.fromBytes(body));
    }

    /**
     * Takes the checksum from the response: the SDK would compare it with the empty object that it
     * gets in place of the body.
     */
    @Override
    public SdkHttpResponse modifyHttpResponse(
        Context.ModifyHttpResponse context, ExecutionAttributes attributes) {
      SdkHttpResponse response = context.httpResponse();
      if (attributes.getAttribute(RESPONSE) == null || !response.isSuccessful()) {
        return response;
      }
      Optional<String> checksum = response.firstMatchingHeader(CRC32_HEADER);
      attributes.putAttribute(CHECKSUM, checksum.orElse(""));
      return checksum.isEmpty()
          ? response
          : response.toBuilder().removeHeader(CRC32_HEADER).build();
    }

    @Override
    public Optional<InputStream> modifyHttpResponseContent(
        Context.ModifyHttpResponse context, ExecutionAttributes attributes) {
      AtomicReference<byte[]> response = attributes.getAttribute(RESPONSE);
      if (response == null || context.responseBody().isEmpty()) {
        return context.responseBody();
      }
      try (InputStream content = context.responseBody().get()) {
        byte[] body = content.readAllBytes();
        if (!context.httpResponse().isSuccessful()) {
          return Optional.of(new ByteArrayInputStream(body));
        }
        compare(body, attributes.getAttribute(CHECKSUM));
        response.set(body);
        // whoever calls asks for the document alone: the SDK's classes would be loaded for nothing
        return Optional.of(new ByteArrayInputStream(EMPTY_OBJECT));
      } catch (IOException e) {
        throw RetryableException.create("the connection broke within the answer", e);
      }
    }

    private static void compare(byte[] body, @Nullable String checksum) {
      if (checksum == null || checksum.isEmpty()) {
        return;
      }
      CRC32 actual = new CRC32();
      actual.update(body);
      if (!checksum.equals(Long.toString(actual.getValue()))) {
        throw RetryableException.create(
            "the response was damaged on its way: its CRC32 is %d, not %s"
                .formatted(actual.getValue(), checksum));
      }
    }
  }
}
