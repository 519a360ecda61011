#!/bin/sh
# Installs the programs that tests/dialects/compare.py runs: the AWS SDK for JavaScript v2 and the runner of the Go SDK in
# .rigs/dialects, and the example programs that read shared files. Run tests/oracles/install.sh first: it installs botocore,
# AWS SDK for JavaScript v3, Go and Terraform's provider. A second run is fast.
set -eu

cd "$(dirname "$0")/../.."
here=tests/dialects
home=$PWD/.rigs/dialects
mkdir -p "$home/node"

if ! cmp -s "$here/package-lock.json" "$home/node.stamp"; then
    echo "dialects: AWS SDK for JavaScript v2"
    cp "$here/package.json" "$here/package-lock.json" "$home/node"
    (cd "$home/node" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error)
    cp "$here/package-lock.json" "$home/node.stamp"
fi

if [ -d /usr/share/gocode/src/github.com/aws/aws-sdk-go-v2/config ] && command -v go >/dev/null; then
    if ! cmp -s "$here/runners/go/main.go" "$home/go.stamp"; then
        echo "dialects: the runner of the Go SDK"
        (cd "$here/runners/go" &&
            GO111MODULE=off GOPATH=/usr/share/gocode GOCACHE="$home/go-cache" go build -o "$home/view_go" .)
        cp "$here/runners/go/main.go" "$home/go.stamp"
    fi
else
    echo "dialects: NO Go SDK: install golang-go and golang-github-aws-aws-sdk-go-v2-dev" >&2
fi

cargo build --locked --quiet --example dialect --example dialect_rust
