"""One style of test names: methods of tests, and nested classes of them, are sentences in snake_case.

    python3 bin/check_test_names.py
"""

import pathlib
import re
import sys

TEST = re.compile(r"@(Test|ParameterizedTest|RepeatedTest|TestFactory|Property)\b")
METHOD = re.compile(r"\s+(?:default |public )*(?:void|Stream<\S+>) (\w+)\(")
NESTED = re.compile(r"\s+@Nested\b")
CLASS = re.compile(r"\s+(?:abstract |final )*class (\w+)")
MOST_LINES = 80


def names(source):
    """The names of the tests and of the nested classes in a source file, with their lines."""
    lines = source.split("\n")
    for number, line in enumerate(lines):
        for annotation, name in ((TEST, METHOD), (NESTED, CLASS)):
            if annotation.match(line.lstrip()) if annotation is TEST else annotation.match(line):
                for offset, after in enumerate(lines[number + 1 : number + MOST_LINES], number + 2):
                    found = name.match(after)
                    if found:
                        yield offset, found.group(1)
                        break


def is_snake_case(name):
    """One capital letter may begin a class."""
    return not re.search(r"[A-Z]", name[1:])


def main(root):
    wrong = [
        f"{file.relative_to(root)}:{line}: {name} is not in snake_case"
        for file in sorted(root.glob("*/src/test/**/*.java"))
        for line, name in names(file.read_text(encoding="utf-8"))
        if not is_snake_case(name)
    ]
    print("\n".join(wrong) or "test names: one style")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(__file__).resolve().parent.parent))
