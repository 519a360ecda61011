#!/bin/sh
# Installs account-guard, gets an OIDC token from Buildkite, and deploys with the judged credentials. This is a script,
# because Buildkite replaces `$…` in pipeline.yml when it uploads the pipeline.
set -eu

environment=$1
: "${ACCOUNT_GUARD_DOWNLOADS:?}" "${ACCOUNT_GUARD_VERSION:?}" "${ACCOUNT_GUARD_SHA256:?}" "${ROLE_ARN:?}"

archive=account-guard-$ACCOUNT_GUARD_VERSION-x86_64-unknown-linux-musl
curl -fsSL -o "$archive.tar.gz" "$ACCOUNT_GUARD_DOWNLOADS/v$ACCOUNT_GUARD_VERSION/$archive.tar.gz"
echo "$ACCOUNT_GUARD_SHA256  $archive.tar.gz" | sha256sum --check
tar -xzf "$archive.tar.gz" --strip-components=1 "$archive/account-guard"

# Removes the token at the end, because the agent's machine is used again.
token=$(umask 077 && mktemp)
trap 'rm -f "$token"' EXIT
buildkite-agent oidc request-token --audience sts.amazonaws.com >"$token"

# Uses only this token and this role, and ignores credentials in the agent's environment.
./account-guard exec "$environment" --web-identity-token-file "$token" --role-arn "$ROLE_ARN" -- ./deploy.sh
