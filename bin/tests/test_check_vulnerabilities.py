"""What check_vulnerabilities.py makes of OSV's answers, and of none."""

import contextlib
import http.server
import io
import json
import os
import tempfile
import threading
import unittest
from pathlib import Path
from unittest import mock

import check_vulnerabilities


class Osv(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked = [query["package"]["purl"] for query in body["queries"]]
        self.send_response(self.server.status)
        self.end_headers()
        results = [{"vulns": [{"id": one} for one in self.server.known.get(purl, [])]} for purl in self.server.asked]
        self.wfile.write(json.dumps({"results": results}).encode())

    def log_message(self, *_):
        """Not on the tests' output."""


class CheckVulnerabilitiesTest(unittest.TestCase):
    def setUp(self):
        self.osv = http.server.HTTPServer(("127.0.0.1", 0), Osv)
        self.osv.status, self.osv.known = 200, {}
        threading.Thread(target=self.osv.serve_forever, daemon=True).start()
        self.addCleanup(self.osv.server_close)
        self.addCleanup(self.osv.shutdown)
        work = tempfile.TemporaryDirectory()
        self.addCleanup(work.cleanup)
        self.bom = Path(work.name) / "bom.json"
        self.write("pkg:maven/org.one/one@1.0?type=jar", "pkg:maven/org.two/two@2.0?type=jar")

    def write(self, *purls):
        self.bom.write_text(json.dumps({"components": [{"purl": purl} for purl in purls]}))

    def run_main(self, url=None):
        out = io.StringIO()
        with mock.patch.dict(os.environ, {"OSV_URL": url or f"http://127.0.0.1:{self.osv.server_port}/"}):
            with contextlib.redirect_stdout(out):
                code = check_vulnerabilities.main([str(self.bom), str(self.bom)])
        return code, out.getvalue()

    def test_passes_libraries_without_any_each_asked_for_once(self):
        self.assertEqual((0, "vulnerabilities: OSV knows none of 2 libraries\n"), self.run_main())
        self.assertEqual(["pkg:maven/org.one/one@1.0", "pkg:maven/org.two/two@2.0"], self.osv.asked)

    def test_names_the_library_and_its_vulnerabilities(self):
        self.osv.known = {"pkg:maven/org.two/two@2.0": ["GHSA-1", "GHSA-2"]}
        code, out = self.run_main()
        self.assertEqual(1, code)
        self.assertEqual("pkg:maven/org.two/two@2.0 has GHSA-1, GHSA-2: https://osv.dev/GHSA-1\n", out)

    def test_says_that_nothing_was_looked_up_where_osv_cannot_be_reached(self):
        code, out = self.run_main("http://127.0.0.1:1/")
        self.assertEqual(0, code)
        self.assertTrue(out.startswith("skipped: vulnerabilities of 2 libraries were not looked up"), out)
        self.osv.status = 503
        self.assertTrue(self.run_main()[1].startswith("skipped: "))

    def test_a_refused_question_is_a_mistake_here(self):
        self.osv.status = 400
        self.assertEqual(1, self.run_main()[0])

    def test_a_list_of_nothing_is_a_mistake(self):
        self.write()
        self.assertEqual(1, self.run_main()[0])


if __name__ == "__main__":
    unittest.main()
