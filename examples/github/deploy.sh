#!/bin/sh
# Stands for a deploy: it only says to which account it would have gone.
set -eu

printf 'deployed to %s\n' "${ACCOUNT_GUARD_VERIFIED_ACCOUNT_ID:-the account of whatever credentials are there}"
