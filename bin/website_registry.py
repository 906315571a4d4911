"""A registry that `docker push` accepts, for images whose manifests go to an ECR that stores manifests only.

    python website_registry.py <port>

Layers are taken, checked and forgotten; a manifest is put into the ECR at AWS_ENDPOINT_URL. Loopback only.
https://github.com/opencontainers/distribution-spec/blob/main/spec.md
"""

import hashlib
import sys
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import botocore.session
from botocore.exceptions import ClientError

ecr = botocore.session.get_session().create_client("ecr")
uploads = {}  # what has arrived of a layer, by the upload's id
blobs = set()  # digests of layers that have arrived


class Registry(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self, status, headers=(), body=b""):
        self.send_response(status)
        self.send_header("Docker-Distribution-API-Version", "registry/2.0")
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def content(self):
        """The request's body, which Docker sends in chunks."""
        if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
            parts = []
            while size := int(self.rfile.readline().split(b";")[0], 16):
                parts.append(self.rfile.read(size))
                self.rfile.readline()
            self.rfile.readline()
            return b"".join(parts)
        return self.rfile.read(int(self.headers.get("Content-Length", 0)))

    def do_GET(self):
        self.answer(200 if self.path == "/v2/" else 404)

    def do_HEAD(self):
        self.answer(200 if "/blobs/" in self.path and self.path.rsplit("/", 1)[1] in blobs else 404)

    def do_POST(self):
        upload = str(uuid.uuid4())
        uploads[upload] = b""
        self.content()
        self.answer(202, [("Location", f"{urlsplit(self.path).path.rstrip('/')}/{upload}"), ("Range", "0-0")])

    def do_PATCH(self):
        upload = self.path.rsplit("/", 1)[1].split("?")[0]
        uploads[upload] += self.content()
        self.answer(202, [("Location", self.path), ("Range", f"0-{max(0, len(uploads[upload]) - 1)}")])

    def do_PUT(self):
        url = urlsplit(self.path)
        if "/manifests/" in url.path:
            self.put_manifest(url.path)
            return
        layer = uploads.pop(url.path.rsplit("/", 1)[1]) + self.content()
        digest = parse_qs(url.query)["digest"][0]
        if digest != "sha256:" + hashlib.sha256(layer).hexdigest():
            self.answer(400, body=b'{"errors":[{"code":"DIGEST_INVALID"}]}')
            return
        blobs.add(digest)
        self.answer(201, [("Docker-Content-Digest", digest)])

    def put_manifest(self, path):
        repository, reference = path.removeprefix("/v2/").split("/manifests/")
        manifest = self.content()
        tag = {} if reference.startswith("sha256:") else {"imageTag": reference}
        try:
            image = ecr.put_image(
                repositoryName=repository,
                imageManifest=manifest.decode(),
                imageManifestMediaType=self.headers["Content-Type"],
                **tag,
            )["image"]["imageId"]
        except ClientError as error:
            print(error, file=sys.stderr)
            self.answer(400, body=b'{"errors":[{"code":"DENIED","message":"%s"}]}' % str(error).replace('"', "'").encode())
            return
        self.answer(201, [("Docker-Content-Digest", image["imageDigest"])])

    def log_message(self, *_):
        pass


server = ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Registry)
print(f"listening on {server.server_port}", flush=True)
server.serve_forever()
