#!/usr/bin/env python3
"""Packs the archive of one platform, or writes the checksums of all archives.

    archive.py pack PROGRAM TARGET DIRECTORY [NATIVE]
    archive.py all PROGRAMS DIRECTORY NATIVE
    archive.py sums DIRECTORY SUMS

`pack` puts the program, its licences, its completions and its man pages into
DIRECTORY/account-guard-VERSION-TARGET.tar.gz, or .zip for Windows. The same input gives the same bytes.
NATIVE, which must run on this machine, prints the completions and man pages; default: PROGRAM. A PROGRAM for another
target than TARGET is refused, and so is a NATIVE with another version than Cargo.toml.

`all` packs the programs of all platforms, from the folders PROGRAMS/program-TARGET.

`sums` writes the SHA-256 of every archive and package in DIRECTORY to the file SUMS, which the Action reads.
"""

import functools
import gzip
import hashlib
import io
import os
import pathlib
import subprocess
import sys
import tarfile
import tempfile
import tomllib
import zipfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
TEXTS = ["README.md", "CHANGELOG.md", "LICENSE-APACHE", "LICENSE-MIT"]
COMPLETIONS = {
    "bash": "account-guard.bash",
    "elvish": "account-guard.elv",
    "fish": "account-guard.fish",
    "powershell": "_account-guard.ps1",
    "zsh": "_account-guard",
}
# The expected bytes of a program's header by their offset: 64 bits, little-endian, and the processor.
ELF = {
    "x86_64": {0: b"\x7fELF\2\1", 18: b"\x3e\0"},
    "aarch64": {0: b"\x7fELF\2\1", 18: b"\xb7\0"},
}
TARGETS = {
    "x86_64-unknown-linux-gnu": ELF["x86_64"],
    "aarch64-unknown-linux-gnu": ELF["aarch64"],
    "x86_64-unknown-linux-musl": ELF["x86_64"],
    "aarch64-unknown-linux-musl": ELF["aarch64"],
    "x86_64-apple-darwin": {0: b"\xcf\xfa\xed\xfe\7\0\0\1"},
    "aarch64-apple-darwin": {0: b"\xcf\xfa\xed\xfe\x0c\0\0\1"},
    "x86_64-pc-windows-msvc": {0: b"MZ"},
}
SUMMED = (".tar.gz", ".zip", ".deb")
MADE = (1980, 1, 1, 0, 0, 0)  # the earliest date that zip allows; constant, so that the bytes are reproducible


@functools.cache
def asked(native, *arguments):
    """The output of the program, run with an empty environment."""
    try:
        return subprocess.run([native, *arguments], check=True, stdout=subprocess.PIPE, env={}).stdout
    except (OSError, subprocess.CalledProcessError) as why:
        sys.exit(f"archive.py: could not run `{native}`: {why}")


def version(native):
    """The version that the program prints. It must be the version in Cargo.toml."""
    expected = tomllib.loads((ROOT / "Cargo.toml").read_text())["package"]["version"]
    said = asked(native, "--version").decode().strip()
    if said != f"account-guard {expected}":
        sys.exit(f"archive.py: expected `{native}` to have version {expected}, as in Cargo.toml, got `{said}`")
    return expected


def made_for(target, program):
    """The bytes of the program. It must be a program for this target."""
    data = pathlib.Path(program).read_bytes()
    if target not in TARGETS:
        sys.exit(f"archive.py: `{target}` is not a known target")
    if any(not data[place:].startswith(expected) for place, expected in TARGETS[target].items()):
        sys.exit(f"archive.py: `{program}` is not a program for {target}")
    return data


@functools.cache
def manual(native):
    """The page of the program and one for each of its commands."""
    with tempfile.TemporaryDirectory() as directory:
        asked(native, "man", directory)
        return {f"man/{page.name}": page.read_bytes() for page in pathlib.Path(directory).iterdir()}


def program_of(target):
    return "account-guard.exe" if "windows" in target else "account-guard"


def content(program, target, native):
    """Every file of the archive: path, bytes and mode. `program` contains the bytes of the program."""
    files = {text: (ROOT / text).read_bytes() for text in TEXTS}
    files |= {f"completions/{file}": asked(native, "completions", shell) for shell, file in COMPLETIONS.items()}
    files |= manual(native)
    listed = [(path, data, 0o644) for path, data in files.items()]
    return sorted([*listed, (program_of(target), program, 0o755)])


def tarball(top, files):
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for path, data, mode in files:
            entry = tarfile.TarInfo(f"{top}/{path}")
            entry.size, entry.mode = len(data), mode
            archive.addfile(entry, io.BytesIO(data))
    return gzip.compress(plain.getvalue(), compresslevel=9, mtime=0)


def zipped(top, files):
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for path, data, mode in files:
            entry = zipfile.ZipInfo(f"{top}/{path}", MADE)
            entry.compress_type, entry.external_attr, entry.create_system = zipfile.ZIP_DEFLATED, mode << 16, 3
            archive.writestr(entry, data)
    return whole.getvalue()


def pack(program, target, directory, native=None):
    data = made_for(target, program)
    native = os.path.abspath(native or program)
    top = f"account-guard-{version(native)}-{target}"
    files = content(data, target, native)
    name, data = (f"{top}.zip", zipped(top, files)) if "windows" in target else (f"{top}.tar.gz", tarball(top, files))
    (pathlib.Path(directory) / name).write_bytes(data)
    print(name)


def every(programs, directory, native):
    found = {target: pathlib.Path(programs) / f"program-{target}" / program_of(target) for target in TARGETS}
    for target, program in found.items():
        if not program.is_file():
            sys.exit(f"archive.py: missing program for {target}: `{program}` does not exist")
    for target, program in found.items():
        pack(program, target, directory, native)


def sums(directory, written):
    files = sorted(path for path in pathlib.Path(directory).iterdir() if path.name.endswith(SUMMED))
    if not any(path.name.endswith((".tar.gz", ".zip")) for path in files):
        sys.exit(f"archive.py: no archive in `{directory}`")
    lines = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in files]
    pathlib.Path(written).write_text("".join(lines))


COMMANDS = {"pack": (pack, 3, 4), "all": (every, 3, 3), "sums": (sums, 2, 2)}


def main():
    command, *arguments = sys.argv[1:] or [""]
    run, least, most = COMMANDS.get(command, (None, 0, 0))
    if run is None or not least <= len(arguments) <= most:
        sys.exit(__doc__)
    run(*arguments)


if __name__ == "__main__":
    main()
