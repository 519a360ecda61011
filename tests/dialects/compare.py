#!/usr/bin/env python3
"""Compares what a real parser reads in generated shared AWS files with what our reader of that dialect reads.

    compare.py --dialect botocore|js-v3|js-v2|go|rust [--files N] [--seed SEED] [--ours PROGRAM] [--real PROGRAM]

Both programs get requests in batches over pipes, one JSON object a line:

    in   {"id": 1, "dialect": "botocore", "config": "text" or null, "credentials": "text" or null, "keys": ["region", …],
          "names": ["prod", …]}
    out  {"id": 1, "error": null, "config": {"profiles": {NAME: {KEY: VALUE or {KEY: VALUE}}}, "sso_sessions": {…},
          "services": {…}}, "credentials": {"profiles": {…}}}

`error` is `config` or `credentials` if the tool rejects that file as a whole; the other keys are then absent. A file that
is not UTF-8 is passed as `config_base64` or `credentials_base64`. `keys` and `names` are all keys and names of profiles that
the files could contain, for parsers that do not list them. `views.py` describes the comparison.

The program prints each difference with the smallest file that shows it, and ends with 1 if `accepted.py` does not
accept one. Our program is `target/debug/examples/dialect` (`cargo build --example dialect`).
"""

import argparse
import json
import re
import sys
from collections import Counter, defaultdict
from itertools import islice

import accepted
from generate import as_request, generate
from programs import REAL, ROOT, Program
from shrink import smaller
from views import difference, forms

BATCH = 2000
EXAMPLES = 5  # number of printed examples of a kind
RANDOM = "the tool itself reads this file in another way from run to run"


class Comparison:
    """A real parser and ours, for one dialect."""

    def __init__(self, dialect, real, ours, accepts):
        self.dialect, self.real, self.ours = dialect, Program(real), Program(ours)
        # The accepted differences apply only to the dialect's own runner.
        self.accepts = accepts

    def kinds(self, requests):
        """For each request the kind of its difference, or None."""
        requests = [self.question(request) for request in requests]
        answers = zip(requests, self.real.ask(requests), self.ours.ask(requests))
        return [difference(*forms(self.dialect, real, ours, request)) for request, real, ours in answers]

    def question(self, request):
        return {**request, "dialect": self.dialect, "keys": keys_in(request), "names": names_in(request)}

    def shrunk(self, request, kind):
        return smaller(request, lambda candidates: [found == kind for found in self.kinds(candidates)])

    def answers(self, request):
        asked = [self.question(request)]
        return self.real.ask(asked)[0], self.ours.ask(asked)[0]

    def is_random(self, request):
        """Whether the real parser gives different answers to the same request."""
        asked = [self.question(request)] * 16
        return len({json.dumps(answer, sort_keys=True) for answer in self.real.ask(asked)}) > 1


def keys_in(request):
    """Every string that a parser could read as a key, in the case with which parsers without a list look it up."""
    found = set()
    for name in ("config", "credentials"):
        for line in re.split(r"[\n\r]", request.get(name) or ""):
            for sign in "=:":
                before, separator, _ = line.partition(sign)
                if separator:
                    found.add(before.strip(" \t").lower())
    return sorted(found)


def names_in(request):
    """Every string that a parser could read as the name of a profile."""
    found = {"default"}
    for name in ("config", "credentials"):
        for header in re.findall(r"\[([^\n]*)", request.get(name) or ""):
            inner = {header[: end.start()] for end in re.finditer(r"\]", header)}
            inner |= {text.strip() for text in inner}
            inner |= {re.sub(r"^profile\s+", "", text) for text in inner}
            found |= inner | {re.sub(r"[ \t]+", " ", text) for text in inner} | {text.strip("'\"") for text in inner}
    return sorted(found)


def batches(items, size):
    batch = []
    for item in items:
        batch.append(item)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


def report(comparison, request, kind, seen):
    """Prints a new difference, and returns the reason why it is accepted, or None."""
    if comparison.dialect == "rust" and comparison.is_random(request):
        return RANDOM
    small = comparison.shrunk(request, kind)
    reason = accepted.reason_for(comparison.dialect, small, kind) if comparison.accepts else None
    text = json.dumps([small["config"], small["credentials"]])
    if reason is None and text not in seen[kind] and len(seen[kind]) < EXAMPLES:
        real, ours = comparison.answers(small)
        print(f"\nfile {request['id']}: {kind}")
        for name in ("config", "credentials"):
            if small.get(name) is not None or name + "_base64" in small:
                print(f"  {name}: {small.get(name + '_base64') or json.dumps(small[name])}")
        print(f"  tool: {json.dumps(real)}\n  ours: {json.dumps(ours)}", flush=True)
    seen[kind].add(text)
    return reason


def run(comparison, options):
    """Compares all files; returns how often each kind of difference was found and each reason accepted one."""
    counts, reasons, seen = Counter(), Counter(), defaultdict(set)
    shrunk = 0
    files = map(as_request, generate(options.seed, sys.maxsize))
    if comparison.accepts:
        # Leaves out files that the runner's parser is known to read differently.
        files = (request for request in files if accepted.reason_for(comparison.dialect, request, None) is None)
    for batch in batches(islice(files, options.files), BATCH):
        for request, kind in zip(batch, comparison.kinds(batch)):
            if kind is None:
                continue
            reason = report(comparison, request, kind, seen) if shrunk < options.shrink else None
            shrunk += 1
            if reason:
                reasons[reason] += 1
            else:
                counts[kind] += 1
    return counts, reasons


def parsed(arguments):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--dialect", choices=sorted(REAL), required=True)
    parser.add_argument("--files", type=int, default=2000, help="how many pairs of files (default: 2000)")
    parser.add_argument("--seed", default="1")
    parser.add_argument("--ours", default=str(ROOT / "target/debug/examples/dialect"), help="our program")
    parser.add_argument("--real", help="another program in place of the dialect's own runner")
    parser.add_argument(
        "--shrink", type=int, default=1000, help="how many differing files are made smaller (default: 1000)"
    )
    return parser.parse_args(arguments)


def main():
    options = parsed(None)
    real = options.real.split() if options.real else REAL[options.dialect]
    comparison = Comparison(options.dialect, real, options.ours.split(), accepts=not options.real)
    counts, reasons = run(comparison, options)
    print(
        f"\n{options.dialect}: {options.files} files, {sum(counts.values())} differences, {sum(reasons.values())} accepted"
    )
    for kind, count in counts.most_common():
        print(f"  {count:6} {kind}")
    for reason, count in reasons.most_common():
        print(f"  {count:6} accepted: {reason}")
    sys.exit(1 if counts else 0)


if __name__ == "__main__":
    main()
