"""The images of the story: variants of one public image that differ in nothing but their configuration.

A variant's annotations say to the simulator what its command does in an account.
"""

import copy
import dataclasses
import json

from . import registry

SOURCE = ("https://public.ecr.aws", "docker/library/busybox", "stable")
PLATFORM = {"os": "linux", "architecture": "amd64"}
CONFIG = "application/vnd.oci.image.config.v1+json"
LAYER = "application/vnd.oci.image.layer.v1.tar+gzip"
MANIFEST, INDEX = "application/vnd.oci.image.manifest.v1+json", "application/vnd.oci.image.index.v1+json"

# The task definition's health check fails where this file is.
UNHEALTHY_FILE = "/unhealthy"
HEALTH_CHECK = {"command": ["CMD-SHELL", f"test ! -e {UNHEALTHY_FILE}"], "interval": 5, "timeout": 4, "retries": 1}

RUNS = "trap 'exit 0' TERM; echo version $VERSION is up; while :; do sleep 1; done"
COMPLAINT = "cannot open the database"


@dataclasses.dataclass(frozen=True)
class Base:
    """An image as it was pulled: its configuration, and its layers by their descriptors."""

    config: dict
    layers: list


@dataclasses.dataclass(frozen=True)
class Image:
    """A variant: what is to be pushed."""

    manifest: bytes
    config: bytes

    @property
    def digest(self):
        return registry.digest_of(self.manifest)


# Where no layers can be pushed: what the simulator has is no image that runs.
NOTHING = Base({**PLATFORM, "config": {}, "rootfs": {"type": "layers", "diff_ids": []}}, [])

COMMANDS = {
    "good": (RUNS, {"scan-after": "1"}),
    "broken": (f"echo {COMPLAINT}; exit 1", {"exit-code": "1", "log": COMPLAINT}),
    "unhealthy": (f"touch {UNHEALTHY_FILE}; {RUNS}", {"health": "unhealthy"}),
}


def variant(base, kind, version):
    """An image of a kind of COMMANDS; each version has a digest of its own."""
    command, annotations = COMMANDS[kind]
    config = copy.deepcopy(base.config)
    settings = config.setdefault("config", {})
    settings["Entrypoint"], settings["Cmd"] = None, ["sh", "-c", command]
    settings["Env"] = [*(settings.get("Env") or []), f"VERSION={version}"]
    config_bytes = canonical(config)
    manifest = {
        "schemaVersion": 2,
        "mediaType": MANIFEST,
        "config": {"mediaType": CONFIG, "digest": registry.digest_of(config_bytes), "size": len(config_bytes)},
        "layers": [{"mediaType": LAYER, "digest": it["digest"], "size": it["size"]} for it in base.layers],
        "annotations": {
            "org.opencontainers.image.version": version,
            **{f"slipway.simulator/{name}": value for name, value in annotations.items()},
        },
    }
    return Image(canonical(manifest), config_bytes)


def index(image):
    """The bytes of an image index with this one image in it."""
    child = {"mediaType": MANIFEST, "digest": image.digest, "size": len(image.manifest), "platform": PLATFORM}
    return canonical({"schemaVersion": 2, "mediaType": INDEX, "manifests": [child]})


def canonical(value):
    return json.dumps(value, separators=(",", ":"), sort_keys=True).encode()


def pull(source, reference):
    """The Base of PLATFORM behind a reference, and what reads its blobs: a Registry."""
    content, media_type = source.manifest(reference)
    if media_type in registry.INDEXES:
        wanted = [
            it["digest"]
            for it in json.loads(content)["manifests"]
            if {name: it.get("platform", {}).get(name) for name in PLATFORM} == PLATFORM
        ]
        if not wanted:
            raise registry.RegistryError(f"{source.repository}:{reference} has no image for linux/amd64")
        content, media_type = source.manifest(wanted[0])
    manifest = json.loads(content)
    return Base(json.loads(source.blob(manifest["config"]["digest"])), manifest["layers"])


class Pusher:
    """Pushes images into one repository of ECR: blobs over the registry's HTTP API, manifests by PutImage.

    to_registry: a Registry of it, or None where there is none, and blobs are not looked for.
    """

    def __init__(self, ecr, repository, to_registry=None, source=None):
        self.ecr = ecr
        self.repository = repository
        self.to_registry = to_registry
        self.source = source

    def push_layers(self, base):
        for layer in base.layers:
            self.to_registry.push_blob(self.source.blob(layer["digest"]))

    def push(self, image, tag):
        """Pushes an image and returns its digest."""
        if self.to_registry:
            self.to_registry.push_blob(image.config)
        return self.put(image.manifest, MANIFEST, tag)

    def put(self, manifest, media_type, tag=None):
        """Pushes a manifest, without a tag as the parts of an index are, and returns its digest."""
        named = {"imageTag": tag} if tag else {"imageDigest": registry.digest_of(manifest)}
        answer = self.ecr.put_image(
            repositoryName=self.repository, imageManifest=manifest.decode(), imageManifestMediaType=media_type, **named
        )
        return answer["image"]["imageId"]["imageDigest"]
