#!/bin/sh
# Builds the container images of a release, with docker's buildx:
#
#     image.sh build IMAGE STAGE FILE        builds a stage of the Dockerfile for this machine's processor, pushes it by
#                                            digest, without a tag, and writes the digest to FILE; STAGE `-` is the last
#     image.sh name IMAGE TAG FILE FILE...   makes one image for several processors from the digests in the files,
#                                            pushes it with this tag, and prints its digest
#
# The Dockerfile names its base images by tag. This script pins each one to the current digest of its tag.
#
# VERSION         version for the image's label
# REPOSITORY_URL  address of the source for the image's label
set -eu

cd "$(dirname "$0")/.."

main() {
    case ${1:-},$# in
        build,4) build "$2" "$3" "$4" ;;
        name,[0-3]) usage ;;
        name,*)
            shift
            name "$@"
            ;;
        *) usage ;;
    esac
}

usage() {
    sed -n '2,/^set/s/^# \{0,1\}//p' packaging/image.sh >&2
    exit 2
}

build() {
    image=$1 stage=$2 file=$3
    : "${VERSION:?}" "${REPOSITORY_URL:?}"
    set --
    for base in $(bases); do
        pinned=$base@$(digest "$base")
        echo "$pinned" >&2
        set -- "$@" --build-context "$base=docker-image://$pinned"
    done
    [ "$stage" = - ] || set -- "$@" --target "$stage"
    made=$(mktemp)
    docker buildx build "$@" --label "org.opencontainers.image.source=$REPOSITORY_URL" \
        --label "org.opencontainers.image.version=$VERSION" \
        --label "org.opencontainers.image.revision=$(git rev-parse HEAD)" --provenance=false --metadata-file "$made" \
        --output "type=image,name=$image,push-by-digest=true,name-canonical=true,push=true" .
    sed -n 's/.*"containerimage.digest": *"\(sha256:[0-9a-f]\{64\}\)".*/\1/p' "$made" | grep . >"$file"
    rm "$made"
}

# Prints the base images of the Dockerfile, each once.
bases() {
    sed -n 's/^FROM \([^ ]*:[^ ]*\).*/\1/p' Dockerfile | sort -u | grep .
}

digest() {
    docker buildx imagetools inspect "$1" --format '{{.Manifest.Digest}}' | grep -xE 'sha256:[0-9a-f]{64}'
}

name() {
    image=$1 tag=$2
    shift 2
    for file; do
        found=$(grep -xE 'sha256:[0-9a-f]{64}' "$file")
        set -- "$@" "$image@$found"
        shift
    done
    docker buildx imagetools create --tag "$image:$tag" "$@" >&2
    digest "$image:$tag"
}

main "$@"
