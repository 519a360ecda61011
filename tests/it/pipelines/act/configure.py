"""Stands in for aws-actions/configure-aws-credentials: assumes a role with an OIDC token, for later steps.

usage: configure.py ROLE_ARN REGION      by HTTPS_PROXY and AWS_CA_BUNDLE, and into GITHUB_ENV
"""

import os
import sys

import boto3
from botocore import UNSIGNED
from botocore.config import Config

role, region = sys.argv[1:]
sts = boto3.client("sts", region_name=region, config=Config(signature_version=UNSIGNED))
keys = sts.assume_role_with_web_identity(RoleArn=role, RoleSessionName="act", WebIdentityToken="a-hush-token")[
    "Credentials"
]
with open(os.environ["GITHUB_ENV"], "a") as variables:
    variables.write(f"AWS_ACCESS_KEY_ID={keys['AccessKeyId']}\n")
    variables.write(f"AWS_SECRET_ACCESS_KEY={keys['SecretAccessKey']}\n")
    variables.write(f"AWS_SESSION_TOKEN={keys['SessionToken']}\n")
    variables.write(f"AWS_REGION={region}\n")
    variables.write(f"AWS_DEFAULT_REGION={region}\n")
