#!/usr/bin/env python3
"""Asks the AWS CLI v2 who it is, in every format, and records or checks what it prints.

    tests/oracles/identity.py --record            writes identity.json
    tests/oracles/identity.py                     every case, against identity.json
    tests/oracles/identity.py --sample 20         a sample of them, the same one on one day
    tests/oracles/identity.py --moto --sample 20  the same cases at moto, `account-guard identity` beside it

identity.json holds, for each case, who asks, with which arguments, on a terminal of which width, and what came of
it. `make test` holds `account-guard identity` against it. Exit 1: something differs, or the AWS CLI is missing.
"""

import argparse
import contextlib
import fcntl
import hashlib
import json
import os
import pty
import re
import select
import struct
import subprocess
import sys
import tempfile
import termios
import threading
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from xml.sax.saxutils import escape

from tools import HERE, ROOT, TARGET, TOOLS

CLI = TOOLS["aws-cli-v2"]
RECORD = HERE / "identity.json"
MOTO = ROOT / ".rigs/venv/bin/moto_server"
ACCEPTED = {"table · in colour · terminal", "yaml: the same object twice", "text: a list beside a text in one column"}

# moto invents another id for a role each time that it is asked.
INVENTED = re.compile(r"AROA[0-9A-Z]{17}")

# Who runs examples/identity.sh.
SCRIPTED, SCRIPT = ["user", "role", "nobody"], {"arguments": [], "width": None}

ROLE, SSO = "AROADEMOROLEDEMOROLE1", "AWSReservedSSO_ProdDeploy_0123456789abcdef"
WHO = {
    "user": ("111111111111", "arn:aws:iam::111111111111:user/team/jane", "AIDADEMOUSERDEMOUSER1"),
    "role": ("222222222222", "arn:aws:sts::222222222222:assumed-role/deploy-ci/GitHubActions", f"{ROLE}:GitHubActions"),
    "sso": ("111111111111", f"arn:aws:sts::111111111111:assumed-role/{SSO}/jane@example.com", f"{ROLE}:jane@example.com"),
    "root": ("111111111111", "arn:aws:iam::111111111111:root", "111111111111"),
    "federated": ("111111111111", "arn:aws:sts::111111111111:federated-user/bob", "111111111111:bob"),
    "zeros": ("000000000012", "arn:aws-cn:sts::000000000012:assumed-role/r/s", f"{ROLE}:s"),
    "umlaut": ("111111111111", "arn:aws:sts::111111111111:assumed-role/deploy/jürgen", f"{ROLE}:jürgen"),
    "wide": ("111111111111", "arn:aws:sts::111111111111:assumed-role/deploy/山田-太郎", f"{ROLE}:山田-太郎"),
    "emoji": ("111111111111", "arn:aws:sts::111111111111:assumed-role/deploy/🚀", f"{ROLE}:🚀"),
    "long": ("111111111111", f"arn:aws:sts::111111111111:assumed-role/{'r' * 64}/{'s' * 64}", f"{ROLE}:{'s' * 64}"),
}
FORMATS = ["json", "text", "table", "yaml", "yaml-stream", "off"]

# Each is asked in every format.
SHAPES = [
    "Arn",
    "Account",
    "[Arn,Account]",
    "[Account]",
    "{b:Arn,a:Account}",
    "{Account:Account}",
    "{a:@}",
    "{a:{b:{c:Account}}}",
    "{a:[Arn,Account],b:Account}",
    "{a:[{x:Arn},{x:Account}],b:Account}",
    "[[Arn],[Account]]",
    "[Arn,[Account]]",
    "[{a:Arn},{b:Account}]",
    "[{a:Arn,n:{m:Account}},{a:Account,n:{m:Arn}}]",
    "values(@)",
    "length(Arn)",
    "Nope",
    "`[]`",
    "`{}`",
    "`true`",
    "`0`",
    "``",
    '`{"a":[],"b":{}}`',
    '`[null,1,true,1.5,""]`',
    "[*]",
    "*",
]
# Each is asked in JSON.
QUERIES = [
    "@",
    "*.length(@)",
    "keys(@)",
    "sort(keys(@))",
    "reverse(keys(@))",
    "{z:Arn,y:UserId,x:Account}",
    "merge(@,{z:`1`,Arn:`2`})",
    "Arn | length(@)",
    "Arn || Account",
    "Nope || Account",
    "Nope && Account",
    "!Arn",
    "!Nope",
    "Account == '111111111111'",
    "Account == `111111111111`",
    "Account == `foo`",
    "Account != 'x'",
    "length(Account) > `11`",
    "Account > '1'",
    "`1` < `2.5`",
    "`1` == `1.0`",
    "contains(Arn,'user')",
    "contains(keys(@),'Arn')",
    "starts_with(Arn,'arn:aws:iam')",
    "ends_with(Arn,'jane')",
    "Arn.foo",
    "Arn[0]",
    "Arn[0:3]",
    "[Arn,Account,UserId][0]",
    "[Arn,Account,UserId][-1]",
    "[Arn,Account,UserId][1:]",
    "[Arn,Account,UserId][::-1]",
    "[Arn,Account,UserId][::2]",
    "values(@)[?contains(@,'jane')]",
    "values(@)[?length(@) > `12`].length(@)",
    "[[Arn],[Account,[UserId]]][]",
    "[[Arn],[Account,[UserId]]][][]",
    "@.{n:Account}.n",
    '"Arn"',
    "'raw \\'string'",
    "`plain word`",
    "`\"json\"`",
    "`{\"b\":1,\"a\":[1,2.0,1e3,1e20]}`",
    "join(',',values(@))",
    'join(`"\\n"`,values(@))',
    "max(values(@))",
    "min(values(@))",
    "max_by(values(@),&length(@))",
    "sort_by(values(@),&length(@))",
    "map(&length(@),values(@))",
    "abs(`-1`)",
    "abs(`-1.5`)",
    "ceil(`1.2`)",
    "floor(`-1.2`)",
    "sum(`[1,2]`)",
    "sum(`[1,2.5]`)",
    "sum(`[]`)",
    "avg(`[1,2]`)",
    "avg(`[]`)",
    "to_number(Account)",
    "to_number('x')",
    "to_number('1.50')",
    "to_string(@)",
    "to_string(`1.0`)",
    "to_array(Arn)",
    "type(@)",
    "type(Nope)",
    "not_null(Nope,Account)",
    "null",
    "`null`",
    "`[true,false,null]`",
    "'ünïcödé 山'",
    "`\"\\u0001\\u007f\\u2028\"`",
    # What is no expression, and what cannot be answered.
    "",
    " ",
    "a[",
    "a.",
    "[",
    "{a}",
    "a b",
    "a = b",
    "nope(@)",
    "length(`1`)",
    "length(@,@)",
    "join(',',`[1]`)",
    "sum(`[\"a\"]`)",
    "sort_by(@,&Arn)",
    "'open",
    "`open",
]
# Texts that YAML writes in its own ways.
TEXTS = ["", " ", "a b", "~", "null", "true", "yes", "no", "NaN", "1", "01", "1.0", "1e3", "0x1f", "0o17", "1_000", "+1", "-1"]
TEXTS += ["-", "--", "---", "...", ".", "1:30", "2020-01-01", "2020-01-01T00:00:00Z", "2020-1-1", "<<", "=", "a: b", "a:b"]
TEXTS += ["a:", "a #b", "#a", "- a", "-a", "? a", "?a", "[a]", "{a}", "a,b", "a]", "&a", "*a", "!a", "|a", ">a", "'a'", '"a"']
TEXTS += ["%a", "@a", "`a", "a'b", 'a"b', "a\\b", "tab\tx", "line\nx", "line\n", "\nx", "a\n\nb", " lead", "trail ", "a  b", "ü"]
TEXTS += ["日本", "\u00a0x", "\u200bx", "\u2028x", "\x1bx", "\x7f", "\ufeffx", "😀", "a" * 100, ("word " * 30).strip()]
TEXTS += ["x" * 90 + " y", ".5", "5.", ".inf", ".nan", "0b1", "1e-5", "012345678901", "true ", "a:\tb", "é" * 90 + " b c"]
TEXTS += ["word'" * 3 + " " + "w " * 60, "0.", "-0", "+.5", "1.5e+3", "::", "a\rb", "a\u2029b", "\ue000", "\ufffd", "𝄞", "_1", "-_"]


def literal(text):
    return "`" + json.dumps(text).replace("`", "\\`") + "`"


def matrix():
    """Every case: a name, who asks, the arguments, the width of the terminal, if there is one."""

    def case(name, who="user", arguments=(), width=None):
        return {"name": name, "as": who, "arguments": list(arguments), "width": width}

    cases = [case(f"{who} · {form}", who, ["--output", form]) for who in WHO for form in FORMATS]
    cases.append(case("no arguments"))
    for query in SHAPES:
        cases += [case(f"{form} · {query}", "role", ["--output", form, "--query", query]) for form in FORMATS]
    cases += [case(f"json · {query}", "user", ["--query", query]) for query in QUERIES]
    texts = "[" + ",".join(literal(text) for text in TEXTS) + "]"
    keys = "{" + ",".join(f"{json.dumps(text)}:Account" for text in TEXTS if text) + "}"
    nested = "{a:{b:[[" + literal("word " * 30) + "]]},c:[{d:" + literal("w " * 60) + ",e:[[],{}]}]}"
    for form in ["json", "text", "table", "yaml", "yaml-stream"]:
        cases.append(case(f"{form} · texts", "user", ["--output", form, "--query", texts]))
    for form in ["yaml", "yaml-stream"]:
        cases.append(case(f"{form} · keys", "user", ["--output", form, "--query", keys]))
        cases.append(case(f"{form} · nested", "user", ["--output", form, "--query", nested]))
    for who in ["user", "role", "sso", "long", "wide", "root"]:
        for width in [40, 60, 80, 100, 120, 160, 300]:
            arguments = ["--output", "table", "--color", "off", "--no-cli-pager"]
            cases.append(case(f"{who} · table · {width} columns", who, arguments, width))
    for query in ["@", "{a:@}", "[@]", "Arn", "{a:[Arn,Account],b:Account}"]:
        painted = ["--output", "table", "--color", "on", "--query", query]
        cases.append(case(f"table · in colour · {query}", "user", painted))
    cases.append(case("table · in colour · terminal", "user", ["--output", "table", "--no-cli-pager"], 120))
    for form in ["json", "text", "yaml"]:
        cases.append(case(f"{form} · in colour", "user", ["--output", form, "--color", "on"]))
        cases.append(case(f"{form} · terminal", "user", ["--output", form, "--no-cli-pager"], 60))
    for text in ["{}", " {} ", '{"a":1}', "[]", "x", "", "file:///nonexistent"]:
        cases.append(case(f"input · {text}", "user", ["--cli-input-json", text, "--output", "text"]))
    cases.append(case("a stranger", "nobody"))
    cases.append(case("unsigned", "user", ["--no-sign-request"]))
    for words in ["--no-paginate", "--no-cli-pager", "--debug", "--cli-read-timeout 9 --cli-connect-timeout 0", "--region eu-west-2"]:
        cases.append(case(f"flags · {words}", "user", ["--output", "text", *words.split()]))
    for words in ["--output xml", "--color purple", "--cli-read-timeout x", "--bogus", "--query", "more"]:
        cases.append(case(f"usage · {words}", "user", words.split()))
    cases.append(case("yaml: the same object twice", "user", ["--output", "yaml", "--query", "[@,@]"]))
    mixed = '[{a:Account},{a:[Arn]}]'
    cases.append(case("text: a list beside a text in one column", "user", ["--output", "text", "--query", mixed]))
    return cases


def main():
    options = arguments()
    if not CLI.is_there():
        sys.exit("MISSING aws-cli-v2: tests/oracles/install.sh could not lay it")
    recorded = json.loads(RECORD.read_text()) if RECORD.exists() else {"cases": []}
    if not options.record and [plain(case) for case in recorded["cases"]] != matrix():
        sys.exit("tests/oracles/identity.json has other cases: identity.py --record")
    cases = chosen(matrix(), options)
    with moto() if options.moto else Sts() as url, ThreadPoolExecutor(os.cpu_count()) as pool:
        if options.moto:
            return report(list(pool.map(lambda case: beside(case, url), at_moto(cases))))
        found = list(pool.map(lambda case: case | ask([str(CLI.needs), "sts", "get-caller-identity"], case, url), cases))
        scripts = [{"as": who} | ask([ROOT / "examples/identity.sh"], {"as": who} | SCRIPT, url) for who in SCRIPTED]
    if options.record:
        known = [{"name": name, "account": who[0], "arn": who[1], "user_id": who[2]} for name, who in WHO.items()]
        write({"version": CLI.version(), "identities": known, "cases": found, "scripts": scripts})
        print(f"{len(found)} cases recorded")
        return False
    then = {case["name"]: case for case in recorded["cases"]}
    differences = [difference(case, then[case["name"]]) for case in found]
    return report(differences + [f"script: {script}" for script in scripts if script not in recorded["scripts"]])


def plain(case):
    return {key: case[key] for key in ("name", "as", "arguments", "width")}


def report(differences):
    found = [line for line in differences if line]
    for line in found:
        print(line)
    print(f"{len(differences)} cases, {len(found)} differ")
    return bool(found)


def difference(found, expected):
    if all(found[key] == expected[key] for key in ("stdout", "code")):
        return None
    return f"{found['name']}: {found['stdout']!r} ({found['code']}), recorded: {expected['stdout']!r} ({expected['code']})"


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--record", action="store_true", help="write what was found")
    parser.add_argument("--moto", action="store_true", help="ask moto, and run account-guard beside the AWS CLI")
    parser.add_argument("--sample", type=int, metavar="N", help="no more than N cases, chosen by --seed")
    parser.add_argument("--seed", default=date.today().isoformat(), help="default: today's date")
    return parser.parse_args()


def chosen(cases, options):
    if options.sample is None:
        return cases
    order = lambda case: hashlib.sha256(f"{options.seed}/{case['name']}".encode()).digest()
    return sorted(cases, key=order)[: options.sample]


def write(value):
    RECORD.write_text(json.dumps(value, indent=1, ensure_ascii=False) + "\n")


def ask(program, case, url, keys=None):
    """Runs a program in a fresh home, on a terminal where the case has one."""
    with tempfile.TemporaryDirectory(prefix="oracle-") as home:
        environment = {
            "PATH": f"{CLI.needs.parent}:{os.environ['PATH']}",
            "HOME": home,
            "TERM": "xterm",
            "AWS_REGION": "eu-west-1",
            "AWS_ENDPOINT_URL": url,
            "AWS_EC2_METADATA_DISABLED": "true",
        } | (keys or {"AWS_ACCESS_KEY_ID": case["as"], "AWS_SECRET_ACCESS_KEY": "opens-nothing"})
        command = [*program, *case["arguments"]]
        if case["width"]:
            return on_terminal(command, environment, home, case["width"])
        ended = subprocess.run(
            command, env=environment, cwd=home, stdin=subprocess.DEVNULL, capture_output=True, timeout=60
        )
        return {"stdout": ended.stdout.decode(), "code": ended.returncode}


def on_terminal(command, environment, home, width):
    """The same, with standard output on a terminal; errors go nowhere."""
    master, terminal = pty.openpty()
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, width, 0, 0))
    child = subprocess.Popen(
        command, env=environment, cwd=home, stdin=subprocess.DEVNULL, stdout=terminal, stderr=subprocess.DEVNULL
    )
    os.close(terminal)
    seen = b""
    with contextlib.suppress(OSError):  # a terminal that nobody has open any more
        while data := os.read(master, 65536):
            seen += data
    os.close(master)
    return {"stdout": seen.decode().replace("\r\n", "\n"), "code": child.wait(timeout=60)}


class Sts:
    """A loopback STS that knows who is behind each access key."""

    def __enter__(self):
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._http.daemon_threads = True
        threading.Thread(target=self._http.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{self._http.server_port}"

    def __exit__(self, *_):
        self._http.shutdown()
        self._http.server_close()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        signed = re.search(r"Credential=([^/]+)/", self.headers.get("Authorization", ""))
        who = WHO.get(signed[1]) if signed else None
        if who:
            account, arn, user = map(escape, who)
            self.answer(200, "GetCallerIdentityResponse", f"<GetCallerIdentityResult><Arn>{arn}</Arn><UserId>{user}</UserId><Account>{account}</Account></GetCallerIdentityResult>")
        else:
            code = "InvalidClientTokenId" if signed else "MissingAuthenticationToken"
            self.answer(403, "ErrorResponse", f"<Error><Type>Sender</Type><Code>{code}</Code><Message>no</Message></Error>")

    def answer(self, status, name, inside):
        text = f'<{name} xmlns="https://sts.amazonaws.com/doc/2011-06-15/">{inside}<RequestId>oracle</RequestId></{name}>'
        data = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/xml")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_):
        pass


@contextlib.contextmanager
def moto():
    """A moto of our own, with a user and a session of a role."""
    with tempfile.TemporaryFile() as log:
        child = subprocess.Popen([MOTO, "-H", "127.0.0.1", "-p", "0"], stdout=log, stderr=log)
        try:
            yield address(child, log)
        finally:
            child.terminate()
            child.wait()


def address(child, log):
    end = time.monotonic() + 60
    while time.monotonic() < end and child.poll() is None:
        log.seek(0)
        if found := re.search(rb"http://127\.0\.0\.1:\d+", log.read()):
            url = found[0].decode()
            with contextlib.suppress(OSError):
                urllib.request.urlopen(url, timeout=5).close()
                return url
        time.sleep(0.1)
    sys.exit("moto did not start: tests/rigs.sh")


def at_moto(cases):
    """The cases that have an answer there, half of them by a user and half by a role."""
    cases = [case for case in cases if case["as"] not in ("nobody",) and "--no-sign-request" not in case["arguments"]]
    return [case | {"as": ("user", "role")[index % 2]} for index, case in enumerate(cases)]


def beside(case, url):
    """Whether both programs print the same and both succeed or fail."""
    keys = moto_keys(case["as"], url)
    theirs = ask([str(CLI.needs), "sts", "get-caller-identity"], case, url, keys)
    ours = ask([str(TARGET / "debug/account-guard"), "identity", *as_cli(case)], case, url, keys)
    theirs["stdout"], ours["stdout"] = (INVENTED.sub("AROA", said["stdout"]) for said in (theirs, ours))
    is_same = theirs["stdout"] == ours["stdout"] and (theirs["code"] == 0) == (ours["code"] == 0)
    if is_same or case["name"] in ACCEPTED:
        return None
    return f"{case['name']} as {case['as']}: {ours!r}, the AWS CLI: {theirs!r}"


def as_cli(case):
    """Without any of the AWS CLI's ways to print, ours is for people."""
    asks = {"--output", "--query"} & set(case["arguments"])
    return [] if asks else ["--output", "json"]


_keys, _lock = {}, threading.Lock()


def moto_keys(who, url):
    with _lock:
        if who not in _keys:
            script = str(HERE / "moto_keys.py")
            python = str(ROOT / ".rigs/venv/bin/python")
            text = subprocess.run([python, script, url, who], capture_output=True, text=True, check=True).stdout
            _keys[who] = json.loads(text)
    return _keys[who]


if __name__ == "__main__":
    sys.exit(main())
