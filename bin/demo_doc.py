"""Runs the demo, given as this script's arguments, and writes docs/demo.md and the excerpt of it in README.md."""
import pathlib
import subprocess
import sys

PAGE = pathlib.Path("docs/demo.md")
README = pathlib.Path("README.md")
HEADER = "# The demo\n\nWhat `make demo` prints. `make demo-doc` writes this page, and the excerpt in the README.\n\n"
BEGIN, END = "<!-- demo -->\n", "<!-- /demo -->\n"
# The first words of the chapters that the README quotes, each of them whole; an ellipsis stands for those between.
QUOTED = ("Version 2.0 (", "Version 3.0 is blocked", "What is deployed where")


def excerpt(output):
    chapters = output.strip("\n").split("\n\n")
    quoted = ""
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


def main():
    demo = subprocess.run(sys.argv[1:], stdout=subprocess.PIPE, encoding="utf-8")
    if demo.returncode != 0:
        raise SystemExit(f"{demo.stdout}\nthe demo failed: nothing is written")
    readme = replaced(README.read_text("utf-8"), excerpt(demo.stdout))
    PAGE.write_text(f"{HEADER}```\n{demo.stdout}```\n", "utf-8")
    README.write_text(readme, "utf-8")


if __name__ == "__main__":
    main()
