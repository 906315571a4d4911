"""Takes out of answers what tells of the account: they are made to be published as fixtures."""

import re

ACCOUNT = "123456789012"

# What stays recognisable keeps its form; all of one kind become the same.
REPLACEMENTS = (
    (re.compile(r"\b(?:AKIA|ASIA|AROA|AIDA)[A-Z0-9]{12,}\b"), "AKIAEXAMPLE"),
    (re.compile(r"\b(eni|subnet|vpc|sg|eipalloc|igw)-[0-9a-f]{8,17}\b"), r"\1-1"),
    (re.compile(r"\b[0-9a-f]{2}(?::[0-9a-f]{2}){5}\b"), "02:00:00:00:00:01"),
    (re.compile(r"\b(?:10|172|192)(?:\.\d{1,3}){3}\b"), "10.0.0.1"),
    (re.compile(r"\bip-(?:\d{1,3}-){3}\d{1,3}\b"), "ip-10-0-0-1"),
    (re.compile(r"\b(?:\d{1,3}\.){3}\d{1,3}\b(?!\.)"), "10.0.0.1"),
    (re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]*\w"), "someone@example.com"),
    (re.compile(r"(assumed-role/[\w+=,.@-]+/)[\w+=,.@-]+"), r"\1session"),
    (re.compile(r"(\buser/)[\w+=,.@/-]+"), r"\1someone"),
)

SECRET = re.compile(r"token|secret|password|credential|authorization|signature", re.IGNORECASE)


class Mask:
    """Masks one account's answers.

    account: its id. caller: the ARN of who asks, whose name is masked wherever it stands.
    """

    def __init__(self, account, caller="", run=None):
        self.account = account
        self.run = run
        self.caller = caller.rpartition("/")[2]
        if self.caller in ("", "root", "session") or caller.endswith(":root"):
            self.caller = ""

    def text(self, text):
        text = text.replace(self.account, ACCOUNT)
        for pattern, instead in REPLACEMENTS:
            text = pattern.sub(instead, text)
        if self.caller:
            text = text.replace(self.caller, "someone")
        return text.replace(self.run, "acceptance") if self.run else text

    def value(self, value):
        """The same value without what tells of the account; times become texts."""
        if isinstance(value, dict):
            return {
                self.text(str(key)): "***" if SECRET.search(str(key)) and isinstance(member, str) else self.value(member)
                for key, member in value.items()
                if key != "ResponseMetadata"
            }
        if isinstance(value, (list, tuple, set)):
            return [self.value(member) for member in value]
        if value is None or isinstance(value, (bool, int, float)):
            return value
        return self.text(value.isoformat() if hasattr(value, "isoformat") else str(value))
