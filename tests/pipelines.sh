#!/bin/sh
# Runs the tests of pipelines: the Action and the examples, each by the real tool that runs it elsewhere,
# on this machine and against an STS on it. Needs no root where all of the tools are there.
set -eu

cd "$(dirname "$0")/.."
tests/rigs.sh
tests/rigs.sh pipelines
tests/pipelines/install.sh
tests/oracles/install.sh
cargo test --locked --test it pipelines:: -- --ignored "$@"
