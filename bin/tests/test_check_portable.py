import unittest

from check_portable import findings

MISTAKES = """\
mapfile -t lines < <(git ls-files)
  readarray lines
declare -A map
local -A map
echo "${name,,}"
echo "${name^}"
echo "${list[-1]}"
make |& tee log
make &>>log
if [[ -v name ]]; then
wait -n
sed -i 's/a/b/' file
sed -i.bak -r 's/a/b/' file
x=$(sed --quiet p file)
here=$(dirname "$(readlink -f "$0")")
here=$(realpath .)
date -d yesterday
date --iso-8601
date +%s%N
ls | grep -P '\\d'
ls | grep -oP '\\d'
find . -type f | xargs -r rm
size=$(stat -c %s file)
sha256sum file
timeout 5 true
if timeout 5 true; then
! timeout 5 true
setsid make local &
make -j"$(nproc)"
cat /proc/meminfo
mktemp -p "$dir"
cp --dereference a b
install -D a b
find . -printf '%s'
find -name x
head -n -1 file
base64 -w0 file
sort -V file
tac file
sleep 5m
ldd file
"""

FINE = """\
# sed -i and readlink -f in a comment
true # timeout 5
sed -n '1s/^#!//p' file
sed "s/a/b-r/" file -n
sed -E 's/a/b/' file
link=$(readlink "$file")
date +%s
grep -E 'mapfile|timeout' file
grep -q AWS_ENDPOINT_URL file
git ls-files | xargs awk '{print}'
within 300 docker pull image
in_a_group make local
echo "it ran into a timeout 5 times"
curl --silent --max-time 5 url
mktemp -d
cp -R a/. b
docker run --env /var/proc
printf '%s\\n' "${columns:+-D}" "${1:?usage}" "${all[@]}" "${#all[@]}" "${name#,}" "${name%,}"
case $x in a) true ;; esac
find cli/src/main -name '*.java'
head -n 1 file
tail -20 file
python3 -c 'import subprocess; subprocess.run([], timeout=5)'
local status=$?
"""

MAKEFILE_MISTAKES = """\
X != ls
.ONESHELL:
define X =
a b &: c
\t@sed -i s/a/b/ x
\t@x=$$(readlink -f y)
"""

MAKEFILE_FINE = """\
MVN ?= mvn
X := $(shell find cli/src)
define X
\t@status=0; x || status=$$?; [ "$$status" -eq 2 ]
\t@exec $(SIMULATOR) $(LISTEN:%=--listen %)
"""


class Portable(unittest.TestCase):
    def test_finds_each_mistake(self):
        found = {number for number, _ in findings(MISTAKES)}
        missed = [line for number, line in enumerate(MISTAKES.splitlines(), start=1) if number not in found]
        self.assertEqual([], missed)

    def test_finds_nothing_else(self):
        lines = FINE.splitlines()
        self.assertEqual([], [(lines[number - 1], instead) for number, instead in findings(FINE)])

    def test_makefile(self):
        self.assertEqual({1, 2, 3, 4, 5, 6}, {number for number, _ in findings(MAKEFILE_MISTAKES, makefile=True)})
        self.assertEqual([], findings(MAKEFILE_FINE, makefile=True))

    def test_passes_over_a_script_for_linux_only(self):
        self.assertEqual([], findings("#!/bin/sh\n# Linux only: it installs with apt\nreadlink -f x\n"))
        self.assertEqual([(3, "follow links in a loop, as ./slipway does")],
                         findings("#!/bin/sh\n# Linux only:\nreadlink -f x\n"))


if __name__ == "__main__":
    unittest.main()
