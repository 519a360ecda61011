#!/bin/sh
# compare.sh FILES [SEED]: compares our readers of shared files with the real parsers, on FILES generated pairs of files
# for each dialect, and the Go reader with Terraform's provider on four. Run tests/oracles/install.sh and install.sh
# first.
set -eu

cd "$(dirname "$0")"
files=$1
seed=${2:-gate}
for dialect in botocore js-v3 js-v2 go rust; do
    ./compare.py --dialect "$dialect" --files "$files" --seed "$seed"
done
./terraform.py --files 4 --seed 3 # two of these sign
