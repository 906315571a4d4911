"""What a run costs, computed from what it used and the list prices below; the bill has the last word."""

import dataclasses

PRICES_OF = "list prices of us-east-1, 2026, without free tiers; look yours up"

# US dollars
VCPU_SECOND = 0.04048 / 3600
GB_SECOND = 0.004445 / 3600
PUBLIC_ADDRESS_SECOND = 0.005 / 3600
LAMBDA_GB_SECOND = 0.0000133334  # arm64
LAMBDA_REQUEST = 0.20 / 1e6
# SnapStart is free for Java
ALARM_HOUR = 0.10 / 730
METRIC_HOUR = 0.30 / 730
DASHBOARD_HOUR = 3.00 / 730
LOG_GB = 0.50
REQUEST = 1.25 / 1e6  # the dearest of DynamoDB, SQS and EventBridge

VCPU, MEMORY_GB = 0.25, 0.5
SHORTEST_TASK = 60


@dataclasses.dataclass(frozen=True)
class Use:
    """What a run used.

    task_seconds: from the start of each task's image pull to its stop, one number for each task. reports: Lambda's.
    hours: how long the stack was there. requests: to queues, table and bus, roughly.
    """

    task_seconds: list
    reports: list
    hours: float
    requests: int = 5000
    alarms: int = 11
    metrics: int = 14
    log_bytes: int = 5_000_000


def lines(use):
    """Pairs of what is paid for and its dollars."""
    seconds = sum(max(SHORTEST_TASK, it) for it in use.task_seconds)
    # alarms, metrics and dashboards are counted by the begun hour
    hours = max(1, -(-use.hours // 1))
    return [
        (f"Fargate, {len(use.task_seconds)} tasks, {seconds / 60:.0f} minutes at 0.25 vCPU and 0.5 GB",
         seconds * (VCPU * VCPU_SECOND + MEMORY_GB * GB_SECOND)),
        ("their public IPv4 addresses", seconds * PUBLIC_ADDRESS_SECOND),
        (f"Lambda, {len(use.reports)} invocations",
         sum(it.billed / 1000 * it.memory / 1024 * LAMBDA_GB_SECOND + LAMBDA_REQUEST for it in use.reports)),
        (f"CloudWatch, {use.alarms} alarms, {use.metrics} metrics, a dashboard, {hours:.0f} h",
         hours * (use.alarms * ALARM_HOUR + use.metrics * METRIC_HOUR + DASHBOARD_HOUR)),
        ("logs", use.log_bytes / 1e9 * LOG_GB),
        ("queues, table, events", use.requests * REQUEST),
    ]  # fmt: skip


def total(use):
    return sum(dollars for _, dollars in lines(use))


# An upper bound, said before anything is made: two hours, 80 tasks of which each runs ten minutes, 2000 invocations of
# two seconds. Nothing like it has been measured.
def expected():
    from . import metering

    return total(Use([600] * 80, [metering.Report(2000, 2000, 1024, 200)] * 2000, 2.0, requests=20_000))


def statement(use):
    return "\n".join([f"${total(use):.2f} computed ({PRICES_OF})", *(f"${d:.4f} {what}" for what, d in lines(use))])
