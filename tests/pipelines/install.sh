#!/bin/sh
# Makes .rigs/pipelines, where the tools live that run the examples, beside those of tests/oracles. Fast
# when all is there. Needs npm; rsync and Groovy come from Debian's packages, so Debian and root for those.
set -eu

cd "$(dirname "$0")/../.."
here=tests/pipelines
home=$PWD/.rigs/pipelines/node
mkdir -p "$home"

if ! cat "$here/package.json" "$here/package-lock.json" | cmp -s - "$home/made-from"; then
    echo "pipelines: gitlab-ci-local and the CDK's library"
    cp "$here/package.json" "$here/package-lock.json" "$home"
    (cd "$home" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error)
    cat "$here/package.json" "$here/package-lock.json" >"$home/made-from"
fi

# gitlab-ci-local calls rsync; the Groovy is that of Jenkins, 2.4.21, and Java comes with it.
if ! { command -v rsync && command -v groovy && command -v java; } >/dev/null; then
    if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
        echo "pipelines: rsync and Groovy"
        apt-get update -qq
        apt-get install -y -qq --no-install-recommends rsync groovy default-jre-headless >/dev/null
    else
        echo "pipelines: install rsync, groovy and default-jre-headless" >&2
        exit 1
    fi
fi
