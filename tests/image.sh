#!/bin/sh
# Builds the images of the unchanged Dockerfile, and runs them. Needs root, to store layers and to create a
# network namespace.
#
#   tests/image.sh install  installs the tools that are missing
#   tests/image.sh build    builds the images, and copies their program to .rigs/image/account-guard
#   tests/image.sh test     runs the images
#   tests/image.sh          does all three
#
# The base images are substitutes with the real names: the same Debian, from debootstrap, and the Rust of this
# machine. The script uses no image registry. The build has no network, and uses the crates that this machine
# has downloaded.
set -eu

cd "$(dirname "$0")/.."
rig=$PWD/.rigs/image

say() {
    now=$(date +%s)
    printf '%3d s  %s\n' "$((now - started))" "$1"
}

configure() {
    mkdir -p "$rig"
    printf '[storage]\ndriver = "overlay"\ngraphroot = "%s/graph"\nrunroot = "%s/run"\n' "$rig" "$rig" \
        >"$rig/storage.conf"
    cat >"$rig/containers.conf" <<END
[containers]
netns = "host"
default_ulimits = ["nofile=1024:1024", "nproc=4096:4096"]
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "none"
tmp_dir = "$rig/run/libpod"
END
    export CONTAINERS_STORAGE_CONF="$rig/storage.conf" CONTAINERS_CONF="$rig/containers.conf"
}

install_parts() {
    missing=
    for part in buildah podman runc debootstrap; do
        command -v "$part" >/dev/null || missing="$missing $part"
    done
    if [ -n "$missing" ]; then
        apt-get update -qq
        # shellcheck disable=SC2086 # names of packages
        apt-get install -y -qq --no-install-recommends $missing >/dev/null
    fi
}

# Prints the base image with this name in the Dockerfile: `base debian`.
base() {
    sed -n "s/^FROM \($1:[^ ]*\).*/\1/p" Dockerfile
}

make_debian() {
    name=$1 suite=${1#*:}
    root=$(mktemp -d "$rig/root.XXXXXX")
    debootstrap --variant=minbase "${suite%-slim}" "$root" >"$rig/debootstrap.log" || {
        tail -n 20 "$rig/debootstrap.log" >&2
        return 1
    }
    rm -rf "$root"/var/cache/apt/archives/*.deb "$root"/var/lib/apt/lists/*
    container=$(buildah from scratch)
    buildah add -q "$container" "$root" / >/dev/null
    rm -rf "$root"
    buildah config --cmd bash --env PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "$container"
    buildah commit -q --rm "$container" "docker.io/library/$name" >/dev/null
}

# Adds Rust to Debian, in the same places as in the official image.
make_rust() {
    name=$1 from=$2
    container=$(buildah from --pull-never "docker.io/library/$from")
    buildah run --isolation chroot "$container" sh -c 'apt-get update -qq && DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -qq --no-install-recommends gcc libc6-dev ca-certificates' >"$rig/apt.log" 2>&1 || {
        tail -n 20 "$rig/apt.log" >&2
        return 1
    }
    toolchain=$(rustc --print sysroot)
    mount=$(buildah mount "$container")
    mkdir -p "$mount/usr/local/rustup/toolchains/this" "$mount/usr/local/cargo/bin"
    cp -R "$toolchain/bin" "$toolchain/lib" "$mount/usr/local/rustup/toolchains/this/"
    for program in cargo rustc; do
        ln -s "../../rustup/toolchains/this/bin/$program" "$mount/usr/local/cargo/bin/$program"
    done
    buildah umount "$container" >/dev/null
    buildah config --env RUSTUP_HOME=/usr/local/rustup --env CARGO_HOME=/usr/local/cargo \
        --env PATH=/usr/local/cargo/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "$container"
    buildah commit -q --rm "$container" "docker.io/library/$name" >/dev/null
}

# Builds both base images, unless those of the last run are up to date.
make_bases() {
    debian=$(base debian) rust=$(base rust)
    made_from="$debian $rust $(rustc --version)"
    if [ "$(cat "$rig/made-from" 2>/dev/null)" = "$made_from" ]; then
        say 'base images: up to date'
        return
    fi
    make_debian "$debian"
    say "base image: $debian"
    make_rust "$rust" "$debian"
    say "base image: $rust"
    printf '%s\n' "$made_from" >"$rig/made-from"
}

# bud NAME [OPTION…]: builds an image, without a network and with the crates of this machine.
bud() {
    name=$1
    shift
    crates=${CARGO_HOME:-$HOME/.cargo}/registry
    unshare --net buildah bud --isolation chroot --pull-never --layers \
        --volume "$crates:/usr/local/cargo/registry:O" --tag "localhost/account-guard:$name" "$@" . \
        >"$rig/$name.log" 2>&1 || {
        tail -n 40 "$rig/$name.log" >&2
        echo "tests/image.sh: could not build the image \`$name\`" >&2
        return 1
    }
    say "image: $name"
}

# Prints one checksum of all sources of the images.
source_sum() {
    find Dockerfile .dockerignore Cargo.lock Cargo.toml LICENSE-* src -type f -print0 | sort -z |
        xargs -0 sha256sum | sha256sum
}

build() {
    configure
    source=$(source_sum)
    buildah rm --all >/dev/null # containers of an interrupted build
    # Keeps the layers of earlier builds as a cache, up to 8 GB.
    if [ "$(du -sm "$rig" | cut -f 1)" -gt 8000 ]; then
        rm -f "$rig/made-from"
        buildah rmi --all --force >/dev/null
    fi
    make_bases
    cargo fetch --locked
    bud alone
    bud shell --target shell
    container=$(buildah from --pull-never localhost/account-guard:alone)
    cp "$(buildah mount "$container")/usr/local/bin/account-guard" "$rig/account-guard.new"
    mv "$rig/account-guard.new" "$rig/account-guard"
    buildah rm "$container" >/dev/null
    printf '%s\n' "$source" >"$rig/built-from"
    printf 'size of the program: %d bytes\n' "$(stat -c %s "$rig/account-guard")"
    buildah images --filter reference=localhost/account-guard --format 'size of the image {{.Tag}}: {{.Size}}' |
        tr -s ' '
}

inside() {
    ip link set lo up
    ip address add 169.254.170.2/32 dev lo
    printf '127.0.0.1 localhost\n127.0.0.1 sts.eu-west-1.amazonaws.com\n' >"$1/hosts"
    echo 'nameserver 127.0.0.1' >"$1/resolv.conf"
    mount --bind "$1/hosts" /etc/hosts
    mount --bind "$1/resolv.conf" /etc/resolv.conf
    configure
    exec cargo test --offline --locked --test it container_images:: -- --ignored --test-threads=4
}

run_tests() {
    if [ "$(cat "$rig/built-from" 2>/dev/null)" != "$(source_sum)" ]; then
        echo 'tests/image.sh: missing images of this source; run: tests/image.sh build' >&2
        exit 1
    fi
    tests/rigs.sh
    cargo test --locked --test it --no-run
    say 'tests: built'
    names=$(mktemp -d)
    trap 'rm -rf "$names"' EXIT
    unshare --net --mount tests/image.sh inside "$names"
    say 'tests: done'
}

if [ "$(id -u)" -ne 0 ]; then
    echo 'tests/image.sh: needs root, to store layers and to create a network namespace' >&2
    exit 1
fi
started=$(date +%s)
mkdir -p "$rig"
case ${1:-all} in
    all)
        install_parts
        build
        run_tests
        ;;
    install) install_parts ;;
    build)
        install_parts
        build
        ;;
    test)
        install_parts
        run_tests
        ;;
    inside) inside "$2" ;;
    *)
        echo 'tests/image.sh: expected no argument, install, build or test' >&2
        exit 2
        ;;
esac
