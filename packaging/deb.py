#!/usr/bin/env python3
"""Makes the package for Debian and its like out of the archive of a platform.

    deb.py ARCHIVE DIRECTORY

What goes where stands in Cargo.toml, in [package.metadata.deb]. It needs Debian's dpkg and binutils. The same
input gives the same bytes.

MAINTAINER         who makes this package: `Name <address>`
SOURCE_DATE_EPOCH  its date, in seconds since 1970
"""

import email.utils
import gzip
import hashlib
import os
import pathlib
import re
import subprocess
import sys
import tarfile
import tempfile
import tomllib

ROOT = pathlib.Path(__file__).resolve().parent.parent
ARCHIVE = re.compile(r"(account-guard-(?P<version>.+)-(?P<processor>x86_64|aarch64)-unknown-linux-gnu)\.tar\.gz")
ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}
HELPER = "docker-credential-account-guard"  # docker finds its helper by this name, and man its page
BUILT = "target/release/"
LIBRARIES = dict.fromkeys(("libc", "libm", "libdl", "librt", "libpthread", "libutil", "libresolv"), "libc6")
LIBRARIES |= {"ld-linux-x86-64": "libc6", "ld-linux-aarch64": "libc6", "libgcc_s": "libgcc-s1"}
VERSIONS = {"libc6": "GLIBC", "libgcc-s1": "GCC"}

CONTROL = """\
Package: account-guard
Version: {version}-1
Architecture: {architecture}
Maintainer: {maintainer}
Installed-Size: {size}
Depends: {depends}
Section: {section}
Priority: {priority}
Description: {title}
{text}
"""
CHANGELOG = """\
account-guard ({version}-1) unstable; urgency=medium

  * The release {version}. What has changed stands in changelog.gz beside this file.

 -- {maintainer}  {date}
"""
COPYRIGHT = """\
Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: account-guard

Files: *
{copyright}
License: Apache-2.0 or Expat

License: Apache-2.0
 On Debian systems, the text of the licence is in /usr/share/common-licenses/Apache-2.0.

License: Expat
{mit}
"""


def written(path, data, mode=0o644):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    path.chmod(mode)


def compressed(data):
    return gzip.compress(data, compresslevel=9, mtime=0)


def indented(text):
    """A text as it stands in a field of control files."""
    return "\n".join(f" {line.rstrip() or '.'}" for line in text.strip().splitlines())


def installed(assets, built, tree):
    """Copies the files of the archive to their places; manual pages as Debian wants them, compressed."""
    for source, place, mode in assets:
        found = sorted(built.glob(source.removeprefix(BUILT)))
        if not source.startswith(BUILT) or not found:
            sys.exit(f"deb.py: the archive has no `{source}`, which Cargo.toml names")
        for path in found:
            to, data = tree / place / path.name if place.endswith("/") else tree / place, path.read_bytes()
            if "/man/" in place:
                to, data = to.with_name(f"{to.name}.gz"), compressed(data)
            written(to, data, int(mode, 8))
    (tree / "usr/bin" / HELPER).symlink_to("account-guard")
    (tree / f"usr/share/man/man1/{HELPER}.1.gz").symlink_to("account-guard-docker-credential.1.gz")


def documented(built, tree, facts):
    """The documents that Debian's policy asks for."""
    documents = tree / "usr/share/doc/account-guard"
    mit = (built / "LICENSE-MIT").read_text()
    copyright_line = re.search(r"^Copyright.*$", mit, re.MULTILINE)[0].replace(" (c)", ":", 1)
    written(documents / "copyright", COPYRIGHT.format(copyright=copyright_line, mit=indented(mit)).encode())
    written(documents / "changelog.gz", compressed((built / "CHANGELOG.md").read_bytes()))
    written(documents / "changelog.Debian.gz", compressed(CHANGELOG.format(**facts).encode()))


def depends(program):
    """The packages that the program needs, by the libraries and the versions of symbols that it asks for.

    dpkg-shlibdeps would name the C library of the machine that packs wherever a library has since become a part
    of it, and the package could not be installed on the older systems that the program is built for.
    """
    command = ["readelf", "--wide", "--dynamic", "--dyn-syms", program]
    said = subprocess.run(command, check=False, stdout=subprocess.PIPE, text=True).stdout
    asked = {LIBRARIES.get(library.split(".so")[0], library) for library in re.findall(r"\(NEEDED\).*\[(.+)\]", said)}
    unknown = asked - set(LIBRARIES.values())
    if unknown:
        sys.exit(f"deb.py: it is not known which package has {', '.join(sorted(unknown))}")
    if "libc6" not in asked:
        sys.exit("deb.py: the program asks for no C library, which one for this target does")
    return ", ".join(f"{package} (>= {newest(said, VERSIONS[package])})" for package in sorted(asked))


def newest(said, prefix):
    """The newest version of these that a symbol is asked for in."""
    found = re.findall(rf"@{prefix}_([0-9.]+)", said)
    return max(found, key=lambda version: [int(part) for part in version.split(".")])


def controlled(tree, facts):
    """The package's own description, and the sums by which a machine can tell a file that has changed."""
    files = sorted(path for path in tree.rglob("*") if path.is_file() and not path.is_symlink())
    sums = [f"{hashlib.md5(path.read_bytes()).hexdigest()}  {path.relative_to(tree)}\n" for path in files]
    size = sum(-(-path.stat().st_size // 1024) for path in files)
    written(tree / "DEBIAN/md5sums", "".join(sums).encode())
    written(tree / "DEBIAN/control", CONTROL.format(size=size, **facts).encode())


def settled(tree):
    """Takes from the files what they have of this machine: its time, and its user's umask."""
    date = int(os.environ["SOURCE_DATE_EPOCH"])
    for path in [tree, *tree.rglob("*")]:
        if path.is_dir():
            path.chmod(0o755)
        os.utime(path, (date, date), follow_symlinks=False)


def described(archive, name):
    """What is known of the package before it is made."""
    package = tomllib.loads((ROOT / "Cargo.toml").read_text())["package"]
    deb = package["metadata"]["deb"]
    if name["version"] != package["version"]:
        sys.exit(f"deb.py: `{archive}` is of {name['version']}, and Cargo.toml of {package['version']}")
    return deb["assets"], {
        "version": name["version"],
        "architecture": ARCHITECTURES[name["processor"]],
        "maintainer": os.environ["MAINTAINER"],
        "date": email.utils.formatdate(int(os.environ["SOURCE_DATE_EPOCH"])),
        "section": deb["section"],
        "priority": deb["priority"],
        "title": "proves whose AWS credentials a deploy would use",
        "text": indented(deb["extended-description"]),
    }


def package(archive, directory):
    archive = pathlib.Path(archive)
    name = ARCHIVE.fullmatch(archive.name)
    if not name:
        sys.exit(f"deb.py: `{archive.name}` is no archive of a program for Linux with the GNU C library")
    assets, facts = described(archive.name, name)
    with tempfile.TemporaryDirectory() as work:
        work = pathlib.Path(work)
        tree, built = work / "tree", work / name[1]
        with tarfile.open(archive) as files:
            files.extractall(work, filter="data")
        installed(assets, built, tree)
        documented(built, tree, facts)
        facts["depends"] = depends(tree / "usr/bin/account-guard")
        controlled(tree, facts)
        settled(tree)
        command = ["dpkg-deb", "--root-owner-group", "-Zxz", "--build", tree, directory]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    print(f"account-guard_{facts['version']}-1_{facts['architecture']}.deb")


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    missing = [variable for variable in ("MAINTAINER", "SOURCE_DATE_EPOCH") if not os.environ.get(variable)]
    if missing:
        sys.exit(f"deb.py: {' and '.join(missing)} must be in the environment")
    package(*sys.argv[1:])


if __name__ == "__main__":
    main()
