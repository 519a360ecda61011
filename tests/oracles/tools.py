"""The oracles: real tools, and the commands that make each ask STS for its identity."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
RIGS = ROOT / ".rigs" / "oracles"
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
NODE = shutil.which("node") or "node"
CDK = RIGS / "node/node_modules/aws-cdk"
FRAMEWORKS = RIGS / "frameworks/node_modules"
SST = FRAMEWORKS / "sst-linux-x64/bin/sst"
SERVERLESS = FRAMEWORKS / "serverless"
TERRAFORM = shutil.which("terraform") or "terraform"


class Tool:
    """A tool: the files that it needs, its command line, its option for a profile, its version.

    `stage` is its option for the stage. `beside` are the files of its project, by their names in the working
    directory.
    """

    def __init__(self, needs, command, profile, version, variables=None, stage=(), beside=None):
        self.needs, self.command, self.profile = Path(needs), [str(word) for word in command], profile
        self._version, self.variables, self.stage, self.beside = version, variables or {}, stage, beside or {}

    def arguments(self, profile, stage=None):
        profile = [] if profile is None else [word.format(profile) for word in self.profile]
        return self.command + profile + ([] if stage is None else [word.format(stage) for word in self.stage])

    def chosen_by_variable(self, profile):
        """The variable for a profile in the tool's own configuration, if the tool has no option for it."""
        return {"ORACLE_PROFILE": profile} if profile is not None and not self.profile else {}

    @property
    def is_of_the_machine(self):
        """Whether install.sh only looks for the tool and does not install it."""
        return self is TOOLS["terraform"]

    def is_there(self):
        return self.needs.exists()

    def version(self):
        return self._version()


def says(*command, pattern):
    """The version that a program prints."""

    def version():
        environment = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "CHECKPOINT_DISABLE": "1"}
        text = subprocess.run(
            [str(word) for word in command], env=environment, capture_output=True, text=True, check=True
        )
        return re.search(pattern, text.stdout + text.stderr)[1]

    return version


def locked(file, pattern):
    """The version that a file contains."""
    return lambda: re.search(pattern, Path(file).read_text())[1]


def installed(package, modules=RIGS / "node/node_modules"):
    return lambda: json.loads((modules / package / "package.json").read_text())["version"]


SERVERLESS_QUIET = {
    "NODE_PATH": str(FRAMEWORKS),
    "NODE_EXTRA_CA_CERTS": "{authority}",
    "SLS_TELEMETRY_DISABLED": "1",
    "SLS_NOTIFICATIONS_MODE": "off",
    "SLS_AWS_REQUEST_MAX_RETRIES": "0",
    "CI": "true",
}
PYTHON = RIGS / "venv/bin/python"
NAMED = ["--profile", "{}"]

TOOLS = {
    "aws-cli-v2": Tool(
        RIGS / "aws-cli-v2/aws",
        [RIGS / "aws-cli-v2/aws", "sts", "get-caller-identity"],
        NAMED,
        says(RIGS / "aws-cli-v2/aws", "--version", pattern=r"aws-cli/(\S+)"),
    ),
    "aws-cli-v1": Tool(
        RIGS / "venv/bin/aws",
        [PYTHON, RIGS / "venv/bin/aws", "sts", "get-caller-identity"],
        NAMED,
        says(PYTHON, RIGS / "venv/bin/aws", "--version", pattern=r"aws-cli/(\S+)"),
    ),
    "boto3": Tool(
        PYTHON,
        [PYTHON, HERE / "runners/ask_boto3.py"],
        ["{}"],
        says(PYTHON, "-c", "import boto3; print(boto3.__version__)", pattern=r"(\S+)"),
    ),
    "js": Tool(
        RIGS / "node/node_modules/@aws-sdk/client-sts",
        [NODE, HERE / "runners/ask_js.cjs"],
        ["{}"],
        installed("@aws-sdk/client-sts"),
        {"NODE_PATH": str(RIGS / "node/node_modules")},
    ),
    # Before it runs the app, the CLI gets the account of its credentials, for CDK_DEFAULT_ACCOUNT. The app does
    # nothing, so the CLI fails afterwards because there is no assembly. It caches the accounts of key IDs below
    # CDK_HOME. If no variable configures the metadata service, the CLI looks for signs of EC2 in /sys, and does
    # not use the service if it finds none.
    "cdk": Tool(
        CDK / "bin/cdk",
        [NODE, CDK / "bin/cdk", "list", "--app", "true", "--no-notices", "--no-version-reporting", "--ci"],
        NAMED,
        installed("aws-cdk"),
        {
            "CDK_HOME": "{home}/.cdk",
            "AWS_EC2_METADATA_DISABLED": "false",
            "CDK_DISABLE_VERSION_CHECK": "1",
            "CDK_DISABLE_CLI_TELEMETRY": "true",
        },
    ),
    "go": Tool(
        RIGS / "ask_go",
        [RIGS / "ask_go"],
        ["{}"],
        locked("/usr/share/gocode/src/github.com/aws/aws-sdk-go-v2/aws/go_module_metadata.go", r'Version = "([^"]+)"'),
    ),
    "rust": Tool(
        TARGET / "debug/examples/oracle_rust",
        [TARGET / "debug/examples/oracle_rust"],
        ["{}"],
        locked(ROOT / "Cargo.lock", r'name = "aws-config"\nversion = "([^"]+)"'),
    ),
    "terraform": Tool(
        RIGS / "terraform/.terraform.lock.hcl",
        [TERRAFORM, f"-chdir={RIGS / 'terraform'}", "plan", "-input=false", "-lock=false", "-no-color"],
        ["-var=profile={}"],
        locked(RIGS / "terraform/.terraform.lock.hcl", r'version +="? ?"([^"]+)"'),
        {
            "CHECKPOINT_DISABLE": "1",
            "GOGC": "off",
            "AWS_ENDPOINT_URL_STS": "{url}",
            "AWS_ENDPOINT_URL_SSO": "{url}",
        },  # a third less CPU
    ),
}

# Tools with rules of their own. Their SDKs use AWS's host names for some requests, so only run.py can run them.
PROJECTS = {
    # SST evaluates its config with Node, and requests its state from SSM before it runs Pulumi. It needs no
    # request to npm, because the provider's version is locked and install.sh has unpacked the platform.
    "sst": Tool(
        RIGS / "sst/platform",
        [SST, "secret", "list"],
        [],
        installed("sst-linux-x64", FRAMEWORKS),
        {
            "SST_TELEMETRY_DISABLED": "1",
            "SST_SKIP_DEPENDENCY_CHECK": "true",
            "SST_STAGE": "dev",
            "SSL_CERT_FILE": "{authority}",
            "NO_COLOR": "1",
        },
        ["--stage={}"],
        {
            "sst.config.ts": HERE / "runners/sst/sst.config.ts",
            ".sst/provider-lock.json": HERE / "runners/sst/provider-lock.json",
            ".sst/platform": RIGS / "sst/platform",
        },
    ),
    # The AWS provider of Serverless without its command line, which takes seconds to load. Its SDK does not read
    # AWS_ENDPOINT_URL, so it uses AWS's own host names. The default stage is `dev`.
    "serverless": Tool(
        SERVERLESS,
        [NODE, HERE / "runners/ask_serverless.cjs"],
        ["--aws-profile={}"],
        installed("serverless", FRAMEWORKS),
        SERVERLESS_QUIET,
        ["--stage={}"],
    ),
    # The whole of Serverless, for a sample. Its answers must be the same as those of `serverless`.
    "serverless-cli": Tool(
        SERVERLESS,
        [NODE, SERVERLESS / "bin/serverless.js", "info"],
        ["--aws-profile={}"],
        installed("serverless", FRAMEWORKS),
        SERVERLESS_QUIET,
        ["--stage={}"],
        {"serverless.yml": HERE / "runners/serverless/serverless.yml"},
    ),
}
ORACLES = TOOLS | PROJECTS
RECORDED = [name for name in ORACLES if name != "serverless-cli"]
