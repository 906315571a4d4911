"""Checks a list of what is in something that is shipped (CycloneDX, from `make sbom`) against the thing itself.

Usage: check_sbom.py BOM JAR_OR_DIRECTORY [BOM JAR_OR_DIRECTORY]...

- Every class that is shipped is Slipway's own, or of a library in the list; the classes are looked for in the libraries'
  jars, as Maven has them.
- No library is there in two versions, none is a snapshot, and none is without a version.
- Each library has a licence, and one that Slipway may be shipped with.

Prints a line for each finding and exits 1 if there is one. Whether a library has a known vulnerability is asked by
check_vulnerabilities.py, which needs a network.
"""

import collections
import json
import os
import re
import sys
import zipfile
from pathlib import Path

OWN = "dev/slipway/"
# SPDX's names; what libraries write instead, where CycloneDX finds no such name, is beside it.
LICENCES = {
    "Apache-2.0": (),
    "BSD-2-Clause": (),
    "BSD-3-Clause": ("Go License",),
    "MIT": ("MIT License",),
    "MIT-0": (),
}
ALLOWED = {name for spdx, others in LICENCES.items() for name in (spdx, *others)}


def repository():
    """Where Maven keeps jars."""
    return Path(os.environ.get("MAVEN_REPOSITORY", Path.home() / ".m2" / "repository"))


def jar_of(component):
    """The file of a library in Maven's repository."""
    name, version = component["name"], component["version"]
    return repository() / component["group"].replace(".", "/") / name / version / f"{name}-{version}.jar"


def class_name(entry):
    """The class that an entry is of: of a multi-release jar without its folder, and for what ProGuard writes in place of
    a lambda (docs/decisions/0020) the class that has it."""
    parts = entry.split("/")
    if parts[:2] == ["META-INF", "versions"]:
        parts = parts[3:]
    return re.sub(r"\$\$Lambda\$\d+\.class$", ".class", "/".join(parts))


def classes(file):
    """The classes in a jar."""
    with zipfile.ZipFile(file) as jar:
        return {class_name(entry) for entry in jar.namelist() if entry.endswith(".class")}


def shipped_classes(place):
    """The classes in a jar, or in a directory and its jars."""
    if place.is_file():
        return classes(place)
    found = {class_name(str(file.relative_to(place))) for file in place.rglob("*.class")}
    for jar in place.rglob("*.jar"):
        found |= classes(jar)
    return found


def licences(component):
    """The names of a component's licences; of a choice all."""
    names = []
    for entry in component.get("licenses", []):
        licence = entry.get("license", {})
        names.append(licence.get("id") or licence.get("name") or entry.get("expression", ""))
    return names


def findings(bom, place):
    """What is wrong with a list, or with what is shipped."""
    components = json.loads(Path(bom).read_text(encoding="utf-8")).get("components", [])
    found = []
    versions = collections.defaultdict(set)
    known = set()
    for component in components:
        name = f"{component.get('group', '')}:{component['name']}"
        version = component.get("version", "")
        versions[name].add(version)
        if not version or version.endswith("-SNAPSHOT"):
            found.append(f"{bom}: {name} has the version {version or 'none'}, which names no release")
        named = licences(component)
        if not named:
            found.append(f"{bom}: {name} {version} has no licence")
        elif not any(one in ALLOWED for one in named):
            found.append(f"{bom}: {name} {version} is under {' and '.join(named)}: see LICENCES in {__file__}")
        jar = jar_of(component)
        if jar.is_file():
            known |= classes(jar)
        else:
            found.append(f"{bom}: {name} {version} is not in Maven's repository: {jar}")
    for name, several in versions.items():
        if len(several) > 1:
            found.append(f"{bom}: {name} is there in versions {' and '.join(sorted(several))}")
    shipped = shipped_classes(Path(place))
    if not shipped:
        found.append(f"{place}: there are no classes")
    nobodys = sorted(name for name in shipped - known if not name.startswith(OWN))
    if nobodys:
        found.append(f"{place}: {len(nobodys)} classes are of no library in {bom}, such as {', '.join(nobodys[:3])}")
    return found, f"{bom}: {len(components)} libraries, of which all {len(shipped)} classes in {place} are that are not Slipway's own"


def main(arguments):
    failed = False
    for bom, place in zip(arguments[::2], arguments[1::2]):
        found, summary = findings(bom, place)
        print("\n".join(found) or f"sbom: {summary}")
        failed = failed or bool(found)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
