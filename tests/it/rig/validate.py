"""Validates JSON documents by a JSON Schema, whose own form is checked first.

usage: validate.py SCHEMA       takes a JSON array of documents on stdin, prints one of their errors: a
                                list of messages for each document, empty where it is valid
"""

import json
import sys

from jsonschema import Draft202012Validator

with open(sys.argv[1], encoding="utf-8") as file:
    schema = json.load(file)
Draft202012Validator.check_schema(schema)
validator = Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)
errors = [
    [f"{error.json_path}: {error.message}" for error in validator.iter_errors(document)]
    for document in json.load(sys.stdin)
]
print(json.dumps(errors))
