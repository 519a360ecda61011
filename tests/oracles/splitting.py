#!/usr/bin/env python3
"""Records how botocore splits a `credential_process` into words, on POSIX and on Windows.

    .rigs/oracles/venv/bin/python tests/oracles/splitting.py [COUNT] > tests/oracles/splitting.json

Each line contains a platform, a command line and its words, or `null` if botocore raises `ValueError`. For each platform,
COUNT lines are generated from a fixed seed, in addition to the fixed ones. A unit test of `src/source/process` reads them.
"""

import json
import random
import sys

import botocore
from botocore.compat import compat_shell_split

WRITTEN = [
    "", " ", "vend", "vend prod", "  vend   prod  ", "vend\tprod", "vend\rprod", "vend\nprod", "vend\x0bprod",
    "vend\x0cprod", "vend\u00a0prod", "vend\u3000prod", "vend\u0085prod", "vend # prod", "vend #prod", "#vend", '""',
    "''", '"" ""', '"vend" prod', "'vend' prod", '"vend prod"', "'vend prod'", '"vend', "'vend", 'vend"', "vend'",
    'vend "a b" c', "vend 'a b' c", 'vend a"b c"d', "vend a'b c'd", 'vend "a""b"', 'vend ""', "vend ''", 'vend "" x',
    "vend \\", "vend \\\\", "vend a\\b", "vend a\\ b", 'vend \\"', 'vend \\"a b\\"', 'vend \\\\"a b\\\\"',
    'vend \\\\\\"a b\\\\\\"', 'vend "a\\"b"', 'vend "a\\\\"', 'vend "a\\\\" b', 'vend "a\\b"', 'vend "a\\$b"',
    'vend "a\\`b"', 'vend "a\\\'b"', "vend 'a\\'b", "vend 'a\\\\b'", "vend 'a\"b'", 'vend "a\'b"',
    "C:\\tools\\vend.exe prod", '"C:\\Program Files\\vend.exe" prod', '"C:\\Program Files\\" prod',
    '"C:\\Program Files\\\\" prod', "C:\\tools\\ prod", "C:\\tools\\\\ prod", "\\\\server\\share\\vend.exe prod",
    '"\\\\server\\a share\\vend.exe" prod', 'C:\\"Program Files"\\vend.exe', "vend --json={\"a\":1}",
    'vend --json="{\\"a\\": 1}"', "vend /flag:a", "vend %USER%", "vend ^&", "vend a|b", "vend 'C:\\a b'", "vend ümläut",
    '"ümläut pfad/vend" x', "\\\\\\\\", '\\\\\\\\"', '\\\\\\"', '"\\"', "a\\\tb", 'a\\"\tb"',
]  # fmt: skip
LETTERS = ["a", "b", " ", " ", "\t", '"', '"', "'", "\\", "\\", "#", "$", "\r", "\n", "\x0b", "\u00a0", "ü", "="]


def main():
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    print(
        f'{{"botocore": {json.dumps(botocore.__version__)}, "python": {json.dumps(sys.version.split()[0])}, "pairs": ['
    )
    pairs = [[platform, line, words(line, platform)] for platform in ("linux", "win32") for line in lines(count)]
    print(",\n".join(json.dumps(pair, ensure_ascii=False) for pair in pairs))
    print("]}")


def lines(count):
    chance = random.Random(12)
    generated = ("".join(chance.choices(LETTERS, k=chance.randint(1, 14))) for _ in range(count))
    return WRITTEN + list(generated)


def words(line, platform):
    try:
        return compat_shell_split(line, platform)
    except ValueError:
        return None


if __name__ == "__main__":
    main()
