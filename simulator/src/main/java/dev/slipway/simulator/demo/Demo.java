package dev.slipway.simulator.demo;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.simulator.Simulator;
import dev.slipway.simulator.ecs.ServiceView;
import dev.slipway.simulator.ecs.TaskTimings;
import dev.slipway.simulator.lambda.RuntimeTransport;
import dev.slipway.simulator.sns.Delivered;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * Tells the story of a push: staging rolls, its image is promoted to production, a broken one is
 * rolled back and stays blocked, and production is brought back by hand. The functions are the
 * built package, the rule, the queues and the roles are those of {@code template.yaml}, and the
 * operator's commands are {@code ./slipway}.
 */
public final class Demo {
  private static final DateTimeFormatter CLOCK =
      DateTimeFormatter.ofPattern("HH:mm:ss").withZone(ZoneOffset.UTC);

  /** All of a person's ARN but the name. */
  private static final Pattern PERSON = Pattern.compile("arn:aws:iam::\\d{12}:(user/)?");

  private static final String REPOSITORY = "web";
  private static final String TEAM = "team@example.com";
  private static final String CLUSTER = "website";
  private static final String STAGING = "web-staging";
  private static final String PRODUCTION = "web-production";

  private final Pace pace;
  private final Simulator simulator;
  private final Developer developer;
  private final Operator operator;
  private final PrintStream out;
  private final Set<String> ends = new HashSet<>();
  private int announced;

  /**
   * How fast the story is told.
   *
   * @param speed how many times as fast as on Fargate tasks start and stop
   * @param patience so long anything may take
   * @param rest before each chapter
   */
  private record Pace(double speed, Duration patience, Duration rest) {
    /** To be read afterwards. */
    static final Pace READ = new Pace(20, Duration.ofSeconds(40), Duration.ZERO);

    /** To be watched. */
    static final Pace WATCHED = new Pace(5, Duration.ofMinutes(3), Duration.ofSeconds(8));
  }

  private Demo(Pace pace, Simulator simulator, Path command, PrintStream out) {
    this.pace = pace;
    this.simulator = simulator;
    this.operator = new Operator(command, simulator.clientEnvironment(), out);
    this.developer = new Developer(simulator.uri(), simulator.account());
    this.out = out;
  }

  /**
   * Runs the demo; exit code 1 if anything does not end as it should.
   *
   * @param arguments the template, the directory of the function package, the operators' command;
   *     and {@code --dashboard} to watch it there
   */
  public static void main(String[] arguments) throws Exception {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    boolean watched = List.of(arguments).contains("--dashboard");
    Pace pace = watched ? Pace.WATCHED : Pace.READ;
    try (Simulator simulator =
        Simulator.builder()
            .timings(TaskTimings.realistic().times(1 / pace.speed()))
            .template(Path.of(arguments[0]), Path.of(arguments[1]))
            .parameter("NotificationEmail", TEAM)
            .start()) {
      Demo demo = new Demo(pace, simulator, Path.of(arguments[2]), out);
      if (watched) {
        demo.tellOnDashboard();
      } else {
        demo.tell();
      }
    } catch (UnexpectedEnd e) {
      out.println("\nThis is not how it should end: " + e.getMessage());
      System.exit(1);
    }
  }

  private static final class UnexpectedEnd extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnexpectedEnd(String message) {
      super(message);
    }
  }

  /** Tells it to those who look at the page, and lets them try its buttons at the end. */
  private void tellOnDashboard() throws IOException {
    try (Operator.Dashboard dashboard = operator.dashboard()) {
      out.println("Open " + dashboard.url());
      awaitEnter("Enter begins the story.");
      tell();
      chapter("All of this is still there: try the page's buttons.");
      awaitEnter("Enter ends it.");
    }
  }

  /** Where nobody can press it, it goes on. */
  private void awaitEnter(String prompt) throws IOException {
    out.println(prompt);
    int read = System.in.read();
    while (read != '\n' && read >= 0) {
      read = System.in.read();
    }
  }

  private void tell() {
    out.printf(
        "AWS on this machine, with template.yaml deployed. Tasks start and stop %d times as"
            + " fast;%nall times are this machine's.%n",
        (int) pace.speed());
    RuntimeTransport.ofThisMachine().notice().ifPresent(out::println);
    developer.createRepository(REPOSITORY);
    String first = developer.push(REPOSITORY, "staging", "1.0", Map.of());
    developer.retag(REPOSITORY, "staging", "production");
    developer.createCluster(CLUSTER);
    createService(STAGING, "staging", first, 3);
    createService(PRODUCTION, "production", first, 4);
    chapter(
        "Two services start with version 1.0 (%s). All they have of Slipway is a tag."
            .formatted(brief(first)));
    out.println("  " + RolloutPicture.LEGEND);
    // both start at once and are shown one after the other: no time would be that of the second
    follow(STAGING, "is up", Demo::isCompleted);
    follow(PRODUCTION, "is up", Demo::isCompleted);

    String second = developer.push(REPOSITORY, "staging", "2.0", Map.of());
    chapter("Version 2.0 (%s) is pushed, tagged staging.".formatted(brief(second)));
    follow(STAGING, "is deployed", service -> isCompleted(service) && runs(service, second));
    announced(STAGING, "Deployment Succeeded");
    expect(PRODUCTION, first, "production must not follow staging's tag");

    chapter("It is good: production gets what staging runs.");
    operator.slipway("promote", "staging", "production", "--yes");
    follow(PRODUCTION, "is deployed", service -> isCompleted(service) && runs(service, second));
    announced(PRODUCTION, "Deployment Succeeded");

    String third =
        developer.push(
            REPOSITORY,
            "staging",
            "3.0",
            Map.of("slipway.simulator/exit-code", "1", "slipway.simulator/exit-after", "2"));
    chapter(
        "Version 3.0 (%s) is pushed, tagged staging. It is broken: its container exits with 1."
            .formatted(brief(third)));
    follow(STAGING, "has failed", service -> hasFailed(service, third));
    announced(STAGING, "Deployment Failed");
    follow(STAGING, "is rolled back", service -> isCompleted(service) && runs(service, second));
    expect(PRODUCTION, second, "production must not notice");
    chapter("The team got this mail as soon as the deployment had failed:");
    notification(STAGING, "failed");

    chapter("Version 3.0 is blocked: the tag still points at it, and it is not deployed again.");
    String explained = operator.slipway("explain", STAGING);
    if (!explained.contains(brief(third))) {
      throw new UnexpectedEnd("it should be said that " + brief(third) + " is blocked");
    }

    chapter("Version 2.0 turns out to be slow. Production goes back.");
    operator.slipway("rollback", PRODUCTION, "--yes");
    follow(PRODUCTION, "is rolled back", service -> isCompleted(service) && runs(service, first));
    announced(PRODUCTION, "Deployment Succeeded");

    chapter("What is deployed where:");
    operator.slipway("status");
  }

  private void createService(String name, String environment, String digest, int desiredCount) {
    developer.registerTaskDefinition(name, developer.repositoryUri(REPOSITORY) + "@" + digest);
    developer.createService(CLUSTER, name, name, desiredCount, environment);
  }

  private void chapter(String text) {
    sleep(pace.rest());
    out.println();
    out.println(text);
  }

  /** Follows a service, and says how it ended. Slipway's own words say how long it took. */
  private void follow(String name, String endsWith, Predicate<ServiceView> end) {
    follow(name, end);
    say(name, endsWith);
    reasons(name);
  }

  /** Shows every change of the picture, and what Slipway and ECS say, until the end comes. */
  private void follow(String name, Predicate<ServiceView> end) {
    long deadline = System.nanoTime() + pace.patience().toNanos();
    String shown = "";
    while (true) {
      ServiceView service = service(name);
      announcements();
      String picture = RolloutPicture.of(service);
      if (!picture.equals(shown)) {
        say(name, picture);
        shown = picture;
      }
      if (end.test(service)) {
        return;
      }
      if (System.nanoTime() > deadline) {
        throw new UnexpectedEnd("%s is still at: %s".formatted(name, RolloutPicture.of(service)));
      }
      pause();
    }
  }

  private void say(String who, String what) {
    out.printf("  %s  %-14s  %s%n", CLOCK.format(simulator.world().now()), who, what);
  }

  /** The events that Slipway has put on the bus since it was last asked. */
  private void announcements() {
    List<ObjectNode> events = simulator.events().events();
    for (ObjectNode event : events.subList(announced, events.size())) {
      String reason = event.path("detail").path("reason").asText();
      if (event.path("source").asText().equals("slipway") && !reason.isEmpty()) {
        String type = event.path("detail-type").asText();
        say("slipway", type + ": " + PERSON.matcher(reason).replaceAll(""));
        ends.add(event.path("detail").path("serviceName").asText() + " " + type);
      }
    }
    announced = events.size();
  }

  /** Waits for Slipway's event about how the deployment of a service ended. */
  private void announced(String name, String type) {
    long deadline = System.nanoTime() + pace.patience().toNanos();
    while (!ends.remove(name + " " + type)) {
      if (System.nanoTime() > deadline) {
        throw new UnexpectedEnd("there is no event " + type + " of " + name);
      }
      pause();
      announcements();
    }
  }

  /** What ECS tells of a deployment that it gave up, and then of that which it goes back to. */
  private void reasons(String name) {
    List<String> newestFirst =
        developer.service(CLUSTER, name).path("deployments").findValuesAsText("rolloutStateReason");
    newestFirst.reversed().stream()
        .filter(reason -> reason.contains("circuit breaker"))
        .forEach(reason -> say("ecs", reason));
  }

  private static void pause() {
    sleep(Duration.ofMillis(50));
  }

  private static void sleep(Duration time) {
    try {
      Thread.sleep(time);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UnexpectedEnd("interrupted");
    }
  }

  private ServiceView service(String name) {
    return simulator.ecs().service(CLUSTER, name).orElseThrow();
  }

  private static boolean isCompleted(ServiceView service) {
    return service.deployments().size() == 1
        && service.deployments().getFirst().rolloutState().equals("COMPLETED");
  }

  private boolean runs(ServiceView service, String digest) {
    return developer.image(service.taskDefinition()).endsWith("@" + digest);
  }

  private boolean hasFailed(ServiceView service, String digest) {
    return service.deployments().stream()
        .anyMatch(deployment ->
            deployment.rolloutState().equals("FAILED")
                && developer.image(deployment.taskDefinition()).endsWith("@" + digest));
  }

  private void expect(String name, String digest, String otherwise) {
    ServiceView service = service(name);
    if (!isCompleted(service) || !runs(service, digest)) {
      throw new UnexpectedEnd(otherwise + ": " + service);
    }
  }

  /** The mail to the team about this service; it may be on its way still. */
  private void notification(String name, String ending) {
    long deadline = System.nanoTime() + pace.patience().toNanos();
    while (true) {
      for (Delivered mail : simulator.sns().deliveredTo(TEAM)) {
        if (String.valueOf(mail.subject()).matches(".*/" + name + ": .* " + ending + "\\b.*")) {
          out.println("  To: " + mail.endpoint());
          out.println("  Subject: " + mail.subject());
          mail.body().lines().forEach(line -> out.println(("  " + line).stripTrailing()));
          return;
        }
      }
      if (System.nanoTime() > deadline) {
        throw new UnexpectedEnd("nobody got a mail that " + name + " " + ending);
      }
      pause();
    }
  }

  /** A digest as people read it. */
  private static String brief(String digest) {
    return digest.substring("sha256:".length(), "sha256:".length() + 12);
  }
}
