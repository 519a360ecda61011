"""Runs a program in a new terminal, or without one, and types into it.

A JSON object on standard input: `argv`, `env`, `cwd`, `terminal` (whether there is one) and `types`, a list
of pairs: a text to wait for on the terminal, and what to type then. A third item is how many seconds
to let pass before. With `columns` the terminal is as wide as that, and standard output is on it. On standard output: `screen`, `stdout`, `stderr`, and `code`, below zero where a
signal ended the program.
"""

import fcntl
import json
import os
import pty
import select
import signal
import struct
import sys
import termios
import time

PATIENCE = 30


def start(run, out, err):
    # Whoever runs the tests in the background, or by nohup, ignores some of these.
    for name in ("HUP", "INT", "QUIT", "TERM", "USR1", "USR2"):
        signal.signal(signal.Signals[f"SIG{name}"], signal.SIG_DFL)
    os.chdir(run["cwd"])
    if run["terminal"]:
        os.dup2(0, 9)  # a terminal that nobody has open is gone
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    if "columns" in run:
        fcntl.ioctl(1, termios.TIOCSWINSZ, struct.pack("HHHH", 24, run["columns"], 0, 0))
    else:
        os.dup2(out, 1)
    os.dup2(err, 2)
    os.execve(run["argv"][0], run["argv"], run["env"])


def fork(run):
    if run["terminal"]:
        return pty.fork()
    child = os.fork()
    if child == 0:
        os.setsid()
    return child, None


def main(run):
    (out_read, out), (err_read, err) = os.pipe(), os.pipe()
    child, master = fork(run)
    if child == 0:
        start(run, out, err)
    os.close(out)
    os.close(err)
    seen = {stream: b"" for stream in (master, out_read, err_read) if stream is not None}
    types, open_streams, end = list(run["types"]), set(seen), time.monotonic() + PATIENCE
    awaited = {out_read, err_read} | ({master} if "columns" in run else set())
    while open_streams & awaited:
        if time.monotonic() > end:
            os.kill(child, signal.SIGKILL)
        for stream in select.select(list(open_streams), [], [], 0.1)[0]:
            try:
                data = os.read(stream, 4096)
            except OSError:  # a terminal that nobody has open any more
                data = b""
            seen[stream] += data
            if not data:
                open_streams.discard(stream)
        if types and master is not None and seen[master].count(types[0][0].encode()) > 0:
            _, text, *pause = types.pop(0)
            time.sleep(pause[0] if pause else 0)
            seen["before"] = seen.get("before", b"") + seen[master]
            seen[master] = b""
            os.write(master, text.encode())
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    screen = seen.get("before", b"") + seen.get(master, b"")
    texts = {"screen": screen, "stdout": seen[out_read], "stderr": seen[err_read]}
    print(json.dumps({name: text.decode() for name, text in texts.items()} | {"code": code}))


main(json.load(sys.stdin))
