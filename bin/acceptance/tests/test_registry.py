"""Copying over the registries' HTTP API, between two small registries in this process."""

import http.server
import json
import threading
import unittest
import urllib.error
import urllib.parse

from acceptance import images
from acceptance.registry import Registry, RegistryError, digest_of


class Handler(http.server.BaseHTTPRequestHandler):
    """A registry: anonymous tokens for reading, Basic for writing; blobs lie in a store that takes no authorization."""

    def log_message(self, *_):
        pass

    def answer(self, status, content=b"", **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def handle_any(self):
        registry, path = self.server.registry, urllib.parse.urlsplit(self.path)
        given = self.headers.get("Authorization")
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if path.path == "/token":
            return self.answer(200, json.dumps({"token": "anonymous"}).encode())
        if path.path.startswith("/store/"):
            # as S3 does: two ways of authorization at once are refused
            return self.answer(400) if given else self.answer(200, registry["blobs"][path.path[7:]])
        if given not in registry["authorizations"]:
            realm = f"http://{self.headers['Host']}/token"
            return self.answer(401, WWW_Authenticate=f'Bearer realm="{realm}",service="here",scope="repository:web:pull"')
        kind, _, rest = path.path.removeprefix("/v2/web/").partition("/")
        registry["calls"].append(f"{self.command} {kind}")
        if kind == "manifests" and self.command == "PUT":
            registry["manifests"][rest] = (body, self.headers["Content-Type"])
            return self.answer(201, Docker_Content_Digest=digest_of(body))
        if kind == "manifests":
            found = registry["manifests"].get(rest)
            return self.answer(200, found[0], Content_Type=found[1]) if found else self.answer(404)
        if rest.startswith("uploads/"):
            if self.command == "POST":
                return self.answer(202, Location="/v2/web/blobs/uploads/7?state=a")
            if self.command == "PATCH":
                registry["upload"] = body
                return self.answer(202, Location="/v2/web/blobs/uploads/7?state=b")
            digest = urllib.parse.parse_qs(path.query)["digest"][0]
            if urllib.parse.parse_qs(path.query)["state"] != ["b"] or digest_of(registry["upload"]) != digest:
                return self.answer(400)
            registry["blobs"][digest] = registry["upload"]
            return self.answer(201)
        if rest not in registry["blobs"]:
            return self.answer(404)
        return self.answer(200) if self.command == "HEAD" else self.answer(307, Location=f"/store/{rest}")

    do_GET = do_HEAD = do_POST = do_PATCH = do_PUT = handle_any


def start(test, authorizations):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.registry = {"manifests": {}, "blobs": {}, "calls": [], "authorizations": authorizations}
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    test.addCleanup(thread.join)
    test.addCleanup(server.server_close)
    test.addCleanup(server.shutdown)
    return server.registry, f"http://127.0.0.1:{server.server_port}"


class Ecr:
    """PutImage alone."""

    def __init__(self):
        self.put = []

    def put_image(self, **request):
        self.put.append(request)
        return {"image": {"imageId": {"imageDigest": digest_of(request["imageManifest"].encode())}}}


class RegistryTest(unittest.TestCase):
    def setUp(self):
        self.public, self.public_url = start(self, {"Bearer anonymous"})
        self.own, self.own_url = start(self, {"Basic QVdTOnB3"})
        layer, config = b"a layer", json.dumps({"architecture": "amd64", "config": {"Env": ["PATH=/bin"], "Cmd": ["sh"]}}).encode()
        for blob in (layer, config):
            self.public["blobs"][digest_of(blob)] = blob
        self.layer = digest_of(layer)
        manifest = json.dumps({"config": {"digest": digest_of(config)}, "layers": [
            {"mediaType": "application/vnd.docker.image.rootfs.diff.tar.gzip", "digest": self.layer, "size": len(layer)}]}).encode()
        index = json.dumps({"manifests": [
            {"digest": "sha256:arm", "platform": {"os": "linux", "architecture": "arm64"}},
            {"digest": digest_of(manifest), "platform": {"os": "linux", "architecture": "amd64"}}]}).encode()
        self.public["manifests"][digest_of(manifest)] = (manifest, images.MANIFEST)
        self.public["manifests"]["stable"] = (index, images.INDEX)
        self.source = Registry(self.public_url, "web")

    def pusher(self):
        self.ecr = Ecr()
        return images.Pusher(self.ecr, "web", Registry(self.own_url, "web", ("AWS", "pw")), self.source)

    def test_an_image_is_copied_with_another_command(self):
        base = images.pull(self.source, "stable")
        pusher = self.pusher()
        pusher.push_layers(base)
        digest = pusher.push(images.variant(base, "broken", "3"), "staging")
        self.assertEqual(self.own["blobs"][self.layer], b"a layer")
        put = self.ecr.put[0]
        self.assertEqual((put["imageTag"], digest_of(put["imageManifest"].encode())), ("staging", digest))
        manifest = json.loads(put["imageManifest"])
        config = json.loads(self.own["blobs"][manifest["config"]["digest"]])["config"]
        self.assertEqual(config["Cmd"], ["sh", "-c", "echo cannot open the database; exit 1"])
        self.assertEqual(config["Env"], ["PATH=/bin", "VERSION=3"])
        self.assertEqual(manifest["annotations"]["slipway.simulator/exit-code"], "1")
        self.assertEqual({it["mediaType"] for it in manifest["layers"]}, {images.LAYER})

    def test_a_layer_that_is_there_is_not_sent_again(self):
        base = images.pull(self.source, "stable")
        pusher = self.pusher()
        pusher.push_layers(base)
        before = len(self.own["calls"])
        pusher.push_layers(base)
        self.assertEqual(self.own["calls"][before:], ["HEAD blobs"])

    def test_a_manifest_is_pushed_as_docker_does(self):
        digest = Registry(self.own_url, "web", ("AWS", "pw")).push_manifest(b"{}", images.MANIFEST, "staging")
        self.assertEqual((digest, self.own["manifests"]["staging"]), (digest_of(b"{}"), (b"{}", images.MANIFEST)))

    def test_another_content_than_the_digest_says_is_an_error(self):
        self.public["blobs"][self.layer] = b"something else"
        with self.assertRaisesRegex(RegistryError, "sent another blob"):
            self.source.blob(self.layer)

    def test_an_index_without_the_platform_is_an_error(self):
        self.public["manifests"]["stable"] = (b'{"manifests": []}', images.INDEX)
        with self.assertRaisesRegex(RegistryError, "no image for linux/amd64"):
            images.pull(self.source, "stable")

    def test_a_wrong_password_is_an_error_and_no_token_is_asked_for(self):
        with self.assertRaises(urllib.error.HTTPError) as refused:
            Registry(self.own_url, "web", ("AWS", "wrong")).push_blob(b"x")
        self.assertEqual(refused.exception.code, 401)
        refused.exception.close()

    def test_each_version_and_kind_has_a_digest_of_its_own(self):
        digests = {images.variant(images.NOTHING, kind, version).digest for kind in images.COMMANDS for version in "12"}
        self.assertEqual(len(digests), 6)
        again = images.variant(images.NOTHING, "good", "1")
        self.assertIn(again.digest, digests)
