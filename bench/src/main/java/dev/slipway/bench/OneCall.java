package dev.slipway.bench;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.ecs.EcsClient;

/** A function that makes a single call of AWS: what the SDK takes before there is any deploying. */
public final class OneCall implements RequestStreamHandler {
  private final EcsClient ecs =
      EcsClient.builder().httpClient(UrlConnectionHttpClient.create(OneCall::open)).build();

  private static HttpURLConnection open(URI uri) {
    try {
      return (HttpURLConnection) uri.toURL().openConnection();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void handleRequest(InputStream input, OutputStream output, Context context)
      throws IOException {
    ecs.listClusters(r -> r.maxResults(1));
    output.write("{\"batchItemFailures\":[]}".getBytes(StandardCharsets.US_ASCII));
  }
}
