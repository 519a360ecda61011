"""Creates a user, or a session of a role, in the moto at a URL, and prints the variables with its keys.

usage: moto_keys.py URL user|role
"""

import json
import sys

import boto3

URL, WHO = sys.argv[1:]
NOBODY = {"aws_access_key_id": "nobody", "aws_secret_access_key": "nobody"}


def client(service):
    return boto3.client(service, region_name="eu-west-1", endpoint_url=URL, **NOBODY)


if WHO == "user":
    client("iam").create_user(UserName="jane", Path="/team/")
    keys = client("iam").create_access_key(UserName="jane")["AccessKey"]
else:
    role = "arn:aws:iam::222222222222:role/deploy-ci"
    keys = client("sts").assume_role(RoleArn=role, RoleSessionName="GitHubActions")["Credentials"]
names = {
    "AccessKeyId": "AWS_ACCESS_KEY_ID",
    "SecretAccessKey": "AWS_SECRET_ACCESS_KEY",
    "SessionToken": "AWS_SESSION_TOKEN",
}
print(json.dumps({variable: keys[name] for name, variable in names.items() if name in keys}))
