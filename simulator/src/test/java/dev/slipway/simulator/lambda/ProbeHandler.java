package dev.slipway.simulator.lambda;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/** A function that does what its event says; it is run from a package of its own. */
public final class ProbeHandler implements RequestStreamHandler {
  private int invocations;

  /** Fails if its environment says so. */
  public ProbeHandler() {
    String failure = System.getenv("FAIL_INIT");
    if (failure != null) {
      throw new IllegalArgumentException(failure);
    }
  }

  @Override
  public void handleRequest(InputStream event, OutputStream answer, Context context)
      throws IOException {
    invocations++;
    String what = new String(event.readAllBytes(), StandardCharsets.UTF_8).replace("\"", "");
    if (what.startsWith("hang ")) {
      hang(Integer.parseInt(what.substring("hang ".length())));
    }
    switch (what) {
      case "environment" -> write(answer, environment());
      case "heap" -> write(answer, "\"" + Runtime.getRuntime().maxMemory() / 1_048_576 + "\"");
      case "invocations" -> write(answer, Integer.toString(invocations));
      case "context" ->
          write(
              answer,
              "\""
                  + context.getFunctionName()
                  + " "
                  + context.getInvokedFunctionArn()
                  + " "
                  + (context.getRemainingTimeInMillis() > 0)
                  + "\"");
      case "log" -> {
        context.getLogger().log("said by the logger\n");
        System.out.println("said on standard out");
        write(answer, "1");
      }
      case "throw" -> throw new IllegalStateException("thrown by the function");
      case "exit" -> Runtime.getRuntime().halt(7);
      default -> write(answer, "\"" + ProcessHandle.current().pid() + "\"");
    }
  }

  /** Tells that it has come, and then waits for an answer that does not. */
  private static void hang(int port) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      int _ = socket.getInputStream().read();
    }
  }

  private static String environment() {
    StringBuilder json = new StringBuilder("{");
    for (Map.Entry<String, String> each : new TreeMap<>(System.getenv()).entrySet()) {
      json.append(json.length() == 1 ? "" : ",")
          .append("\"" + each.getKey() + "\":\"" + each.getValue() + "\"");
    }
    return json.append("}").toString();
  }

  private static void write(OutputStream answer, String text) throws IOException {
    answer.write(text.getBytes(StandardCharsets.UTF_8));
  }
}
