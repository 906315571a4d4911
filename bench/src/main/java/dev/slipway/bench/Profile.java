package dev.slipway.bench;

import dev.slipway.simulator.lambda.RuntimeInterfaceClient;
import dev.slipway.simulator.lambda.RuntimeTransport;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * {@code make profile}: where the processor time of a cold start goes, and the time of a warm
 * deployment. Sampled by async-profiler, which sees the JVM's own work as well; a sample belongs to
 * the first part below whose pattern a frame of its stack matches.
 */
public final class Profile {
  private static final int COLD_STARTS = Integer.getInteger("bench.cold", 20);
  private static final int WARM = Integer.getInteger("bench.warm", 2000);
  private static final int MEMORY = 1024;

  private static final Map<String, Pattern> PARTS_OF_A_START =
      parts(
          "lambdas and other `invokedynamic`: linked",
          "linkCallSite|linkDynamicConstant|linkMethodHandleConstant|MethodHandleNatives.linkMethod",
          "classes: verified",
          "Verifier::verify|ClassVerifier",
          "classes: found, read, defined",
          "loadClass|findClass|defineClass|SystemDictionary|JVM_FindClass|ClassFileParser",
          "classes: linked",
          "InstanceKlass::link_class|Rewriter",
          "a TLS context",
          "SSLContext",
          "HTTP",
          "HttpURLConnection|UrlConnectionHttpClient|sun.net.www",
          "YAML",
          "snakeyaml",
          "signing",
          "[sS]igner|javax.crypto|MessageDigest",
          "JSON",
          "jackson",
          "the SDK otherwise",
          "awssdk",
          "Slipway otherwise",
          "dev.slipway",
          "Lambda's runtime client",
          "amazonaws",
          "the JVM's start, and the rest",
          "");

  private static final Map<String, Pattern> PARTS_OF_A_DEPLOYMENT =
      parts(
          "listening whether a kept connection was closed",
          "http.HttpClient.available",
          "waiting for AWS's answer",
          "NioSocketImpl.(park|timedRead|implRead|tryRead)|Net.poll",
          "connecting",
          "HttpClient.openServer|plainConnect",
          "writing the request",
          "NioSocketImpl.implWrite|SocketDispatcher.write",
          "HTTP otherwise",
          "HttpURLConnection|UrlConnectionHttpClient|sun.net.www",
          "signing",
          "[sS]igner|javax.crypto|MessageDigest",
          "the log",
          "aws.Log|LambdaLogger|StreamLogSink",
          "JSON",
          "jackson",
          "the SDK otherwise",
          "awssdk",
          "Slipway otherwise",
          "dev.slipway",
          "the rest",
          "");

  /** Between two invocations a function does nothing. */
  private static final Pattern IDLE = Pattern.compile("NativeClient|LambdaRuntimeApiClientImpl");

  private final Contender slipway;
  private final Path agent;
  private final Path samples;

  private Profile(Contender slipway, Path agent, Path samples) {
    this.slipway = slipway;
    this.agent = agent;
    this.samples = samples;
  }

  /** Arguments: the function package, the template. */
  public static void main(String[] arguments) throws IOException {
    Path packageDirectory = Path.of(arguments[0]);
    int last = Runtime.getRuntime().availableProcessors() - 1;
    try (RuntimeInterfaceClient runtime = new RuntimeInterfaceClient(RuntimeTransport.NATIVE)) {
      Contender slipway =
          Contender.slipway(
                  packageDirectory, runtime, MEMORY, Contender.options(Path.of(arguments[1])))
              .onOneProcessor(last);
      Profile profile =
          new Profile(slipway, agent(), Files.createTempDirectory("slipway-profile-"));
      profile.coldStart();
      profile.warmDeployment();
    }
    System.exit(0); // the simulator's threads are of no more use
  }

  private static Map<String, Pattern> parts(String... namesAndPatterns) {
    Map<String, Pattern> parts = new LinkedHashMap<>();
    for (int i = 0; i < namesAndPatterns.length; i += 2) {
      parts.put(namesAndPatterns[i], Pattern.compile(namesAndPatterns[i + 1]));
    }
    return parts;
  }

  /** The profiler's library for this machine, out of its jar. */
  private static Path agent() throws IOException {
    String machine = System.getProperty("os.arch").equals("aarch64") ? "arm64" : "x64";
    String name = "/linux-" + machine + "/libasyncProfiler.so";
    Path file = Files.createTempFile("slipway-profiler-", ".so");
    try (InputStream library = Profile.class.getResourceAsStream(name)) {
      Files.copy(Objects.requireNonNull(library, name), file, StandardCopyOption.REPLACE_EXISTING);
    }
    file.toFile().deleteOnExit();
    return file;
  }

  private void coldStart() throws IOException {
    Series starts = new Series();
    Map<String, Long> found = new TreeMap<>();
    try (Website website = new Website(1, Duration.ZERO)) {
      for (int i = 0; i < COLD_STARTS; i++) {
        try (RuntimeProcess process = new RuntimeProcess(profiled("ctimer").in(website))) {
          starts.add(process.first(website.push()));
          process.end();
        }
      }
    }
    for (String sample : taken()) {
      String thread = sample.substring(0, sample.indexOf(';'));
      if (thread.contains("Compiler")) {
        count(found, "compilation", sample);
      } else if (thread.startsWith("[main") || thread.startsWith("[DestroyJavaVM")) {
        count(found, part(PARTS_OF_A_START, sample), sample);
      } else {
        count(found, "garbage collection, other threads", sample);
      }
    }
    print("a cold start: processor time, mean of " + COLD_STARTS, found, starts.processor());
  }

  private void warmDeployment() throws IOException {
    Series deployments = new Series();
    Map<String, Long> found = new TreeMap<>();
    try (Website website = new Website(1, Duration.ZERO);
        RuntimeProcess process = new RuntimeProcess(profiled("wall").in(website))) {
      process.first(website.push());
      for (int i = 0; i < WARM; i++) {
        deployments.add(process.invoke(website.push()));
      }
      process.end();
    }
    for (String sample : taken()) {
      if (sample.startsWith("[main") && !IDLE.matcher(sample).find()) {
        count(found, part(PARTS_OF_A_DEPLOYMENT, sample), sample);
      }
    }
    print("a warm deployment: time, median of " + WARM, found, deployments.wall(0.5));
  }

  private Contender profiled(String event) {
    String options = slipway.environment().getOrDefault("JAVA_TOOL_OPTIONS", "");
    return slipway.with(
        Map.of(
            "JAVA_TOOL_OPTIONS",
            options
                + " -agentpath:%s=start,event=%s,interval=1ms,cstack=vm,threads,collapsed,file=%s/%%p"
                    .formatted(agent, event, samples)));
  }

  /** The stacks that were sampled since the last time, outermost frame first, and how often. */
  private List<String> taken() throws IOException {
    try (Stream<Path> files = Files.list(samples)) {
      List<String> all = new ArrayList<>();
      for (Path file : files.toList()) {
        all.addAll(Files.readAllLines(file));
        Files.delete(file);
      }
      return all;
    }
  }

  private static String part(Map<String, Pattern> parts, String sample) {
    String stack = sample.replace('/', '.');
    return parts.entrySet().stream()
        .filter(part -> part.getValue().matcher(stack).find())
        .map(Map.Entry::getKey)
        .findFirst()
        .orElseThrow();
  }

  private static void count(Map<String, Long> found, String part, String sample) {
    found.merge(part, Long.parseLong(sample.substring(sample.lastIndexOf(' ') + 1)), Long::sum);
  }

  private static void print(String what, Map<String, Long> found, Duration whole) {
    long all = found.values().stream().mapToLong(Long::longValue).sum();
    System.out.println();
    System.out.println("| " + what + " | ms | |");
    System.out.println("|---|---|---|");
    found.entrySet().stream()
        .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
        .forEach(part -> {
          double share = (double) part.getValue() / all;
          System.out.printf(
              Locale.ROOT,
              "| %s | %.1f | %.1f%% |%n",
              part.getKey(),
              share * whole.toNanos() / 1e6,
              share * 100);
        });
    System.out.printf(Locale.ROOT, "| all | %.1f | |%n", whole.toNanos() / 1e6);
  }
}
