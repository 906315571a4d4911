package dev.slipway.simulator.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Writes calls and their answers to a file, one JSON object a line, so that {@code make
 * check-calls} can compare them with AWS's service models. It leaves out a call that shows nothing
 * new of its operation, neither a member nor a kind of value: the file stays small.
 *
 * <p>It records nothing unless the system property {@value #PROPERTY} names a file. The file is
 * overwritten by the first call that a JVM records.
 */
public final class CallRecorder {
  /** The system property with the file's name. */
  public static final String PROPERTY = "slipway.recorded-calls";

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Values of an enumeration, and names: they count as they are. */
  private static final Pattern WORD = Pattern.compile("[A-Za-z_]{0,40}");

  private static final Pattern LETTERS_AND_DIGITS = Pattern.compile("[A-Za-z0-9_]+");

  /** An element of XML begins. */
  private static final Pattern TAG = Pattern.compile("<\\w+");

  /** Of a longer text, such as a message, only this many characters count. */
  private static final int MAX_KIND = 24;

  /** The headers that no model speaks of. */
  private static final Set<String> NOT_RECORDED =
      Set.of(
          "accept",
          "accept-encoding",
          "amz-sdk-invocation-id",
          "amz-sdk-request",
          "authorization",
          "connection",
          "content-length",
          "expect",
          "host",
          "transfer-encoding",
          "user-agent",
          "x-amz-date",
          "x-amz-user-agent",
          "x-amzn-trace-id");

  /** One for a file, since the simulators of a JVM's tests share it. */
  private static final Map<Path, CallRecorder> OF_FILE = new ConcurrentHashMap<>();

  private final @Nullable Path file;
  private final Set<String> seen = ConcurrentHashMap.newKeySet();

  private CallRecorder(@Nullable Path file) {
    this.file = file;
  }

  /** A recorder that records nothing. */
  public static CallRecorder none() {
    return new CallRecorder(null);
  }

  /**
   * The recorder of the file that the system property names; without the property, {@link #none()}.
   *
   * @throws UncheckedIOException if the file cannot be written
   */
  public static CallRecorder ofSystemProperty() {
    String name = System.getProperty(PROPERTY, "");
    return name.isEmpty() ? none() : of(Path.of(name));
  }

  /**
   * The recorder of a file, which is emptied when it is asked for first.
   *
   * @throws UncheckedIOException if the file cannot be written
   */
  static CallRecorder of(Path file) {
    return OF_FILE.computeIfAbsent(
        file.toAbsolutePath().normalize(),
        path -> {
          write(path, "", StandardOpenOption.TRUNCATE_EXISTING);
          return new CallRecorder(path);
        });
  }

  /** Writes a call and its answer, unless they show nothing new. */
  void record(WireRequest request, WireResponse response) {
    Optional<Signature> signature = Signature.of(request);
    if (file == null || signature.isEmpty()) {
      return;
    }
    ObjectNode call = JsonNodeFactory.instance.objectNode();
    call.put("service", signature.get().service());
    call.put("method", request.method());
    call.put("path", request.path());
    call.set("query", JSON.valueToTree(request.query()));
    ObjectNode headers = call.putObject("headers");
    request
        .headers()
        .forEach((name, values) -> {
          if (!NOT_RECORDED.contains(name)) {
            headers.put(name, String.join(",", values));
          }
        });
    call.set(
        "request",
        request.header("content-type").orElse("").startsWith("application/x-www-form-urlencoded")
            ? JSON.valueToTree(FormParameters.parse(request.body()))
            : document(request.body()));
    call.put("status", response.status());
    ObjectNode answered = call.putObject("responseHeaders");
    new TreeMap<>(response.headers()).forEach(answered::put);
    call.set("response", document(new String(response.body(), StandardCharsets.UTF_8)));
    if (seen.addAll(facts(call))) {
      write(file, call + "\n", StandardOpenOption.APPEND);
    }
  }

  private static synchronized void write(Path file, String text, StandardOpenOption option) {
    try {
      Path directory = file.getParent();
      if (directory != null) {
        Files.createDirectories(directory);
      }
      Files.writeString(file, text, StandardOpenOption.CREATE, StandardOpenOption.WRITE, option);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** JSON as JSON, anything else as a text. */
  private static JsonNode document(String body) {
    if (!body.startsWith("{")) {
      return TextNode.valueOf(body);
    }
    try {
      return JSON.readTree(body);
    } catch (JsonProcessingException e) {
      return TextNode.valueOf(body);
    }
  }

  /** What a model can be asked about a recorded call, each for itself. */
  private static Set<String> facts(ObjectNode call) {
    String operation =
        call.path("service").asText()
            + ' '
            + call.path("headers").path("x-amz-target").asText(call.path("path").asText())
            + ' '
            + call.path("status");
    Set<String> facts = new HashSet<>();
    facts("", call).forEach(fact -> facts.add(operation + fact));
    return facts;
  }

  /**
   * What a model can be asked about a value: which members there are together, their types, whether
   * a list is empty or long, the values of enumerations, the characters of texts that are neither
   * letters nor digits.
   */
  static Set<String> facts(String path, JsonNode value) {
    Set<String> facts = new HashSet<>();
    add(facts, path, value);
    return facts;
  }

  private static void add(Set<String> facts, String path, JsonNode value) {
    if (value.isObject()) {
      TreeSet<String> names = new TreeSet<>();
      value
          .properties()
          .forEach(member -> {
            names.add(member.getKey());
            add(facts, path + "." + member.getKey(), member.getValue());
          });
      facts.add(path + names);
    } else if (value.isArray()) {
      value.forEach(item -> add(facts, path + "[]", item));
      facts.add(path + "[" + length(value.size()) + "]");
    } else {
      facts.add(path + "=" + kind(value));
    }
  }

  /** AWS's limits of lists are mostly 10 and 100. */
  private static String length(int size) {
    if (size == 0) {
      return "none";
    }
    return size <= 10 ? "some" : size <= 100 ? "more than 10" : "more than 100";
  }

  private static String kind(JsonNode value) {
    if (value.isTextual()) {
      String text = value.textValue();
      if (text.startsWith("<")) {
        return TAG.matcher(text).results().map(MatchResult::group).collect(Collectors.joining());
      }
      if (WORD.matcher(text).matches()) {
        return '"' + text + '"';
      }
      String kind = LETTERS_AND_DIGITS.matcher(text).replaceAll("w");
      return kind.substring(0, Math.min(kind.length(), MAX_KIND));
    }
    return value.isFloatingPointNumber() ? "FRACTION" : value.getNodeType().toString();
  }
}
