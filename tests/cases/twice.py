"""Executes a program with some environment variables set twice, which is not possible with a shell or a `dict`.

    twice.py NAMES-AND-VALUES PROGRAM [ARGUMENT…]

NAMES-AND-VALUES is a JSON object with the second values.
"""

import ctypes
import json
import os
import sys


def strings(texts):
    return (ctypes.c_char_p * (len(texts) + 1))(*[os.fsencode(text) for text in texts], None)


def main():
    second = json.loads(sys.argv[1])
    variables = [f"{name}={value}" for name, value in [*os.environ.items(), *second.items()]]
    words = sys.argv[2:]
    ctypes.CDLL(None).execve(os.fsencode(words[0]), strings(words), strings(variables))
    sys.exit(f"could not run {words[0]}")


if __name__ == "__main__":
    main()
