"""The permissions of the functions, as a table in docs/security.md, between two marks.

Usage: permissions_doc.py [--write]

Prints what differs between template.yaml and the table, and exits 1 if anything does; with --write puts it right.
A statement's words are its Sid, and the comment above it in the template. One that allows an action on everything has
to have such a comment: why it is not narrower.
"""

import difflib
import re
import sys
from pathlib import Path

import yaml

import check_permissions

TEMPLATE = "template.yaml"
PAGE = "docs/security.md"
MARKS = ("<!-- permissions -->\n", "<!-- /permissions -->\n")
HEAD = ("| who | to | may | on | only where |", "|---|---|---|---|---|")


def comment_above(lines, line):
    """The comment above a statement that begins on a line (from 1 on), as one text; empty if there is none."""
    above = line - 2
    while above >= 0 and re.fullmatch(r"\s*- (!If|\w+)", lines[above]):  # the condition that it depends on
        above -= 1
    found = []
    while above >= 0 and (match := re.fullmatch(r"\s*# (.*)", lines[above])):
        found.insert(0, match[1])
        above -= 1
    return " ".join(found)


def words(sid):
    """DeployToServicesThatOptedIn as deploy to services that opted in."""
    return re.sub(r"(?<!^)([A-Z])", lambda match: " " + match[1].lower(), sid)


def resource_words(value):
    """A resource as the template names it, without what every ARN has."""
    if isinstance(value, dict):
        if "Fn::GetAtt" in value:
            return value["Fn::GetAtt"][0]
        if "Ref" in value:
            return value["Ref"].removesuffix(".Alias")
        value = value["Fn::Sub"]
    return value.split("${AWS::AccountId}:")[-1]


def condition_words(condition):
    """Each key with its operator's word and its values."""
    found = []
    for operator, keys in condition.items():
        operator = operator.rpartition(":")[2]
        for key, value in keys.items():
            values = " or ".join(f"`{one}`" for one in (value if isinstance(value, list) else [value]))
            if operator == "Null":
                found.append(f"`{key}` is there" if value == "false" else f"`{key}` is not there")
            else:
                found.append(f"`{key}` is {'not ' if 'Not' in operator else ''}{values}")
    return " and ".join(found)


def roles_of(template):
    """Each role with the name of who has it: a function's without Function."""
    roles = {}
    for name, resource in template.resources.items():
        role = resource.get("Properties", {}).get("Role")
        if resource["Type"] == "AWS::Serverless::Function" and role:
            roles[role["Fn::GetAtt"][0]] = name.removesuffix("Function")
    roles["ScheduleRole"] = "the schedules"
    return roles


def holders(template, roles):
    """Of each resource with statements who has them."""
    found = {role: [who] for role, who in roles.items()}
    for role, who in roles.items():
        for policy in template.resources[role]["Properties"].get("ManagedPolicyArns", []):
            found.setdefault(policy["Ref"], []).append(who)
    return found


def as_list(value):
    return value if isinstance(value, list) else [value]


def rows(text):
    """The table's lines, and what is wrong with the template for it."""
    template = check_permissions.Template(yaml.load(text, check_permissions.Loader))
    lines = text.split("\n")
    who = holders(template, roles_of(template))
    found, wrong = [], []
    for statement in check_permissions.statements(template):
        if statement.resource not in who or statement.trust:
            continue
        body = statement.body
        why = comment_above(lines, statement.line)
        resources = [resource_words(one) for one in as_list(body["Resource"])]
        if "*" in resources and not why:
            wrong.append(f"{TEMPLATE}:{statement.line}: {statement.name}: a comment above it has to say why it is for everything")
        effect = "**never** " if body["Effect"] == "Deny" else ""
        cells = (
            ", ".join(who[statement.resource]),
            words(body["Sid"]) + (f". {why}" if why else ""),
            effect + ", ".join(f"`{action}`" for action in as_list(body["Action"])),
            ", ".join(f"`{resource}`" for resource in resources),
            condition_words(body.get("Condition", {})),
        )
        found.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return [*HEAD, *found], wrong


def main(arguments):
    """Checks the page, or with --write puts it right."""
    table, wrong = rows(Path(TEMPLATE).read_text(encoding="utf-8"))
    page = Path(PAGE).read_text(encoding="utf-8")
    before, _, rest = page.partition(MARKS[0])
    now, _, after = rest.partition(MARKS[1])
    wanted = "\n".join(table) + "\n"
    if arguments == ["--write"]:
        Path(PAGE).write_text(before + MARKS[0] + wanted + MARKS[1] + after, encoding="utf-8")
        now = wanted
    if now != wanted:
        wrong.append(f"{PAGE} is not what {TEMPLATE} says: `make security-doc` puts it right")
        wrong += difflib.unified_diff(now.split("\n"), wanted.split("\n"), PAGE, TEMPLATE, lineterm="", n=0)
    print("\n".join(wrong) or f"permissions: the table in {PAGE} is what {TEMPLATE} says, {len(table) - len(HEAD)} statements")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
