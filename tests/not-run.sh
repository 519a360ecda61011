#!/bin/sh
# Prints how many tests `make test` leaves out, and which command runs each group of them. Fails if a
# test is ignored for a reason that names none of these commands.
set -eu

cd "$(dirname "$0")/.."
reasons=$(grep -rh '#\[ignore' tests/it src)
total=$(printf '%s\n' "$reasons" | wc -l)
listed=0

group() { # COMMAND NEEDS PATTERN
    count=$(printf '%s\n' "$reasons" | grep -c "$3" || true)
    listed=$((listed + count))
    printf '  %3d  %-22s %s\n' "$count" "$1" "$2"
}

echo
echo "make test did not run $total tests, which need root or third-party tools. To run them:"
group tests/pipelines.sh 'Node, Terraform; installs act, the CDK and other tools' tests/pipelines.sh
group tests/root.sh 'root; installs shells and clients' tests/root.sh
group tests/image.sh 'root; installs buildah and podman' tests/image.sh
group tests/registry.sh 'root; installs registry clients' tests/registry.sh
group .ci/run 'root; installs the AWS CLI and AWS SDKs' '\.ci/run\|tests/oracles/install\.sh'
if [ "$listed" -ne "$total" ]; then
    echo "tests/not-run.sh: the reasons of $((total - listed)) ignored tests name none of these commands" >&2
    exit 1
fi
