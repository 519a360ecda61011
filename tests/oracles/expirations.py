#!/usr/bin/env python3
"""Records how real tools read the `Expiration` that a `credential_process` prints.

    .rigs/oracles/venv/bin/python tests/oracles/expirations.py [TOOL…]

Run tests/oracles/install.sh first. The program writes tests/oracles/expirations.json, and keeps the answers of the tools
that it does not run. Every tool runs in the time zone Europe/Berlin. For `boto3`, `js` and `go` it records the time that
they read: seconds since 1970, `none` if the credentials do not expire, `invalid` for JavaScript's Invalid Date, `error`
if the credentials are refused. The other tools make a real call: `used` or `error`. Terraform is the slowest, and runs
with `SLOW` only. A unit test of `src/aws/process` reads the file.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from botocore.credentials import ProcessProvider
from run import ask
from server import Server
from tools import HERE, NODE, RIGS, TOOLS

RECORD = HERE / "expirations.json"
ZONE = "Europe/Berlin"
RUN_WHOLE = ("aws-cli-v2", "cdk", "rust", "terraform")
# As JSON. `~` stands for "2099-07-21T12:00:00", in the summer time of Berlin.
PRINTED = [
    '"~Z"', '"~z"', '"~+00:00"', '"~-00:00"', '"~+02:00"', '"~-05:30"', '"~+14:00"', '"~+23:59"', '"~+24:00"',
    '"~+0000"', '"~+0200"', '"~-0530"', '"~+00"', '"~+02"', '"~ +00:00"', '"~ +0000"', '"~ Z"', '"~ -0530"',
    '"~UTC"', '"~ UTC"', '"~GMT"', '"~ GMT"', '"~ utc"', '"~ gmt"', '"~Utc"', '"~ EST"', '"~ CET"', '"~ CEST"',
    '"~ PST"', '"~"', '"2099-01-21T12:00:00"', '"~.123"', '"~.123Z"', '"~.1Z"', '"~.123456Z"', '"~.123456789Z"',
    '"~.1234567890123Z"', '"~.123+00:00"', '"~.123456+0000"', '"~.Z"', '"~,123Z"', '"~.123 UTC"',
    '"2099-07-21 12:00:00Z"', '"2099-07-21 12:00:00"', '"2099-07-21 12:00:00+00:00"', '"2099-07-21 12:00:00 +00:00"',
    '"2099-07-21 12:00:00+0000"', '"2099-07-21 12:00:00 +0000"', '"2099-07-21 12:00:00 UTC"', '"2099-07-21 12:00:00UTC"',
    '"2099-07-21 12:00:00 +0000 UTC"', '"2099-07-21 12:00:00.123456+00:00"', '"2099-07-21 12:00:00.123456 +0000 UTC"',
    '"2099-07-21t12:00:00Z"', '"2099-07-21t12:00:00z"', '"2099-07-21_12:00:00Z"', '"2099-07-21  12:00:00Z"',
    '"2099-07-21T12:00Z"', '"2099-07-21T12:00+00:00"', '"2099-07-21T12Z"', '"2099-07-21T12:00"', '"2099-07-21 12:00"',
    '"2099-07-21"', '"2099-07-21Z"', '"2099-07"', '"2099"', '"20990721T120000Z"', '"20990721T120000+0000"',
    '"20990721T120000"', '"2099-07-21T120000Z"', '"2099-7-21T12:00:00Z"', '"2099-07-21T1:00:00Z"',
    '"2099-07-21T12:0:00Z"', '"2099-07-21T12:00:0Z"', '"2099/07/21 12:00:00"', '"2099/07/21 12:00:00 UTC"',
    '"2099-07-21T24:00:00Z"', '"2099-07-21T23:59:60Z"', '"2099-06-30T23:59:60Z"', '"2099-07-21T12:60:00Z"',
    '"2099-07-32T12:00:00Z"', '"2099-02-29T12:00:00Z"', '"2096-02-29T12:00:00Z"', '"2099-02-30 12:00:00 UTC"',
    '"2099-13-01T12:00:00Z"', '"2099-00-01T12:00:00Z"', '"2099-07-00T12:00:00Z"', '"+002099-07-21T12:00:00Z"',
    '"12099-07-21T12:00:00Z"', '" ~Z"', '"~Z "', '"~Z\\n"', '"\\t~Z"', '"~ZZ"', '"~Z+00:00"', '"~Z[UTC]"',
    '"~+00:00[UTC]"', '"~\\u002B00:00"', '"~\\u005a"', '"Tue, 21 Jul 2099 12:00:00 GMT"',
    '"Tue, 21 Jul 2099 12:00:00 +0000"', '"Tue, 21 Jul 2099 14:00:00 +0200"', '"Tue, 21 Jul 2099 12:00:00 UTC"',
    '"Tue, 21 Jul 2099 12:00:00 -0000"', '"Tue, 21 Jul 2099 12:00:00 EST"', '"Tue, 21 Jul 2099 12:00:00 Z"',
    '"Tue, 21 Jul 2099 12:00:00"', '"21 Jul 2099 12:00:00 GMT"', '"21 Jul 2099 12:00:00 +0000"',
    '"Wed, 21 Jul 2099 12:00:00 GMT"', '"Tue, 1 Jul 2099 12:00:00 GMT"', '"Tue, 01 Jul 2099 12:00:00 GMT"',
    '"tue, 21 jul 2099 12:00:00 gmt"', '"Tue, 21-Jul-2099 12:00:00 GMT"', '"Tue Jul 21 12:00:00 2099"',
    '"Tue Jul 21 12:00:00 UTC 2099"', '"Tue Jul 21 2099 12:00:00 GMT+0000"', '"Tue Jul 21 2099 12:00:00 GMT+0200"',
    '"Jul 21, 2099 12:00:00 UTC"', '"Jul 21, 2099, 12:00:00 PM UTC"', '"7/21/2099 12:00:00 PM"',
    '"7/21/2099 12:00:00 PM +00:00"', '"07/21/2099 12:00:00 UTC"', '"07/08/2099 12:00:00 UTC"', '"4088491200"',
    '"4088491200.5"', '"4088491200000"', '"soon"', '"never"', '""', '" "', "4088491200", "4088491200.5",
    "4088491200000", "4.0884912e12", "0", "-1", "null", "true", "false", "[]", '["~Z"]', "{}", '"1999-07-21T12:00:00Z"',
    '"1999-07-21T12:00:00"', '"1969-07-21T12:00:00Z"', '"0001-01-01T00:00:00Z"', '"9999-12-31T23:59:59Z"',
    '"9999-12-31T23:59:59-01:00"', '"2099-07-21T12:00:00+01:60"', '"2099-07-21T12:00:00+1:00"', '"2099-07-21T12:00:00+00:00:00"',
    '"2099-07-21T12:00:00−01:00"', '"٢٠٩٩-07-21T12:00:00Z"', '"2099-07-21T12:00:00\\u00a0Z"', '"2099-03-29T02:30:00"',
    '"2099-10-25T02:30:00"', '"2026-11-27T02:30:00+99:00"', None,
]  # fmt: skip
# The values for Terraform.
SLOW = [
    '"~Z"', '"~"', '"~+0000"', '"~UTC"', '"~z"', '"~+02:00"', '"~+24:00"', '"~.123Z"', '"~,123Z"',
    '"2099-07-21T1:00:00Z"', '"2099-07-21 12:00:00Z"', '"~\\u002B00:00"', "4088491200", '"1999-07-21T12:00:00Z"',
    '""', "null",
]  # fmt: skip
KEYS = '"Version": 1, "AccessKeyId": "process-key", "SecretAccessKey": "secret", "SessionToken": "issued"'
# Whole members, to test the spelling of the key.
MEMBERS = [
    '"expiration": "2099-07-21T12:00:00Z"',
    '"EXPIRATION": "2099-07-21T12:00:00Z"',
    '"expiration": "soon"',
    '"Expiration": "2099-07-21T12:00:00Z", "expiration": "2098-07-21T12:00:00Z"',
    '"expiration": "2098-07-21T12:00:00Z", "Expiration": "2099-07-21T12:00:00Z"',
]
JS = """
const { fromProcess } = require("@aws-sdk/credential-provider-process");
const files = JSON.parse(process.argv[1]);
const read = async ({ expiration }) => expiration === undefined ? "none"
  : Number.isNaN(expiration.getTime()) ? "invalid" : expiration.getTime() / 1000;
Promise.all(files.map((_, at) => fromProcess({ profile: `p${at}` })().then(read, () => "error")))
  .then((all) => console.log(JSON.stringify(all)));
"""


def main():
    wanted = sys.argv[1:] or [*IN_PROCESS, *RUN_WHOLE]
    recorded = json.loads(RECORD.read_text()) if RECORD.exists() else {"versions": {}, "answers": []}
    known = dict(recorded["answers"])
    members = [value and member(value) for value in PRINTED] + MEMBERS
    slow = [member(value) for value in SLOW]
    os.environ["TZ"] = ZONE
    time.tzset()
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder) / str(at) for at in range(len(members))]
        for file, text in zip(files, members, strict=True):
            file.write_text("{" + ", ".join(filter(None, [KEYS, text])) + "}")
        for tool in wanted:
            asked = [at for at, text in enumerate(members) if tool != "terraform" or text in slow]
            ask_all = IN_PROCESS.get(tool, lambda files, tool=tool: all_whole(tool, files))
            answers = ask_all([files[at] for at in asked])
            for at, answer in zip(asked, answers, strict=True):
                known.setdefault(members[at], {})[tool] = answer
    versions = recorded["versions"] | {tool: TOOLS[tool].version() for tool in wanted}
    rows = [json.dumps([text, known[text]], ensure_ascii=False) for text in members]
    head = f'{{"zone": {json.dumps(ZONE)}, "versions": {json.dumps(versions)}, "answers": ['
    RECORD.write_text(head + "\n" + ",\n".join(rows) + "\n]}\n")


def member(value):
    return f'"Expiration": {value.replace("~", "2099-07-21T12:00:00")}'


def all_whole(tool, files):
    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(lambda file: whole(tool, file), files))


def boto3(file):
    config = {"profiles": {"default": {"credential_process": f"cat {file}"}}}
    try:
        credentials = ProcessProvider("default", lambda: config).load()
        credentials.get_frozen_credentials()
        end = getattr(credentials, "_expiry_time", None)
        return "none" if end is None else end.timestamp()
    except Exception:  # noqa: BLE001 - any exception ends the tool
        return "error"


def js(files):
    config = files[0].parent / "config"
    config.write_text("".join(f"[profile p{at}]\ncredential_process = cat {file}\n" for at, file in enumerate(files)))
    variables = {"AWS_CONFIG_FILE": str(config), "NODE_PATH": str(RIGS / "node/node_modules"), "TZ": ZONE}
    return printed([NODE, "-e", JS, "--", json.dumps([str(file) for file in files])], variables)


def go(files):
    program = files[0].parent / "read_go"
    variables = {"GO111MODULE": "off", "GOPATH": "/usr/share/gocode", "GOCACHE": str(files[0].parent / "cache")}
    environment = os.environ | variables
    subprocess.run(["go", "build", "-o", program, "."], cwd=HERE / "runners/expiration", env=environment, check=True)
    return printed([program, *files], {"TZ": ZONE})


def printed(command, variables):
    environment = {"PATH": os.environ["PATH"]} | variables
    text = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True).stdout
    return json.loads(text)


def whole(tool, file):
    config = f"[default]\nregion = eu-west-1\ncredential_process = cat {file}\n"
    variables = {"TZ": ZONE, "AWS_REGION": "eu-west-1", "AWS_EC2_METADATA_DISABLED": "true"}
    setup = {"config": config, "credentials": None, "profile": None, "variables": variables}
    server = Server()
    try:
        ask(TOOLS[tool], setup, server)
    finally:
        server.close()
    return "used" if any(key == "process-key" for key, *_ in server.asked) else "error"


IN_PROCESS = {
    "boto3": lambda files: [boto3(file) for file in files],
    "js": js,
    "go": go,
}

if __name__ == "__main__":
    main()
