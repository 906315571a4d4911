"""Runs the demo, given as this script's arguments, and writes docs/demo.md and the excerpt of it in README.md.

With --check before them it prints the demo's output and writes nothing. It fails where the page no longer says what the
demo does: its sentences and digests; times and the pictures of tasks differ from run to run.
"""
import difflib
import pathlib
import re
import subprocess
import sys

PAGE = pathlib.Path("docs/demo.md")
README = pathlib.Path("README.md")
HEADER = "# The demo\n\nWhat `make demo` prints. `make demo-doc` writes this page, and the excerpt in the README.\n\n"
BEGIN, END = "<!-- demo -->\n", "<!-- /demo -->\n"
# The first words of the chapters that the README quotes, each of them whole; an ellipsis stands for those between.
LEGEND = "  ○ to start "
QUOTED = ("Version 2.0 (", "Version 3.0 is blocked", "What is deployed where")


def excerpt(output):
    chapters = output.strip("\n").split("\n\n")
    legends = [line for line in output.splitlines() if line.startswith(LEGEND)]
    if len(legends) != 1:
        raise SystemExit(f"the demo has {len(legends)} legends")
    quoted = legends[0] + "\n\n"
    last = None
    for words in QUOTED:
        found = [number for number, chapter in enumerate(chapters) if chapter.startswith(words)]
        if len(found) != 1:
            raise SystemExit(f"the demo has {len(found)} chapters that begin with: {words}")
        if last is not None:
            quoted += "\n" if found[0] == last + 1 else "…\n\n"
        quoted += chapters[found[0]] + "\n"
        last = found[0]
    return quoted


def replaced(readme, text):
    before, rest = readme.split(BEGIN)
    after = rest.split(END)[1]
    return f"{before}{BEGIN}```\n{text}```\n{END}{after}"


def stable(output):
    """What each run says: chapters, and what Slipway announces, without how long it took."""
    said = []
    for line in output.splitlines():
        if line and not line.startswith(" "):
            said.append(line)
        elif re.match(r"  \d\d:\d\d:\d\d  slipway ", line):
            said.append(re.sub(r"\d+ s\b", "… s", line[len("  00:00:00  ") :]))
    return said


def check(command):
    with subprocess.Popen(command, stdout=subprocess.PIPE, encoding="utf-8") as demo:
        output = ""
        for line in demo.stdout:
            print(line, end="", flush=True)
            output += line
    if demo.returncode != 0:
        raise SystemExit(demo.returncode)
    written = PAGE.read_text("utf-8").removeprefix(HEADER).removeprefix("```\n").removesuffix("```\n")
    differ = [line for line in difflib.ndiff(stable(written), stable(output)) if line[0] in "+-"]
    if differ:
        raise SystemExit("\n".join([f"{PAGE} is not what the demo prints (make demo-doc writes it anew):", *differ]))
    if replaced(README.read_text("utf-8"), excerpt(written)) != README.read_text("utf-8"):
        raise SystemExit(f"the excerpt in {README} is not that of {PAGE} (make demo-doc writes both)")


def main():
    if sys.argv[1] == "--check":
        check(sys.argv[2:])
        return
    demo = subprocess.run(sys.argv[1:], stdout=subprocess.PIPE, encoding="utf-8")
    if demo.returncode != 0:
        raise SystemExit(f"{demo.stdout}\nthe demo failed: nothing is written")
    readme = replaced(README.read_text("utf-8"), excerpt(demo.stdout))
    PAGE.write_text(f"{HEADER}```\n{demo.stdout}```\n", "utf-8")
    README.write_text(readme, "utf-8")


if __name__ == "__main__":
    main()
