"""Runs moto_proxy on a free port with a certificate directory of its own, until stdin closes.

usage: moto_proxy.py DIRECTORY      prints the path of its CA, then what moto_proxy prints

The directory goes with it: a test that shares its moto with others never drops it.

moto_proxy keeps the certificates that it makes inside its own package, where two of them that run
side by side would read each other's half-written files.
"""

import os
import shutil
import sys
import threading

from moto.moto_proxy.certificate_creator import CertificateCreator
from moto.proxy import main


def end_with_stdin():
    sys.stdin.buffer.read()
    shutil.rmtree(directory, ignore_errors=True)
    os._exit(0)


directory = sys.argv[1]
shutil.copy(os.path.join(CertificateCreator.certdir, "req.conf.tmpl"), directory)
CertificateCreator.certdir = directory
threading.Thread(target=end_with_stdin, daemon=True).start()
print(CertificateCreator.cacert, flush=True)
main(["-H", "127.0.0.1", "-p", "0"])
