#!/bin/sh
# From the next step on the AWS CLI has the role AWS_ROLE_ARN, by the token that GitHub gives this job.
set -eu
umask 077
curl --silent --fail --header "Authorization: bearer $ACTIONS_ID_TOKEN_REQUEST_TOKEN" \
  "$ACTIONS_ID_TOKEN_REQUEST_URL&audience=sts.amazonaws.com" \
  | python3 -c 'import json, sys; print(json.load(sys.stdin)["value"], end="")' >"$RUNNER_TEMP/aws-token"
{
  echo "AWS_ROLE_ARN=$AWS_ROLE_ARN"
  echo "AWS_WEB_IDENTITY_TOKEN_FILE=$RUNNER_TEMP/aws-token"
  echo "AWS_ROLE_SESSION_NAME=github-$GITHUB_RUN_ID"
} >>"$GITHUB_ENV"
