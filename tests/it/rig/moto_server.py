"""Runs moto_server under the host names of AWS, on 127.0.0.1 over TLS, until stdin closes.

usage: moto_server.py CERTIFICATE KEY PORT      prints a line once it listens
"""

import os
import socket
import sys
import threading
import time

from moto.server import main


def end_with_stdin():
    sys.stdin.buffer.read()
    os._exit(0)


def say_when_it_listens():
    while True:
        with socket.socket() as client:
            if client.connect_ex(("127.0.0.1", int(port))) == 0:
                print("listens", flush=True)
                return
        time.sleep(0.05)


certificate, key, port = sys.argv[1:]
threading.Thread(target=end_with_stdin, daemon=True).start()
threading.Thread(target=say_when_it_listens, daemon=True).start()
main(["-H", "127.0.0.1", "-p", port, "-c", certificate, "-k", key])
