"""Prints what botocore reads in shared AWS files: JSON lines in, JSON lines out (see compare.py).

`error` is the file for which botocore raises ConfigParseError, which ends the whole session. The credentials file
has no `profile ` prefix: each of its sections is a profile. botocore merges the two files key by key (credentials
override); the view shows them before that, through the two functions that `Session.full_config` calls.
"""

import base64
import json
import os
import sys
import tempfile

from botocore.configloader import load_config, raw_config_parse
from botocore.exceptions import ConfigNotFound, ConfigParseError


def content(request, name):
    coded = request.get(name + "_base64")
    if coded is not None:
        return base64.b64decode(coded)
    return None if request[name] is None else request[name].encode()


def read(path, written, reader):
    if written is None:
        return {}
    with open(path, "wb") as file:
        file.write(written)
    try:
        return reader(path)
    except ConfigNotFound:
        return {}


def view(request, path):
    answer = {"id": request["id"], "error": None}
    try:
        config = read(path, content(request, "config"), load_config)
    except ConfigParseError:
        return {**answer, "error": "config"}
    try:
        credentials = read(path, content(request, "credentials"), raw_config_parse)
    except ConfigParseError:
        return {**answer, "error": "credentials"}
    kinds = {name: config.get(name, {}) for name in ("profiles", "sso_sessions", "services")}
    return {**answer, "config": kinds, "credentials": {"profiles": credentials}}


def main():
    directory = "/dev/shm" if os.path.isdir("/dev/shm") else None
    with tempfile.NamedTemporaryFile(dir=directory) as file:
        for line in sys.stdin:
            print(json.dumps(view(json.loads(line), file.name)), flush=True)


if __name__ == "__main__":
    main()
