#!/bin/sh
# Five usual ways to use `aws sts get-caller-identity` in a script. They give the same results with
#
#     WHOAMI="account-guard identity" examples/identity.sh
#
# in a hundredth of the time, without Python and without the AWS CLI.
set -eu

whoami=${WHOAMI:-aws sts get-caller-identity}

# 1. Test whether there are credentials, by the exit code.
# shellcheck disable=SC2086 # the command is several words
if ! $whoami --output json >/dev/null 2>&1; then
    echo "no credentials: log in first"
    exit 1
fi

# 2. Get the account ID, for the name of a registry or a bucket.
# shellcheck disable=SC2086
account=$($whoami --query Account --output text)
echo "registry: $account.dkr.ecr.${AWS_REGION:-us-east-1}.amazonaws.com"

# 3. Get all three values at once.
# shellcheck disable=SC2086
$whoami --output text | while IFS='	' read -r account arn user_id; do
    echo "account $account, arn $arn, user id $user_id"
done

# 4. Get JSON, for a tool that reads JSON.
# shellcheck disable=SC2086
$whoami --output json | python3 -c 'import json, sys; print(sorted(json.load(sys.stdin)))'

# 5. Test for the expected role, with a query.
# shellcheck disable=SC2086
case $($whoami --query "contains(Arn, ':assumed-role/deploy-')" --output text) in
    True) echo "a deploy role" ;;
    *) echo "not a deploy role" ;;
esac
