#!/usr/bin/env bash
# Pushes images to one ECR registry, with a login for this push only.
#
# account-guard judges the registry and the credentials. The token comes from the judged credentials. The script stores
# it in a directory that only you can read, and removes the directory at the end. It does not use or change the logins
# of an earlier `docker login`.
#
# usage: push.sh ENVIRONMENT REGISTRY/REPOSITORY:TAG...
#
# Needs account-guard, docker and the AWS CLI. The script does not read docker's usual configuration, which contains its
# contexts: set DOCKER_HOST if docker runs on another machine.
set -euo pipefail

fail() {
    printf 'push.sh: %s\n' "$1" >&2
    exit 2
}

[[ $# -ge 2 ]] || fail 'usage: push.sh ENVIRONMENT REGISTRY/REPOSITORY:TAG...'
environment=$1
shift
registry=${1%%/*}
[[ $registry =~ ^[0-9]{12}\.dkr[.-]ecr(-fips)?\.([a-z0-9-]+)\. ]] || fail "$registry is not an ECR registry"
region=${BASH_REMATCH[2]}
judged=()
for image in "$@"; do
    [[ $image == "$registry"/* ]] || fail "$image is not in $registry, the registry of the first image"
    judged+=(--image "$image")
done

DOCKER_CONFIG=$(mktemp -d)
export DOCKER_CONFIG
trap 'rm -rf -- "$DOCKER_CONFIG"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# Passes the token on stdin, because other users can see the arguments of a program. A separate assignment ends the
# script if `aws` fails; the first command of a pipe would not.
# shellcheck disable=SC2016 # the inner shell expands these
account-guard exec "$environment" "${judged[@]}" -- bash -euo pipefail -c '
    registry=$1 region=$2
    shift 2
    token=$(aws ecr get-login-password --region "$region")
    docker login --username AWS --password-stdin "$registry" <<<"$token"
    for image in "$@"; do
        docker push "$image"
    done
' push.sh "$registry" "$region" "$@"
