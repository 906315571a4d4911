"""Rows: what a check's end makes of it, and what it makes of those after it."""

import unittest

import botocore.exceptions

from acceptance.rows import FAILED, OK, SKIPPED, Failed, Row, Rows, Skip


def raising(error):
    def check():
        raise error

    return check


def refused(code):
    return botocore.exceptions.ClientError({"Error": {"Code": code, "Message": "no"}}, "DescribeIt")


class RowsTest(unittest.TestCase):
    def setUp(self):
        self.said = []
        self.rows = Rows("simulator", {"iam": "there is no IAM"}, self.said.append)

    def test_a_check_that_returns_is_ok_and_its_text_is_shown(self):
        self.assertEqual(self.rows.check("it works", lambda: "in 3 s"), "in 3 s")
        self.assertEqual(self.said, ["  ok       it works: in 3 s"])

    def test_what_fails_does_not_keep_the_others_from_running(self):
        self.rows.check("a promise", raising(Failed("it did not come")))
        self.rows.check("a fault", raising(KeyError("x")))
        self.rows.check("another", lambda: None)
        self.assertEqual([row.verdict for row in self.rows.all], [FAILED, FAILED, OK])
        self.assertEqual(self.rows.all[1].detail, "KeyError: 'x'")

    def test_what_the_target_lacks_is_skipped_with_the_reason_and_not_run(self):
        self.rows.check("roles", raising(AssertionError("was run")), ["iam"])
        self.assertEqual(self.said, ["  skipped  roles: there is no IAM"])

    def test_what_needs_a_row_that_is_not_ok_is_skipped(self):
        self.rows.check("first", raising(Failed("no")))
        self.rows.check("second", raising(AssertionError("was run")), after=["first"])
        self.assertEqual(self.rows.all[1], Row("second", SKIPPED, "it needs: first", self.rows.all[1].seconds))

    def test_an_operation_that_an_emulator_does_not_know_is_skipped_but_never_on_aws(self):
        self.rows.check("it", raising(refused("UnknownOperationException")))
        self.assertEqual(self.said, ["  skipped  it: simulator has no DescribeIt"])
        account = Rows("aws", {}, self.said.append)
        account.check("it", raising(refused("UnknownOperationException")))
        self.assertEqual(account.all[0].verdict, FAILED)

    def test_another_refusal_fails(self):
        self.rows.check("it", raising(refused("AccessDeniedException")))
        self.assertEqual(self.rows.all[0].verdict, FAILED)

    def test_a_skip_has_its_own_reason(self):
        self.rows.check("terraform", raising(Skip("terraform is not installed")))
        self.assertEqual(self.rows.summary(), "0 ok, 0 failed, 1 skipped")

    def test_an_interrupt_is_no_failure_of_the_check(self):
        with self.assertRaises(KeyboardInterrupt):
            self.rows.check("it", raising(KeyboardInterrupt()))
