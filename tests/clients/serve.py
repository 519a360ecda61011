"""Gets its identity three times, changes the policy, and gets it once more: `serve.py POLICY FROM TO`."""

import sys
from pathlib import Path

import boto3

client = boto3.client("sts")
for _ in range(3):
    print(client.get_caller_identity()["Arn"])
policy, before, after = sys.argv[1:]
text = Path(policy).read_text()
assert before in text
Path(policy).write_text(text.replace(before, after))
try:
    client.get_caller_identity()
except Exception as why:
    print(f"{type(why).__name__}: {why}")
