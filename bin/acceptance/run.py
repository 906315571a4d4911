"""The name of a run, and the tag by which all that it makes is found."""

import dataclasses
import re
import secrets

PREFIX = "slipway-acceptance-"
TAG = "slipway-acceptance"
NAME = re.compile(re.escape(PREFIX) + r"[0-9a-f]{8}\Z")


def new_name():
    return PREFIX + secrets.token_hex(4)


def checked(name):
    """The name, if a run could have it: nothing else is ever looked for, or removed."""
    if not NAME.match(name):
        raise SystemExit(f"acceptance: {name!r} is no name of a run, such as {PREFIX}0123abcd")
    return name


def tags(name, key="Key", value="Value"):
    """The tag, as a list of pairs under the members that a service has for them."""
    return [{key: TAG, value: name}]


@dataclasses.dataclass(frozen=True)
class Tagged:
    """A resource, and whether it carries the run's tag."""

    kind: str
    id: str
    tagged: bool

    def __str__(self):
        return f"{self.kind} {self.id}"
