#!/bin/sh
# rigs.sh [root|pipelines|lint]: creates a Python environment. A second run is fast.
#
#   (none)     .rigs/venv, with moto for the integration tests
#   root       .rigs/venv-root, with the tools of tests/root.sh
#   pipelines  .rigs/venv-pipelines, with the tools of tests/pipelines.sh
#   lint       .rigs/venv-lint, with the tools of .ci/lint
set -eu

cd "$(dirname "$0")/.."
case "${1:-}" in
    '') venv=.rigs/venv requirements=tests/rigs-requirements.txt ;;
    root) venv=.rigs/venv-root requirements=tests/root-requirements.txt ;;
    pipelines) venv=.rigs/venv-pipelines requirements=tests/pipelines-requirements.txt ;;
    lint) venv=.rigs/venv-lint requirements=.ci/lint-requirements.txt ;;
    *)
        echo "tests/rigs.sh: expected no argument, \`root\`, \`pipelines\` or \`lint\`" >&2
        exit 2
        ;;
esac

if cmp -s "$requirements" "$venv/made-from"; then
    exit 0
fi

echo "creating $venv from $requirements"
if [ "$venv" = .rigs/venv ] && ! command -v openssl >/dev/null; then
    echo "tests/rigs.sh: moto_proxy needs openssl on the PATH" >&2
    exit 1
fi
rm -rf "$venv"
mkdir -p .rigs
python3 -m venv "$venv"
"$venv/bin/pip" install --quiet --disable-pip-version-check --no-deps -r "$requirements"
cp "$requirements" "$venv/made-from"
