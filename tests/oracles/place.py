"""Runs the tools in a namespace without a network, in which AWS's host names lead to the recording server.

`enter` restarts the calling program inside such a namespace. Each `Place` has its own loopback address. `Place.wrap`
gives a tool a host file that maps AWS's names to this address, and a password file with its own home.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

INSIDE = "ORACLES_INSIDE"
REGIONS = [
    "us-east-1",
    "us-east-2",
    "us-west-2",
    "eu-west-1",
    "eu-west-2",
    "eu-central-1",
    "eu-north-1",
    "ap-south-1",
    "ca-central-1",
    "ca-west-1",
    "sa-east-1",
]
NAMES = ["sts.amazonaws.com", "iam.amazonaws.com"] + [
    f"{service}.{region}.amazonaws.com"
    for service in ("sts", "portal.sso", "oidc", "cloudformation", "ssm", "s3")
    for region in REGIONS
]
# The arguments: the host file, the password file, and the command.
MOUNT = 'mount --bind "$1" /etc/hosts && mount --bind "$2" /etc/passwd && shift 2 && exec "$@"'


def enter():
    """Restarts this program in a namespace, unless it already runs in one."""
    if INSIDE not in os.environ:
        unshare = shutil.which("unshare")
        if unshare is None:
            sys.exit("unshare is missing: install util-linux")
        words = [unshare, "--map-root-user", "--net", "--mount", sys.executable, *sys.argv]
        os.execve(unshare, words, os.environ | {INSIDE: "1"})
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)


class Place:
    """A loopback address, a host file that maps AWS's names to it, and a certificate for these names."""

    def __init__(self, number, authority):
        self.address = f"127.0.0.{number + 2}"
        self._kept = tempfile.TemporaryDirectory(prefix="place-")
        self.folder = Path(self._kept.name)
        self.hosts = self.folder / "hosts"
        self.hosts.write_text("127.0.0.1 localhost\n" + "".join(f"{self.address} {name}\n" for name in NAMES))
        self.certificate = authority.certificate

    def wrap(self, words, variables, password_home):
        """The command line that runs `words` in this place, with only these variables."""
        passwd = self.folder / "passwd"
        passwd.write_text(f"root:x:0:0::{password_home}:/bin/sh\n")
        given = [f"{name}={value}" for name, value in variables.items()]
        return [
            "unshare",
            "--mount",
            "sh",
            "-c",
            MOUNT,
            "sh",
            str(self.hosts),
            str(passwd),
            "env",
            "-i",
            *given,
            *words,
        ]

    def close(self):
        self._kept.cleanup()


class Authority:
    """A certificate authority for one run, and its certificate for all of AWS's names."""

    def __init__(self):
        self._kept = tempfile.TemporaryDirectory(prefix="authority-")
        folder = self._kept.name
        Path(folder, "extensions").write_text(
            "basicConstraints=CA:FALSE\nsubjectAltName=" + ",".join(f"DNS:{name}" for name in NAMES) + "\n"
        )
        new = "openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=oracles"
        for line in (
            f"{new} -x509 -keyout ca.key -out ca.pem -days 9 -addext basicConstraints=critical,CA:TRUE",
            f"{new} -keyout leaf.key -out leaf.csr",
            (
                "openssl x509 -req -in leaf.csr -CA ca.pem -CAkey ca.key -CAcreateserial -out leaf.pem -days 9"
                " -extfile extensions"
            ),
        ):
            subprocess.run(line.split(), cwd=folder, check=True, capture_output=True)
        self.pem, self.certificate = f"{folder}/ca.pem", (f"{folder}/leaf.pem", f"{folder}/leaf.key")

    def close(self):
        self._kept.cleanup()
