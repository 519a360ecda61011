#!/bin/sh
# Stands for a deploy: it only writes a file with the account that it would deploy to.
set -eu

printf 'to %s\n' "${ACCOUNT_GUARD_VERIFIED_ACCOUNT_ID:-the account of the current credentials}" >deployed
