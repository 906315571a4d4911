package com.amazonaws.services.lambda.runtime.api.client.runtimeapi;

import com.amazonaws.services.lambda.runtime.api.client.runtimeapi.dto.InvocationRequest;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;

/**
 * Asks for invocations and answers them, in Java: it takes the place of the class of this name in
 * AWS's runtime interface client, which is native and for Linux alone. It comes first on the class
 * path of a function's process; everything else there is AWS's. See {@code
 * dev.slipway.simulator.lambda.RuntimeTransport}.
 */
@NullMarked
final class NativeClient {
  private static final int OK = 200;
  private static final int ACCEPTED = 202;

  private static volatile String invocations = "";

  private NativeClient() {}

  /**
   * Called once, before all else.
   *
   * @param hostnameAndPort of the runtime API
   */
  static void init(String hostnameAndPort) {
    invocations = "http://" + hostnameAndPort + "/2018-06-01/runtime/invocation/";
  }

  /**
   * Waits for the next invocation, however long it takes.
   *
   * @throws LambdaRuntimeClientException if the runtime API refuses
   * @throws UncheckedIOException if it is not there
   */
  static InvocationRequest next() {
    try {
      HttpURLConnection connection = connection("next");
      int status = connection.getResponseCode();
      if (status != OK) {
        finish(connection);
        throw new LambdaRuntimeClientException(connection.getURL().toString(), status);
      }
      InvocationRequest request = new InvocationRequest();
      request.setId(connection.getHeaderField("Lambda-Runtime-Aws-Request-Id"));
      request.setDeadlineTimeInMs(connection.getHeaderFieldLong("Lambda-Runtime-Deadline-Ms", 0));
      request.setInvokedFunctionArn(
          connection.getHeaderField("Lambda-Runtime-Invoked-Function-Arn"));
      request.setXrayTraceId(connection.getHeaderField("Lambda-Runtime-Trace-Id"));
      request.setClientContext(connection.getHeaderField("Lambda-Runtime-Client-Context"));
      request.setCognitoIdentity(connection.getHeaderField("Lambda-Runtime-Cognito-Identity"));
      request.setTenantId(connection.getHeaderField("Lambda-Runtime-Aws-Tenant-Id"));
      try (InputStream body = connection.getInputStream()) {
        request.setContent(body.readAllBytes());
      }
      return request;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot ask for the next invocation", e);
    }
  }

  /**
   * Answers an invocation.
   *
   * @param requestId in UTF-8
   * @param response what the handler has written
   * @throws LambdaRuntimeClientException if the runtime API refuses the answer
   * @throws UncheckedIOException if it is not there
   */
  static void postInvocationResponse(byte[] requestId, byte[] response) {
    try {
      HttpURLConnection connection =
          connection(new String(requestId, StandardCharsets.UTF_8) + "/response");
      connection.setRequestMethod("POST");
      connection.setRequestProperty("Content-Type", "application/json");
      connection.setFixedLengthStreamingMode(response.length);
      connection.setDoOutput(true);
      try (OutputStream body = connection.getOutputStream()) {
        body.write(response);
      }
      int status = connection.getResponseCode();
      finish(connection);
      if (status != ACCEPTED) {
        throw new LambdaRuntimeClientException(connection.getURL().toString(), status);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot answer an invocation", e);
    }
  }

  private static HttpURLConnection connection(String path) throws IOException {
    // whatever the function has made its proxy
    HttpURLConnection connection =
        (HttpURLConnection) URI.create(invocations + path).toURL().openConnection(Proxy.NO_PROXY);
    connection.setRequestProperty("User-Agent", LambdaRuntimeApiClientImpl.USER_AGENT);
    return connection;
  }

  /** Reads what is left, so that the connection can be used again. */
  private static void finish(HttpURLConnection connection) throws IOException {
    try (@Nullable InputStream body =
        connection.getResponseCode() < 400
            ? connection.getInputStream()
            : connection.getErrorStream()) {
      if (body != null) {
        body.readAllBytes();
      }
    }
  }
}
