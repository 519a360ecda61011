#!/usr/bin/env bash
# Pushes images to one registry of ECR, with a login that is made for this push alone.
#
# The registry is judged beside the credentials. The token comes from the credentials that were judged, is
# kept in a directory that nobody else can read, and is gone with it afterwards. What an earlier
# `docker login` has stored is neither used nor changed.
#
# usage: push.sh ENVIRONMENT REGISTRY/REPOSITORY:TAG...
#
# Needs account-guard, docker and the AWS CLI. A context of docker's is part of its usual configuration,
# which is not read here: set DOCKER_HOST where docker is not on this machine.
set -euo pipefail

fail() {
    printf 'push.sh: %s\n' "$1" >&2
    exit 2
}

[[ $# -ge 2 ]] || fail 'usage: push.sh ENVIRONMENT REGISTRY/REPOSITORY:TAG...'
environment=$1
shift
registry=${1%%/*}
[[ $registry =~ ^[0-9]{12}\.dkr[.-]ecr(-fips)?\.([a-z0-9-]+)\. ]] || fail "$registry is no registry of ECR"
region=${BASH_REMATCH[2]}
judged=()
for image in "$@"; do
    [[ $image == "$registry"/* ]] || fail "$image is not in $registry, as the first image is"
    judged+=(--image "$image")
done

DOCKER_CONFIG=$(mktemp -d)
export DOCKER_CONFIG
trap 'rm -rf -- "$DOCKER_CONFIG"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# The token never stands among the arguments of a program, where others could see it. An assignment of its
# own ends the script where the token cannot be had; in front of a pipe it would not.
# shellcheck disable=SC2016 # expanded by the inner shell
account-guard exec "$environment" "${judged[@]}" -- bash -euo pipefail -c '
    registry=$1 region=$2
    shift 2
    token=$(aws ecr get-login-password --region "$region")
    docker login --username AWS --password-stdin "$registry" <<<"$token"
    for image in "$@"; do
        docker push "$image"
    done
' push.sh "$registry" "$region" "$@"
