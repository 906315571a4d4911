"""The questions that only an account answers, and a verdict for each: is it as Slipway and its simulator assume?"""

import dataclasses
import datetime
import json
import re
from typing import Callable

from . import lab
from .rows import OK, SKIPPED

ASSUMED, DIFFERENT, ANSWERED, OPEN = "as assumed", "DIFFERENT", "answered", "still open"
BREAKER = "Service deployment rolled back because the circuit breaker threshold was exceeded"
NO_CANDIDATE = "No rollback candidate was found to run the rollback"


@dataclasses.dataclass(frozen=True)
class Question:
    """One question.

    id: of the file with the answer. text: what is asked. source: which note leaves it open. fixture: what the answer
    becomes here. assumed: what is assumed until then, empty for nothing. rows: what has to be ok for it to be asked.
    answer: World -> a value, or None for no answer. holds: whether a value is as assumed; None where nothing is.
    """

    id: str
    text: str
    source: str
    fixture: str
    assumed: str
    rows: tuple
    answer: Callable | None
    holds: Callable | None = None


@dataclasses.dataclass(frozen=True)
class Answered:
    question: Question
    verdict: str
    detail: str


def learned(row, *members):
    def of(world):
        value = world.learned[row]
        return {name: value[name] for name in members} if members else value

    return of


def statuses(value):
    """Each status that a value's service deployments have had, with what ECS said of it."""
    return [(it["status"], it.get("statusReason") or "") for it in value["seen"] if "serviceDeploymentArn" in it]


def says(status, text):
    return lambda value: any(it == status and text in reason for it, reason in statuses(value))


def event_names(events):
    return [it["detail"].get("eventName") for it in events]


def of_staging(world):
    return {"events": lab.of(world, "web-staging"), "seen": world.seen["web-staging"]}


def failures(world):
    value = of_staging(world)
    return value | {"events": [it for it in value["events"] if it["detail"]["eventName"] != "SERVICE_DEPLOYMENT_COMPLETED"]}


def lag(world):
    parse = datetime.datetime.fromisoformat
    completed = [it for it in lab.of(world, "web-staging") if it["detail"]["eventName"] == "SERVICE_DEPLOYMENT_COMPLETED"]
    return [
        {"event": it, "seconds": (parse(it["time"]) - parse(it["detail"]["updatedAt"])).total_seconds()} for it in completed
    ]


def pushes(world):
    """The events of each push, in their order of arrival: one each if there are neither doubles nor losses."""
    found = {what: [] for what in world.pushed}
    for event in world.events:
        for what, digest in world.pushed.items():
            if event["detail-type"] == "ECR Image Action" and event["detail"].get("image-digest") == digest \
                    and event["detail"].get("action-type") == "PUSH":  # fmt: skip
                found[what].append(event)
    return found


def retagged_once(value):
    # the first image has two tags, so two events; lab-good got another one later
    twice = ("first", "good", "lab-good")
    return all(1 <= len(events) <= (3 if what in twice else 1) for what, events in value.items())


def by_type(world):
    """The first event of each kind that came from ECS, of tasks one for each status."""
    found = {}
    for it in world.captured():
        detail = it["detail"]
        key = " ".join(filter(None, (it["detail-type"], detail.get("eventName"), detail.get("lastStatus"))))
        if it["source"] == "aws.ecs":
            found.setdefault(key, it)
    return found


def stages(world):
    return sorted({str(it["lifecycleStage"]) for seen in world.seen.values() for it in seen if "lifecycleStage" in it})


def tag_changes(world):
    return world.captured("Tag Change on Resource")


def own_restores(world):
    return {name: [dataclasses.asdict(it) for it in found if not it.warm] for name, found in getattr(world, "reports", {}).items()}


GOOD, BROKEN = "a good push is deployed", "a broken push fails, and ECS rolls it back"
FOLLOW = "slipway follow: the services follow their environments"
TRUTH, CAPTURED = "aws-truth.md", "aws-captured.md"

QUESTIONS = (
    Question("rollout-failed", "The events of a deployment that fails and is rolled back: names, reasons, order, count",
             CAPTURED, "events/rollout-failed.json; DeploymentFailure", "SERVICE_DEPLOYMENT_FAILED comes", (BROKEN,),
             failures, lambda it: "SERVICE_DEPLOYMENT_FAILED" in event_names(it["events"])),
    Question("breaker-text", "statusReason of a plain rolling deployment that the circuit breaker rolled back",
             CAPTURED, "ServiceDeploymentTest; DeploymentFailure", BREAKER, (BROKEN,), of_staging,
             says("ROLLBACK_SUCCESSFUL", BREAKER)),
    Question("completed-lag", "How much older updatedAt of COMPLETED is than the event", CAPTURED,
             "events/rollout-completed.json", "75 to 78 s in two captures", (GOOD,), lag),
    Question("task-events", "Events of tasks and services as they come, with or without healthStatus", CAPTURED,
             "events/task-*.json", "", (GOOD,), by_type),
    Question("lifecycle-stage", "lifecycleStage of rolling deployments", CAPTURED, "ServiceDeploymentTest", "",
             (GOOD,), stages),
    Question("rollback-failed", "A first deployment that fails with rollback on: status, rollback object, events",
             CAPTURED, "events/rollout-rollback-failed.json; ServiceDeploymentTest", f"ROLLBACK_FAILED, “{NO_CANDIDATE}”",
             ("lab: a first deployment fails",), learned("lab: a first deployment fails"),
             lambda it: it["serviceDeployment"]["status"] == "ROLLBACK_FAILED"
             and NO_CANDIDATE in it["serviceDeployment"].get("statusReason", "")),
    Question("superseded", "A superseded deployment: its status, statusReason and events", CAPTURED,
             "events/rollout-superseded.json", "STOPPED", ("lab: superseded",), learned("lab: superseded"),
             lambda it: any(status == "STOPPED" for status, _ in statuses(it))),
    Question("stop-requested", "StopServiceDeployment: statuses, statusReasons, rolloutStateReasons", CAPTURED,
             "ServiceDeploymentTest; DeploymentFailure", "ends ROLLBACK_SUCCESSFUL", ("lab: stopped on request",),
             learned("lab: stopped on request"), lambda it: any(status == "ROLLBACK_SUCCESSFUL" for status, _ in statuses(it))),
    Question("stop-conflict", "ConflictException of StopServiceDeployment: while it rolls back, and when it is over",
             CAPTURED, "contract tests of Ecs", "refused once it is over", ("lab: stopped on request",),
             learned("lab: stopped on request", "stopped twice", "stopped when over"), lambda it: it["stopped when over"] and it["stopped when over"]["code"] == "ConflictException"),
    Question("desired-zero", "Events of a deployment with desiredCount 0", CAPTURED, "events/rollout-zero.json", "",
             ("lab: scaled to zero",), learned("lab: scaled to zero")),
    Question("alarm-missing", "UpdateService with the name of an alarm that is not there", "docs/deploying.md",
             "docs/deploying.md; simulator", "", ("lab: an alarm that is not there",), learned("lab: an alarm that is not there")),
    Question("alarm-fires", "An alarm during a deployment: rolloutStateReason, statusReason, events", CAPTURED,
             "events/rollout-alarm.json; DeploymentFailure", "alarm detected", ("lab: an alarm fires",),
             learned("lab: an alarm fires"), lambda it: "alarm" in json.dumps(it["seen"], default=str)),
    Question("blue-green", "Events of a blue/green deployment, here without a load balancer", CAPTURED,
             "events/rollout-blue-green.json", "", ("lab: blue/green",), learned("lab: blue/green")),
    Question("pause-hook", "ECS Hook State Change of a hook that pauses", CAPTURED, "events/hook-awaiting.json", "",
             ("lab: a hook that pauses",), learned("lab: a hook that pauses")),
    Question("breaker-without-rollback", "The breaker with rollback off: status, statusReason, events", CAPTURED,
             "events/rollout-stopped.json; DeploymentFailure", "STOPPED", ("lab: breaker without rollback",),
             learned("lab: breaker without rollback"), lambda it: any(status == "STOPPED" for status, _ in statuses(it))),
    Question("index-digest", "Of an image index: the digest that tasks and service revisions name, and its events",
             CAPTURED, "events/push-index.json; ServiceRevisionTest", "tasks name the index or its child",
             ("lab: an image index",),
             learned("lab: an image index", "child", "index", "containerImages", "tasks", "pushEvents"),
             lambda it: {task["imageDigest"] for task in it["tasks"]} <= {it["child"], it["index"], None}),
    Question("push-duplicates", "How many events each push has, and in which order they come", CAPTURED,
             "events/push.json", "one for each tag", (GOOD,), pushes, retagged_once),
    Question("retag", "Whether another tag for the same image is an event", CAPTURED, "events/push-retag.json", "it is",
             ("ecr: another tag for the same image",), learned("ecr: another tag for the same image"),
             lambda it: bool(it["events"])),
    Question("same-tag", "PutImage of the same image and tag: the refusal, and whether it is an event", CAPTURED,
             "contract tests of ECR", "ImageAlreadyExistsException, no event", ("ecr: the same tag for the same image",),
             learned("ecr: the same tag for the same image"),
             lambda it: it["refused"] and it["refused"]["code"] == "ImageAlreadyExistsException" and not it["events"]),
    Question("quiet-push", "Whether a `docker push` of what is there already is an event", CAPTURED,
             "events/README.md", "it is none", ("ecr: the same push again",), learned("ecr: the same push again"),
             lambda it: not it["events"]),
    Question("delete-event", "The events of deleted images, tagged and untagged", CAPTURED, "events/delete.json", "",
             ("ecr: images are deleted",), learned("ecr: images are deleted")),
    Question("archived-image", "An archived image: who shows it, and the event", TRUTH, "contract tests of ECR",
             "only ANY shows it; BatchGetImage does not give it", ("ecr: an image is archived",),
             learned("ecr: an image is archived"), lambda it: bool(it["batchGetImage"])),
    Question("scan-event", "ECR Image Scan of a basic scan", CAPTURED, "events/scan.json", "",
             ("ecr: an image is scanned",), learned("ecr: an image is scanned")),
    Question("tag-change", "Tag Change on Resource of an ECS service", CAPTURED, "events/tag-change.json",
             "it comes, for service ecs and resource-type service", (FOLLOW,), tag_changes,
             lambda it: any(event["detail"]["service"] == "ecs" and event["detail"]["resource-type"] == "service" for event in it)),
    Question("message-group", "A target's MessageGroupId that is a path: its value, the path's text, a missing path",
             TRUTH, "decision 21", "the value (Slipway does without since decision 21)", ("sqs: message groups",),
             learned("sqs: message groups"),
             lambda it: bool(it["group"]) and all(each["MessageGroupId"] == each["repository"] for each in it["group"])),
    Question("denied-by-tag", "AccessDenied where only the condition on a resource's tag fails", CAPTURED,
             "EcsClientErrorTest; simulator's Iam", "“not authorized to perform: ecs:UpdateService”",
             ("iam: a service without the tag",), learned("iam: a service without the tag"),
             lambda it: it["refused"] and "not authorized to perform: ecs:UpdateService" in it["refused"]["message"]),
    Question("denied-register", "Whether ecs:RegisterTaskDefinition is asked on task-definition/* or on *", TRUTH,
             "bin/check_permissions.py: ASKED_ON_EVERYTHING", "on *", ("iam: task definitions by ARN",),
             learned("iam: task definitions by ARN"), lambda it: all(it.values())),
    Question("denied-replay", "What events:StartReplay is asked on: archive, replay, bus", TRUTH,
             "template.yaml: ReplayRole", "on the bus too", ("iam: replay of an archive",),
             learned("iam: replay of an archive"), lambda it: it["archive and replay"] and "AccessDenied" in it["archive and replay"]["code"]),
    Question("execution-role-condition", "An execution role with a condition on aws:SourceAccount", TRUTH,
             "examples/website", "", ("iam: an execution role for this account alone",),
             learned("iam: an execution role for this account alone")),
    Question("restore-times", "How long SnapStart's restores take", TRUTH, "docs/performance.md", "0.2 to 0.9 s",
             ("times of the functions",), own_restores,
             lambda it: all(200 <= each["restore"] <= 900 for found in it.values() for each in found if each["restore"])),
)  # fmt: skip

# What the suite does not ask, and why.
NOT_ASKED = (
    ("replication-event", CAPTURED, "replication is a setting of the whole registry, which a run must not change"),
    ("pull-through-event", CAPTURED, "a pull through cache rule carries no tag, so it could not be removed safely"),
    ("inspector-event", CAPTURED, "Amazon Inspector is switched on for the whole account"),
    ("message-group-long", CAPTURED, "a value of more than 128 characters needs a repository of such a name; Slipway's queues "
     "have no groups since decision 21"),
    ("snapshot-14-days", TRUTH, "a snapshot that is not used for 14 days needs 14 days"),
    ("hook-fails", CAPTURED, "a hook of Lambda needs a function of its own; the texts are captured in aws-captured.md 2.1"),
    ("pass-role-of-hooks", TRUTH, "Slipway sends no hooks and no roles of load balancers"),
    ("early-success", TRUTH, "the shape of earlySuccessCriteria is new, and Slipway sets it nowhere"),
    ("mfa-profile", TRUTH, "needs a profile with an MFA device"),
    ("post-on-a-dead-connection", TRUTH, "is the JDK's behaviour, and no answer of AWS's"),
)


def ask_all(world, rows, ground):
    """Performs the experiments, then answers every question and writes what AWS said."""
    lab.perform(world, rows)
    return [answered(question, world, rows) for question in QUESTIONS]


def answered(question, world, rows):
    missing = next((row for row in rows.all if row.name in question.rows and row.verdict != OK), None)
    absent = [name for name in question.rows if rows.verdict(name) is None]
    if missing or absent:
        reason = missing.detail.splitlines()[0] if missing and missing.verdict == SKIPPED and missing.detail else None
        return Answered(question, OPEN, reason or f"it needs: {missing.name if missing else absent[0]}")
    try:
        value = question.answer(world)
        as_assumed = question.holds(value) if question.holds else None
    except (KeyError, IndexError, TypeError, AttributeError) as error:
        # an answer of another shape than was thought is an answer too
        return Answered(question, OPEN, f"the answer has another shape: {type(error).__name__} {error}")
    verdict = ANSWERED if as_assumed is None else ASSUMED if as_assumed else DIFFERENT
    return Answered(question, verdict, str(write(question, value, verdict, world)))


def write(question, value, verdict, world):
    directory = world.directory / "answers"
    directory.mkdir(exist_ok=True)
    file = directory / f"{question.id}.json"
    document = {
        "question": question.text, "open in": question.source, "assumed": question.assumed, "verdict": verdict,
        "answered by": f"{world.target.name}, {world.target.region}",
        "at": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "becomes": question.fixture, "answer": world.mask.value(value),
    }  # fmt: skip
    file.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n", "utf-8")
    return file.relative_to(world.directory)


def report(answers):
    """One line for each question, and for each that is not asked."""
    lines = [f"  {it.verdict:<10} {it.question.id}: {it.question.text}\n{'':13}{it.detail}" for it in answers]
    lines += [f"  {'not asked':<10} {name}: {reason}" for name, _, reason in NOT_ASKED]
    return "\n".join(lines)


def table():
    """The list of questions in docs/acceptance.md."""
    rows = ["| question | open in | assumed until then | the answer becomes |", "|---|---|---|---|"]
    rows += [f"| `{it.id}`: {it.text} | {it.source} | {it.assumed or '–'} | {markdown(it.fixture)} |" for it in QUESTIONS]
    return "\n".join(rows)


def markdown(fixture):
    return re.sub(r"(\b(?:events|docs|bin)/[\w./*-]+|\btemplate\.yaml)", r"`\1`", fixture)


if __name__ == "__main__":
    print(table())
