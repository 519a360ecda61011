#!/bin/sh
# Runs account-guard four times against a loopback STS: allowed, the wrong account, the wrong role,
# no credentials. Needs the program and the example loopback_sts built, and nothing else: no AWS
# account, no network, no root.
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

# The server reads the other end of this pipe, and ends when the script does, however it ends.
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

# run EXPECTED_CODE ENVIRONMENT [VARIABLE=VALUE …]: checks in an environment of these variables alone.
run() {
    expected=$1
    environment=$2
    shift 2
    printf '\n$ %s\n' "${1:+$1 }account-guard check $environment"
    code=0
    env -i PATH="$PATH" HOME="$scratch/home" \
        AWS_ENDPOINT_URL_STS="$url" AWS_REGION=eu-west-1 AWS_EC2_METADATA_DISABLED=true "$@" \
        "$build/account-guard" check "$environment" --policy examples/demo/account-guard.toml \
        </dev/null 2>&1 || code=$?
    echo "exit code $code"
    if [ "$code" -ne "$expected" ]; then
        echo "demo: expected exit code $expected" >&2
        exit 1
    fi
}

secret=AWS_SECRET_ACCESS_KEY=opens-nothing
run 0 staging AWS_ACCESS_KEY_ID=demo-staging $secret
run 1 prod AWS_ACCESS_KEY_ID=demo-staging $secret
run 1 prod AWS_ACCESS_KEY_ID=demo-prod-reader $secret
run 3 prod

printf '\nAll four ended as they should: allowed, wrong account, wrong role, no credentials.\n'
