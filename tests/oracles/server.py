"""The recording server: STS, the SSO portal, a container endpoint and instance metadata, on this machine.

It returns credentials whose key ID names their source. It records the key ID, the region and the session token of each
`GetCallerIdentity`. It also records those of the first requests of SST (to SSM) and Serverless (to CloudFormation), and
refuses these requests, so that the tools end.
"""

import json
import re
import ssl
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

LATER = "2099-01-01T00:00:00Z"
MACHINE_REGION = "ap-south-1"
REFUSALS = {
    "ssm": json.dumps({"__type": "AccessDeniedException", "message": "refused by the recording server"}),
    "cloudformation": "<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code>"
    "<Message>refused by the recording server</Message></Error><RequestId>oracle</RequestId></ErrorResponse>",
}
SIGNED = re.compile(r"Credential=(?P<key>[^/]+)/\d+/(?P<region>[^/]+)/(?P<service>[^/]+)/aws4_request")


class Server:
    """One server on a port that the kernel chooses, until `close`. `account_of` returns the account of a key.

    With a `place`, it also answers HTTPS on the address of that place.
    """

    def __init__(self, account_of=lambda key: "111111111111", place=None):
        self.asked, self.log, self.account_of, self.place = [], [], account_of, place
        self._served = []
        self.url = f"http://127.0.0.1:{self._serve(('127.0.0.1', 0))}"
        if place is not None:
            self._serve((place.address, 443), place.certificate)

    def _serve(self, address, certificate=None):
        http = Listener(address, type("Bound", (Handler,), {"server_state": self}))
        if certificate is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*certificate)
            http.socket = context.wrap_socket(http.socket, server_side=True, do_handshake_on_connect=False)
        thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        self._served.append((http, thread))
        return http.server_port

    def forget(self):
        self.asked, self.log = [], []

    def close(self):
        for http, thread in self._served:
            http.shutdown()
            thread.join()
            http.server_close()


class Listener(ThreadingHTTPServer):
    """Ignores clients that close the connection."""

    daemon_threads = True

    def handle_error(self, *_):
        pass


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
        signed = SIGNED.search(self.headers.get("Authorization", ""))
        if signed and signed["service"] in REFUSALS:
            self.record(signed)
            self.answer(REFUSALS[signed["service"]], status=400)
        else:
            self.answer(self.sts(form, signed), {"Content-Type": "text/xml"})

    def record(self, signed):
        token = self.headers.get("X-Amz-Security-Token")
        self.server_state.asked.append((signed["key"], signed["region"], token))

    def sts(self, form, signed):
        key = signed["key"] if signed else None
        role = form.get("RoleArn", "").rpartition("/")[2]
        match form.get("Action"):
            case "GetCallerIdentity" if signed:
                self.record(signed)
                return identity(self.server_state.account_of(key))
            case "AssumeRole" if signed and role:
                return assumed("AssumeRole", f"role-{role}-by-{key}")
            case "AssumeRoleWithWebIdentity" if role:
                return assumed("AssumeRoleWithWebIdentity", f"web-{role}")
        return None

    def body(self):
        return self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()

    def answer(self, text, headers=(), status=200):
        status = 404 if text is None else status
        self.server_state.log.append(f"{self.command} {self.path} {status}")
        data = (text or "not here").encode()
        self.send_response(status)
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
