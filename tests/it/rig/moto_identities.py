"""Makes identities in moto and names their principals: a JSON request a line in, a JSON answer a line out.

usage: moto_identities.py PROXY_URL CA_FILE      with an empty URL: without a proxy
"""

import json
import sys

import boto3
from botocore.config import Config

PROXY, CA = sys.argv[1:]
# moto gives keys that it does not know to its default account, which may assume any role.
NOBODY = {"AccessKeyId": "nobody", "SecretAccessKey": "nobody"}


def client(service, keys, region):
    return boto3.client(
        service,
        region_name=region,
        aws_access_key_id=keys["AccessKeyId"],
        aws_secret_access_key=keys["SecretAccessKey"],
        aws_session_token=keys.get("SessionToken"),
        verify=CA,
        config=Config(proxies={"https": PROXY} if PROXY else {}),
    )


def assume_role(arn, session, region):
    sts = client("sts", NOBODY, region)
    return sts.assume_role(RoleArn=arn, RoleSessionName=session)["Credentials"]


def create_user(account, partition, name, region):
    admin = assume_role(f"arn:{partition}:iam::{account}:role/rig", "rig", region)
    iam = client("iam", admin, region)
    iam.create_user(UserName=name)
    return iam.create_access_key(UserName=name)["AccessKey"]


def whoami(keys, region):
    answer = client("sts", keys, region).get_caller_identity()
    return {name: answer[name] for name in ("Account", "Arn", "UserId")}


def call(service, operation, parameters, keys, region):
    getattr(client(service, keys, region), operation)(**parameters)
    return {}


ACTIONS = {
    "assume_role": assume_role,
    "call": call,
    "create_user": create_user,
    "whoami": whoami,
}

for line in sys.stdin:
    request = json.loads(line)
    action = ACTIONS[request.pop("action")]
    print(json.dumps(action(**request), default=str), flush=True)
