#!/usr/bin/env python3
"""Compares what Terraform's AWS provider reads in generated shared AWS files with what our Go reader reads.

    terraform.py [--files N] [--seed SEED] [--ours PROGRAM]

A provider starts for each profile, which takes about a second, so this checks a sample. Terraform plans one
configuration in which each file and profile has its own provider. The program compares the ID of the access key that
signs `GetCallerIdentity`, or that there is none. It leaves out profiles with a role, a process or SSO. It ends with 1 if
a provider and our reader differ. Needs what tests/oracles/install.sh installs for Terraform.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import threading
import unicodedata
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

from compare import keys_in, names_in
from generate import as_request, generate
from programs import ORACLES, ROOT, Program

sys.path.insert(0, str(ROOT / "tests/oracles"))

from server import SIGNED, identity

OTHER_KINDS = re.compile("role_arn|source_profile|credential_source|credential_process|web_identity|sso_|login_session")
# The provider loads the files a second time, with the AWS SDK for Go of version 1, which fails on more lines.
REFUSED = re.compile(r"SharedConfigLoadError: failed to load config file, \S*/a(\d+)-")
BATCH = 4  # each provider is a process of about a gigabyte
KEYS = "\naws_access_key_id = AKID{}\naws_secret_access_key = secret"


class Handler(BaseHTTPRequestHandler):
    """Answers GetCallerIdentity at `/NAME`, and records the key that signed the request for that name."""

    signed_by: ClassVar[dict[str, str | None]] = {}

    def do_POST(self):
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        signed = SIGNED.search(self.headers.get("Authorization", ""))
        self.signed_by[self.path.strip("/")] = signed["key"] if signed else None
        data = identity("111111111111").encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/xml")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_):
        pass


def with_keys(text):
    """A config file in which each section has keys, so that it shows which section a profile is."""
    numbers = iter(range(1000))
    return re.sub(r"^(\[.*)$", lambda header: header[1] + KEYS.format(next(numbers)), text, flags=re.MULTILINE)


def questions(options):
    """Pairs of files with one profile each, without profiles for which a provider needs more than the files."""
    asked = []
    for pair in generate(f"terraform {options.seed}", options.files * 50):
        if any(isinstance(pair[name], bytes) for name in ("config", "credentials")):
            continue
        texts = [pair[name] or "" for name in ("config", "credentials")]
        if OTHER_KINDS.search("".join(texts)) or len(texts[0]) + len(texts[1]) > 2000:
            continue
        request = {**as_request(pair), "config": with_keys(texts[0]), "credentials": None if texts[0] else texts[1]}
        names = [name for name in names_in(request) if name and unicodedata.normalize("NFC", name) == name]
        names = [name for name in names if not re.search(r"[\x00-\x1f]", name) and name != "default"] or ["default"]
        number = len(asked)
        asked.append(
            {
                **request,
                "id": number,
                "dialect": "go",
                "profile": names[number % len(names)],
                "names": names,
                "keys": keys_in(request),
            }
        )
        if len(asked) == options.files:
            break
    return asked


def expected(request, answer):
    """The key ID that our reader gives for the profile; None without a key pair or if the file is rejected."""
    for file in ("credentials", "config"):
        keys = (answer.get(file) or {}).get("profiles", {}).get(request["profile"], {})
        if isinstance(keys.get("aws_access_key_id"), str) and keys.get("aws_secret_access_key"):
            return keys["aws_access_key_id"] or None
    return None


def literal(text):
    """The text as a string of Terraform's JSON syntax, without templates."""
    return text.replace("${", "$${").replace("%{", "%%{")


def configuration(requests, folder, url):
    providers, data = [], {}
    for request in requests:
        alias = f"a{request['id']}"
        for file in ("config", "credentials"):
            (folder / f"{alias}-{file}").write_bytes((request[file] or "").encode())
        providers.append(
            {
                "alias": alias,
                "profile": literal(request["profile"]),
                "region": "eu-west-1",
                "max_retries": 1,
                "shared_config_files": [str(folder / f"{alias}-config")],
                "shared_credentials_files": [str(folder / f"{alias}-credentials")],
                "skip_region_validation": True,
                "endpoints": [{"sts": f"{url}/{alias}"}],
            }
        )
        data[alias] = {"provider": f"aws.{alias}"}
    required = {"required_providers": {"aws": {"source": "hashicorp/aws"}}}
    return {"terraform": required, "provider": {"aws": providers}, "data": {"aws_caller_identity": data}}


def plan(requests):
    """The key ID that signed, by the ID of the request, without files that the provider's older SDK refuses."""
    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=http.serve_forever, daemon=True).start()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        written = configuration(requests, folder, f"http://127.0.0.1:{http.server_port}")
        (folder / "main.tf.json").write_text(json.dumps(written))
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": name,
            "CHECKPOINT_DISABLE": "1",
            "AWS_EC2_METADATA_DISABLED": "true",
            "TF_CLI_CONFIG_FILE": str(ORACLES / "terraform.rc"),
        }
        terraform = ["terraform", f"-chdir={name}"]
        subprocess.run(
            [*terraform, "init", "-input=false", "-no-color"], env=environment, check=True, capture_output=True
        )
        # A plan with providers that fail ends with 1; the others still sign.
        done = subprocess.run(
            [*terraform, "plan", "-input=false", "-lock=false", "-no-color", "-parallelism=2"],
            env=environment,
            check=False,
            capture_output=True,
            text=True,
        )
    http.shutdown()
    if "Error" in done.stderr and not re.search("profile|credential|config", done.stderr):
        raise SystemExit(f"Terraform failed\n{done.stderr[:2000]}")
    refused = {int(number) for number in REFUSED.findall(done.stderr)}
    asked = [request["id"] for request in requests if request["id"] not in refused]
    return {number: Handler.signed_by.get(f"a{number}") for number in asked}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--files", type=int, default=20, help="how many pairs of files (default: 20)")
    parser.add_argument("--seed", default="1")
    parser.add_argument("--ours", default=str(ROOT / "target/debug/examples/dialect"), help="our program")
    options = parser.parse_args()
    requests = questions(options)
    answers = Program(options.ours.split()).ask(requests)
    signed_by = {}
    for start in range(0, len(requests), BATCH):
        signed_by |= plan(requests[start : start + BATCH])
    differences = 0
    for request, answer in zip(requests, answers):
        if request["id"] not in signed_by:
            continue
        ours, real = expected(request, answer), signed_by[request["id"]]
        if ours != real:
            differences += 1
            print(f"\nprofile {request['profile']!r}: Terraform signs with {real}, we read {ours}")
            print(f"  config: {json.dumps(request['config'])}\n  credentials: {json.dumps(request['credentials'])}")
    signed = sum(key is not None for key in signed_by.values())
    if signed == 0:
        sys.exit("terraform: no provider signed a request")
    refused = len(requests) - len(signed_by)
    print(
        f"\nterraform: {len(requests)} files, {refused} refused, {signed} with credentials, {differences} differences"
    )
    sys.exit(1 if differences else 0)


if __name__ == "__main__":
    main()
