"""What Lambda reports of each invocation, as its log groups have it: JSON (platform.report) or the older text."""

import dataclasses
import json
import re

TEXT = re.compile(r"([A-Z][A-Za-z ]*?): ([\d.]+) (ms|MB)")


@dataclasses.dataclass(frozen=True)
class Report:
    """One invocation: times in milliseconds, memory in MB. restore: of the snapshot, None on a warm environment."""

    duration: float
    billed: float
    memory: int
    used: int
    restore: float | None = None
    init: float | None = None

    @property
    def warm(self):
        return self.restore is None and self.init is None


def report(line):
    """The Report that a line of a log is, or None."""
    if line.startswith("REPORT RequestId:"):
        found = {name.strip(): float(number) for name, number, _ in TEXT.findall(line.partition("\t")[2])}
        return _report(found, "Duration", "Billed Duration", "Memory Size", "Max Memory Used", "Restore Duration",
                       "Init Duration", "Billed Restore Duration")  # fmt: skip
    if not line.startswith("{"):
        return None
    try:
        event = json.loads(line)
    except ValueError:
        return None
    if not isinstance(event, dict) or event.get("type") != "platform.report":
        return None
    return _report(event["record"]["metrics"], "durationMs", "billedDurationMs", "memorySizeMB", "maxMemoryUsedMB",
                   "restoreDurationMs", "initDurationMs", "billedRestoreDurationMs")  # fmt: skip


def _report(found, duration, billed, memory, used, restore, init, billed_restore):
    # a restore's own bill is beside that of the invocation
    return Report(
        found[duration],
        found[billed] + found.get(billed_restore, 0),
        int(found[memory]),
        int(found[used]),
        found.get(restore),
        found.get(init),
    )


def percentile(values, share):
    """The value below or at which this share (0 to 1) of the values is."""
    ordered = sorted(values)
    return ordered[max(0, -(-len(ordered) * share // 1).__int__() - 1)]


def summary(name, reports):
    """One line about a function's invocations."""
    warm = [it.duration for it in reports if it.warm]
    restored = [it.restore for it in reports if it.restore is not None]
    parts = [f"{name}: {len(reports)} invocations"]
    if restored:
        parts.append(f"restored {len(restored)} times, {percentile(restored, 0.5):.0f} ms (most {max(restored):.0f})")
    if warm:
        parts.append(f"warm {percentile(warm, 0.5):.0f} ms (p95 {percentile(warm, 0.95):.0f})")
    if reports:
        parts.append(f"memory {max(it.used for it in reports)} of {reports[0].memory} MB")
    return ", ".join(parts)
