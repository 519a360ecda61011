#!/usr/bin/env python3
"""Runs account-guard on the configurations of cases.toml, with AWS's own host names and addresses.

    run.py PROGRAM [NAME…]

Runs in a network namespace, which it creates. Needs openssl, unshare and ip. Ends with 1 if an answer differs from the
expected one.
"""

import hashlib
import json
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

from server import LATER, Handler, serve

HERE = Path(__file__).resolve().parent
INSIDE = "CASES_INSIDE"
REGIONS = ["us-east-1", "us-west-2", "eu-west-1", "ap-south-1", "ap-east-1", "eusc-de-east-1"]
HOSTS = ["sts.amazonaws.com", "sts.eusc-de-east-1.amazonaws.eu"] + [
    f"{service}.{region}.amazonaws.com" for service in ("sts", "portal.sso", "oidc", "api.ecr") for region in REGIONS
]
REGION = {"AWS_REGION": "eu-west-1", "AWS_DEFAULT_REGION": "eu-west-1"}
AT_EMULATOR = {"AWS_ENDPOINT_URL": "{url}", "AWS_EC2_METADATA_SERVICE_ENDPOINT": "{url}"}
KEYS = "[{}]\naws_access_key_id = {}\naws_secret_access_key = secret\n"
THREE_PROFILES = "".join(
    KEYS.format(*it) for it in [("default", "prod-default"), ("staging", "staging-key"), ("prod", "prod-key")]
)
# The certificates of a private authority, valid for two days.
KEY = "openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes"
CERTIFICATE = f"""{KEY} -x509 -keyout ca.key -out ca.pem -days 2 -subj /CN=ca -addext basicConstraints=critical,CA:TRUE
{KEY} -keyout leaf.key -out leaf.csr -subj /CN=leaf
openssl x509 -req -in leaf.csr -CA ca.pem -CAkey ca.key -CAcreateserial -out leaf.pem -days 2 -extfile leaf.ext"""


def run(words, **more):
    subprocess.run(words, check=True, capture_output=True, **more)


class World:
    """The namespace: AWS's names and addresses, and a password file with a writable home."""

    def __init__(self, folder):
        self.folder = folder
        self.passwd_home = folder / "passwd-home"
        (folder / "passwd").write_text(f"root:x:0:0::{self.passwd_home}:/bin/sh\n")
        (folder / "hosts").write_text("127.0.0.1 localhost\n" + "".join(f"127.0.0.1 {host}\n" for host in HOSTS))
        for name in ("passwd", "hosts"):
            run(["mount", "--bind", folder / name, f"/etc/{name}"])
        run(["ip", "link", "set", "lo", "up"])
        run(["ip", "addr", "add", "169.254.169.254/32", "dev", "lo"])
        names = ",".join(f"DNS:{host}" for host in HOSTS)
        (folder / "leaf.ext").write_text(f"basicConstraints=CA:FALSE\nsubjectAltName={names}\n")
        for line in CERTIFICATE.splitlines():
            run(shlex.split(line), cwd=folder)
        serve(("127.0.0.1", 443), (folder / "leaf.pem", folder / "leaf.key"))
        serve(("169.254.169.254", 80))
        self.url = f"http://127.0.0.1:{serve(('127.0.0.1', 0))}"


def put(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode())
    path.chmod(0o755 if text.startswith("#!") else 0o644)


def policy(case):
    """The policy: prod and staging each allow their own account. `rule` is added to prod."""
    emulator = 'emulator = ["http://127.0.0.1:*"]' if case.get("emulator", True) else ""
    lines = ["version = 1", "[accounts]", 'prod = "111111111111"', 'staging = "222222222222"']
    lines += ["[environments.prod]", 'accounts = ["prod"]', case.get("rule", ""), emulator]
    return "\n".join([*lines, "[environments.staging]", 'accounts = ["staging"]', emulator, ""])


def sessions(home):
    """Cached sessions: of IAM Identity Center with two names, and of `aws login`."""
    token = {"startUrl": "https://x.awsapps.com/start", "region": "eu-west-1", "accessToken": "t", "expiresAt": LATER}
    for name in ("My Corp", "corp2"):
        put(home / ".aws/sso/cache" / f"{hashlib.sha1(name.encode()).hexdigest()}.json", json.dumps(token))
    keys = {"accessKeyId": "login-me", "secretAccessKey": "secret", "sessionToken": "issued"}
    login = {"accessToken": keys | {"accountId": "111111111111", "expiresAt": LATER}, "tokenType": "aws_sigv4"}
    login |= {"clientId": "c", "refreshToken": "t", "idToken": "t", "dpopKey": "k"}
    put(home / ".aws/login/cache" / f"{hashlib.sha256(b'me').hexdigest()}.json", json.dumps(login))


def laid_out(case, world, home):
    """Writes the files of a case; returns a function that fills in its home and the server's address."""

    def filled(text):
        return text.replace("{home}", str(home)).replace("{url}", world.url)

    files = dict(case.get("files", {}))
    for name in ("config", "credentials"):
        if name in case:
            text = case[name]
            files[f".aws/{name}"] = THREE_PROFILES if text == "three profiles" else text
    for name, text in files.items():
        put(home / name, filled(text))
    for name, text in case.get("passwd_home", {}).items():
        put(world.passwd_home / name, filled(text))
    put(home / "account-guard.toml", policy(case))
    sessions(home)
    return filled


def asked(case, program, world, home):
    """Runs the program. Returns its exit code, its output as one line, and how often a process of the case ran."""
    filled = laid_out(case, world, home)
    variables = REGION | (AT_EMULATOR if case.get("emulator", True) else {}) | case.get("env", {})
    env = {"PATH": "/usr/bin:/bin", "HOME": str(home), "SSL_CERT_FILE": str(world.folder / "ca.pem")}
    env |= {name: filled(value) for name, value in variables.items() if value is not False}
    for name in [name for name, value in variables.items() if value is False]:
        env.pop(name, None)
    words = shlex.split(filled(case["command"]))
    helper = words[0] != "account-guard"
    words[0] = str(home / words[0]) if helper else str(program)
    if helper:
        os.symlink(program, words[0])
    if "twice" in case:
        words = [sys.executable, str(HERE / "twice.py"), json.dumps(case["twice"]), *words]
    Handler.says = case.get("sts")
    ended = subprocess.run(
        words, env=env, cwd=home, input=case.get("stdin", ""), capture_output=True, text=True, timeout=60, check=False
    )
    runs = len((home / "runs").read_text().split()) if (home / "runs").exists() else 0
    shutil.rmtree(world.passwd_home, ignore_errors=True)
    return ended.returncode, " ".join((ended.stdout + ended.stderr).split()), runs


def faults(case, code, text, runs):
    """The differences from the expectations of the case."""
    expected = case.get("exit")
    if expected == "not 0" and code == 0 or isinstance(expected, list) and code not in expected:
        yield f"exit {code}, expected {expected}"
    if "any_of" in case and not any(part in text for part in case["any_of"]):
        yield f"none of {case['any_of']} is printed"
    if "lacks" in case and case["lacks"] in text:
        yield f"`{case['lacks']}` is printed"
    if "runs" in case and runs != case["runs"]:
        yield f"the process ran {runs} times, expected {case['runs']}"


def main():
    program, *names = sys.argv[1:]
    if INSIDE not in os.environ:
        words = ["unshare", "--map-root-user", "--net", "--mount", sys.executable, *sys.argv]
        os.execvpe(words[0], words, os.environ | {INSIDE: "1"})
    cases = tomllib.loads((HERE / "cases.toml").read_text())["case"]
    cases = [case for case in cases if not names or case["name"] in names]
    failed = 0
    with tempfile.TemporaryDirectory(prefix="cases-") as folder:
        world = World(Path(folder))
        copy = shutil.copy(program, Path(folder) / "account-guard")
        for case in cases:
            home = Path(tempfile.mkdtemp(dir=folder))
            code, text, runs = asked(case, copy, world, home)
            found = list(faults(case, code, text, runs))
            failed += bool(found)
            for fault in found:
                print(f"{case['name']}: {fault}\n    {case['command']}\n    {text[:400]}\n    the tool: {case['tool']}")
    print(f"{len(cases) - failed} passed, {failed} failed")
    sys.exit(1 if failed or not cases else 0)


if __name__ == "__main__":
    main()
