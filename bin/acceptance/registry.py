"""Copies an image from one registry to another over their HTTP API, without a container engine."""

import base64
import hashlib
import json
import re
import urllib.error
import urllib.parse
import urllib.request

INDEXES = ("application/vnd.oci.image.index.v1+json", "application/vnd.docker.distribution.manifest.list.v2+json")
MANIFESTS = ("application/vnd.oci.image.manifest.v1+json", "application/vnd.docker.distribution.manifest.v2+json")


def digest_of(content):
    return "sha256:" + hashlib.sha256(content).hexdigest()


class RegistryError(Exception):
    """A registry answered otherwise than it should."""


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


class Registry:
    """One repository of a registry.

    base: such as https://public.ecr.aws; password: for Basic authorization, as (user, password); without it, an
    anonymous token is asked for where the registry says so.
    """

    def __init__(self, base, repository, password=None, timeout=120):
        self.base = base.rstrip("/")
        self.repository = repository
        self.timeout = timeout
        self.authorization = None
        if password:
            self.authorization = "Basic " + base64.b64encode(":".join(password).encode()).decode()
        self.opener = urllib.request.build_opener(_NoRedirect)

    def manifest(self, reference):
        """A manifest's bytes and media type."""
        content, headers = self._ask("GET", f"manifests/{reference}", headers={"Accept": ", ".join(INDEXES + MANIFESTS)})
        return content, headers.get_content_type()

    def blob(self, digest):
        content, _ = self._ask("GET", f"blobs/{digest}")
        if digest_of(content) != digest:
            raise RegistryError(f"{self.base} sent another blob than {digest}")
        return content

    def has_blob(self, digest):
        try:
            self._ask("HEAD", f"blobs/{digest}")
        except urllib.error.HTTPError as error:
            if error.code == 404:
                return False
            raise
        return True

    def push_blob(self, content):
        """Uploads a blob unless it is there already, and returns its digest."""
        digest = digest_of(content)
        if self.has_blob(digest):
            return digest
        _, headers = self._ask("POST", "blobs/uploads/", b"")
        sent = {"Content-Type": "application/octet-stream", "Content-Range": f"0-{len(content) - 1}"}
        _, headers = self._ask("PATCH", headers["Location"], content, sent)
        location = headers["Location"]
        separator = "&" if "?" in location else "?"
        self._ask("PUT", f"{location}{separator}digest={urllib.parse.quote(digest)}", b"")
        return digest

    def push_manifest(self, content, media_type, reference):
        """As `docker push` ends. Returns the answer's status."""
        _, headers = self._ask("PUT", f"manifests/{reference}", content, {"Content-Type": media_type})
        return headers.get("Docker-Content-Digest")

    def _ask(self, method, path, content=None, headers=None):
        url = f"{self.base}/v2/{self.repository}/{path}"
        if path.startswith(("http://", "https://", "/")):
            url = urllib.parse.urljoin(self.base, path)
        try:
            return self._send(method, url, content, headers)
        except urllib.error.HTTPError as error:
            challenge = error.headers.get("WWW-Authenticate", "")
            if error.code != 401 or not challenge.startswith("Bearer ") or self.authorization:
                raise
            self.authorization = "Bearer " + self._token(challenge)
        return self._send(method, url, content, headers)

    def _send(self, method, url, content, headers):
        authorization = self.authorization if url.startswith(self.base + "/") else None
        for _ in range(5):
            request = urllib.request.Request(url, content, headers or {}, method=method)
            if authorization:
                request.add_header("Authorization", authorization)
            try:
                with self.opener.open(request, timeout=self.timeout) as response:
                    return response.read(), response.headers
            except urllib.error.HTTPError as error:
                if error.code not in (301, 302, 303, 307, 308) or method not in ("GET", "HEAD"):
                    raise
                # a blob lies in a store, which must not get the registry's authorization, and refuses it beside its own
                url, authorization = urllib.parse.urljoin(url, error.headers["Location"]), None
        raise RegistryError(f"{url}: redirected too often")

    def _token(self, challenge):
        parts = dict(re.findall(r'(\w+)="([^"]*)"', challenge))
        query = {name: parts[name] for name in ("service", "scope") if name in parts}
        query.setdefault("scope", f"repository:{self.repository}:pull")
        with urllib.request.urlopen(f"{parts['realm']}?{urllib.parse.urlencode(query)}", timeout=self.timeout) as answer:
            token = json.load(answer)
        return token.get("token") or token["access_token"]
