#!/bin/sh
# The steps of a release that are git's. The workflow `release` runs them; CONTRIBUTING.md says how one is made.
#
#     release.sh check VERSION          whether this commit can become that release
#     release.sh notes VERSION          what CHANGELOG.md says of it
#     release.sh commit VERSION SUMS    commits the sums of its archives, tags that commit vVERSION and pushes the tag
#     release.sh major VERSION          moves the tag of the major version, as v1, to the release
#
# Nothing is pushed to a branch: the commit with the sums is reached by its tags, so that the Action of that tag
# installs what that release holds and no other.
#
# REMOTE          where the tags are pushed to; default: origin
# REPOSITORY_URL  where the repository is; `check` holds Cargo.toml's `repository` against it
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
    is_version "$version" || refuse "\`$version\` is no version: MAJOR.MINOR.PATCH, and no \`v\`"
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
    case $1 in *[!0-9.]*) return 1 ;; esac # a second line, which grep would not see
    printf '%s\n' "$1" | grep -qxE '(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)'
}

# The value of a key of [package].
manifest() {
    sed -n '/^\[package\]/,/^\[/s/^'"$1"' *= *"\([^"]*\)".*/\1/p' Cargo.toml
}

check() {
    is_clean
    [ "$(manifest version)" = "$version" ] || refuse "Cargo.toml is of $(manifest version), and not of $version"
    grep -A 1 -x 'name = "account-guard"' Cargo.lock | grep -qFx "version = \"$version\"" ||
        refuse "Cargo.lock is of another version than $version: run \`cargo update --offline account-guard\`"
    notes | grep -q '^[^#]' || refuse "CHANGELOG.md has nothing below \`## $version - YEAR-MONTH-DAY\`"
    [ -n "$(manifest repository)" ] || refuse "Cargo.toml has no \`repository\`, which cargo binstall needs"
    [ -z "${REPOSITORY_URL:-}" ] || [ "$(manifest repository)" = "$REPOSITORY_URL" ] ||
        refuse "Cargo.toml's \`repository\` is $(manifest repository), and this is $REPOSITORY_URL"
    is_free
}

# The changelog's section of the version, without its heading.
notes() {
    heading=$(printf '%s' "$version" | sed 's/\./\\./g')
    sed -n "/^## $heading - [0-9]\{4\}-[0-9]\{2\}-[0-9]\{2\}\$/,/^## /{/^## /!p;}" CHANGELOG.md
}

is_clean() {
    [ -z "$(git status --porcelain)" ] || refuse "the work tree has changes that are not committed: $(git status --porcelain | head -n 1)"
}

# No release has this version yet, here or at the remote.
is_free() {
    [ ! -s "$held" ] || refuse "$held holds the sums of a release: this commit is one"
    ! git rev-parse --quiet --verify "refs/tags/$tag" >/dev/null || refuse "the tag $tag is there already"
    found=$(git ls-remote "$remote" "refs/tags/$tag") || refuse "\`$remote\` cannot be asked for its tags"
    [ -z "$found" ] || refuse "\`$remote\` has the tag $tag already"
}

commit() {
    check
    is_whole "$1"
    cp "$1" "$held"
    git add -- "$held"
    git commit --quiet --message "Release $version" \
        --message "The sums of its archives, by which the Action of this commit knows what it installs."
    git tag "$tag"
    git push --quiet --atomic "$remote" "refs/tags/$tag" || {
        git tag -d "$tag" >/dev/null
        refuse "the tag $tag cannot be pushed to \`$remote\`"
    }
}

# Every file has its sum, once, and nothing else is in the file.
is_whole() {
    [ -f "$1" ] || refuse "there is no file \`$1\`"
    for file in $(summed); do
        count=$(grep -cxE "[0-9a-f]{64}  $file" "$1" || true)
        [ "$count" -eq 1 ] || refuse "\`$1\` has $count sums of $file"
    done
    [ "$(wc -l <"$1")" -eq "$(summed | wc -l)" ] || refuse "\`$1\` has sums of files that are not of $version"
}

# The files of a release that have a sum.
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

# The tag of a major version never goes back to an older release.
is_newest() {
    newest=$(git ls-remote --tags "$remote" "refs/tags/$major.*" | sed -n 's|.*refs/tags/v\([0-9.]*\)$|\1|p' |
        sort -V | tail -n 1)
    [ "$newest" = "$version" ] || refuse "$major stays where it is: $newest is newer than $version"
}

main "$@"
