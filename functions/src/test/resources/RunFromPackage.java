import com.amazonaws.services.lambda.runtime.Context;
import dev.slipway.handler.DeployHandler;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Runs the handler with the events in the files given, one after the other, as one Lambda execution
 * environment would. It is started from its source, so that nothing but the package is on the class
 * path. Every answer is a line that begins with "answer ".
 */
final class RunFromPackage {
  public static void main(String[] files) throws Exception {
    Context context =
        (Context)
            Proxy.newProxyInstance(
                RunFromPackage.class.getClassLoader(),
                new Class<?>[] {Context.class},
                (proxy, method, arguments) -> {
                  if (method.getName().equals("getRemainingTimeInMillis")) {
                    return 60_000;
                  }
                  throw new UnsupportedOperationException(method.getName());
                });
    DeployHandler handler = new DeployHandler();
    for (String file : files) {
      ByteArrayOutputStream output = new ByteArrayOutputStream();
      handler.handleRequest(
          new ByteArrayInputStream(Files.readAllBytes(Path.of(file))), output, context);
      System.out.println("answer " + output.toString(StandardCharsets.UTF_8));
    }
    System.exit(0);
  }
}
