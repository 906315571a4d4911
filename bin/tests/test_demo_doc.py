"""What bin/demo_doc.py takes of the demo's output, and where it puts it."""
import unittest

import demo_doc

OUTPUT = """AWS on this machine.
  ○ to start   ● running

Version 2.0 (aa) is pushed.
  it rolls

Version 3.0 (bb) is pushed.
  it fails

Version 3.0 is blocked: it is not deployed again.
  $ slipway explain

What is deployed where:
  $ slipway status
"""


class DemoDocTest(unittest.TestCase):
    def test_quotes_whole_chapters(self):
        self.assertEqual(
            demo_doc.excerpt(OUTPUT),
            """  ○ to start   ● running

Version 2.0 (aa) is pushed.
  it rolls
…

Version 3.0 is blocked: it is not deployed again.
  $ slipway explain

What is deployed where:
  $ slipway status
""",
        )

    def test_a_chapter_that_is_gone_is_an_error(self):
        with self.assertRaisesRegex(SystemExit, "0 chapters that begin with: What is deployed where"):
            demo_doc.excerpt(OUTPUT.replace("What is", "What was"))

    def test_replaces_what_is_between_the_marks(self):
        self.assertEqual(
            demo_doc.replaced("a\n<!-- demo -->\nold\n<!-- /demo -->\nb\n", "new\n"),
            "a\n<!-- demo -->\n```\nnew\n```\n<!-- /demo -->\nb\n",
        )


if __name__ == "__main__":
    unittest.main()
