#!/usr/bin/env bash
# Tests, pushes, and lets an environment have it: what CI does, from any machine with Docker and the AWS CLI.
#
#   ./push.sh                       the website, to staging
#   ./push.sh handbook              the second microservice
#   ./push.sh agent production      the agent, to production
#   ./push.sh --tested              an image that tests/container-test has built and found good before
#
# The image is pushed under a tag of its own that never moves, git-<commit>; then the environment's tag is put on the
# same digest, and that is what Slipway deploys. A commit that was pushed before is not built again.
#
# PROJECT (website) is what the repositories are named after: website, website-handbook, website-agent.
# REGISTRY is where they are, if not in the account and Region that the AWS CLI is at.
set -euo pipefail
cd "$(dirname "$0")"

tested=""
if [ "${1:-}" = --tested ]; then
  tested=yes
  shift
fi
part=${1:-website}
environment=${2:-staging}
project=${PROJECT:-website}
case $part in
  website) repository=$project ;;
  handbook | agent) repository=$project-$part ;;
  *)
    echo "there is no $part; there are website, handbook and agent" >&2
    exit 2
    ;;
esac

region=${AWS_REGION:-${AWS_DEFAULT_REGION:-$(aws configure get region)}}
export AWS_REGION=$region AWS_DEFAULT_REGION=$region
registry=${REGISTRY:-$(aws sts get-caller-identity --query Account --output text).dkr.ecr.$region.amazonaws.com}
release=git-$(git rev-parse --short=12 HEAD)
if [ -n "$(git status --porcelain -- .)" ]; then
  echo "there are changes that are not committed; an image is named after its commit, so commit first" >&2
  exit 1
fi

known=$(aws ecr batch-get-image --repository-name "$repository" --image-ids "imageTag=$release" --query 'length(images)' --output text)
if [ "$known" = 0 ]; then
  if [ -z "$tested" ]; then
    python3 -m unittest discover -s tests
    tests/container-test
  fi
  docker tag "slipway-example/$part:test" "$registry/$repository:$release"
  aws ecr get-login-password | docker login --username AWS --password-stdin "$registry"
  docker push "$registry/$repository:$release"
else
  echo "$repository:$release was pushed before"
fi
./promote.sh "$release" "$environment" "$repository"
