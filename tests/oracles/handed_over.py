#!/usr/bin/env python3
"""Tests which credentials real tools use with a profile whose `credential_process` is account-guard.

    tests/oracles/handed_over.py                 every tool, every scene
    tests/oracles/handed_over.py --tools js,cdk --explain
    tests/oracles/handed_over.py --sample 48 --seed gate

install.sh installs the tools, and `cargo build` builds the guard. All sources except the profile lead to another
account. A tool with the profile must ask STS with the judged key. If the guard refuses, the tool must fail, and use no
other key. PASSED_BY and UNSTOPPED list the tools that behave differently, as docs/credentials-command.md describes. The
test fails if that changes. Exit 1: a tool behaved differently, or a tool that install.sh installs is missing.
"""

import argparse
import os
import random
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from itertools import product
from pathlib import Path

from run import LIMIT, tool_names
from server import Server
from tools import TARGET, TOOLS

GUARD = TARGET / "debug/account-guard"
ACCOUNTS = {"judged": "111111111111"}
POLICY = """version = 1
[accounts]
prod = "111111111111"
[environments.prod]
accounts = ["prod"]
emulator = ["http://127.0.0.1:*"]
"""
SECRET = "hush-secret"
AROUND = {
    "AWS_DEFAULT_REGION": "eu-west-1",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI": "{url}/container",
    "AWS_EC2_METADATA_SERVICE_ENDPOINT": "{url}",
}
KEYS = {"AWS_ACCESS_KEY_ID": "other-keys", "AWS_SECRET_ACCESS_KEY": SECRET}
TOKEN = {
    "AWS_WEB_IDENTITY_TOKEN_FILE": "{home}/token",
    "AWS_ROLE_ARN": "arn:aws:iam::222222222222:role/other",
}
SCENES = {
    "profile, container, machine": {},
    "default profile": {"AWS_DEFAULT_PROFILE": "other"},
    "keys": KEYS,
    "web identity": TOKEN,
}
WAYS = ("by flag", "by variable")

# By way and scene, the tools that use other credentials than those of the profile.
PASSED_BY = {
    ("by flag", "keys"): {"rust"},
    ("by variable", "default profile"): {"aws-cli-v1", "boto3"},
    ("by variable", "keys"): set(TOOLS) - {"js"},
    ("by variable", "web identity"): {"aws-cli-v2", "aws-cli-v1", "boto3", "go", "terraform"},
}
# By way, the tools that continue with the next source if the process fails.
UNSTOPPED = {"by flag": {"js"}, "by variable": {"js", "cdk"}}


def main():
    options = arguments()
    missing = [name for name in options.tools if not TOOLS[name].is_there()]
    tools = [name for name in options.tools if name not in missing]
    for name in missing:
        print(f"MISSING {name}: tests/oracles/install.sh could not install it", file=sys.stderr)
    runs = list(product(tools, WAYS, SCENES, ("judged", "other")))
    if options.sample is not None:
        runs = random.Random(options.seed).sample(runs, min(options.sample, len(runs)))
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        # Tries twice, because a tool can fail on a busy machine.
        found = pool.map(lambda run: complaint(*run, options) and complaint(*run, options), runs)
        complaints = [line for line in found if line]
    for line in complaints:
        print(line)
    print(f"{len(runs)} runs of {len(tools)} tools, {len(complaints)} are not as expected")
    return bool(complaints) or any(not TOOLS[name].is_of_the_machine for name in missing)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tools", type=tool_names, default=list(TOOLS), help="comma-separated")
    parser.add_argument("--sample", type=int, help="number of runs, chosen by --seed")
    parser.add_argument("--seed", default="", help="seed of the sample")
    parser.add_argument("--explain", action="store_true", help="print the keys and the output of every tool")
    return parser.parse_args()


def complaint(tool, way, scene, profile, options):
    """The difference of one run from the expectation, or None."""
    asked, code, output = ask(TOOLS[tool], way, SCENES[scene], profile)
    is_passed_by = tool in PASSED_BY.get((way, scene), ())
    if is_passed_by or (profile == "other" and tool in UNSTOPPED[way]):
        expected, is_right = "something else", asked and "judged" not in asked
    elif profile == "judged":
        expected, is_right = "the key that was judged", asked == {"judged"}
    else:
        expected, is_right = "a failure", not asked and code != 0
    name = f"{tool} · {way} · {scene} · {profile}"
    if options.explain:
        words = "\n    ".join(output.strip().splitlines()[-6:])
        print(f"{name}: asked with {sorted(asked)}, exit code {code}\n    {words}")
    if SECRET in output:
        return f"{name}: shows a secret"
    return None if is_right else f"{name}: asked with {sorted(asked)}, exit code {code}; expected {expected}"


def ask(tool, way, scene, profile):
    """The keys with which a tool asked STS, its exit code, and its output."""
    server, of_guard = (Server(lambda key: ACCOUNTS.get(key, "222222222222")) for _ in range(2))
    try:
        with tempfile.TemporaryDirectory(prefix="handed-over-") as home:
            furnish(Path(home), of_guard.url)
            name = f"by-{profile}"
            variables = {"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": home, "AWS_ENDPOINT_URL": server.url}
            variables |= AROUND | tool.variables | scene | ({"AWS_PROFILE": name} if way == "by variable" else {})
            ended = subprocess.run(
                tool.arguments(name if way == "by flag" else None),
                env={key: text.replace("{home}", home).replace("{url}", server.url) for key, text in variables.items()},
                cwd=home,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                errors="replace",
                timeout=LIMIT,
                check=False,
            )
        return {key for key, _, _ in server.asked}, ended.returncode, ended.stdout
    finally:
        server.close()
        of_guard.close()


def furnish(home, url):
    """Writes two profiles that run the guard: with keys that the policy allows, and with other keys."""
    (home / ".aws").mkdir()
    where = f"env AWS_ENDPOINT_URL={url} AWS_ENDPOINT_URL_STS={url}"
    guard = f"{where} {GUARD} credentials prod --quiet --policy {home}/policy.toml"
    config, keys = "", ""
    for profile in ("judged", "other"):
        config += f"[profile by-{profile}]\nregion = eu-west-1\ncredential_process = {guard} --profile {profile}\n"
        keys += f"[{profile}]\naws_access_key_id = {profile}\naws_secret_access_key = {SECRET}\n"
    keys += f"[default]\naws_access_key_id = other-default\naws_secret_access_key = {SECRET}\n"
    (home / ".aws/config").write_text(config + "[default]\nregion = eu-west-1\n")
    (home / ".aws/credentials").write_text(keys)
    (home / "policy.toml").write_text(POLICY)
    (home / "token").write_text("web-identity-token")


if __name__ == "__main__":
    sys.exit(main())
