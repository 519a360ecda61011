"""Differences between a real parser and our reader that are accepted, each with its reason.

A test is applied twice: to a whole file before the comparison, which leaves the file out, and to the smallest file that
still shows a difference. `request` contains the file, `kind` is the text of `views.difference` or None.

Our Go reader follows the parser that the SDK has had since the end of 2023 (Terraform's provider 5.100.0, SST 4.17.1).
Debian's SDK is older, so files that it reads differently are left out; terraform.py runs the newer parser.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Accepted:
    dialect: str
    reason: str
    holds: Callable[[dict, str | None], bool]


OLD_GO = "the runner is built with Debian's Go SDK, whose parser is older than the one that our reader follows: "
TAB_AT_END = re.compile(r"\t$", re.MULTILINE)
QUOTES = re.compile("[\"']")
BEHIND_BRACKET = re.compile(r"\][^\S\n]*[^\s\]]")
NOT_A_PROPERTY = re.compile(r"^(?!\[)[^=:\n]+$|^[^\S\n]*[=:]", re.MULTILINE)
EMPTY_VALUE = re.compile(r"[=:][^\S\n]*$", re.MULTILINE)
OTHER_SPACE = re.compile("[^\\S \\n\\t]|\\x00")
INDENTED = re.compile(r"^[^\S\n]+\S", re.MULTILINE)
TWO_SEPARATORS = re.compile(r"[=:].*[=:]")
COMMENT = re.compile("[#;]")
BRACKET = re.compile(r"[\[\]].*[\[\]].*[\[\]]|^[^\[\n]*\]|^\[[^\]]*$|^[^\n]+\[", re.MULTILINE)
BLANKS_IN_HEADER = re.compile(r"^\[(\s|\S*\s\s|[^\]]*\s\]|[^\]]*\t)", re.MULTILINE)


def in_text(pattern):
    """A test for files that contain the pattern."""
    return lambda request, _: any(pattern.search(request.get(name) or "") for name in ("config", "credentials"))


ACCEPTED = [
    Accepted("go", OLD_GO + "bytes that are not UTF-8", lambda request, _: any("base64" in name for name in request)),
    Accepted("go", OLD_GO + "tabs behind a value", in_text(TAB_AT_END)),
    Accepted("go", OLD_GO + "quotation marks", in_text(QUOTES)),
    Accepted("go", OLD_GO + "text behind a bracket", in_text(BEHIND_BRACKET)),
    Accepted("go", OLD_GO + "white space other than blanks and tabs", in_text(OTHER_SPACE)),
    Accepted("go", OLD_GO + "comments", in_text(COMMENT)),
    Accepted("go", OLD_GO + "indented lines", in_text(INDENTED)),
    Accepted("go", OLD_GO + "lines without a key or a separator", in_text(NOT_A_PROPERTY)),
    Accepted("go", OLD_GO + "empty values", in_text(EMPTY_VALUE)),
    Accepted("go", OLD_GO + "two separators in a line", in_text(TWO_SEPARATORS)),
    Accepted("go", OLD_GO + "brackets inside of a line", in_text(BRACKET)),
    Accepted("go", OLD_GO + "blanks and tabs in a header", in_text(BLANKS_IN_HEADER)),
]


def reason_for(dialect, request, kind):
    """Why this difference is accepted, or None."""
    for accepted in ACCEPTED:
        if accepted.dialect == dialect and accepted.holds(request, kind):
            return accepted.reason
    return None
