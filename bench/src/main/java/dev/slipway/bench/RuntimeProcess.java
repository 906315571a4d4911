package dev.slipway.bench;

import dev.slipway.simulator.lambda.Invocation;
import dev.slipway.simulator.lambda.RuntimeApi;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** One execution environment: a process that asks a Lambda runtime API for invocations. */
final class RuntimeProcess implements AutoCloseable {
  private static final Duration TIMEOUT = Duration.ofSeconds(60);
  private static final long TICKS_A_SECOND = 100; // USER_HZ, the same on every Linux

  /**
   * What one step took.
   *
   * @param wall until the answer was there
   * @param processor time that all threads of the process used meanwhile, in steps of 10 ms
   */
  record Taken(Duration wall, Duration processor) {}

  private final RuntimeApi api = new RuntimeApi();
  private final Contender contender;
  private final Path output;
  private final Process process;
  private final long started;
  private int invocations;

  /** Starts the process. */
  RuntimeProcess(Contender contender) throws IOException {
    this.contender = contender;
    output = Files.createTempFile("slipway-bench-", ".log");
    ProcessBuilder builder =
        new ProcessBuilder(contender.command())
            .directory(contender.directory().toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    builder.environment().clear();
    builder.environment().putAll(contender.environment());
    builder.environment().put("AWS_LAMBDA_RUNTIME_API", api.address());
    started = System.nanoTime();
    process = builder.start();
  }

  /** Since the process was started, until it has answered its first invocation. */
  Taken first(String payload) {
    RuntimeApi.Given given = give(payload);
    answered(given);
    return new Taken(Duration.ofNanos(System.nanoTime() - started), processor());
  }

  /** Runs what SnapStart runs before its snapshot is taken. */
  Taken checkpoint() {
    await(api.checkpoint());
    return new Taken(Duration.ofNanos(System.nanoTime() - started), processor());
  }

  /** The first invocation of what starts from the snapshot. */
  Taken restored(String payload) {
    RuntimeApi.Given given = give(payload);
    Duration before = processor();
    long begin = System.nanoTime();
    api.restore();
    answered(given);
    return new Taken(Duration.ofNanos(System.nanoTime() - begin), processor().minus(before));
  }

  /** One more invocation of a process that has answered before. */
  Taken invoke(String payload) {
    Duration before = processor();
    long begin = System.nanoTime();
    answered(give(payload));
    return new Taken(Duration.ofNanos(System.nanoTime() - begin), processor().minus(before));
  }

  private RuntimeApi.Given give(String payload) {
    String id = "00000000-0000-4000-8000-%012d".formatted(++invocations);
    return api.give(
        new Invocation(contender.function(), "1", contender.arn(), id, "[1]bench", payload),
        System.currentTimeMillis() + TIMEOUT.toMillis());
  }

  private void answered(RuntimeApi.Given given) {
    await(given.replied());
    RuntimeApi.Reply reply = given.replied().join();
    if (reply.failed() || !reply.payload().replace(" ", "").equals("{\"batchItemFailures\":[]}")) {
      throw new IllegalStateException(
          contender.name() + " answered " + reply.payload() + "\n" + said());
    }
  }

  private void await(CompletableFuture<?> future) {
    try {
      CompletableFuture.anyOf(future, process.onExit()).get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
      if (!future.isDone()) {
        throw new IllegalStateException(contender.name() + " has ended:\n" + said());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while " + contender.name() + " ran", e);
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException(contender.name() + " has not answered:\n" + said(), e);
    }
  }

  /** What it wrote. */
  String said() {
    try {
      return Files.readString(output, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** Processor time of all its threads so far. */
  private Duration processor() {
    try {
      String stat = Files.readString(Path.of("/proc", Long.toString(process.pid()), "stat"));
      List<String> fields = List.of(stat.substring(stat.lastIndexOf(')') + 2).split(" "));
      long ticks = Long.parseLong(fields.get(11)) + Long.parseLong(fields.get(12));
      return Duration.ofMillis(ticks * 1000 / TICKS_A_SECOND);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** The most memory that it has had resident, in bytes. */
  long peakMemory() {
    try {
      return Files.readAllLines(Path.of("/proc", Long.toString(process.pid()), "status")).stream()
          .filter(line -> line.startsWith("VmHWM:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024)
          .findFirst()
          .orElseThrow();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** Has it end by itself, so that what runs in it can write what it knows. */
  void end() {
    process.destroy();
    process.onExit().join();
  }

  @Override
  public void close() throws IOException {
    process.destroyForcibly();
    process.onExit().join();
    api.close();
    Files.deleteIfExists(output);
  }
}
