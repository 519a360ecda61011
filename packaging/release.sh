#!/bin/sh
# The git steps of a release. The workflow `release` runs them; CONTRIBUTING.md describes the whole release.
#
#     release.sh check VERSION          checks that this commit can become the release VERSION
#     release.sh notes VERSION          prints its section of CHANGELOG.md
#     release.sh commit VERSION SUMS    commits the checksums of its archives, tags that commit vVERSION, pushes the tag
#     release.sh major VERSION          moves the tag of the major version, such as v1, to the release
#
# It pushes to no branch. Only the tags contain the commit with the checksums, so the Action of a tag installs exactly the
# files of that release.
#
# REMOTE          remote for the tags; default: origin
# REPOSITORY_URL  address of the repository; `check` compares Cargo.toml's `repository` with it
set -eu

cd "$(dirname "$0")/.."
remote=${REMOTE:-origin}
held=action/SHA256SUMS

main() {
    if [ $# -lt 2 ]; then
        usage
    fi
    command=$1 version=$2
    tag=v$version
    is_version "$version" || refuse "\`$version\` is not a version: expected MAJOR.MINOR.PATCH, without \`v\`"
    case $command,$# in
        check,2) check ;;
        notes,2) notes ;;
        commit,3) commit "$3" ;;
        major,2) move_major ;;
        *) usage ;;
    esac
}

usage() {
    sed -n '2,/^set/s/^# \{0,1\}//p' packaging/release.sh >&2
    exit 2
}

refuse() {
    echo "packaging/release.sh: $1" >&2
    exit 1
}

is_version() {
    case $1 in *[!0-9.]*) return 1 ;; esac # grep would accept a second line
    printf '%s\n' "$1" | grep -qxE '(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)'
}

# Prints the value of a key of [package].
manifest() {
    sed -n '/^\[package\]/,/^\[/s/^'"$1"' *= *"\([^"]*\)".*/\1/p' Cargo.toml
}

check() {
    is_clean
    [ "$(manifest version)" = "$version" ] || refuse "expected version $version in Cargo.toml, found $(manifest version)"
    grep -A 1 -x 'name = "account-guard"' Cargo.lock | grep -qFx "version = \"$version\"" ||
        refuse "Cargo.lock does not contain version $version: run \`cargo update --offline account-guard\`"
    notes | grep -q '^[^#]' || refuse "CHANGELOG.md has no entries below \`## $version - YEAR-MONTH-DAY\`"
    [ -n "$(manifest repository)" ] || refuse "Cargo.toml has no \`repository\`, which cargo binstall needs"
    [ -z "${REPOSITORY_URL:-}" ] || [ "$(manifest repository)" = "$REPOSITORY_URL" ] ||
        refuse "expected \`repository\` $REPOSITORY_URL in Cargo.toml, found $(manifest repository)"
    is_free
}

# Prints the changelog's section of the version, without its heading.
notes() {
    heading=$(printf '%s' "$version" | sed 's/\./\\./g')
    sed -n "/^## $heading - [0-9]\{4\}-[0-9]\{2\}-[0-9]\{2\}\$/,/^## /{/^## /!p;}" CHANGELOG.md
}

is_clean() {
    [ -z "$(git status --porcelain)" ] || refuse "the work tree has uncommitted changes: $(git status --porcelain | head -n 1)"
}

# Checks that the version has no release yet, here or at the remote.
is_free() {
    [ ! -s "$held" ] || refuse "$held is not empty: this commit is already a release"
    ! git rev-parse --quiet --verify "refs/tags/$tag" >/dev/null || refuse "the tag $tag already exists"
    found=$(git ls-remote "$remote" "refs/tags/$tag") || refuse "could not get the tags of \`$remote\`"
    [ -z "$found" ] || refuse "\`$remote\` already has the tag $tag"
}

commit() {
    check
    is_whole "$1"
    cp "$1" "$held"
    git add -- "$held"
    git commit --quiet --message "Release $version" \
        --message "Add the checksums of its archives, which the Action of this commit verifies."
    git tag "$tag"
    git push --quiet --atomic "$remote" "refs/tags/$tag" || {
        git tag -d "$tag" >/dev/null
        refuse "could not push the tag $tag to \`$remote\`"
    }
}

# Checks that the file contains exactly one checksum for each file of the release, and no other lines.
is_whole() {
    [ -f "$1" ] || refuse "the file \`$1\` does not exist"
    for file in $(summed); do
        count=$(grep -cxE "[0-9a-f]{64}  $file" "$1" || true)
        [ "$count" -eq 1 ] || refuse "expected 1 checksum of $file in \`$1\`, found $count"
    done
    [ "$(wc -l <"$1")" -eq "$(summed | wc -l)" ] || refuse "\`$1\` contains checksums of files that do not belong to $version"
}

# Prints the names of the files that have a checksum.
summed() {
    for target in x86_64-unknown-linux-gnu aarch64-unknown-linux-gnu x86_64-unknown-linux-musl \
        aarch64-unknown-linux-musl x86_64-apple-darwin aarch64-apple-darwin; do
        echo "account-guard-$version-$target.tar.gz"
    done
    echo "account-guard-$version-x86_64-pc-windows-msvc.zip"
    for architecture in amd64 arm64; do
        echo "account-guard_$version-1_$architecture.deb"
    done
}

move_major() {
    major=v${version%%.*}
    git fetch --quiet "$remote" "refs/tags/$tag" || refuse "\`$remote\` has no tag $tag"
    is_newest
    git tag --force "$major" FETCH_HEAD >/dev/null
    git push --quiet --force "$remote" "refs/tags/$major"
}

# Checks that the tag of the major version does not move back to an older release.
is_newest() {
    newest=$(git ls-remote --tags "$remote" "refs/tags/$major.*" | sed -n 's|.*refs/tags/v\([0-9.]*\)$|\1|p' |
        sort -V | tail -n 1)
    [ "$newest" = "$version" ] || refuse "the tag $major was not moved: $newest is newer than $version"
}

main "$@"
