#!/bin/sh
# Makes the archive and the Debian package of a program, installs the package for real into a root of its own, and
# uses what it brought:
#
#     tests/packages.sh PROGRAM
#
# The program is packed as it is; a large one takes its time. Needs Debian's dpkg and root, and installs the rest.
set -eu

fail() {
    echo "tests/packages.sh: $1" >&2
    exit 1
}

[ $# -eq 1 ] || fail 'takes a program'
[ "$(id -u)" -eq 0 ] || fail 'installs a package, which needs root'
for tool in dpkg-shlibdeps xz man zsh fish; do
    command -v "$tool" >/dev/null || {
        apt-get update -qq
        apt-get install -y -qq dpkg-dev xz-utils man-db zsh fish >/dev/null
        break
    }
done
program=$(realpath "$1")
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
root=$work/root

export MAINTAINER='The maintainers <maintainers@example.com>' SOURCE_DATE_EPOCH=1767225600
version=$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml)
target=$(uname -m)-unknown-linux-gnu
packaging/archive.py pack "$program" "$target" "$work"
deb=$work/$(packaging/deb.py "$work/account-guard-$version-$target.tar.gz" "$work")

# Debian's own tool names the same packages, if newer ones of them.
names() {
    sed 's/ ([^)]*)//g'
}
mkdir -p "$work/oracle/debian" "$work/oracle/tree/DEBIAN"
cp "$program" "$work/oracle/tree/program"
printf 'Source: x\n\nPackage: x\nArchitecture: any\n' >"$work/oracle/debian/control"
said=$(cd "$work/oracle" && dpkg-shlibdeps -O -etree/program | sed 's/^shlibs:Depends=//')
depends=$(dpkg-deb --field "$deb" Depends)
echo "it depends on $depends; dpkg-shlibdeps says $said"
[ "$(echo "$depends" | names)" = "$(echo "$said" | names)" ] || fail 'those are other packages'

# A system without a C library refuses it; beside the packages of this machine it is installed.
mkdir -p "$root/var/lib/dpkg/info" "$root/var/lib/dpkg/updates"
: >"$root/var/lib/dpkg/status"
dpkg --root="$root" --install "$deb" >"$work/said" 2>&1 && fail 'it was installed where there is no C library'
grep -q 'libc6' "$work/said" || fail "$(cat "$work/said")"
cp /var/lib/dpkg/status "$root/var/lib/dpkg/status"
dpkg --root="$root" --install "$deb" >"$work/said" 2>&1 || fail "$(cat "$work/said")"

said=$(env -i "$root/usr/bin/account-guard" --version)
[ "$said" = "account-guard $version" ] || fail "the program says: $said"
said=$(env -i PATH="$root/usr/bin" docker-credential-account-guard --help)
case $said in *docker*) ;; *) fail "docker's helper says: $said" ;; esac

for page in account-guard account-guard-policy-lint docker-credential-account-guard; do
    MANPATH=$root/usr/share/man man --where "$page" || fail "man finds no $page"
    MANPATH=$root/usr/share/man MANWIDTH=80 man "$page" >"$work/page" || fail "man shows no $page"
    grep -q '^SYNOPSIS' "$work/page" || fail "$(cat "$work/page")"
done

said=$(bash -c ". '$root/usr/share/bash-completion/completions/account-guard'; complete -p account-guard")
case $said in *'-F _account'*'guard account-guard') ;; *) fail "bash completes by: $said" ;; esac
said=$(zsh -fc "fpath=('$root/usr/share/zsh/vendor-completions' \$fpath); autoload -Uz compinit; compinit -D -u
    print \$_comps[account-guard]")
[ "$said" = _account-guard ] || fail "zsh completes by: $said"
said=$(HOME=$work PATH=$root/usr/bin:$PATH XDG_DATA_DIRS=$root/usr/share fish -c "complete --do-complete 'account-guard che'" | cut -f 1)
[ "$said" = check ] || fail "fish completes: $said"

# dpkg knows each file by its sum, and takes away what it has brought.
said=$(dpkg --root="$root" --verify account-guard 2>/dev/null)
[ -z "$said" ] || fail "dpkg finds changed: $said"
echo >>"$root/usr/share/doc/account-guard/copyright"
said=$(dpkg --root="$root" --verify account-guard 2>/dev/null || true)
case $said in *copyright) ;; *) fail "dpkg does not see that a file was changed: $said" ;; esac
dpkg --root="$root" --purge account-guard >"$work/said" 2>&1 || fail "$(cat "$work/said")"
said=$(find "$root/usr" ! -type d 2>/dev/null || true)
[ -z "$said" ] || fail "this was left behind: $said"

cp "$deb" "$work/first.deb"
packaging/deb.py "$work/account-guard-$version-$target.tar.gz" "$work" >/dev/null
cmp "$deb" "$work/first.deb" || fail 'the same archive gave another package'
echo 'the package was installed, used and removed'
