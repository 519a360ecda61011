#!/bin/sh
# Runs account-guard four times at an STS on this machine: allowed, the wrong account, the wrong role,
# no credentials. Build the program and the example loopback_sts first. Needs no AWS account, no
# network and no root.
set -eu

cd "$(dirname "$0")/.."
build=${CARGO_TARGET_DIR:-target}/debug
case $build in
    /*) ;;
    *) build=$PWD/$build ;;
esac

scratch=$(mktemp -d)
mkdir "$scratch/home"
mkfifo "$scratch/hold"

# The server reads the other end of this pipe, so it ends when the script ends, for any reason.
"$build/examples/loopback_sts" --until-stdin-closes \
    --identity demo-staging=arn:aws:sts::222222222222:assumed-role/deploy-ci/demo \
    --identity demo-prod-reader=arn:aws:sts::111111111111:assumed-role/reader/demo \
    <"$scratch/hold" >"$scratch/url" &
server=$!
exec 3>"$scratch/hold"

clean_up() {
    kill "$server" 2>/dev/null || true
    wait "$server" 2>/dev/null || true
    rm -rf "$scratch"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

tries=0
until [ -s "$scratch/url" ]; do
    tries=$((tries + 1))
    if [ "$tries" -gt 100 ]; then
        echo "demo: the loopback STS did not start" >&2
        exit 1
    fi
    sleep 0.1
done
url=$(cat "$scratch/url")

# run CODE VERDICT ENVIRONMENT [VARIABLE=VALUE …]: runs a check with these variables only, and compares
# the exit code and the first word of the output with the expected ones.
run() {
    expected_code=$1
    expected_verdict=$2
    environment=$3
    shift 3
    set -- "$@" account-guard check "$environment" --policy examples/demo/account-guard.toml
    printf '\n$ %s\n' "$*"
    code=0
    env -i PATH="$build:$PATH" HOME="$scratch/home" \
        AWS_ENDPOINT_URL_STS="$url" AWS_REGION=eu-west-1 AWS_EC2_METADATA_DISABLED=true "$@" \
        </dev/null >"$scratch/output" 2>&1 || code=$?
    cat "$scratch/output"
    echo "exit code $code"
    read -r verdict _ <"$scratch/output" || true
    if [ "$code" -ne "$expected_code" ] || [ "$verdict" != "$expected_verdict" ]; then
        echo "demo: expected $expected_verdict and exit code $expected_code" >&2
        exit 1
    fi
}

secret=AWS_SECRET_ACCESS_KEY=opens-nothing
run 0 ALLOWED staging AWS_ACCESS_KEY_ID=demo-staging "$secret"
run 1 DENIED prod AWS_ACCESS_KEY_ID=demo-staging "$secret"
run 1 DENIED prod AWS_ACCESS_KEY_ID=demo-prod-reader "$secret"
run 3 UNKNOWN prod

printf '\nAll four runs ended as expected: allowed, wrong account, wrong role, no credentials.\n'
