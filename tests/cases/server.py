"""The server for the cases: STS, IAM Identity Center, a container endpoint and instance metadata, at AWS's own addresses.

Keys whose name contains `prod` or `login` belong to account 111111111111, all others to 222222222222. The metadata
service returns keys of 222222222222 and the region ap-south-1.
"""

import json
import re
import ssl
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar
from urllib.parse import parse_qs, urlsplit

LATER = "2099-01-01T00:00:00Z"
NAMESPACE = "https://sts.amazonaws.com/doc/2011-06-15/"
CREDENTIALS = "/latest/meta-data/iam/security-credentials"
SIGNED = re.compile(r"Credential=([^/]+)/")


def answer(action, result):
    """A complete answer of STS."""
    metadata = "<ResponseMetadata><RequestId>r</RequestId></ResponseMetadata>"
    return (
        f'<{action}Response xmlns="{NAMESPACE}"><{action}Result>{result}</{action}Result>{metadata}</{action}Response>'
    )


def refusal(code, sentence):
    error = f"<Error><Type>Sender</Type><Code>{code}</Code><Message>{sentence}</Message></Error>"
    return f'<ErrorResponse xmlns="{NAMESPACE}">{error}<RequestId>r</RequestId></ErrorResponse>'


def arn_of(key):
    """The ARN of a key. The keys of roles contain the name of the role."""
    account = "111111111111" if "prod" in key or "login" in key else "222222222222"
    if role := re.fullmatch(r"(?:role|web)-(.+?)(?:-by-.*)?", key):
        return f"arn:aws:sts::{account}:assumed-role/{role[1]}/s"
    if permission_set := re.fullmatch(r"sso-(.+)", key):
        return f"arn:aws:sts::{account}:assumed-role/AWSReservedSSO_{permission_set[1]}_0123456789abcdef/me"
    return f"arn:aws:iam::{account}:user/someone"


def identity(arn):
    account = arn.split(":")[4]
    return answer("GetCallerIdentity", f"<Arn>{arn}</Arn><UserId>AIDA</UserId><Account>{account}</Account>")


def assumed(action, role, key):
    user = f"<AssumedRoleUser><Arn>arn:aws:sts::111111111111:assumed-role/{role}/s</Arn><AssumedRoleId>A:s</AssumedRoleId></AssumedRoleUser>"
    fields = {"AccessKeyId": key, "SecretAccessKey": "secret", "SessionToken": "issued", "Expiration": LATER}
    keys = "".join(f"<{name}>{value}</{name}>" for name, value in fields.items())
    return answer(action, f"{user}<Credentials>{keys}</Credentials>")


def handed_out(key, **more):
    keys = {"AccessKeyId": key, "SecretAccessKey": "secret", "Token": "issued", "Expiration": LATER}
    return json.dumps(keys | more)


class Handler(BaseHTTPRequestHandler):
    """`says` replaces STS's answer: `error CODE SENTENCE` or `arn ARN`."""

    protocol_version = "HTTP/1.1"
    says: ClassVar[str | None] = None

    def do_GET(self):
        url = urlsplit(self.path)
        instance = handed_out("instance", Code="Success", Type="AWS-HMAC", LastUpdated="2026-01-01T00:00:00Z")
        texts = {
            f"{CREDENTIALS}/": "machine",
            f"{CREDENTIALS}/machine": instance,
            "/latest/meta-data/placement/region": "ap-south-1",
            "/container": handed_out("container"),
        }
        if url.path == "/federation/credentials":
            key = f"sso-{parse_qs(url.query)['role_name'][0]}"
            fields = {"accessKeyId": key, "secretAccessKey": "secret", "sessionToken": "issued"}
            self.send(200, json.dumps({"roleCredentials": fields | {"expiration": 4070908800000}}))
            return
        text = texts.get(url.path)
        self.send(200 if text else 404, text or "not found")

    def do_PUT(self):
        self.send(200, "token", {"x-aws-ec2-metadata-token-ttl-seconds": "21600"})

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        form = {name: values[0] for name, values in parse_qs(body).items()}
        signed = SIGNED.search(self.headers.get("Authorization", ""))
        key = signed[1] if signed else "unsigned"
        action, role = form.get("Action"), form.get("RoleArn", "").rpartition("/")[2]
        if action == "GetCallerIdentity":
            kind, _, rest = (self.says or "").partition(" ")
            if kind == "error":
                self.send(403, refusal(*rest.split(" ", 1)))
            else:
                self.send(200, identity(rest or arn_of(key)))
        elif action == "AssumeRole":
            self.send(200, assumed(action, role, f"role-{role}-by-{key}"))
        elif action == "AssumeRoleWithWebIdentity":
            self.send(200, assumed(action, role, f"web-{role}"))
        else:
            self.send(404, "not found")

    def send(self, status, text, headers=()):
        data = text.encode()
        self.send_response_only(status)
        for name, value in {"Content-Length": len(data), "Content-Type": "text/xml", **dict(headers)}.items():
            self.send_header(name, str(value))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_):
        pass


def serve(address, certificate=None):
    """Serves in a thread until the program ends; returns the port."""
    server = ThreadingHTTPServer(address, Handler)
    server.daemon_threads = True
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server.server_address[1]
