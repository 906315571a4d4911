package dev.slipway.simulator.lambda;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Runs each function in a JVM of its own, as Lambda does: from its package, through AWS's Java
 * runtime interface client, with the environment that the template gives it and no other. A process
 * is used again while it is warm; while all are busy another is started.
 */
public final class ProcessRuntime implements FunctionRuntime {
  private final FunctionEnvironment environment;
  private final RuntimeInterfaceClient runtime;
  private final Map<String, Deque<FunctionProcess>> idle = new HashMap<>();
  private final Set<FunctionProcess> all = new HashSet<>();
  private boolean closed;

  /**
   * Runs functions with the runtime interface client of this JVM's class path.
   *
   * @param environment what a function sees of the world
   * @param transport how its process speaks with the runtime API
   */
  public ProcessRuntime(FunctionEnvironment environment, RuntimeTransport transport) {
    this.environment = environment;
    this.runtime = new RuntimeInterfaceClient(transport);
  }

  @Override
  public Outcome invoke(Invocation invocation) {
    Path packageDirectory = invocation.function().packageDirectory();
    if (!Files.isDirectory(packageDirectory)) {
      return Failures.noPackage(invocation, packageDirectory);
    }
    FunctionProcess process = take(invocation);
    try {
      return process.invoke(invocation);
    } finally {
      giveBack(invocation, process);
    }
  }

  private FunctionProcess take(Invocation invocation) {
    FunctionProcess warm = takeIdle(key(invocation));
    if (warm != null) {
      return warm;
    }
    FunctionSettings function = invocation.function();
    FunctionProcess fresh = new FunctionProcess(function, environment.of(invocation), runtime);
    synchronized (this) {
      if (!closed) {
        all.add(fresh);
        return fresh;
      }
    }
    fresh.close();
    throw new IllegalStateException("the simulator is closed: " + function.name() + " is not run");
  }

  private synchronized @Nullable FunctionProcess takeIdle(String key) {
    Deque<FunctionProcess> processes = idle.getOrDefault(key, new ArrayDeque<>());
    for (FunctionProcess each = processes.pollFirst(); each != null; each = processes.pollFirst()) {
      if (each.isUsable()) {
        return each;
      }
      discard(each);
    }
    return null;
  }

  private synchronized void giveBack(Invocation invocation, FunctionProcess process) {
    if (process.isUsable() && !closed) {
      idle.computeIfAbsent(key(invocation), _ -> new ArrayDeque<>()).addFirst(process);
    } else {
      discard(process);
    }
  }

  private synchronized void discard(FunctionProcess process) {
    if (all.remove(process)) {
      process.close();
    }
  }

  private static String key(Invocation invocation) {
    return invocation.function().name() + ":" + invocation.version();
  }

  @Override
  public synchronized void close() {
    closed = true;
    Set.copyOf(all).forEach(this::discard);
    runtime.close();
  }
}
