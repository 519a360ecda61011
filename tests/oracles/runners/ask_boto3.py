"""Gets its identity as a boto3 program would: `ask_boto3.py [PROFILE]`."""

import sys

import boto3

profile = sys.argv[1] if len(sys.argv) > 1 else None
print(boto3.Session(profile_name=profile).client("sts").get_caller_identity()["Account"])
