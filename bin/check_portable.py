"""Finds in shell scripts and makefiles what a Mac has not: it brings bash 3.2, make 3.81 and BSD's tools.

Usage: check_portable.py FILE...

Prints file, line and what to write instead, and exits 1 if there is any. Comments are not looked at. A script that runs
on Linux alone says so, and why, among its comments: `# Linux only: it installs with apt`. It is passed over.
"""
import pathlib
import re
import sys

# What begins a command, as far as one line tells: its start, or what separates it from the one before.
COMMAND = r"(?:^|[;&|(`{!]|\$\(|\b(?:if|then|else|do|while|until|exec|xargs|sudo|env|command)\b)\s*@?\s*(?!\w+=)"
OPTION = r"\b[^|;&)`]*?\s-"

ANYWHERE = (
    (r"/proc/", "/proc is Linux's"),
    (r"\$\{!?\w+(?:\[[^]]*\])?(?:,|\^)", "bash 4's change of case: use tr"),
    (r"\$\{\w+(?:\[[^]]*\])?@[A-Za-z]\}", "bash 4.4's ${name@X}"),
    (r"\$\{\w+\[-\d", "bash 4.3's index from the end"),
    (r"\|&", "bash 4: 2>&1 |"),
    (r"&>>", "bash 4: >>file 2>&1"),
    (r";;?&(?!&)\s*$", "bash 4's fall through of case"),
    (r"\[\[?\s+(?:!\s+)?-v\s", "bash 4.2: [ -n \"${name+set}\" ]"),
    (r"\{\w+\}[<>]", "bash 4.1: number the file descriptor yourself"),
    (r"\$\{?(?:EPOCHSECONDS|EPOCHREALTIME|BASHPID|SRANDOM)\b", "a variable of a newer bash"),
)

COMMANDS = (
    (r"(?:mapfile|readarray)\b", "bash 4: while IFS= read -r each; do all+=(\"$each\"); done < <(...)"),
    (r"(?:declare|local|typeset)\s+-[a-z]*[Anlug]", "bash 4's associative arrays, references and changes of case"),
    (r"coproc\b", "bash 4"),
    (r"wait\s+-[np]", "bash 4.3"),
    (r"shopt\s+-s\s+(?:globstar|lastpipe|inherit_errexit)", "bash 4"),
    (r"printf\s+(?:-v\s+\w+\s+)?['\"][^'\"]*%\([^)]*\)T", "bash 4.2: date"),
    (r"sed" + OPTION + r"(?:i\b(?!\s*['\"]{2})|-in-place)", "BSD's sed -i takes a suffix: write another file and mv it"),
    (r"sed" + OPTION + r"r\b", "sed -E"),
    (r"sed" + OPTION + r"(?:-\w|z\b|s\b)", "GNU sed's option"),
    (r"readlink" + OPTION, "follow links in a loop, as ./slipway does"),
    (r"realpath\b", "not on macOS before 13: cd and pwd"),
    (r"date" + OPTION + r"(?:d|-\w|I|-iso)", "GNU date's option"),
    (r"date\b[^|;&)`]*%[0-9]*N", "GNU date's nanoseconds"),
    (r"[ef]?grep" + OPTION + r"[a-zA-Z]*P", "BSD's grep has no Perl expressions: grep -E"),
    (r"xargs" + OPTION + r"(?:r|d|-)", "BSD's xargs has no -r and -d"),
    (r"stat" + OPTION + r"(?:c|-\w|f\s*['\"]?%)", "stat differs: wc -c, ls, or test -nt"),
    (r"(?:sha(?:1|224|256|384|512)|md5)sum\b", "shasum -a 256, or cksum"),
    (r"timeout\b", "within, of bin/tools.sh"),
    (r"setsid\b", "in_a_group, of bin/tools.sh"),
    (r"nproc\b", "getconf _NPROCESSORS_ONLN"),
    (r"mktemp" + OPTION + r"(?:p|-)", "mktemp -d, or mktemp \"$dir/name.XXXXXX\""),
    (r"(?:cp|ln|mv|install)" + OPTION + r"(?:[a-zA-Z]*[TDt]\b|-\w)", "an option of GNU's coreutils"),
    (r"ln" + OPTION + r"[a-z]*r", "GNU's ln -r"),
    (r"find\b[^|;&)`]*\s-(?:printf|regextype|executable|readable|writable)\b", "GNU find's test"),
    (r"find\s+-", "BSD's find needs a directory: find . ..."),
    (r"head\b[^|;&)`]*\s-(?:n\s*)?-\d", "GNU's head -n -N: sed '$d'"),
    (r"tail" + OPTION + r"-pid", "GNU's tail --pid"),
    (r"base64" + OPTION + r"w", "base64 | tr -d '\\n'"),
    (r"sort" + OPTION + r"[a-zA-Z]*V", "GNU's sort -V"),
    (r"du" + OPTION + r"(?:b|-\w)", "du -k"),
    (r"tar\b[^|;&)`]*\s--(?:owner|group|transform|sort|mtime|numeric-owner)", "GNU tar's option"),
    (r"(?:awk)\b.*\b(?:gensub|strftime|systime|asorti?|length\(\w+\s*\[)\(", "gawk's function"),
    (r"(?:tac|shuf|numfmt|truncate|flock|getent|ldd|ldconfig|free|lsb_release|unshare)\b", "not on macOS"),
    (r"ps\s+--", "GNU ps's option"),
    (r"sleep\s+[\d.]+[smhd]\b", "sleep takes seconds"),
)

# What follows -s sh is shellcheck's to find; this is what it lets pass.
MAKE = (
    (r"\$\(file\b", "make 4's file function"),
    (r"^\s*[\w.-]+\s*(?:!=|::=|:::=)", "make 4: $(shell ...)"),
    (r"^\.(?:ONESHELL|RECIPEPREFIX)\b", "make 3.82"),
    (r"^define\s+\S+\s*[:+?]?=", "make 3.82: define NAME, without ="),
    (r"^(?:undefine|private)\b", "make 3.82"),
    (r"&:", "make 4.3's grouped targets"),
    (r"\$\((?:intcmp|let)\b", "make 4.4's function"),
)

QUOTED = re.compile(r"'[^']*'")

LINUX_ONLY = re.compile(r"^# Linux only: \S")


def without_comment(line):
    """The line up to a # that begins a comment: one in quotes, or after $ or in the middle of a word, does not."""
    quote = ""
    for index, character in enumerate(line):
        if quote:
            if character == quote and (quote == "'" or line[index - 1] != "\\"):
                quote = ""
        elif character in "'\"":
            quote = character
        elif character == "#" and (index == 0 or line[index - 1] in " \t;"):
            return line[:index]
    return line


def without_quoted_separators(line):
    """The line with no ; & | ` { ! in single quotes: no command begins there."""
    return QUOTED.sub(lambda quoted: re.sub(r"[;&|`{!]", "_", quoted.group()), line)


def findings(text, makefile=False):
    """Pairs of a line's number and what it should not have."""
    lines = text.splitlines()
    if any(LINUX_ONLY.match(line) for line in lines):
        return []
    anywhere = [(re.compile(pattern), instead) for pattern, instead in ANYWHERE + (MAKE if makefile else ())]
    commands = [(re.compile(COMMAND + r"\b" + pattern), instead) for pattern, instead in COMMANDS]
    found = []
    for number, line in enumerate(lines, start=1):
        line = without_comment(line)
        if makefile:
            line = line.replace("$$", "$")
        found += [(number, instead) for pattern, instead in anywhere if pattern.search(line)]
        line = without_quoted_separators(line)
        found += [(number, instead) for pattern, instead in commands if pattern.search(line)]
    return found


def main():
    if len(sys.argv) < 2:
        raise SystemExit(__doc__)
    failed = False
    for name in sys.argv[1:]:
        makefile = pathlib.Path(name).name.lower().startswith("makefile")
        for number, instead in findings(pathlib.Path(name).read_text("utf-8"), makefile):
            print(f"{name}:{number}: not on every Mac: {instead}")
            failed = True
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
