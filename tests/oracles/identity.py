#!/usr/bin/env python3
"""Runs `aws sts get-caller-identity` of the AWS CLI v2 in every format, and records or checks the output.

    tests/oracles/identity.py --record            writes identity.json
    tests/oracles/identity.py                     compares every case with identity.json
    tests/oracles/identity.py --sample 20         compares a sample, which changes every day
    tests/oracles/identity.py --moto --sample 20  compares `account-guard identity` with the AWS CLI, at moto

identity.json contains for each case: the caller, the arguments, the width of the terminal and the result. `make test`
compares `account-guard identity` with it. Exit 1: a case differs, or the AWS CLI is missing.
"""

import argparse
import contextlib
import fcntl
import hashlib
import json
import os
import pty
import re
import struct
import subprocess
import sys
import tempfile
import termios
import threading
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from xml.sax.saxutils import escape

from identity_cases import WHO, matrix
from tools import HERE, ROOT, TARGET, TOOLS

CLI = TOOLS["aws-cli-v2"]
THEIRS, OURS = [str(CLI.needs), "sts", "get-caller-identity"], [str(TARGET / "debug/account-guard"), "identity"]
EXAMPLE = [str(ROOT / "examples/identity.sh")]
RECORD = HERE / "identity.json"
MOTO = ROOT / ".rigs/venv/bin/moto_server"
ACCEPTED = {"table · in colour · terminal", "yaml: the same object twice", "text: a list beside a text in one column"}

# moto generates a new ID for a role at each request.
INVENTED = re.compile(r"AROA[0-9A-Z]{17}")

# The caller of examples/identity.sh.
SCRIPTED, SCRIPT = ["user", "role", "nobody"], {"arguments": [], "width": None}


def main():
    options = arguments()
    if not CLI.is_there():
        sys.exit("MISSING aws-cli-v2: tests/oracles/install.sh could not install it")
    recorded = json.loads(RECORD.read_text()) if RECORD.exists() else {"cases": []}
    if not options.record and [plain(case) for case in recorded["cases"]] != matrix():
        sys.exit("tests/oracles/identity.json contains other cases; run identity.py --record")
    cases = chosen(matrix(), options)
    with moto() if options.moto else Sts() as url, ThreadPoolExecutor(os.cpu_count()) as pool:
        if options.moto:
            return report(list(pool.map(lambda case: beside(case, url), at_moto(cases))))
        found = list(pool.map(lambda case: case | ask(THEIRS, case, url), cases))
        scripts = [{"as": who} | ask(EXAMPLE, {"as": who} | SCRIPT, url) for who in SCRIPTED]
    if options.record:
        known = [{"name": name, "account": who[0], "arn": who[1], "user_id": who[2]} for name, who in WHO.items()]
        write({"version": CLI.version(), "identities": known, "cases": found, "scripts": scripts})
        print(f"{len(found)} cases recorded")
        return False
    then = {case["name"]: case for case in recorded["cases"]}
    differences = [difference(case, then[case["name"]]) for case in found]
    other = [f"script: {script}" for script in scripts if script not in recorded["scripts"]]
    return report(differences + other)


def plain(case):
    return {key: case[key] for key in ("name", "as", "arguments", "width")}


def report(differences):
    found = [line for line in differences if line]
    for line in found:
        print(line)
    print(f"{len(differences)} cases, {len(found)} differ")
    return bool(found)


def difference(found, expected):
    if all(found[key] == expected[key] for key in ("stdout", "code")):
        return None
    now, then = ((it["stdout"], it["code"]) for it in (found, expected))
    return f"{found['name']}: {now}, recorded: {then}"


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--record", action="store_true", help="write the answers")
    parser.add_argument("--moto", action="store_true", help="run account-guard and the AWS CLI at moto")
    parser.add_argument("--sample", type=int, metavar="N", help="at most N cases, chosen by --seed")
    parser.add_argument("--seed", default=date.today().isoformat(), help="default: today's date")
    return parser.parse_args()


def chosen(cases, options):
    if options.sample is None:
        return cases

    def order(case):
        return hashlib.sha256(f"{options.seed}/{case['name']}".encode()).digest()

    return sorted(cases, key=order)[: options.sample]


def write(value):
    RECORD.write_text(json.dumps(value, indent=1, ensure_ascii=False) + "\n")


def ask(program, case, url, keys=None):
    """Runs a program in a new home, on a terminal if the case has one."""
    with tempfile.TemporaryDirectory(prefix="oracle-") as home:
        environment = {
            "PATH": f"{CLI.needs.parent}:{os.environ['PATH']}",
            "HOME": home,
            "TERM": "xterm",
            "AWS_REGION": "eu-west-1",
            "AWS_ENDPOINT_URL": url,
            "AWS_EC2_METADATA_DISABLED": "true",
        } | (keys or {"AWS_ACCESS_KEY_ID": case["as"], "AWS_SECRET_ACCESS_KEY": "opens-nothing"})
        command = [*program, *case["arguments"]]
        if case["width"]:
            return on_terminal(command, environment, home, case["width"])
        ended = subprocess.run(
            command, check=False, env=environment, cwd=home, stdin=subprocess.DEVNULL, capture_output=True, timeout=60
        )
        return {"stdout": ended.stdout.decode(), "code": ended.returncode}


def on_terminal(command, environment, home, width):
    """Runs a program with its standard output on a terminal. Discards its stderr."""
    master, terminal = pty.openpty()
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, width, 0, 0))
    child = subprocess.Popen(
        command, env=environment, cwd=home, stdin=subprocess.DEVNULL, stdout=terminal, stderr=subprocess.DEVNULL
    )
    os.close(terminal)
    seen = b""
    with contextlib.suppress(OSError):  # the terminal is closed on the other side
        while data := os.read(master, 65536):
            seen += data
    os.close(master)
    return {"stdout": seen.decode().replace("\r\n", "\n"), "code": child.wait(timeout=60)}


class Sts:
    """An STS on this machine, with an identity for each access key."""

    def __enter__(self):
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._http.daemon_threads = True
        threading.Thread(target=self._http.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{self._http.server_port}"

    def __exit__(self, *_):
        self._http.shutdown()
        self._http.server_close()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        signed = re.search(r"Credential=([^/]+)/", self.headers.get("Authorization", ""))
        who = WHO.get(signed[1]) if signed else None
        if who:
            account, arn, user = map(escape, who)
            fields = f"<Arn>{arn}</Arn><UserId>{user}</UserId><Account>{account}</Account>"
            result = f"<GetCallerIdentityResult>{fields}</GetCallerIdentityResult>"
            self.answer(200, "GetCallerIdentityResponse", result)
        else:
            code = "InvalidClientTokenId" if signed else "MissingAuthenticationToken"
            error = f"<Error><Type>Sender</Type><Code>{code}</Code><Message>no</Message></Error>"
            self.answer(403, "ErrorResponse", error)

    def answer(self, status, name, inside):
        namespace = 'xmlns="https://sts.amazonaws.com/doc/2011-06-15/"'
        data = f"<{name} {namespace}>{inside}<RequestId>oracle</RequestId></{name}>".encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/xml")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_):
        pass


@contextlib.contextmanager
def moto():
    """Starts moto, with a user and a session of a role."""
    with tempfile.TemporaryFile() as log:
        child = subprocess.Popen([MOTO, "-H", "127.0.0.1", "-p", "0"], stdout=log, stderr=log)
        try:
            yield address(child, log)
        finally:
            child.terminate()
            child.wait()


def address(child, log):
    end = time.monotonic() + 60
    while time.monotonic() < end and child.poll() is None:
        log.seek(0)
        if found := re.search(rb"http://127\.0\.0\.1:\d+", log.read()):
            url = found[0].decode()
            with contextlib.suppress(OSError):
                urllib.request.urlopen(url, timeout=5).close()
                return url
        time.sleep(0.1)
    sys.exit("moto did not start: tests/rigs.sh")


def at_moto(cases):
    """The cases that moto can answer, half of them for a user and half for a role."""
    cases = [case for case in cases if case["as"] != "nobody" and "--no-sign-request" not in case["arguments"]]
    return [case | {"as": ("user", "role")[index % 2]} for index, case in enumerate(cases)]


def beside(case, url):
    """Whether both programs print the same, and both succeed or both fail."""
    keys = moto_keys(case["as"], url)
    theirs, ours = ask(THEIRS, case, url, keys), ask([*OURS, *as_cli(case)], case, url, keys)
    theirs["stdout"], ours["stdout"] = (INVENTED.sub("AROA", said["stdout"]) for said in (theirs, ours))
    is_same = theirs["stdout"] == ours["stdout"] and (theirs["code"] == 0) == (ours["code"] == 0)
    if is_same or case["name"] in ACCEPTED:
        return None
    return f"{case['name']} as {case['as']}: {ours!r}, the AWS CLI: {theirs!r}"


def as_cli(case):
    """`--output json` for cases without a format, because account-guard would print text for people."""
    asks = {"--output", "--query"} & set(case["arguments"])
    return [] if asks else ["--output", "json"]


_keys, _lock = {}, threading.Lock()


def moto_keys(who, url):
    with _lock:
        if who not in _keys:
            script = str(HERE / "moto_keys.py")
            python = str(ROOT / ".rigs/venv/bin/python")
            text = subprocess.run([python, script, url, who], capture_output=True, text=True, check=True).stdout
            _keys[who] = json.loads(text)
    return _keys[who]


if __name__ == "__main__":
    sys.exit(main())
