#!/bin/sh
# Installs account-guard, asks Buildkite who this job is, and deploys with what account-guard has judged.
# A script of its own: in pipeline.yml, `$…` is replaced when the pipeline is uploaded.
set -eu

environment=$1
: "${ACCOUNT_GUARD_DOWNLOADS:?}" "${ACCOUNT_GUARD_VERSION:?}" "${ACCOUNT_GUARD_SHA256:?}" "${ROLE_ARN:?}"

archive=account-guard-$ACCOUNT_GUARD_VERSION-x86_64-unknown-linux-musl
curl -fsSL -o "$archive.tar.gz" "$ACCOUNT_GUARD_DOWNLOADS/v$ACCOUNT_GUARD_VERSION/$archive.tar.gz"
echo "$ACCOUNT_GUARD_SHA256  $archive.tar.gz" | sha256sum --check
tar -xzf "$archive.tar.gz" --strip-components=1 "$archive/account-guard"

# The agent stays, and so would the token.
token=$(umask 077 && mktemp)
trap 'rm -f "$token"' EXIT
buildkite-agent oidc request-token --audience sts.amazonaws.com >"$token"

# This token and this role, whatever the agent's own environment has.
./account-guard exec "$environment" --web-identity-token-file "$token" --role-arn "$ROLE_ARN" -- ./deploy.sh
