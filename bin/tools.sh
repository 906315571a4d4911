# Sourced by the scripts beside it: the repository's own tools come first, then what the machine has.
# shellcheck shell=bash
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit
export PATH="$PWD/.venv/bin:$PATH"
export SAM_CLI_TELEMETRY=0

# skip <what is not done, and why>: says so; in CI, which installs everything, that is a failure
skip() {
  echo "skipped: $1"
  if [ "${CI:-}" = true ]; then exit 1; fi
  exit 0
}

# needs <tool> <what is left undone without it>
needs() {
  command -v "$1" >/dev/null || skip "$2 needs $1, which is not installed; \`make tools\` installs it into .venv"
}

# python_of <tool>: the interpreter that a Python tool runs on, and so its libraries
python_of() {
  sed -n '1s/^#!//p' "$(command -v "$1")"
}

# in_a_group <command...>: in the background, in a process group of its own, so that `kill -- -$!` ends all of it
in_a_group() {
  set -m
  "$@" </dev/null &
  set +m
}

# within <seconds> <command...>: macOS has no `timeout`
within() {
  python3 -c 'import subprocess, sys; sys.exit(subprocess.run(sys.argv[2:], timeout=float(sys.argv[1])).returncode)' "$@"
}
