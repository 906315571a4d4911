"""Checks the one file that `make dist` makes: its size, its version, its start, and where and how it may lie.

Usage: check_dist.py FILE

Nothing of AWS is asked. Prints one line for each thing that holds, and exits 1 after the first that does not. The last
lines are measured, in processor time, and hold nothing up.
"""
import os
import pathlib
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import zipfile

MEGABYTE = 1_000_000
MOST = 20 * MEGABYTE
LAUNCHER = pathlib.Path("cli/src/main/launcher/slipway.sh")
NOBODY = ["status", "--region", "us-east-1", "--endpoint-url", "http://127.0.0.1:1"]
# Where the launcher looks for a Java by itself.
USUAL = ("/usr/lib/jvm", "/usr/libexec/java_home", "/opt/homebrew", "/usr/local/opt")


class Check:
    def __init__(self, file, work):
        self.file = file
        self.work = work
        self.java_home = subprocess.run(["bin/jdk25"], stdout=subprocess.PIPE, check=True, encoding="utf-8").stdout.strip()
        # the launcher's tools, and no java
        self.path = work / "path"
        self.path.mkdir()
        for tool in ("sh", "sed", "dirname", "readlink", "mkdir", "mv", "rm", "cut", "stty"):
            (self.path / tool).symlink_to(shutil.which(tool))
        with zipfile.ZipFile(file) as jar:
            manifest = jar.read("META-INF/MANIFEST.MF").decode().replace("\r\n ", "").splitlines()
        self.version = dict(line.split(": ", 1) for line in manifest if line)["Implementation-Version"]

    def environment(self, **more):
        """No JAVA_HOME, no java in PATH, nowhere to write: what a test wants of these, it says."""
        return {"PATH": str(self.path), "AWS_ACCESS_KEY_ID": "-", "AWS_SECRET_ACCESS_KEY": "-",
                "AWS_MAX_ATTEMPTS": "1", "AWS_CONFIG_FILE": "/dev/null", **more}

    def run(self, arguments, cwd=None, **environment):
        return subprocess.run([str(each) for each in arguments], cwd=cwd, env=self.environment(**environment),
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8")

    def tells_its_version(self, arguments, what, cwd=None, **environment):
        ended = self.run([*arguments, "--version"], cwd, **environment)
        holds(what, (ended.returncode, ended.stdout, ended.stderr) == (0, f"slipway {self.version}\n", ""), ended)


def holds(what, condition, shown=""):
    if not condition:
        raise SystemExit(f"FAILED: {what}\n{shown}")
    print(f"ok: {what}")


def contents(check):
    size = check.file.stat().st_size
    holds(f"it has {size / MEGABYTE:.1f} MB, of at most {MOST / MEGABYTE:.0f}", size < MOST)
    project = re.search(r"<version>(.*)</version>", pathlib.Path("pom.xml").read_text("utf-8")).group(1)
    commit = subprocess.run(["git", "describe", "--always", "--dirty", "--exclude", "*", "--abbrev=12"],
                            stdout=subprocess.PIPE, encoding="utf-8").stdout.strip() or "unknown"
    holds(f"its version is that of the project, its commit that of the clone: {check.version}",
          check.version == f"{project}, commit {commit}")
    for arguments in (["--help"], NOBODY):
        loaded = check.run([f"{check.java_home}/bin/java", "-Xlog:class+load", "-jar", check.file, *arguments]).stdout
        servers = re.findall(r"\S*(?:dev\.slipway\.cli\.dashboard|httpserver)\S*", loaded)
        holds(f"{arguments[0]} loads no class of the dashboard",
              "dev.slipway.cli.command.Slipway" in loaded and servers == [], servers)


def places(check):
    directory = check.work / "a place with spaces, and 'quotes'"
    directory.mkdir()
    copy = directory / "slipway"
    shutil.copy(check.file, copy)
    elsewhere = check.work / "elsewhere"
    elsewhere.mkdir()
    cache = str(check.work / "a cache" / "of classes")
    with_java = {"JAVA_HOME": check.java_home, "SLIPWAY_CACHE": cache}
    check.tells_its_version([copy], "it runs by its whole path, with spaces in it, from another directory",
                            elsewhere, **with_java)
    check.tells_its_version(["./slipway"], "it runs where it lies", directory, **with_java)
    check.tells_its_version(["sh", "slipway"], "it runs as a script of sh", directory, **with_java)
    (elsewhere / "link").symlink_to(copy)
    check.tells_its_version([elsewhere / "link"], "it runs through a link", **with_java)
    check.tells_its_version(["slipway"], "it runs out of PATH", elsewhere,
                            **{**with_java, "PATH": f"{directory}:{check.path}"})
    check.tells_its_version([f"{check.java_home}/bin/java", "-jar", copy], "java -jar runs it")
    completion = check.run([copy, "completion", "bash"], **with_java)
    holds("it completes", completion.returncode == 0 and "complete" in completion.stdout, completion)
    nonsense = check.run([copy, "status", "--output", "nonsense"], **with_java)
    holds("its exit code is the command's", nonsense.returncode == 2, nonsense)


def javas(check):
    links = check.work / "links"
    links.mkdir()
    (links / "java").symlink_to(f"{check.java_home}/bin/java")
    check.tells_its_version([check.file], "JAVA_HOME unset: it takes the java in PATH, behind a link",
                            PATH=f"{links}:{check.path}")

    old = check.work / "an old java"
    (old / "bin").mkdir(parents=True)
    (old / "bin" / "java").write_text("#!/bin/sh\nexit 99\n")
    (old / "bin" / "java").chmod(0o755)
    (old / "release").write_text('IMPLEMENTOR="Nobody"\nJAVA_VERSION="17.0.12"\n')
    check.tells_its_version([check.file], "JAVA_HOME is too old: it takes the java in PATH",
                            JAVA_HOME=str(old), PATH=f"{links}:{check.path}")

    # without the places where this machine may have one
    launcher = LAUNCHER.read_text("utf-8")
    for each in USUAL:
        launcher = launcher.replace(each, "/nowhere")
    alone = check.work / "alone"
    alone.write_text(launcher)
    ended = check.run(["sh", alone, "status"], JAVA_HOME=str(old))
    holds("Java 17 alone: it says what it needs, what it has found, and what to do",
          ended.returncode == 1 and ended.stdout == ""
          and ended.stderr.startswith(f"slipway: needs Java 25 or newer; found 17.0.12 in {old}\n  Install one"), ended)
    ended = check.run(["sh", alone, "status"])
    holds("no Java at all: it says so",
          ended.returncode == 1 and ended.stderr.startswith("slipway: needs Java 25 or newer; found none\n"), ended)
    sdkman = check.work / "sdkman" / "candidates" / "java"
    sdkman.mkdir(parents=True)
    (sdkman / "25-tem").symlink_to(check.java_home)
    shutil.copy(check.file, check.work / "whole")
    check.tells_its_version([check.file], "it finds SDKMAN's by itself", SDKMAN_DIR=str(check.work / "sdkman"))


def archives(check):
    home = check.work / "home"
    home.mkdir()
    cache = home / ".cache" / "slipway"
    here = {"JAVA_HOME": check.java_home, "HOME": str(home)}
    check.tells_its_version([check.file], "its first start makes an archive of classes", **here)
    made = list(cache.iterdir())
    holds("in ~/.cache/slipway, and leaves nothing else there", len(made) == 1 and made[0].stat().st_size > 0, made)
    archive = made[0]
    began = archive.stat().st_mtime_ns
    check.tells_its_version([check.file], "its second start", **here)
    holds("finds it", archive.stat().st_mtime_ns == began)
    loaded = check.run([f"{check.java_home}/bin/java", "-XX:+UseSerialGC", f"-XX:AOTCache={archive}",
                        "-Xlog:class+load:stdout", "-jar", check.file, "--version"]).stdout
    own = [line for line in loaded.splitlines() if " dev.slipway." in line]
    archived = [line for line in own if line.endswith("shared objects file")]
    holds(f"takes its classes out of it, {len(archived)} of {len(own)}", len(archived) > len(own) / 2, loaded)

    os.utime(check.file)
    check.tells_its_version([check.file], "a newer slipway", **here)
    holds("makes it anew", archive.stat().st_mtime_ns > began)
    archive.write_bytes(archive.read_bytes()[: archive.stat().st_size // 2])
    check.tells_its_version([check.file], "half an archive is no harm", **here)
    archive.write_bytes(b"")
    check.tells_its_version([check.file], "nor is an empty one", **here)

    # a directory that nobody can write, root neither
    (check.work / "file").write_text("")
    check.tells_its_version([check.file], "a home that cannot be written is no harm",
                            JAVA_HOME=check.java_home, HOME=str(check.work / "file" / "home"))
    read_only = check.work / "read-only"
    read_only.mkdir()
    read_only.chmod(0o555)
    check.tells_its_version([check.file], "nor is one that may not be", JAVA_HOME=check.java_home, HOME=str(read_only))
    check.tells_its_version([check.file], "nor is none", JAVA_HOME=check.java_home)
    other = check.work / "other"
    other.mkdir()
    check.tells_its_version([check.file], "an empty SLIPWAY_CACHE", JAVA_HOME=check.java_home, HOME=str(other),
                            SLIPWAY_CACHE="")
    holds("means that none is made", list(other.iterdir()) == [])


def processor_time(command, environment):
    times = []
    for _ in range(5):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        times.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return statistics.median(times)


def measured(check):
    cache = check.work / "measured"
    with_java = {"JAVA_HOME": check.java_home}
    plain = processor_time([f"{check.java_home}/bin/java", "-version"], check.environment())
    print(f"processor time, the median of 5: java -version {plain:.3f} s")
    for what, arguments in (("--help", ["--help"]), ("a command that calls AWS, which does not answer", NOBODY)):
        without = processor_time([str(check.file), *arguments], check.environment(**with_java, SLIPWAY_CACHE=""))
        check.run([check.file, "--version"], **with_java, SLIPWAY_CACHE=str(cache))
        within = processor_time([str(check.file), *arguments], check.environment(**with_java, SLIPWAY_CACHE=str(cache)))
        print(f"  {what}: {within:.3f} s, {within / plain:.0f} times that; without the archive {without:.3f} s")


def main():
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    with tempfile.TemporaryDirectory(prefix="slipway-dist-") as work:
        check = Check(pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(work).resolve())
        contents(check)
        places(check)
        javas(check)
        archives(check)
        measured(check)


if __name__ == "__main__":
    main()
