"""Tests of the templates that cfn-lint does not make: no policy has a wildcard that could be narrower.

Which actions have a resource to narrow them to is known from AWS's service authorization reference, as cfn-lint
brings it. Needs cfn-lint (pip install cfn-lint); without it the tests are skipped.

    python3 -m unittest tests.test_infrastructure
"""

import json
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


if __name__ == "__main__":
    unittest.main()
