#!/usr/bin/env bash
# For .github/workflows/action.yml: creates a release of this commit on the machine, and starts moto.
#
# Builds and packs the program, and writes its checksum to action/SHA256SUMS. Serves the archive and moto on this
# machine until the job ends. Writes the values for the steps to GITHUB_OUTPUT.
set -euo pipefail

cd "$(dirname "$0")/.."
rig=${RUNNER_TEMP:?}/action-rig
if [[ ${RUNNER_OS:?} == Windows ]]; then rig=$(cygpath -m "$rig"); fi

# The archive that the Action downloads on this machine. It need not be a static build: the Action only checks the
# name and the checksum.
case $RUNNER_OS/${RUNNER_ARCH:?} in
    Linux/X64) target=x86_64-unknown-linux-musl suffix='' bin=bin ;;
    Linux/ARM64) target=aarch64-unknown-linux-musl suffix='' bin=bin ;;
    macOS/X64) target=x86_64-apple-darwin suffix='' bin=bin ;;
    macOS/ARM64) target=aarch64-apple-darwin suffix='' bin=bin ;;
    Windows/X64) target=x86_64-pc-windows-msvc suffix=.exe bin=Scripts ;;
    *)
        printf 'action-rig.sh: no archive for %s/%s\n' "$RUNNER_OS" "$RUNNER_ARCH" >&2
        exit 1
        ;;
esac

release() {
    local version
    cargo build --locked --config profile.dev.debug=false
    program=${CARGO_TARGET_DIR:-target}/debug/account-guard$suffix
    version=$("$program" --version)
    mkdir -p "$rig/served/v${version##* }"
    "$python" packaging/archive.py pack "$program" "$target" "$rig/served/v${version##* }"
    "$python" packaging/archive.py sums "$rig/served/v${version##* }" action/SHA256SUMS
}

# serve NAME COMMAND…: starts a server that keeps running after this step.
serve() {
    nohup "${@:2}" >"$rig/$1.log" 2>&1 </dev/null &
}

# wait_for PORT: waits until a server listens on the port.
wait_for() {
    for _ in {1..100}; do
        if "$python" -c 'import socket, sys; socket.create_connection(("127.0.0.1", int(sys.argv[1])), 1)' "$1" 2>/dev/null; then
            return
        fi
        sleep 0.2
    done
    cat "$rig"/*.log >&2
    exit 1
}

# keys_of ACCOUNT: writes the keys of a role in this account to the outputs, and masks them in the log.
keys_of() {
    local keys
    keys=$(printf '{"action": "assume_role", "arn": "arn:aws:iam::%s:role/deploy-ci", "session": "ci", "region": "eu-west-1"}\n' "$1" |
        "$python" tests/it/rig/moto_identities.py "$proxy" "$ca")
    "$python" -c '
import json, sys
keys = json.load(sys.stdin)
for name, key in ("id", "AccessKeyId"), ("secret", "SecretAccessKey"), ("token", "SessionToken"):
    print(f"::add-mask::{keys[key]}", file=sys.stderr)
    print(f"{name}={keys[key]}")
' <<<"$keys" >>"${GITHUB_OUTPUT:?}"
}

mkdir -p "$rig"
python3 -m venv "$rig/venv"
python=$rig/venv/$bin/python
"$python" -m pip install --quiet --disable-pip-version-check --no-deps -r tests/rigs-requirements.txt
release

serve releases "$python" -m http.server --bind 127.0.0.1 --directory "$rig/served" 8765
serve moto "$rig/venv/$bin/moto_proxy" -H 127.0.0.1 -p 8766
wait_for 8765
wait_for 8766
proxy=http://127.0.0.1:8766
ca=$("$python" -c 'import moto.moto_proxy, os; print(os.path.join(os.path.dirname(moto.moto_proxy.__file__), "ca.crt"))')
{
    printf 'releases=http://127.0.0.1:8765\nproxy=%s\nca=%s\n' "$proxy" "$ca"
} >>"${GITHUB_OUTPUT:?}"
keys_of 111111111111
