#!/bin/sh
# Runs the tests of the Action and the examples, each with the real tool or a substitute, at an STS on this
# machine. Needs no root if all tools are installed.
set -eu

cd "$(dirname "$0")/.."
tests/rigs.sh
tests/rigs.sh pipelines
tests/pipelines/install.sh
tests/oracles/install.sh
cargo test --locked --test it pipelines:: -- --ignored "$@"
