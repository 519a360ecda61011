#!/bin/sh
# Tests a program that was just built, on a machine of its platform:
#
#     built.sh PROGRAM TARGET VERSION
#
# It must print its version, read a policy and refuse an invalid one. For Linux with the GNU C library it must not require
# a version newer than 2.17. For musl it must require no other file.
set -eu

refuse() {
    echo "packaging/built.sh: $1" >&2
    exit 1
}

[ $# -eq 3 ] || {
    echo 'packaging/built.sh: expected a program, its target and its version' >&2
    exit 2
}
program=$(cd "$(dirname "$1")" && pwd)/$(basename "$1") target=$2 version=$3
cd "$(dirname "$0")/.."

said=$("$program" --version | tr -d '\r')
[ "$said" = "account-guard $version" ] || refuse "expected version $version, got \`$said\`"
"$program" policy lint --policy examples/account-guard.toml
code=0
"$program" policy lint --policy Cargo.toml >/dev/null 2>&1 || code=$?
[ "$code" -eq 2 ] || refuse "linting Cargo.toml, which is not a policy: expected exit code 2, got $code"

case $target in
    *-linux-gnu)
        newest=$(readelf --wide --dyn-syms "$program" | grep -o '@GLIBC_[0-9.]*' | sed 's/.*_//' | sort -uV | tail -n 1)
        [ -n "$newest" ] || refuse 'the program uses no symbol of the GNU C library'
        [ "$(printf '%s\n2.17\n' "$newest" | sort -V | tail -n 1)" = 2.17 ] ||
            refuse "the program requires the GNU C library $newest, but 2.17 is the newest version allowed"
        ;;
    *-linux-musl)
        if readelf --wide --program-headers "$program" | grep -q INTERP; then
            refuse 'the program requires a loader, which not every machine has'
        fi
        ;;
esac
echo "$target: $version"
