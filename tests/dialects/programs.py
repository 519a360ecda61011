"""Starts the long-lived programs that read shared AWS files, and sends them requests in batches."""

import json
import os
import subprocess
import threading
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HERE = ROOT / "tests/dialects"
ORACLES = ROOT / ".rigs/oracles"
RIG = ROOT / ".rigs/dialects"

REAL = {
    "botocore": [ORACLES / "venv/bin/python", HERE / "runners/view_botocore.py"],
    "js-v3": ["node", HERE / "runners/view_js_v3.cjs", ORACLES / "node"],
    "js-v2": ["node", HERE / "runners/view_js_v2.cjs", RIG / "node"],
    "rust": [ROOT / "target/debug/examples/dialect_rust"],
    "go": [RIG / "view_go"],
}


class Program:
    """A program that answers each JSON line with one JSON line, in order."""

    def __init__(self, command):
        # botocore opens files in the encoding of the locale, which is usually UTF-8.
        environment = {**os.environ, "PYTHONUTF8": "1", "LC_ALL": "C.UTF-8"}
        self.process = subprocess.Popen(
            [str(word) for word in command], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment
        )

    def ask(self, requests):
        """The answers to `requests`, in their order. A thread writes, so that neither pipe can block the other."""
        lines = "".join(json.dumps(request) + "\n" for request in requests).encode()
        writer = threading.Thread(target=self._write, args=(lines,))
        writer.start()
        answers = []
        for request in requests:
            line = self.process.stdout.readline()
            if not line:
                raise SystemExit(f"{self.process.args[0]} ended at file {request['id']} of the batch")
            answer = json.loads(line)
            if answer["id"] != request["id"]:
                raise SystemExit(f"{self.process.args[0]} answered file {answer['id']} instead of {request['id']}")
            answers.append(answer)
        writer.join()
        return answers

    def _write(self, lines):
        try:
            self.process.stdin.write(lines)
            self.process.stdin.flush()
        except BrokenPipeError:
            pass  # `ask` reports that the program ended

    def close(self):
        self.process.stdin.close()
        self.process.wait()
