#!/bin/sh
# Holds a program that was just built against what its platform's users need, on a machine that runs it:
#
#     built.sh PROGRAM TARGET VERSION
#
# It says its version, reads a policy and refuses a wrong one. For Linux with the GNU C library it asks for no newer one
# than 2.17; for musl it asks for no other file at all.
set -eu

refuse() {
    echo "packaging/built.sh: $1" >&2
    exit 1
}

[ $# -eq 3 ] || {
    echo 'packaging/built.sh: takes a program, its target and its version' >&2
    exit 2
}
program=$(cd "$(dirname "$1")" && pwd)/$(basename "$1") target=$2 version=$3
cd "$(dirname "$0")/.."

said=$("$program" --version | tr -d '\r')
[ "$said" = "account-guard $version" ] || refuse "the program says \`$said\`, and this is $version"
"$program" policy lint --policy examples/account-guard.toml
code=0
"$program" policy lint --policy Cargo.toml >/dev/null 2>&1 || code=$?
[ "$code" -eq 2 ] || refuse "Cargo.toml is no policy, and linting it ended with exit code $code"

case $target in
    *-linux-gnu)
        newest=$(readelf --wide --dyn-syms "$program" | grep -o '@GLIBC_[0-9.]*' | sed 's/.*_//' | sort -uV | tail -n 1)
        [ -n "$newest" ] || refuse 'the program asks for no symbol of the GNU C library'
        [ "$(printf '%s\n2.17\n' "$newest" | sort -V | tail -n 1)" = 2.17 ] ||
            refuse "the program asks for the GNU C library $newest, and 2.17 is what it may ask for"
        ;;
    *-linux-musl)
        if readelf --wide --program-headers "$program" | grep -q INTERP; then
            refuse 'the program is started by a loader, which not every machine has'
        fi
        ;;
esac
echo "$target: $version"
