package dev.slipway.simulator.lambda;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/** A JVM that runs a function: one invocation at a time, one after another. */
final class FunctionProcess implements AutoCloseable {
  /** AWS gives 10 seconds; a JVM on a busy laptop may need more. */
  private static final long INITIALISATION_SECONDS = 60;

  private final RuntimeApi api = new RuntimeApi();
  private final Path output;
  private final Process process;
  private long read;
  private volatile boolean killed;

  FunctionProcess(
      FunctionSettings function, Map<String, String> environment, RuntimeInterfaceClient runtime) {
    try {
      output = Files.createTempFile("slipway-function-", ".log");
      ProcessBuilder builder =
          new ProcessBuilder(command(function, runtime))
              // the runtime looks for classes and lib/*.jar where it is started
              .directory(function.packageDirectory().toFile())
              .redirectErrorStream(true)
              .redirectOutput(output.toFile());
      builder.environment().clear();
      builder.environment().putAll(environment);
      builder.environment().put("AWS_LAMBDA_RUNTIME_API", api.address());
      builder.environment().put("PATH", "/usr/local/bin:/usr/bin:/bin");
      process = builder.start();
    } catch (IOException e) {
      api.close();
      throw new UncheckedIOException("cannot start function " + function.name(), e);
    }
  }

  private static List<String> command(FunctionSettings function, RuntimeInterfaceClient runtime) {
    return Stream.concat(
            Stream.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xshare:auto",
                // a part of the memory is left for what is no heap
                "-Xmx" + function.memoryMegabytes() * 3 / 4 + "m"),
            runtime.arguments(function.handler()))
        .toList();
  }

  /** Runs one invocation; after a failure that ended the process, {@link #isUsable} is false. */
  Outcome invoke(Invocation invocation) {
    CompletableFuture<?> exited = process.onExit();
    try {
      CompletableFuture.anyOf(api.initialised(), exited)
          .get(INITIALISATION_SECONDS, TimeUnit.SECONDS);
      if (!api.initialised().isDone()) {
        return Failures.exited(invocation, process.exitValue(), newLines());
      }
      RuntimeApi.Reply initialised = api.initialised().get();
      if (initialised.failed()) {
        // it is about to end by itself
        process.waitFor(1, TimeUnit.SECONDS);
        kill();
        return new Outcome(true, initialised.payload(), newLines());
      }
      long timeout = invocation.function().timeout().toMillis();
      RuntimeApi.Given given = api.give(invocation, System.currentTimeMillis() + timeout);
      CompletableFuture.anyOf(given.finished(), exited).get(timeout, TimeUnit.MILLISECONDS);
      RuntimeApi.Reply reply = given.reply();
      return reply == null
          ? Failures.exited(invocation, process.exitValue(), newLines())
          : new Outcome(reply.failed(), reply.payload(), newLines());
    } catch (TimeoutException e) {
      kill();
      return Failures.timedOut(invocation, newLines());
    } catch (InterruptedException e) {
      kill();
      Thread.currentThread().interrupt();
      throw new IllegalStateException(
          "interrupted while function " + invocation.function().name() + " ran", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException(
          "function " + invocation.function().name() + " could not be run", e);
    }
  }

  /** Whether another invocation may be given to it. */
  boolean isUsable() {
    return !killed && process.isAlive();
  }

  /**
   * What the process has written since the last call. It writes to a file, so that whatever it
   * wrote before it answered is there when its answer is.
   */
  private List<String> newLines() {
    try (RandomAccessFile file = new RandomAccessFile(output.toFile(), "r")) {
      byte[] bytes = new byte[(int) (file.length() - read)];
      file.seek(read);
      file.readFully(bytes);
      read += bytes.length;
      return new ArrayList<>(new String(bytes, StandardCharsets.UTF_8).lines().toList());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read what a function wrote: " + output, e);
    }
  }

  private void kill() {
    killed = true;
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }

  @Override
  public void close() {
    kill();
    api.close();
    try {
      process.waitFor();
      Files.deleteIfExists(output);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot delete " + output, e);
    }
  }
}
