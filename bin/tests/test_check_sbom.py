"""What check_sbom.py finds, and what it lets pass."""

import json
import os
import tempfile
import unittest
import zipfile
from pathlib import Path
from unittest import mock

import check_sbom


class CheckSbomTest(unittest.TestCase):
    def setUp(self):
        work = tempfile.TemporaryDirectory()
        self.addCleanup(work.cleanup)
        self.work = Path(work.name)
        patched = mock.patch.dict(os.environ, {"MAVEN_REPOSITORY": str(self.work / "repository")})
        patched.start()
        self.addCleanup(patched.stop)
        self.jar("repository/org/one/one/1.0/one-1.0.jar", "org/one/A.class", "META-INF/versions/11/org/one/B.class")

    def jar(self, file, *entries):
        path = self.work / file
        path.parent.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(path, "w") as jar:
            for entry in entries:
                jar.writestr(entry, "")
        return path

    def component(self, name="one", version="1.0", licence="Apache-2.0"):
        licences = [{"license": {"id": licence}}] if licence else []
        return {"group": "org.one", "name": name, "version": version, "licenses": licences}

    def findings(self, place, *components):
        bom = self.work / "bom.json"
        bom.write_text(json.dumps({"components": components}))
        return check_sbom.findings(str(bom), str(place))[0]

    def assert_finds(self, expected, place, *components):
        found = self.findings(place, *components)
        self.assertEqual(1, len(found), found)
        self.assertIn(expected, found[0])

    def test_passes_slipways_own_classes_and_a_listed_librarys(self):
        whole = self.jar("whole.jar", "dev/slipway/Main.class", "org/one/A.class", "org/one/B.class", "org/one/x.txt")
        self.assertEqual([], self.findings(whole, self.component()))

    def test_passes_a_directory_with_classes_and_jars(self):
        self.jar("package/lib/all.jar", "org/one/A.class")
        (self.work / "package/dev/slipway").mkdir(parents=True)
        (self.work / "package/dev/slipway/Main.class").write_text("")
        self.assertEqual([], self.findings(self.work / "package", self.component()))

    def test_what_stands_in_place_of_a_lambda_is_of_the_class_that_has_it(self):
        whole = self.jar("whole.jar", "org/one/A.class", "org/one/A$$Lambda$1.class")
        self.assertEqual([], self.findings(whole, self.component()))

    def test_a_class_of_no_listed_library(self):
        whole = self.jar("whole.jar", "org/one/A.class", "org/two/C.class")
        self.assert_finds("1 classes are of no library in", whole, self.component())

    def test_a_library_in_two_versions(self):
        whole = self.jar("whole.jar", "org/one/A.class")
        self.jar("repository/org/one/one/1.1/one-1.1.jar", "org/one/A.class")
        self.assert_finds("org.one:one is there in versions 1.0 and 1.1", whole, self.component(), self.component(version="1.1"))

    def test_a_snapshot(self):
        whole = self.jar("whole.jar", "org/one/A.class")
        self.jar("repository/org/one/one/2-SNAPSHOT/one-2-SNAPSHOT.jar", "org/one/A.class")
        self.assert_finds("2-SNAPSHOT, which names no release", whole, self.component(version="2-SNAPSHOT"))

    def test_a_licence_that_is_missing_or_not_allowed(self):
        whole = self.jar("whole.jar", "org/one/A.class")
        self.assert_finds("has no licence", whole, self.component(licence=""))
        self.assert_finds("is under GPL-3.0-only", whole, self.component(licence="GPL-3.0-only"))

    def test_a_library_that_maven_does_not_have(self):
        whole = self.jar("whole.jar", "dev/slipway/Main.class")
        self.assert_finds("is not in Maven's repository", whole, self.component(name="two"))

    def test_nothing_shipped(self):
        self.assert_finds("there are no classes", self.jar("whole.jar"), self.component())


if __name__ == "__main__":
    unittest.main()
