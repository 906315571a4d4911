"""Asks OSV, which needs no account, for known vulnerabilities of the libraries in lists of CycloneDX (`make sbom`).

Usage: check_vulnerabilities.py BOM...

OSV (https://google.github.io/osv.dev/api/) has what GitHub and others have published about Maven's libraries. Prints a
line for each vulnerability and exits 1 if there is one. Where OSV cannot be reached it says that nothing was checked,
and exits 0: a build without a network is no worse than the last one. OSV_URL names another server.
"""

import json
import os
import sys
import urllib.error
import urllib.request
from pathlib import Path

URL = "https://api.osv.dev/v1/querybatch"
SECONDS = 20
MOST = 1000  # queries in one request


def purls(boms):
    """The package URLs of all libraries, each once, without qualifiers."""
    found = {}
    for bom in boms:
        for component in json.loads(Path(bom).read_text(encoding="utf-8")).get("components", []):
            found[component["purl"].partition("?")[0]] = None
    return list(found)


def ask(url, packages):
    """The ids of the vulnerabilities of each package, in the packages' order."""
    body = json.dumps({"queries": [{"package": {"purl": package}} for package in packages]}).encode()
    request = urllib.request.Request(url, body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=SECONDS) as response:
        results = json.load(response)["results"]
    if len(results) != len(packages):
        raise ValueError(f"OSV answered {len(results)} of {len(packages)} questions")
    return [[one["id"] for one in result.get("vulns", [])] for result in results]


def main(boms):
    packages = purls(boms)
    if not packages or len(packages) > MOST:
        print(f"{' '.join(boms)}: {len(packages)} libraries, and 1 to {MOST} can be asked for")
        return 1
    url = os.environ.get("OSV_URL", URL)
    try:
        answers = ask(url, packages)
    except OSError as e:  # urllib's errors are OSErrors
        if isinstance(e, urllib.error.HTTPError) and e.code < 500:
            print(f"{url} refused the question: {e}")
            return 1
        print(f"skipped: vulnerabilities of {len(packages)} libraries were not looked up: {url} cannot be reached ({e})")
        return 0
    found = [f"{package} has {', '.join(ids)}: https://osv.dev/{ids[0]}" for package, ids in zip(packages, answers) if ids]
    print("\n".join(found) or f"vulnerabilities: OSV knows none of {len(packages)} libraries")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
