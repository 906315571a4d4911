"""The checks of a run: each is one row with a verdict, and one that fails does not keep the others from running."""

import dataclasses
import time

import botocore.exceptions

OK, FAILED, SKIPPED = "ok", "FAILED", "skipped"

# How emulators say that they have no such operation.
UNKNOWN = {"UnknownOperationException", "UnknownOperation", "InvalidAction", "NotImplemented", "UnsupportedOperation"}


class Failed(Exception):
    """What a check promises did not come true."""


class Skip(Exception):
    """A check cannot be made here; the reason is its text."""


@dataclasses.dataclass(frozen=True)
class Row:
    name: str
    verdict: str
    detail: str = ""
    seconds: float = 0

    def __str__(self):
        lines = self.detail.splitlines() or [""]
        took = f" ({self.seconds:.0f} s)" if self.seconds >= 1 else ""
        first = f"  {self.verdict:<8} {self.name}{took}" + (f": {lines[0]}" if lines[0] else "")
        return "\n".join([first, *(" " * 13 + line for line in lines[1:])])


def lacking(error, target_name):
    """The reason to skip, if an emulator says that it has no such operation; None for any other error, and on AWS."""
    if target_name == "aws" or error.response["Error"].get("Code") not in UNKNOWN:
        return None
    return f"{target_name} has no {error.operation_name}"


class Rows:
    """Runs checks in order and prints each as it ends.

    lacks: capability -> why this target has it not.
    """

    def __init__(self, target_name, lacks, say=print):
        self.target_name = target_name
        self.lacks = lacks
        self.say = say
        self.all = []

    def verdict(self, name):
        return next((row.verdict for row in self.all if row.name == name), None)

    def check(self, name, function, needs=(), after=()):
        """Runs a check and returns its result; None if it was skipped or failed.

        function's result, if it is a text, is printed behind the name. needs: capabilities of the target. after: rows
        that have to be ok.
        """
        missing = next((self.lacks[need] for need in needs if need in self.lacks), None)
        before = next((row for row in after if self.verdict(row) != OK), None)
        result, began = None, time.monotonic()
        try:
            if missing:
                raise Skip(missing)
            if before:
                raise Skip(f"it needs: {before}")
            result = function()
            row = Row(name, OK, result if isinstance(result, str) else "")
        except Skip as reason:
            row = Row(name, SKIPPED, str(reason))
        except Failed as failure:
            row = Row(name, FAILED, str(failure))
        except botocore.exceptions.ClientError as error:
            reason = lacking(error, self.target_name)
            row = Row(name, SKIPPED, reason) if reason else Row(name, FAILED, str(error))
        except Exception as unexpected:  # a fault of one check ends that check, not the run or its clean-up
            row = Row(name, FAILED, f"{type(unexpected).__name__}: {unexpected}")
        self.add(dataclasses.replace(row, seconds=time.monotonic() - began))
        return result

    def add(self, row):
        self.all.append(row)
        self.say(str(row))

    def count(self, verdict):
        return sum(row.verdict == verdict for row in self.all)

    def summary(self):
        return f"{self.count(OK)} ok, {self.count(FAILED)} failed, {self.count(SKIPPED)} skipped"
