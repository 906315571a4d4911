"""What an answer may tell of an account: nothing that names it."""

import datetime
import unittest

from acceptance.masking import Mask

MASK = Mask("999988887777", "arn:aws:sts::999988887777:assumed-role/Admin/ann@firm.example", "slipway-acceptance-0a1b2c3d")


class MaskTest(unittest.TestCase):
    def test_accounts_and_names_of_runs(self):
        self.assertEqual(
            MASK.text("arn:aws:ecs:eu-west-1:999988887777:service/slipway-acceptance-0a1b2c3d/web"),
            "arn:aws:ecs:eu-west-1:123456789012:service/acceptance/web",
        )

    def test_who_asked(self):
        said = MASK.text("User: arn:aws:sts::999988887777:assumed-role/Admin/ann@firm.example is not authorized")
        self.assertNotIn("ann", said)
        self.assertNotIn("firm", said)
        self.assertTrue(said.endswith(" is not authorized"))

    def test_networks_and_keys(self):
        self.assertEqual(
            MASK.text("eni-0123456789abcdef0 subnet-01234567 02:ab:cd:ef:01:23 10.1.2.3 54.12.13.14 AKIAIOSFODNN7EXAMPLE"),
            "eni-1 subnet-1 02:00:00:00:00:01 10.0.0.1 10.0.0.1 AKIAEXAMPLE",
        )

    def test_what_tells_nothing_stays(self):
        for text in ("ecs-svc/4231880795355584839", "sha256:" + "ab" * 32, "2026-11-28T07:29:54.123Z", "1.4.0", "version 6"):
            self.assertEqual(MASK.text(text), text)

    def test_values_of_every_depth_and_their_keys(self):
        answer = {
            "ResponseMetadata": {"RequestId": "x"},
            "999988887777": [{"sessionToken": "abc", "n": 1, "at": datetime.datetime(2026, 11, 28, tzinfo=datetime.UTC)}, None],
        }
        self.assertEqual(
            MASK.value(answer),
            {"123456789012": [{"sessionToken": "***", "n": 1, "at": "2026-11-28T00:00:00+00:00"}, None]},
        )

    def test_a_root_caller_leaves_the_word_root(self):
        self.assertEqual(Mask("1" * 12, f"arn:aws:iam::{'1' * 12}:root").text("root cause"), "root cause")
