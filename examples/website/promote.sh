#!/usr/bin/env bash
# Gives the digest that has one tag another tag as well. Nothing is built, nothing is copied: it stays the same
# digest, which is what was tested. Slipway deploys it where the new tag is followed.
#
#   ./promote.sh staging production
#   ./promote.sh git-0123456789ab production website-handbook
set -euo pipefail
from=${1:?usage: ./promote.sh <tag it has> <tag it gets> [repository]}
to=${2:?usage: ./promote.sh <tag it has> <tag it gets> [repository]}
repository=${3:-${PROJECT:-website}}

# look <tag> <query>: something about the image that has the tag
look() {
  aws ecr batch-get-image --repository-name "$repository" --image-ids "imageTag=$1" --query "images[0].$2" --output text \
    --accepted-media-types application/vnd.oci.image.index.v1+json application/vnd.oci.image.manifest.v1+json \
    application/vnd.docker.distribution.manifest.list.v2+json application/vnd.docker.distribution.manifest.v2+json
}

digest=$(look "$from" imageId.imageDigest)
if [ "$digest" = None ]; then
  echo "$repository has no image that is tagged $from" >&2
  exit 1
fi
if [ "$(look "$to" imageId.imageDigest)" = "$digest" ]; then
  echo "$repository:$to is $digest already"
  exit 0
fi
# ECR checks that the manifest still has this digest
aws ecr put-image --repository-name "$repository" --image-tag "$to" --image-digest "$digest" \
  --image-manifest "$(look "$from" imageManifest)" --image-manifest-media-type "$(look "$from" imageManifestMediaType)" \
  --query image.imageId --output text >/dev/null
echo "$repository:$to is $digest now, like $from"
