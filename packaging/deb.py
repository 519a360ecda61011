#!/usr/bin/env python3
"""Makes the package for Debian, and for distributions that are based on it, from the archive of a platform.

    deb.py ARCHIVE DIRECTORY

[package.metadata.deb] in Cargo.toml lists the files and their places. The script needs Debian's dpkg and binutils. The
same input gives the same bytes.

MAINTAINER         the maintainer of the package: `Name <address>`
SOURCE_DATE_EPOCH  the date of the package, in seconds since 1970
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
HELPER = "docker-credential-account-guard"  # docker finds the helper by this name, and man finds its page
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

  * Release {version}. See changelog.gz in this folder for the changes.

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
    """The text as the value of a field in a control file."""
    return "\n".join(f" {line.rstrip() or '.'}" for line in text.strip().splitlines())


def installed(assets, built, tree):
    """Copies the files of the archive to their places. Compresses the man pages, as Debian requires."""
    for source, place, mode in assets:
        found = sorted(built.glob(source.removeprefix(BUILT)))
        if not source.startswith(BUILT) or not found:
            sys.exit(f"deb.py: the archive does not contain `{source}`, which Cargo.toml lists")
        for path in found:
            to, data = tree / place / path.name if place.endswith("/") else tree / place, path.read_bytes()
            if "/man/" in place:
                to, data = to.with_name(f"{to.name}.gz"), compressed(data)
            written(to, data, int(mode, 8))
    (tree / "usr/bin" / HELPER).symlink_to("account-guard")
    (tree / f"usr/share/man/man1/{HELPER}.1.gz").symlink_to("account-guard-docker-credential.1.gz")


def documented(built, tree, facts):
    """Writes the documents that Debian's policy requires."""
    documents = tree / "usr/share/doc/account-guard"
    mit = (built / "LICENSE-MIT").read_text()
    copyright_line = re.search(r"^Copyright.*$", mit, re.MULTILINE)[0].replace(" (c)", ":", 1)
    written(documents / "copyright", COPYRIGHT.format(copyright=copyright_line, mit=indented(mit)).encode())
    written(documents / "changelog.gz", compressed((built / "CHANGELOG.md").read_bytes()))
    written(documents / "changelog.Debian.gz", compressed(CHANGELOG.format(**facts).encode()))


def depends(program):
    """The packages that the program depends on, from its libraries and the versions of its symbols.

    dpkg-shlibdeps would require the C library of this machine if a library has since become a part of it. The
    package could then not be installed on the older systems that the program supports.
    """
    command = ["readelf", "--wide", "--dynamic", "--dyn-syms", program]
    said = subprocess.run(command, check=False, stdout=subprocess.PIPE, text=True).stdout
    asked = {LIBRARIES.get(library.split(".so")[0], library) for library in re.findall(r"\(NEEDED\).*\[(.+)\]", said)}
    unknown = asked - set(LIBRARIES.values())
    if unknown:
        sys.exit(f"deb.py: no known package contains {', '.join(sorted(unknown))}")
    if "libc6" not in asked:
        sys.exit("deb.py: the program does not use the C library, which a program for this target must")
    return ", ".join(f"{package} (>= {newest(said, VERSIONS[package])})" for package in sorted(asked))


def newest(said, prefix):
    """The newest version with this prefix among the symbols."""
    found = re.findall(rf"@{prefix}_([0-9.]+)", said)
    return max(found, key=lambda version: [int(part) for part in version.split(".")])


def controlled(tree, facts):
    """Writes the description of the package, and the checksums with which dpkg finds changed files."""
    files = sorted(path for path in tree.rglob("*") if path.is_file() and not path.is_symlink())
    sums = [f"{hashlib.md5(path.read_bytes()).hexdigest()}  {path.relative_to(tree)}\n" for path in files]
    size = sum(-(-path.stat().st_size // 1024) for path in files)
    written(tree / "DEBIAN/md5sums", "".join(sums).encode())
    written(tree / "DEBIAN/control", CONTROL.format(size=size, **facts).encode())


def settled(tree):
    """Removes the traces of this machine from the files: the current time, and the user's umask."""
    date = int(os.environ["SOURCE_DATE_EPOCH"])
    for path in [tree, *tree.rglob("*")]:
        if path.is_dir():
            path.chmod(0o755)
        os.utime(path, (date, date), follow_symlinks=False)


def described(archive, name):
    """The files of the package, and the values for its control file."""
    package = tomllib.loads((ROOT / "Cargo.toml").read_text())["package"]
    deb = package["metadata"]["deb"]
    if name["version"] != package["version"]:
        sys.exit(f"deb.py: expected an archive of version {package['version']}, as in Cargo.toml, got `{archive}`")
    return deb["assets"], {
        "version": name["version"],
        "architecture": ARCHITECTURES[name["processor"]],
        "maintainer": os.environ["MAINTAINER"],
        "date": email.utils.formatdate(int(os.environ["SOURCE_DATE_EPOCH"])),
        "section": deb["section"],
        "priority": deb["priority"],
        "title": "verify the AWS credentials of a deploy before it runs",
        "text": indented(deb["extended-description"]),
    }


def package(archive, directory):
    archive = pathlib.Path(archive)
    name = ARCHIVE.fullmatch(archive.name)
    if not name:
        sys.exit(f"deb.py: `{archive.name}` is not an archive of a program for Linux with the GNU C library")
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
        sys.exit(f"deb.py: set {' and '.join(missing)} in the environment")
    package(*sys.argv[1:])


if __name__ == "__main__":
    main()
