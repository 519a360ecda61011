#!/bin/sh
# Stands for a deploy: it only prints the account that it would deploy to.
set -eu

printf 'deployed to %s\n' "${ACCOUNT_GUARD_VERIFIED_ACCOUNT_ID:-the account of the current credentials}"
