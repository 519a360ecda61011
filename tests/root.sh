#!/bin/sh
# Runs the tests that need root, in a network namespace. There, the real addresses of the metadata services
# and the host names of STS lead to this machine, and no other host can be reached. The tests that need
# shells, groff or pre-commit, which not every machine has, run there too.
set -eu

cd "$(dirname "$0")/.."
if [ "${1:-}" = inside ]; then
    ip link set lo up
    for address in 169.254.169.254 169.254.170.2 169.254.170.23; do
        ip address add "$address/32" dev lo
    done
    {
        echo '127.0.0.1 localhost'
        for region in us-east-1 eu-west-1 eu-west-2; do
            echo "127.0.0.1 sts.$region.amazonaws.com"
        done
    } >"$2"
    mount --bind "$2" /etc/hosts
    echo 'nameserver 127.0.0.1' >"$3"
    mount --bind "$3" /etc/resolv.conf
    exec cargo test --offline --locked --test it -- --ignored --test-threads=1 \
        --skip aws_cli:: --skip container_images:: --skip pipelines:: --skip image_pushes:: --skip serve::clients
fi

if [ "$(id -u)" -ne 0 ]; then
    echo "tests/root.sh: these tests need root, to create a network namespace" >&2
    exit 1
fi
for tool in tinyproxy zsh fish busybox groff; do
    command -v "$tool" >/dev/null || {
        apt-get update -qq
        apt-get install -y -qq tinyproxy zsh fish busybox groff-base >/dev/null
        break
    }
done
for tool in unshare ip tinyproxy zsh fish busybox groff; do
    command -v "$tool" >/dev/null || {
        echo "tests/root.sh: needs \`$tool\`" >&2
        exit 1
    }
done

tests/rigs.sh
tests/rigs.sh root
tests/oracles/install.sh
cargo build --locked --examples
cargo test --locked --test it --no-run
hosts=$(mktemp)
resolver=$(mktemp)
trap 'rm -f "$hosts" "$resolver"' EXIT
unshare --net --mount tests/root.sh inside "$hosts" "$resolver"
