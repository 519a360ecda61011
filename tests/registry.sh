#!/bin/sh
# Runs the tests that push images, with real clients and a real registry, in a network namespace. There, the
# host names of ECR lead to this machine, and no other host can be reached. Needs root.
set -eu

cd "$(dirname "$0")/.."
if [ "${1:-}" = inside ]; then
    ip link set lo up
    {
        echo '127.0.0.1 localhost'
        for account in 111111111111 222222222222; do
            echo "127.0.0.1 $account.dkr.ecr.eu-west-1.amazonaws.com"
        done
    } >"$2"
    mount --bind "$2" /etc/hosts
    exec cargo test --offline --locked --test it image_pushes:: -- --ignored --test-threads=1
fi

if [ "$(id -u)" -ne 0 ]; then
    echo "tests/registry.sh: these tests need root, to create a network namespace" >&2
    exit 1
fi
# Keeps Debian from starting the servers that it installs, because the tests start their own.
install() (
    policy=/usr/sbin/policy-rc.d
    if [ ! -e "$policy" ]; then
        trap 'rm -f "$policy"' EXIT
        printf '#!/bin/sh\nexit 101\n' >"$policy"
        chmod +x "$policy"
    fi
    apt-get update -qq
    apt-get install -y -qq --no-install-recommends "$@" >/dev/null
)

# PROGRAM:PACKAGE, with the names of Debian's packages.
parts='docker:docker.io docker-registry:docker-registry nginx:nginx-light htpasswd:apache2-utils
    podman:podman runc:runc skopeo:skopeo docker-credential-ecr-login:amazon-ecr-credential-helper'
missing=
for part in $parts; do
    command -v "${part%%:*}" >/dev/null || missing="$missing ${part##*:}"
done
if [ -n "$missing" ]; then
    # shellcheck disable=SC2086 # names of packages
    install $missing
fi

tests/rigs.sh
tests/oracles/install.sh # the AWS CLI
cargo test --locked --test it --no-run
hosts=$(mktemp)
trap 'rm -f "$hosts"' EXIT
unshare --net --mount tests/registry.sh inside "$hosts"
