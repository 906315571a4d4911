package dev.slipway.simulator.logs;

import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A log group, guarded by the world's lock. */
final class LogGroup {
  final String name;
  final Instant created;

  /** Shown, but without effect: nothing here is deleted for its age. */
  final @Nullable Integer retentionInDays;

  /** By name, as DescribeLogStreams lists them. */
  final Map<String, LogStream> streams = new TreeMap<>();

  LogGroup(String name, Instant created, @Nullable Integer retentionInDays) {
    this.name = name;
    this.created = created;
    this.retentionInDays = retentionInDays;
  }
}
