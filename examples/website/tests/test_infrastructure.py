"""Tests of the templates that cfn-lint does not make: no policy has a wildcard that could be narrower, and the
README's commands fit the templates and each other.

Which actions have a resource to narrow them to is known from AWS's service authorization reference, as cfn-lint
brings it. Needs cfn-lint (pip install cfn-lint); without it the tests are skipped.

    python3 -m unittest tests.test_infrastructure
"""

import json
import re
import shlex
import unittest
from pathlib import Path

try:
    import cfnlint.decode.cfn_yaml
    from cfnlint.data import AdditionalSpecs
except ImportError:
    cfnlint = None

TEMPLATES = sorted((Path(__file__).resolve().parent.parent / "infrastructure").glob("*.yaml"))


def statements(node, path=""):
    """Every statement of every policy in a template, with the way to it."""
    if isinstance(node, dict):
        if "Effect" in node and ("Action" in node or "NotAction" in node):
            yield path, node
        for key, value in node.items():
            yield from statements(value, f"{path}.{key}")
    elif isinstance(node, list):
        for number, value in enumerate(node):
            yield from statements(value, f"{path}[{number}]")
    elif isinstance(node, str) and node.lstrip().startswith("{") and '"Statement"' in node:
        yield from statements(json.loads(node), path)


def as_list(value):
    return value if isinstance(value, list) else [value]


def written(value):
    """The text of a value, whatever function it is in."""
    return json.dumps(value)


@unittest.skipUnless(cfnlint, "cfn-lint is not installed for this Python")
class Policies(unittest.TestCase):
    def setUp(self):
        known = Path(next(iter(AdditionalSpecs.__path__))) / "Policies.json"
        self.known = json.loads(known.read_text("utf-8"))

    def all_statements(self):
        for template in TEMPLATES:
            root = cfnlint.decode.cfn_yaml.load(str(template))
            for path, statement in statements(root["Resources"]):
                yield f"{template.name}{path}", statement

    def test_there_are_policies(self):
        self.assertGreater(len(list(self.all_statements())), 8)

    def test_actions_are_named(self):
        for where, statement in self.all_statements():
            with self.subTest(statement=where):
                self.assertNotIn("NotAction", statement)
                self.assertNotIn("*", written(statement["Action"]))

    def test_all_resources_are_meant_only_where_an_action_has_none(self):
        for where, statement in self.all_statements():
            if statement.get("Resource") != "*":
                continue
            for action in as_list(statement["Action"]):
                service, name = action.lower().split(":")
                with self.subTest(statement=where, action=action):
                    self.assertIn(name, self.known[service]["Actions"])
                    self.assertNotIn("Resources", self.known[service]["Actions"][name], "could be narrower")

    def test_resources_name_account_and_region(self):
        for where, statement in self.all_statements():
            for resource in as_list(statement.get("Resource", [])):
                if resource == "*":
                    continue
                with self.subTest(statement=where, resource=written(resource)):
                    self.assertIn("${AWS::Region}:${AWS::AccountId}:", written(resource))
                    # what the last part may leave open: instances and log streams, whose names AWS makes
                    stars = written(resource).count("*")
                    self.assertTrue(stars == 0 or stars == 1 and ("/*" in written(resource)))

    def test_everybody_is_refused_only(self):
        for where, statement in self.all_statements():
            principal = statement.get("Principal")
            if principal == "*" or isinstance(principal, dict) and "*" in principal.values():
                with self.subTest(statement=where):
                    self.assertEqual(statement["Effect"], "Deny")


def substituted(value, parameters):
    """A text, with the parameters that a Fn::Sub in it names."""
    text = value["Fn::Sub"] if isinstance(value, dict) else value
    return re.sub(r"\$\{(\w+)\}", lambda name: parameters[name.group(1)], text)


def imports(node):
    """What a part of a template imports, as it is written there."""
    if isinstance(node, dict):
        if "Fn::ImportValue" in node:
            yield node["Fn::ImportValue"]
        for value in node.values():
            yield from imports(value)
    elif isinstance(node, list):
        for value in node:
            yield from imports(value)


@unittest.skipUnless(cfnlint, "cfn-lint is not installed for this Python")
class Readme(unittest.TestCase):
    """A newcomer gives the README's commands from top to bottom."""

    def test_every_stack_can_be_deployed_when_its_turn_comes(self):
        root = TEMPLATES[0].parent.parent
        commands = [
            shlex.split(line)
            for line in (root / "README.md").read_text("utf-8").splitlines()
            if line.startswith("aws cloudformation deploy ")
        ]
        self.assertGreater(len(commands), 8)
        exported = set()
        for command in commands:
            with self.subTest(command=" ".join(command)):
                template = cfnlint.decode.cfn_yaml.load(str(root / command[command.index("--template-file") + 1]))
                given = {}
                if "--parameter-overrides" in command:
                    given = dict(word.split("=", 1) for word in command[command.index("--parameter-overrides") + 1 :])
                declared = template["Parameters"]
                self.assertLessEqual(set(given), set(declared))
                parameters = {name: str(given.get(name, of.get("Default"))) for name, of in declared.items()}
                for name, value in parameters.items():
                    self.assertRegex(value, declared[name].get("AllowedPattern", ".*"), name)
                    allowed = [str(one) for one in declared[name].get("AllowedValues", [value])]
                    self.assertIn(value, allowed, name)
                needed = {substituted(name, parameters) for name in imports(template["Resources"])}
                self.assertLessEqual(needed, exported, "not exported by the stacks before it")
                roles = any(resource["Type"].startswith("AWS::IAM::") for resource in template["Resources"].values())
                self.assertEqual("CAPABILITY_IAM" in command, roles, "--capabilities CAPABILITY_IAM")
                for output in template["Outputs"].values():
                    if "Export" in output:
                        exported.add(substituted(output["Export"]["Name"], parameters))

    def test_every_parameter_has_a_default_but_those_that_name_what_exists(self):
        for template in TEMPLATES:
            without = [
                name
                for name, of in cfnlint.decode.cfn_yaml.load(str(template))["Parameters"].items()
                if "Default" not in of
            ]
            with self.subTest(template=template.name):
                self.assertEqual(without == [], not template.name.startswith("existing-"))


if __name__ == "__main__":
    unittest.main()
