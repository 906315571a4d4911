"""Runs the acceptance suite; see docs/acceptance.md."""

import argparse
import contextlib
import datetime
import signal
import sys
import time

from . import cost, ground, questions, resources, run, stack, story, targets
from .masking import Mask
from .rows import FAILED, Row, Rows
from .world import World


def arguments(given):
    parser = argparse.ArgumentParser("make acceptance", description=__doc__)
    parser.add_argument("--target", choices=("simulator", "ministack", "aws"), default="simulator")
    parser.add_argument("--profile")
    parser.add_argument("--region")
    parser.add_argument("--subnets", help="separated by commas; without them the default VPC's")
    parser.add_argument("--clean", metavar="NAME", help="only remove what this run has left")
    parser.add_argument("--yes", action="store_true", help="spend money without asking")
    return parser.parse_args(given)


@contextlib.contextmanager
def target_of(options, directory, name):
    if options.target == "simulator":
        made = stack.package(name, directory)
        settings = {key: value for key, value in stack.parameters(name, run.TAG).items()}
        with targets.simulator(made, directory, settings) as target:
            yield target, made
    elif options.target == "ministack":
        with targets.ministack(directory) as target:
            yield target, stack.package(name, directory)
    else:
        yield targets.account(options.profile, options.region), stack.package(name, directory)


def agreed(options, account, caller, region, name, ask=input):
    """Whether money may be spent in this account: without --yes a person says so."""
    print(f"Account {account}, Region {region}, as {caller}.")
    if options.clean:
        print(f"What carries the tag {run.TAG}={name} will be removed.")
    else:
        print(f"This makes a stack, a cluster and tasks named {name} there, takes an hour or two, and costs about "
              f"${cost.expected():.2f} (computed, {cost.PRICES_OF}). All of it is removed at the end.")  # fmt: skip
    if options.yes:
        return True
    if not sys.stdin.isatty():
        print("Say YES=1 where nobody can be asked. Nothing was made.")
        return False
    return ask("Go on? [y/N] ").strip().lower() in ("y", "yes")


def interrupt(*_):
    raise KeyboardInterrupt


@contextlib.contextmanager
def patient(name):
    """An interrupt meanwhile is answered and passed over; the second one ends the program."""

    def answer(*_):
        print(f"Still removing. Once more leaves the rest to: make acceptance TARGET=aws CLEAN={name}", flush=True)
        for each in (signal.SIGINT, signal.SIGTERM):
            signal.signal(each, interrupt)

    before = {each: signal.signal(each, answer) for each in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


def clean(target, name, rows):
    """Removes everything that carries the run's tag, with a row for each kind."""
    with patient(name):
        for row in resources.Cleaning(target.clients(), name, target.name, target.services).clean():
            rows.add(row)


def seconds_of_tasks(world):
    """How long each stopped task ran, as far as its events tell."""
    found = {}
    for event in world.captured("ECS Task State Change"):
        detail = event["detail"]
        if detail.get("stoppedAt") and (began := detail.get("pullStartedAt") or detail.get("createdAt")):
            parse = datetime.datetime.fromisoformat
            found[detail["taskArn"]] = (parse(detail["stoppedAt"]) - parse(began)).total_seconds()
    return list(found.values())


def perform(options, target, package, name, directory, rows):
    account, caller = targets.identity(target)
    mask = Mask(account, caller, name)
    world = World(target, name, account, mask, directory)
    began = time.monotonic()
    print(f"{name} on {target.name}" + (f" ({target.endpoint})" if target.endpoint else ""))
    try:
        print("\nWhat is made")
        ground.make(world, rows, package, options.subnets.split(",") if options.subnets else None)
        print("\nThe story")
        story.tell(world, rows, ground)
        print("\nWhat AWS answers")
        answered = questions.ask_all(world, rows, ground)
        rows.check("times of the functions", lambda: story.times(world), ["lambda platform"], [story.FOLLOW])
    except KeyboardInterrupt:
        rows.add(Row("the run was interrupted", FAILED, "all that it made is removed now"))
        answered = []
    finally:
        print("\nWhat is removed", flush=True)
        clean(target, name, rows)
    took = time.monotonic() - began
    used = cost.Use(seconds_of_tasks(world), [it for found in getattr(world, "reports", {}).values() for it in found], took / 3600)
    rows.check("cost", lambda: cost.statement(used), ["money"])
    print("\nOpen questions")
    print(questions.report(answered))
    print(f"\nacceptance on {target.name}: {rows.summary()}, {took:.0f} s; answers in {directory / 'answers'}")
    return 1 if rows.count(FAILED) else 0


def main(given=None):
    options = arguments(given)
    signal.signal(signal.SIGTERM, interrupt)
    if options.clean:
        return clean_former(options)
    name = run.new_name()
    if options.target == "aws":
        target = targets.account(options.profile, options.region)
        account, caller = targets.identity(target)
        if not agreed(options, account, caller, target.region, name):
            return 5
        print(f"If this ends before it has removed everything: make acceptance TARGET=aws CLEAN={name} "
              f"REGION={target.region}" + (f" PROFILE={options.profile}" if options.profile else ""))  # fmt: skip
    directory = stack.new_directory(name)
    rows = Rows(options.target, {})
    with target_of(options, directory, name) as (target, package):
        rows.lacks = target.lacks
        return perform(options, target, package, name, directory, rows)


def clean_former(options):
    name = run.checked(options.clean)
    if options.target != "aws":
        raise SystemExit(f"acceptance: {options.target} ends with its run: there is nothing to remove")
    target = targets.account(options.profile, options.region)
    account, caller = targets.identity(target)
    if not agreed(options, account, caller, target.region, name):
        return 5
    rows = Rows("aws", {})
    clean(target, name, rows)
    if not rows.all:
        print(f"Nothing of {name} is there.")
    return 1 if rows.count(FAILED) else 0


if __name__ == "__main__":
    sys.stdout.reconfigure(line_buffering=True)  # each row as it ends, in CI's log too
    sys.exit(main())
