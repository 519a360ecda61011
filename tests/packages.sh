#!/bin/sh
# Builds the archive and the Debian package of a program, installs the package in a separate root directory, and uses
# its files:
#
#     tests/packages.sh PROGRAM
#
# It packs the program unchanged, which is slow for a large one. Needs Debian's dpkg and root, and installs other tools.
set -eu

fail() {
    echo "tests/packages.sh: $1" >&2
    exit 1
}

[ $# -eq 1 ] || fail 'expected one argument: a program'
[ "$(id -u)" -eq 0 ] || fail 'needs root, to install a package'
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

# Debian's own tool must name the same packages, perhaps with newer versions.
names() {
    sed 's/ ([^)]*)//g'
}
mkdir -p "$work/oracle/debian" "$work/oracle/tree/DEBIAN"
cp "$program" "$work/oracle/tree/program"
printf 'Source: x\n\nPackage: x\nArchitecture: any\n' >"$work/oracle/debian/control"
said=$(cd "$work/oracle" && dpkg-shlibdeps -O -etree/program | sed 's/^shlibs:Depends=//')
depends=$(dpkg-deb --field "$deb" Depends)
echo "depends on $depends; dpkg-shlibdeps: $said"
[ "$(echo "$depends" | names)" = "$(echo "$said" | names)" ] || fail 'deb.py and dpkg-shlibdeps name different packages'

# dpkg must refuse it on a system without a C library, and install it with the packages of this machine.
mkdir -p "$root/var/lib/dpkg/info" "$root/var/lib/dpkg/updates"
: >"$root/var/lib/dpkg/status"
dpkg --root="$root" --install "$deb" >"$work/said" 2>&1 && fail 'dpkg installed it without a C library'
grep -q 'libc6' "$work/said" || fail "$(cat "$work/said")"
cp /var/lib/dpkg/status "$root/var/lib/dpkg/status"
dpkg --root="$root" --install "$deb" >"$work/said" 2>&1 || fail "$(cat "$work/said")"

said=$(env -i "$root/usr/bin/account-guard" --version)
[ "$said" = "account-guard $version" ] || fail "unexpected output of --version: $said"
said=$(env -i PATH="$root/usr/bin" docker-credential-account-guard --help)
case $said in *docker*) ;; *) fail "unexpected help of docker's helper: $said" ;; esac

for page in account-guard account-guard-policy-lint docker-credential-account-guard; do
    MANPATH=$root/usr/share/man man --where "$page" || fail "man did not find $page"
    MANPATH=$root/usr/share/man MANWIDTH=80 man "$page" >"$work/page" || fail "man could not show $page"
    grep -q '^SYNOPSIS' "$work/page" || fail "$(cat "$work/page")"
done

said=$(bash -c ". '$root/usr/share/bash-completion/completions/account-guard'; complete -p account-guard")
case $said in *'-F _account'*'guard account-guard') ;; *) fail "unexpected completion of bash: $said" ;; esac
said=$(zsh -fc "fpath=('$root/usr/share/zsh/vendor-completions' \$fpath); autoload -Uz compinit; compinit -D -u
    print \$_comps[account-guard]")
[ "$said" = _account-guard ] || fail "unexpected completion of zsh: $said"
said=$(HOME=$work PATH=$root/usr/bin:$PATH XDG_DATA_DIRS=$root/usr/share fish -c "complete --do-complete 'account-guard che'" | cut -f 1)
[ "$said" = check ] || fail "unexpected completion of fish: $said"

# dpkg must verify each file by its checksum, and remove all files of the package.
said=$(dpkg --root="$root" --verify account-guard 2>/dev/null)
[ -z "$said" ] || fail "dpkg reports changed files: $said"
echo >>"$root/usr/share/doc/account-guard/copyright"
said=$(dpkg --root="$root" --verify account-guard 2>/dev/null || true)
case $said in *copyright) ;; *) fail "dpkg did not report a changed file: $said" ;; esac
dpkg --root="$root" --purge account-guard >"$work/said" 2>&1 || fail "$(cat "$work/said")"
said=$(find "$root/usr" ! -type d 2>/dev/null || true)
[ -z "$said" ] || fail "files left after the removal: $said"

cp "$deb" "$work/first.deb"
packaging/deb.py "$work/account-guard-$version-$target.tar.gz" "$work" >/dev/null
cmp "$deb" "$work/first.deb" || fail 'the same archive gave a different package'
echo 'the package was installed, used and removed'
