"""The recording server: STS, the SSO portal, a container's endpoint and instance metadata, on loopback.

It hands out credentials whose key id says where they come from, and records with which key id, for which
region and with which session token `GetCallerIdentity` was asked.
"""

import json
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

LATER = "2099-01-01T00:00:00Z"
MACHINE_REGION = "ap-south-1"
SIGNED = re.compile(r"Credential=(?P<key>[^/]+)/\d+/(?P<region>[^/]+)/[^/]+/aws4_request")


class Server:
    """One server on a port of the kernel's choice; ended by `close`. By `account_of`, keys have accounts."""

    def __init__(self, account_of=lambda key: "111111111111"):
        self.asked, self.log, self.account_of = [], [], account_of
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), type("Bound", (Handler,), {"server_state": self}))
        self._http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._http.server_port}"
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.05})
        self._thread.start()

    def forget(self):
        self.asked, self.log = [], []

    def close(self):
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_state = None

    def do_GET(self):
        self.answer(metadata(self.path) or portal(self.path) or container(self.path))

    def do_PUT(self):
        token = "metadata-token" if self.path == "/latest/api/token" else None
        self.answer(token, {"x-aws-ec2-metadata-token-ttl-seconds": "21600"})

    def do_POST(self):
        form = {name: values[0] for name, values in parse_qs(self.body()).items()}
        self.answer(self.sts(form), {"Content-Type": "text/xml"})

    def sts(self, form):
        signed = SIGNED.search(self.headers.get("Authorization", ""))
        key = signed["key"] if signed else None
        role = form.get("RoleArn", "").rpartition("/")[2]
        match form.get("Action"):
            case "GetCallerIdentity" if signed:
                token = self.headers.get("X-Amz-Security-Token")
                self.server_state.asked.append((key, signed["region"], token))
                return identity(self.server_state.account_of(key))
            case "AssumeRole" if signed and role:
                return assumed("AssumeRole", f"role-{role}-by-{key}")
            case "AssumeRoleWithWebIdentity" if role:
                return assumed("AssumeRoleWithWebIdentity", f"web-{role}")
        return None

    def body(self):
        return self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()

    def answer(self, text, headers=()):
        self.server_state.log.append(f"{self.command} {self.path} {404 if text is None else 200}")
        data = (text or "not here").encode()
        self.send_response(404 if text is None else 200)
        for name, value in dict(headers).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_):
        pass


def metadata(path):
    credentials = "/latest/meta-data/iam/security-credentials"
    return {
        f"{credentials}/": "machine",
        f"{credentials}/machine": keys("instance", Code="Success", Type="AWS-HMAC", LastUpdated="2026-01-01T00:00:00Z"),
        "/latest/meta-data/placement/region": MACHINE_REGION,
        "/latest/meta-data/placement/availability-zone": f"{MACHINE_REGION}a",
        "/latest/meta-data/placement/availability-zone/": f"{MACHINE_REGION}a",
        "/latest/dynamic/instance-identity/document": json.dumps({"region": MACHINE_REGION}),
    }.get(path)


def container(path):
    return keys("container") if path == "/container" else None


def portal(path):
    address = urlsplit(path)
    asked = parse_qs(address.query)
    if address.path != "/federation/credentials" or {"account_id", "role_name"} - asked.keys():
        return None
    fresh = {
        "accessKeyId": f"sso-{asked['role_name'][0]}",
        "secretAccessKey": "secret",
        "sessionToken": "issued",
        "expiration": 4070908800000,
    }
    return json.dumps({"roleCredentials": fresh})


def keys(key_id, **more):
    fresh = {"AccessKeyId": key_id, "SecretAccessKey": "secret", "Token": "issued", "Expiration": LATER}
    return json.dumps(fresh | more)


def identity(account):
    arn = f"arn:aws:iam::{account}:user/oracle"
    return sts_answer("GetCallerIdentity", f"<Arn>{arn}</Arn><UserId>AIDA</UserId><Account>{account}</Account>")


def assumed(action, key_id):
    arn = "arn:aws:sts::111111111111:assumed-role/oracle/oracle"
    return sts_answer(
        action,
        f"<AssumedRoleUser><Arn>{arn}</Arn><AssumedRoleId>AROA:oracle</AssumedRoleId></AssumedRoleUser>"
        f"<Credentials><AccessKeyId>{key_id}</AccessKeyId><SecretAccessKey>secret</SecretAccessKey>"
        f"<SessionToken>issued</SessionToken><Expiration>{LATER}</Expiration></Credentials>",
    )


def sts_answer(action, result):
    return (
        f'<{action}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><{action}Result>{result}</{action}Result>'
        f"<ResponseMetadata><RequestId>oracle</RequestId></ResponseMetadata></{action}Response>"
    )
