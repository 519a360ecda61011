#!/usr/bin/env python3
"""Records or checks which credentials real tools choose.

    tests/oracles/run.py                       compares every tool in every set-up with answers.json
    tests/oracles/run.py --record              runs the same, and writes answers.json and setups.json
    tests/oracles/run.py --record --new        records only the set-ups without a recorded answer
    tests/oracles/run.py --sample 20           compares a sample of the set-ups, which changes every day
    tests/oracles/run.py --tools js,cdk --only 'web identity' --explain

The tools run in a namespace without a network, in which AWS's host names lead to the recording server. This needs
`unshare` and `ip`. For each set-up and tool, answers.json contains the data that the recording server received: the key
ID, the region of the signature, and the session token if it is the environment's own. `error`: the tool ended without a
request. Exit 1: an answer differs from the recorded one, or a tool that install.sh installs is missing. (install.sh does
not install Terraform, so it may be missing.)
"""

import argparse
import contextlib
import hashlib
import json
import os
import queue
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

from matrix import matrix
from place import Authority, Place, enter
from server import LATER, Server
from tools import HERE, ORACLES, RECORDED, TOOLS

ANSWERS, SETUPS = HERE / "answers.json", HERE / "setups.json"
LIMIT = 180  # seconds for one run of one tool, on a busy machine
VEND = """#!/bin/sh
tag=$(printf '%s' "$1" | tr -cd 'A-Za-z0-9$-' | tr '$' '-')
printf '{"Version":1,"AccessKeyId":"process-%s","SecretAccessKey":"secret"}' "$tag"
"""
LOGIN = {
    "accessToken": {
        "accessKeyId": "login-me",
        "secretAccessKey": "secret",
        "sessionToken": "issued",
        "accountId": "111111111111",
        "expiresAt": LATER,
    },
    "tokenType": "aws_sigv4",
    "clientId": "oracle",
    "refreshToken": "token",
    "idToken": "token",
    "dpopKey": "key",
}


def main():
    options = arguments()
    setups = chosen(matrix(), options)
    recorded = answers_so_far()
    if options.record:
        write(SETUPS, matrix())
    elif json.loads(SETUPS.read_text()) != matrix():
        sys.exit("tests/oracles/setups.json differs from the output of setups.py; run run.py --record")
    missing = [name for name in options.tools if not ORACLES[name].is_there()]
    tools = [name for name in options.tools if name not in missing]
    for name in missing:
        print(f"MISSING {name}: tests/oracles/install.sh could not install it", file=sys.stderr)
    for name in tools:
        if (now := ORACLES[name].version()) != (then := recorded["versions"].get(name)):
            print(f"{name}: expected version {then}, as recorded, found {now}", file=sys.stderr)
    pairs = [(name, tool) for tool in tools for name in setups]
    if options.new:
        pairs = [(name, tool) for name, tool in pairs if tool not in recorded["answers"].get(name, {})]
    found = ask_all(setups, pairs, options)
    differences = list(compare(recorded["answers"], found))
    if options.record:
        record(found, tools)
    for line in differences:
        print(line)
    compared = sum(len(answers) for answers in found.values())
    print(f"{len(setups)} set-ups, {compared} answers, {len(differences)} differ from the recorded ones")
    lost = [name for name in missing if not ORACLES[name].is_of_the_machine]
    return bool(lost) or (bool(differences) and not options.record)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--tools",
        type=lambda text: tool_names(text, ORACLES),
        default=RECORDED,
        help=f"comma-separated, of: {', '.join(ORACLES)}",
    )
    parser.add_argument("--only", default="", metavar="PATTERN", help="regular expression for the names of the set-ups")
    parser.add_argument("--sample", type=int, metavar="N", help="at most N set-ups, chosen by --seed")
    parser.add_argument("--seed", default=date.today().isoformat(), help="default: today's date")
    parser.add_argument("--new", action="store_true", help="only set-ups without a recorded answer")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="number of tools that run at the same time")
    parser.add_argument("--record", action="store_true", help="write the answers")
    parser.add_argument(
        "--explain", action="store_true", help="print every answer, with the requests and the last lines of output"
    )
    return parser.parse_args()


def tool_names(text, known=TOOLS):
    names = text.split(",")
    if unknown := [name for name in names if name not in known]:
        raise argparse.ArgumentTypeError(f"no such tool: {', '.join(unknown)}")
    return names


def chosen(setups, options):
    names = [name for name in setups if re.search(options.only, name)]
    if options.sample is not None:
        names.sort(key=lambda name: hashlib.sha256(f"{options.seed}/{name}".encode()).digest())
        names = sorted(names[: options.sample])
    return {name: setups[name] for name in names}


def ask_all(setups, pairs, options):
    """The answers by set-up and tool. Every tool runs in a new process with a new home."""
    servers, spent = queue.SimpleQueue(), {}
    authority = Authority()
    opened = [Server(place=Place(number, authority)) for number in range(options.jobs)]
    for server in opened:
        servers.put(server)

    def one(name, tool):
        server = servers.get()
        try:
            start = time.monotonic()
            answer, words = ask(ORACLES[tool], setups[name], server, authority)
            if answer == "error":  # a tool can also fail on a busy machine
                answer, words = ask(ORACLES[tool], setups[name], server, authority)
            spent.setdefault(tool, []).append(time.monotonic() - start)
            if options.explain:
                print(f"{name} · {tool}: {answer}\n    " + "\n    ".join(server.log + words))
            return answer
        finally:
            servers.put(server)

    try:
        with ThreadPoolExecutor(options.jobs) as pool:
            runs = {pair: pool.submit(one, *pair) for pair in pairs}
            found = {name: {} for name in setups}
            for (name, tool), run in runs.items():
                found[name][tool] = run.result()
    finally:
        for server in opened:
            server.close()
            server.place.close()
        authority.close()
    for tool, times in spent.items():
        print(f"{tool}: {sum(times) / len(times):.2f} s a set-up, {sum(times):.0f} s in all", file=sys.stderr)
    return found


def ask(tool, setup, server, authority):
    """The answer of one tool in one set-up, and the last lines that it printed."""
    server.forget()
    with tempfile.TemporaryDirectory(prefix="oracle-") as home:

        def fill(text):
            return text.replace("{home}", home).replace("{url}", server.url).replace("{authority}", authority.pem)

        variables = {
            "PATH": "/usr/local/bin:/usr/bin:/bin",
            "HOME": home,
            "AWS_ENDPOINT_URL": server.url,
            "AWS_EC2_METADATA_SERVICE_ENDPOINT": server.url,
        }
        variables |= {key: fill(value) for key, value in (tool.variables | setup["variables"]).items()}
        variables |= tool.chosen_by_variable(setup["profile"])
        variables = {key: value for key, value in variables.items() if key not in setup.get("unset", ())}
        where = Path(home, setup.get("cwd", ""))
        furnish(Path(home), setup, fill)
        lay(tool, where)
        words = tool.arguments(setup["profile"], setup.get("stage"))
        output = run(server.place.wrap(words, variables, f"{home}/of-passwd"), where)
    return answer(server.asked), output.strip().splitlines()[-8:]


def lay(tool, where):
    """Writes the tool's project into its working directory."""
    where.mkdir(parents=True, exist_ok=True)
    for name, source in tool.beside.items():
        (where / name).parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            (where / name).symlink_to(source)
        else:
            shutil.copy(source, where / name)


def run(arguments, where):
    """Runs the tool, and then ends all processes that are left in its session."""
    child = subprocess.Popen(
        arguments,
        cwd=where,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        start_new_session=True,
    )
    try:
        return child.communicate(timeout=LIMIT)[0]
    except subprocess.TimeoutExpired:
        raise TimeoutError(f"{arguments} did not end within {LIMIT} s") from None
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()


def furnish(home, setup, fill):
    cache = home / ".aws/sso/cache"
    cache.mkdir(parents=True)
    for name, end in (("corp", LATER), ("stale", "2020-01-01T00:00:00Z")):
        url = f"https://{name}.awsapps.com/start"
        token = json.dumps({"startUrl": url, "region": "eu-west-1", "accessToken": "token", "expiresAt": end})
        for cached_by in (name, url):
            (cache / f"{hashlib.sha1(cached_by.encode()).hexdigest()}.json").write_text(token)
    login = home / ".aws/login/cache"
    login.mkdir(parents=True)
    (login / f"{hashlib.sha256(b'me').hexdigest()}.json").write_text(json.dumps(LOGIN))
    for name in ("config", "credentials"):
        if setup[name] is not None:
            (home / ".aws" / name).write_text(fill(setup[name]))
    for name, text in setup.get("files", {}).items():
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_text(fill(text))
    (home / "old-credentials").write_text("AWSAccessKeyId=old\nAWSSecretKey=secret\n")
    (home / "boto").write_text("[Credentials]\naws_access_key_id = boto\naws_secret_access_key = secret\n")
    (home / "token").write_text("web-identity-token")
    (home / "vend").write_text(VEND)
    (home / "vend").chmod(0o700)


def answer(asked):
    """`KEY REGION`, and the session token if it is the environment's. More than one request is a finding."""

    def text(key, region, token):
        return " ".join(word for word in (key, region, token if token != "issued" else None) if word)

    return " | ".join(sorted({text(*each) for each in asked})) or "error"


def compare(recorded, found):
    for name, answers in found.items():
        for tool, got in answers.items():
            was = recorded.get(name, {}).get(tool, "nothing")
            if got != was:
                yield f"{name} · {tool}: {got}, recorded: {was}"


def record(found, tools):
    """Merges the answers into the recorded ones, and writes the file."""
    recorded, answers = answers_so_far(), {}
    versions = recorded["versions"] | {tool: ORACLES[tool].version() for tool in tools}
    for name in matrix():
        known = recorded["answers"].get(name, {}) | found.get(name, {})
        if known:
            answers[name] = dict(sorted(known.items()))
    write(ANSWERS, {"versions": dict(sorted(versions.items())), "answers": answers})


def answers_so_far():
    return json.loads(ANSWERS.read_text()) if ANSWERS.exists() else {"versions": {}, "answers": {}}


def write(path, value):
    path.write_text(json.dumps(value, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    enter()
    sys.exit(main())
