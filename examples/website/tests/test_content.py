"""Tests of what is published: every page is sound HTML, every link leads somewhere, every post is listed.

Plain Python, nothing to install: python3 -m unittest discover -s tests
"""

import posixpath
import re
import unittest
import xml.etree.ElementTree as ElementTree
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

ROOT = Path(__file__).resolve().parent.parent
# both are behind one load balancer, so links lead from one to the other
SITES = [ROOT / "site", ROOT / "handbook"]
# what no file is behind: nginx and the sidecar answer, or the environment's file system
ELSEWHERE = re.compile(r"/(health|revision\.json|media/.*)")
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
LINKS = {"a": "href", "link": "href", "img": "src", "script": "src", "source": "src", "iframe": "src"}
ATOM = "{http://www.w3.org/2005/Atom}"
LARGEST = 200_000


class Page(HTMLParser):
    """One page, read strictly: what browsers would put right silently is an error here."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.errors, self.links, self.ids, self.open = [], [], [], []
        self.attributes, self.texts, self.doctype = {}, {}, None
        self.feed(text)
        self.close()
        self.errors += [f"<{tag}> in line {line} is never closed" for tag, line in self.open]

    def handle_decl(self, decl):
        self.doctype = decl

    def handle_starttag(self, tag, attrs):
        line = self.getpos()[0]
        given = dict(attrs)
        self.attributes.setdefault(tag, []).append(given)
        if len(given) != len(attrs):
            self.errors.append(f"line {line}: <{tag}> has an attribute twice")
        if tag == "img" and "alt" not in given:
            self.errors.append(f"line {line}: <img> has no alt")
        if any(name.startswith("on") or name == "style" for name in given):
            self.errors.append(f"line {line}: <{tag}> has code in an attribute, which nginx.conf forbids")
        if "id" in given:
            self.ids.append(given["id"])
        if LINKS.get(tag) in given:
            self.links.append((line, given[LINKS[tag]] or ""))
        if tag not in VOID:
            self.open.append((tag, line))

    def handle_endtag(self, tag):
        if not self.open or self.open[-1][0] != tag:
            self.errors.append(f"line {self.getpos()[0]}: </{tag}> closes nothing, or something else")
        else:
            self.open.pop()

    def handle_data(self, data):
        if self.open:
            self.texts[self.open[-1][0]] = self.texts.get(self.open[-1][0], "") + data


def published():
    """Every file by the path at which it is served."""
    files = {}
    for site in SITES:
        for file in sorted(site.rglob("*")):
            if file.is_file():
                files.setdefault("/" + file.relative_to(site).as_posix(), file)
    return files


def pages():
    return {path: Page(file.read_text("utf-8")) for path, file in published().items() if path.endswith(".html")}


def problem_of(link, page, files, read):
    """Why a link leads nowhere; None if it leads somewhere."""
    parts = urlsplit(link)
    if parts.scheme or parts.netloc:
        return None if parts.scheme in {"https", "mailto"} else "should be https"
    path = posixpath.join(posixpath.dirname(page), unquote(parts.path)) if parts.path else page
    if ELSEWHERE.fullmatch(path):
        return None
    target = posixpath.normpath(path) + ("/index.html" if path.endswith("/") else "")
    target = target.replace("//", "/")
    if target not in files:
        return f"there is no {target}"
    if parts.fragment and target in read and parts.fragment not in read[target].ids:
        return f"{target} has no id {parts.fragment}"
    return None


class Content(unittest.TestCase):
    def test_there_is_something(self):
        self.assertIn("/index.html", published())
        self.assertIn("/404.html", published())

    def test_every_page_is_sound_html(self):
        for path, page in pages().items():
            with self.subTest(page=path):
                self.assertEqual(page.errors, [])
                self.assertEqual((page.doctype or "").lower(), "doctype html")
                self.assertTrue(page.attributes["html"][0].get("lang"), "<html> says no language")
                self.assertIn({"charset": "utf-8"}, page.attributes["meta"])
                named = {meta.get("name"): meta.get("content") for meta in page.attributes["meta"]}
                self.assertTrue(named.get("description"), "no description")
                self.assertTrue(named.get("viewport"), "no viewport")
                self.assertTrue(page.texts.get("title", "").strip(), "no title")
                self.assertEqual(len(page.attributes.get("h1", [])), 1, "one <h1>")
                self.assertEqual(len(page.ids), len(set(page.ids)), "an id is there twice")

    def test_titles_differ(self):
        titles = [page.texts["title"] for path, page in pages().items()]
        self.assertEqual(len(titles), len(set(titles)))

    def test_every_link_leads_somewhere(self):
        files, read = published(), pages()
        for path, page in read.items():
            for line, link in page.links:
                with self.subTest(page=path, line=line, link=link):
                    self.assertIsNone(problem_of(link, path, files, read))

    def test_every_post_is_in_the_list_and_in_the_feed(self):
        posts = {path for path in published() if path.startswith("/posts/")}
        listed = {link for _, link in pages()["/index.html"].links}
        self.assertLessEqual(posts, listed, "not in the list of index.html")
        feed = ElementTree.parse(ROOT / "site/feed.xml").getroot()
        entries = {entry.find(ATOM + "link").get("href"): entry for entry in feed.iter(ATOM + "entry")}
        self.assertEqual(posts, set(entries), "posts and the feed's entries")
        for path, entry in entries.items():
            with self.subTest(post=path):
                title = entry.find(ATOM + "title").text
                self.assertTrue(pages()[path].texts["title"].startswith(title), "another title than in the feed")
                written = pages()[path].attributes["time"][0]["datetime"]
                self.assertTrue(entry.find(ATOM + "updated").text >= written, "updated before it was written")
        newest = max(entry.find(ATOM + "updated").text for entry in entries.values())
        self.assertEqual(feed.find(ATOM + "updated").text, newest)

    def test_files_are_small(self):
        for path, file in published().items():
            with self.subTest(file=path):
                self.assertLess(file.stat().st_size, LARGEST)


class Strictness(unittest.TestCase):
    """What the tests above find, and what not."""

    def test_bad_html_is_found(self):
        for bad in ["<p>", "</p>", "<b><i></b></i>", "<img src='/x'>", "<p id=a id=b></p>", "<p onclick='x()'></p>"]:
            with self.subTest(html=bad):
                self.assertNotEqual(Page(bad).errors, [])
        self.assertEqual(Page("<p>a<br>b</p>").errors, [])

    def test_dead_links_are_found(self):
        read = {"/a.html": Page("<p id='x'></p>"), "/d/index.html": Page("")}
        for link, good in {
            "/a.html": True, "/a.html#x": True, "#x": True, "/d/": True, "d/": True, "https://example.com": True,
            "/health": True, "/media/a.jpg": True,
            "/b.html": False, "/a.html#y": False, "/d": False, "../b": False, "http://example.com": False,
        }.items():
            with self.subTest(link=link):
                self.assertEqual(problem_of(link, "/a.html", set(read), read) is None, good)


class Images(unittest.TestCase):
    """What can be said of the Dockerfiles without building them."""

    def test_bases_are_pinned(self):
        for file in ["Dockerfile", "agent/Dockerfile"]:
            with self.subTest(file=file):
                base = re.search(r"^ARG BASE=(\S+)$", (ROOT / file).read_text(), re.MULTILINE).group(1)
                self.assertRegex(base, r":[0-9]+\.[0-9]+\.[0-9]+[\w.-]*(@sha256:[0-9a-f]{64})?$")

    def test_nothing_runs_as_root(self):
        for file in ["Dockerfile", "agent/Dockerfile"]:
            with self.subTest(file=file):
                users = re.findall(r"^USER (\S+)$", (ROOT / file).read_text(), re.MULTILINE)
                self.assertRegex(users[-1], r"^[1-9][0-9]*:[1-9][0-9]*$")


if __name__ == "__main__":
    unittest.main()
