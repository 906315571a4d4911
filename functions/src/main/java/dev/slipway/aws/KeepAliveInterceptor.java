package dev.slipway.aws;

import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.http.SdkHttpRequest;

/**
 * Lets the JDK use a kept connection at once.
 *
 * <p>Where the length of a request is given, the SDK has the JDK stream its body. Such a request
 * cannot be sent a second time, so the JDK waits a millisecond before each use of a kept
 * connection, to see whether the other side has closed it ({@code
 * sun.net.www.http.HttpClient.available}). A request without a length is buffered: the JDK adds the
 * length, sends head and body together, and sends them again on a new connection if the kept one
 * turns out to be closed.
 */
final class KeepAliveInterceptor implements ExecutionInterceptor {
  @Override
  public SdkHttpRequest modifyHttpRequest(
      Context.ModifyHttpRequest context, ExecutionAttributes attributes) {
    return context.httpRequest().toBuilder().removeHeader("Content-Length").build();
  }
}
