#!/bin/sh
# Installs in .rigs/pipelines the tools that run the examples, in addition to those of tests/oracles. A second run is fast.
# Needs npm. rsync and Groovy are Debian's packages, so they need Debian and root.
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

# gitlab-ci-local calls rsync. Groovy 2.4.21 is the version that Jenkins uses; it needs Java.
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
