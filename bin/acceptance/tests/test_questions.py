"""Questions: verdicts, files without what tells of the account, and the page that lists them."""

import json
import pathlib
import tempfile
import types
import unittest

from acceptance import lab, questions
from acceptance.masking import Mask
from acceptance.questions import ANSWERED, ASSUMED, DIFFERENT, OPEN, Question
from acceptance.rows import Failed, Rows, Skip
from acceptance.targets import ROOT

PAGE = ROOT / "docs/acceptance.md"


def question(answer, holds=None, rows=("a row",)):
    return Question("it", "Is it?", "a note", "events/it.json", "it is", rows, answer, holds)


def raising(error):
    def check():
        raise error

    return check


class QuestionsTest(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.world = types.SimpleNamespace(
            directory=pathlib.Path(directory.name), mask=Mask("999988887777"),
            target=types.SimpleNamespace(name="aws", region="eu-west-1"),
        )  # fmt: skip
        self.rows = Rows("aws", {}, lambda _: None)
        self.rows.check("a row", lambda: None)

    def verdict(self, asked):
        return questions.answered(asked, self.world, self.rows)

    def test_verdicts(self):
        self.assertEqual(self.verdict(question(lambda _: {"a": 1}, lambda it: it["a"] == 1)).verdict, ASSUMED)
        self.assertEqual(self.verdict(question(lambda _: {"a": 2}, lambda it: it["a"] == 1)).verdict, DIFFERENT)
        self.assertEqual(self.verdict(question(lambda _: {"a": 2})).verdict, ANSWERED)

    def test_the_file_has_the_answer_masked(self):
        answered = self.verdict(question(lambda _: {"arn": "arn:aws:ecs:eu-west-1:999988887777:x"}))
        written = json.loads((self.world.directory / answered.detail).read_text("utf-8"))
        self.assertEqual(written["answer"], {"arn": "arn:aws:ecs:eu-west-1:123456789012:x"})
        self.assertEqual((written["question"], written["becomes"], written["answered by"]),
                         ("Is it?", "events/it.json", "aws, eu-west-1"))  # fmt: skip

    def test_what_could_not_be_asked_stays_open_and_says_why(self):
        self.rows.check("skipped", raising(Skip("there is no IAM")))
        self.rows.check("failed", raising(Failed("a long story")))
        for rows, detail in ((("skipped",), "there is no IAM"), (("failed",), "it needs: failed"), (("never",), "it needs: never")):
            answered = self.verdict(question(lambda _: self.fail("was asked"), rows=rows))
            self.assertEqual((answered.verdict, answered.detail), (OPEN, detail))

    def test_an_answer_of_another_shape_is_no_crash(self):
        answered = self.verdict(question(lambda _: {}["missing"]))
        self.assertEqual(answered.verdict, OPEN)
        self.assertIn("another shape: KeyError", answered.detail)

    def test_each_question_needs_rows_that_there_are(self):
        story = (ROOT / "bin/acceptance/story.py").read_text("utf-8") + (ROOT / "bin/acceptance/__main__.py").read_text("utf-8")
        names = {name for name, *_ in lab.EXPERIMENTS}
        for asked in questions.QUESTIONS:
            for row in asked.rows:
                self.assertTrue(row in names or row in story, f"{asked.id}: {row}")

    def test_each_experiment_needs_rows_that_come_before(self):
        seen = {"queues take their message group from the event"}
        for name, _, _, after in lab.EXPERIMENTS:
            self.assertLessEqual(set(after), seen, name)
            seen.add(name)

    def test_ids_are_names_of_files_and_each_is_one(self):
        ids = [it.id for it in questions.QUESTIONS] + [name for name, *_ in questions.NOT_ASKED]
        self.assertEqual(len(ids), len(set(ids)))
        for each in ids:
            self.assertRegex(each, r"\A[a-z0-9-]+\Z")

    def test_the_page_lists_the_questions(self):
        page = PAGE.read_text("utf-8")
        self.assertIn(questions.table(), page, "write it anew: PYTHONPATH=bin python -m acceptance.questions")
        for name, _, _ in questions.NOT_ASKED:
            self.assertIn(f"`{name}`", page)

    def test_statuses_are_those_of_service_deployments(self):
        seen = [{"id": "ecs-svc/1", "status": "PRIMARY"}, {"message": "x"},
                {"serviceDeploymentArn": "a", "status": "STOPPED", "statusReason": None}]  # fmt: skip
        self.assertEqual(questions.statuses({"seen": seen}), [("STOPPED", "")])
