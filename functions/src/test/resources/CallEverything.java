import com.sun.net.httpserver.HttpServer;
import dev.slipway.aws.Clients;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Calls every operation of AWS that the package still has, with empty requests, of a server that
 * answers {}. It is started from its source, so that nothing but the package is on the class path.
 * What the SDK says of the answers does not matter; an Error does: something is missing. Each
 * operation that was called is a line.
 */
final class CallEverything {
  public static void main(String[] arguments) throws Exception {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          exchange.getRequestBody().readAllBytes();
          boolean json = exchange.getRequestHeaders().containsKey("X-Amz-Target");
          byte[] answer = (json ? "{}" : "<r><PublishResult/></r>").getBytes();
          exchange.sendResponseHeaders(200, answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    server.start();
    System.setProperty("aws.accessKeyId", "key");
    System.setProperty("aws.secretAccessKey", "secret");
    Clients clients =
        new Clients(
            Map.of(
                "AWS_REGION",
                "us-east-1",
                "AWS_ENDPOINT_URL",
                "http://127.0.0.1:" + server.getAddress().getPort()),
            null);
    for (Object client :
        List.of(
            clients.ecs(),
            clients.ecr(),
            clients.sqs(),
            clients.sns(),
            clients.logs(),
            clients.eventBridge(),
            clients.dynamoDb())) {
      new TreeSet<>(
              List.of(client.getClass().getInterfaces()[0].getMethods()).stream()
                  .filter(CallEverything::isOperation)
                  .map(Method::getName)
                  .toList())
          .forEach(name -> call(client, name));
    }
    System.exit(0);
  }

  private static boolean isOperation(Method method) {
    return !Modifier.isStatic(method.getModifiers())
        && method.getParameterCount() == 1
        && method.getParameterTypes()[0].getName().endsWith("Request");
  }

  private static void call(Object client, String name) {
    Class<?> service = client.getClass().getInterfaces()[0];
    Method operation =
        List.of(service.getMethods()).stream()
            .filter(method -> isOperation(method) && method.getName().equals(name))
            .findFirst()
            .orElseThrow();
    try {
      Class<?> type = operation.getParameterTypes()[0];
      Object builder = type.getMethod("builder").invoke(null);
      Object request =
          Class.forName(type.getName() + "$Builder").getMethod("build").invoke(builder);
      operation.invoke(client, request);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof Error error) {
        throw error;
      }
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(name, e);
    }
    System.out.println(service.getSimpleName() + "." + name);
  }
}
