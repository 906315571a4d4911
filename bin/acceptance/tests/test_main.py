"""Refusing, asking before money is spent, and removing after an interrupt."""

import contextlib
import io
import os
import pathlib
import signal
import tempfile
import unittest
from unittest import mock

import moto

from acceptance import __main__ as program
from acceptance import resources, run, targets
from acceptance.rows import FAILED, Rows

NAME = "slipway-acceptance-0123abcd"
NO_CREDENTIALS = {"HOME": "/nonexistent", "AWS_EC2_METADATA_DISABLED": "true", "AWS_CONFIG_FILE": "/nonexistent",
                  "AWS_SHARED_CREDENTIALS_FILE": "/nonexistent"}  # fmt: skip


def output(function):
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        result = function()
    return result, said.getvalue()


class RefusingTest(unittest.TestCase):
    def refuses(self, arguments, environment, text):
        with mock.patch.dict(os.environ, environment, clear=True), self.assertRaises(SystemExit) as ended:
            program.main(arguments)
        self.assertIn(text, str(ended.exception))
        self.assertIn("Nothing was made", str(ended.exception))

    def test_without_credentials(self):
        self.refuses(["--target", "aws", "--region", "eu-west-1"], NO_CREDENTIALS, "no credentials of an AWS account that work")

    def test_without_a_region(self):
        self.refuses(["--target", "aws"], NO_CREDENTIALS, "no Region: say REGION=")

    def test_a_profile_that_is_not_there(self):
        self.refuses(["--target", "aws", "--profile", "nobody"], NO_CREDENTIALS, "nobody")

    def test_to_clean_what_has_no_name_of_a_run(self):
        with self.assertRaisesRegex(SystemExit, "no name of a run"):
            program.main(["--target", "aws", "--clean", "production"])

    def test_to_clean_an_emulator(self):
        with self.assertRaisesRegex(SystemExit, "there is nothing to remove"):
            program.main(["--clean", NAME])


class AskingTest(unittest.TestCase):
    def agreed(self, answer=None, *arguments, terminal=True):
        options = program.arguments(["--target", "aws", *arguments])
        with mock.patch("sys.stdin.isatty", return_value=terminal):
            return output(lambda: program.agreed(options, "123456789012", "arn:me", "eu-west-1", NAME, lambda _: answer))

    def test_says_account_region_and_cost_before_it_asks(self):
        agreed, said = self.agreed("y")
        self.assertTrue(agreed)
        self.assertIn("Account 123456789012, Region eu-west-1", said)
        self.assertRegex(said, r"costs about \$0\.\d\d")

    def test_everything_but_yes_is_no(self):
        self.assertEqual([self.agreed(answer)[0] for answer in ("", "n", "yess", "Y", "yes")], [False, False, False, True, True])

    def test_where_nobody_can_be_asked_only_yes_spends(self):
        agreed, said = self.agreed(terminal=False)
        self.assertFalse(agreed)
        self.assertIn("Say YES=1", said)
        self.assertTrue(self.agreed(None, "--yes", terminal=False)[0])


class EndingTest(unittest.TestCase):
    """A whole run against moto, in place of an account."""

    def setUp(self):
        server = moto.mock_aws()
        server.start()
        self.addCleanup(server.stop)
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.directory = pathlib.Path(directory.name)
        self.target = targets.Target("aws", "us-east-1", {}, 0, 1, 0)
        environment = mock.patch.dict(os.environ, {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"})
        environment.start()
        self.addCleanup(environment.stop)

    def perform(self, make):
        rows = Rows("aws", {}, lambda _: None)
        with mock.patch("acceptance.ground.make", make):
            status, said = output(lambda: program.perform(program.arguments([]), self.target, None, NAME, self.directory, rows))
        return status, said, rows

    def left(self):
        return [it for kind in resources.KINDS for it in resources.found(self.target.clients(), kind, NAME)]

    @staticmethod
    def make_repository(world, *_):
        world.clients("ecr").create_repository(repositoryName=world.name, tags=run.tags(world.name))

    def test_an_interrupted_run_removes_what_it_made_and_fails(self):
        def make(world, *_):
            self.make_repository(world)
            os.kill(os.getpid(), signal.SIGTERM)

        before = signal.signal(signal.SIGTERM, program.interrupt)
        self.addCleanup(signal.signal, signal.SIGTERM, before)
        status, said, rows = self.perform(make)
        self.assertEqual(status, 1)
        self.assertIn("the run was interrupted", [row.name for row in rows.all if row.verdict == FAILED])
        self.assertEqual(self.left(), [])

    def test_a_crash_of_the_program_removes_what_it_made(self):
        def make(world, *_):
            self.make_repository(world)
            raise MemoryError

        with self.assertRaises(MemoryError):
            self.perform(make)
        self.assertEqual(self.left(), [])

    def test_what_a_killed_run_left_is_removed_by_its_name(self):
        self.target.clients()("ecr").create_repository(repositoryName=NAME, tags=run.tags(NAME))
        status, said = output(lambda: program.main(["--target", "aws", "--region", "us-east-1", "--clean", NAME, "--yes"]))
        self.assertEqual((status, self.left()), (0, []))
        self.assertIn("removed: repository", said)
        status, said = output(lambda: program.main(["--target", "aws", "--region", "us-east-1", "--clean", NAME, "--yes"]))
        self.assertIn(f"Nothing of {NAME} is there.", said)

    def test_one_interrupt_does_not_end_the_removing_and_two_do(self):
        def press():
            os.kill(os.getpid(), signal.SIGINT)

        with program.patient(NAME):
            _, said = output(press)
            self.assertIn(f"CLEAN={NAME}", said)
            with self.assertRaises(KeyboardInterrupt):
                press()
