#!/bin/sh
# Installs in .rigs/oracles the real tools that tests/oracles/run.py runs. A second run is fast. Needs Python 3 with venv,
# npm and Rust. The Go SDK is one of Debian's packages, so it needs Debian and root. Terraform and its AWS provider must
# already be on the machine. The script reports tools that it cannot install, and so does run.py.
set -eu

cd "$(dirname "$0")/../.."
here=tests/oracles
home=$PWD/.rigs/oracles
mkdir -p "$home"

# changed STAMP FILE…: whether the files have other contents than when STAMP was written.
changed() {
    stamp=$home/$1
    shift
    cat "$@" >"$home/now"
    ! cmp -s "$home/now" "$stamp"
}

made() {
    mv "$home/now" "$home/$1"
}

if changed python.stamp "$here/requirements.txt"; then
    echo "oracles: AWS CLI v1 and boto3"
    rm -rf "$home/venv"
    python3 -m venv "$home/venv"
    "$home/venv/bin/pip" install --quiet --disable-pip-version-check --no-deps -r "$here/requirements.txt"
    made python.stamp
fi

# The Lambda layer in a Python package of the CDK contains the current AWS CLI v2.
if changed aws-cli-v2.stamp "$here/aws-cli-v2.txt"; then
    echo "oracles: AWS CLI v2"
    rm -rf "$home/aws-cli-v2" "$home/unpacked"
    mkdir "$home/unpacked"
    "$home/venv/bin/pip" download --quiet --disable-pip-version-check --no-deps \
        -d "$home/unpacked" -r "$here/aws-cli-v2.txt"
    python3 -m zipfile -e "$home"/unpacked/*.whl "$home/unpacked"
    tar -xzf "$home"/unpacked/aws_cdk/asset_awscli_v2/_jsii/*.tgz -C "$home/unpacked"
    python3 -m zipfile -e "$home/unpacked/package/lib/layer.zip" "$home/unpacked/layer"
    mv "$home"/unpacked/layer/awscli/v2/*/dist "$home/aws-cli-v2"
    chmod +x "$home/aws-cli-v2/aws"
    rm -rf "$home/unpacked"
    made aws-cli-v2.stamp
fi

if changed node.stamp "$here/package.json" "$here/package-lock.json"; then
    echo "oracles: AWS SDK for JavaScript and CDK CLI"
    mkdir -p "$home/node"
    cp "$here/package.json" "$here/package-lock.json" "$home/node"
    (cd "$home/node" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error)
    made node.stamp
fi

# SST unpacks its platform into a project before its request to a registry, which fails here.
frameworks=$here/frameworks
if changed frameworks.stamp "$frameworks/package.json" "$frameworks/package-lock.json" "$here/runners/sst/sst.config.ts"; then
    echo "oracles: SST and Serverless"
    rm -rf "$home/frameworks" "$home/sst"
    mkdir -p "$home/frameworks" "$home/sst"
    cp "$frameworks/package.json" "$frameworks/package-lock.json" "$home/frameworks"
    (cd "$home/frameworks" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error)
    cp "$here/runners/sst/sst.config.ts" "$home/sst"
    (cd "$home/sst" && SST_SKIP_DEPENDENCY_CHECK=true SST_TELEMETRY_DISABLED=1 \
        unshare --map-root-user --net "$home/frameworks/node_modules/sst-linux-x64/bin/sst" secret list --stage dev) \
        >/dev/null 2>&1 || true
    mv "$home/sst/.sst/platform" "$home/sst/platform"
    mkdir -p "$home/sst/platform/node_modules"
    rm -rf "$home/sst/.sst" "$home/sst/sst.config.ts"
    made frameworks.stamp
fi

go_sdk=/usr/share/gocode/src/github.com/aws/aws-sdk-go-v2/config
if ! [ -d "$go_sdk" ] || ! command -v go >/dev/null; then
    if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
        echo "oracles: Go and its AWS SDK"
        apt-get update -qq
        apt-get install -qq -y --no-install-recommends golang-go golang-github-aws-aws-sdk-go-v2-dev >/dev/null
    else
        echo "oracles: NO Go: install golang-go and golang-github-aws-aws-sdk-go-v2-dev" >&2
    fi
fi
if [ -d "$go_sdk" ] && changed go.stamp "$here/runners/go/main.go"; then
    (cd "$here/runners/go" &&
        GO111MODULE=off GOPATH=/usr/share/gocode GOCACHE="$home/go-cache" go build -o "$home/ask_go" .)
    made go.stamp
fi

# Looks for Terraform's AWS provider in the usual places of mirrors. Never downloads it.
if command -v terraform >/dev/null; then
    if changed terraform.stamp "$here/runners/terraform/main.tf"; then
        mirror=
        for place in "${TF_PROVIDER_MIRROR:-}" /opt/* /usr/local/share/terraform/plugins \
            /usr/share/terraform/plugins "$HOME/.terraform.d/plugins"; do
            if [ -n "$place" ] && [ -d "$place/registry.terraform.io/hashicorp/aws" ]; then
                mirror=$place
                break
            fi
        done
        if [ -n "$mirror" ]; then
            echo "oracles: Terraform, with the provider of $mirror"
            rm -rf "$home/terraform"
            mkdir "$home/terraform"
            cp "$here/runners/terraform/main.tf" "$home/terraform"
            printf 'provider_installation { filesystem_mirror { path = "%s" } }\n' "$mirror" >"$home/terraform.rc"
            TF_CLI_CONFIG_FILE="$home/terraform.rc" CHECKPOINT_DISABLE=1 \
                terraform -chdir="$home/terraform" init -input=false -no-color >/dev/null
            made terraform.stamp
        else
            echo "oracles: NO provider for Terraform: set TF_PROVIDER_MIRROR to a mirror" >&2
        fi
    fi
else
    echo "oracles: NO Terraform on the PATH" >&2
fi

cargo build --locked --quiet --example oracle_rust
rm -f "$home/now"
