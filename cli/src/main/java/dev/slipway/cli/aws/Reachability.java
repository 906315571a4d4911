package dev.slipway.cli.aws;

import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.file.FileSystemException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;

/** Why a server was not reached, in words of the network instead of the SDK's. */
final class Reachability {
  /** Longer chains of causes are none of the SDK's. */
  private static final int MAX_CAUSES = 20;

  private Reachability() {}

  /**
   * Whether it is the way to the server, or what answers there, that is at fault; not a file that
   * credentials are looked for in.
   */
  static boolean isTrouble(Throwable failure) {
    return causes(failure)
        .anyMatch(cause -> cause instanceof IOException && !(cause instanceof FileSystemException));
  }

  /** Whether a request may have reached the server: it was connected to, and did not answer. */
  static boolean mayHaveArrived(Throwable failure) {
    return isTrouble(failure)
        && causes(failure)
            .noneMatch(cause ->
                cause instanceof ConnectException
                    || cause instanceof UnknownHostException
                    || cause instanceof SSLHandshakeException);
  }

  /** What is wrong with the way there; empty where nothing better than the SDK's is known. */
  static Optional<String> sentence(Throwable failure) {
    return causes(failure).flatMap(cause -> words(cause).stream()).findFirst();
  }

  private static Optional<String> words(Throwable cause) {
    return switch (cause) {
      case UnknownHostException unknown ->
          Optional.of("host %s is not known to DNS".formatted(unknown.getMessage()));
      case ConnectException refused -> Optional.of("it does not connect: " + refused.getMessage());
      case SocketTimeoutException late -> Optional.of("it does not answer: " + late.getMessage());
      case SSLException tls ->
          Optional.of("it does not speak TLS as it should: " + tls.getMessage());
      default -> Optional.empty();
    };
  }

  private static Stream<Throwable> causes(Throwable failure) {
    List<Throwable> causes = new ArrayList<>();
    @Nullable Throwable cause = failure;
    while (cause != null && causes.size() < MAX_CAUSES) {
      causes.add(cause);
      cause = cause.getCause();
    }
    return causes.stream();
  }
}
