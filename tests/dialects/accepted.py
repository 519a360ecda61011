"""Differences between a real parser and our reader that are accepted, each with its reason.

A test is applied to the smallest file that still shows the difference. `request` contains that file, `kind` is the
text of `views.difference`.
"""

from dataclasses import dataclass
from typing import Callable


@dataclass(frozen=True)
class Accepted:
    dialect: str
    reason: str
    holds: Callable[[dict, str], bool]


ACCEPTED: list[Accepted] = []


def reason_for(dialect, request, kind):
    """Why this difference is accepted, or None."""
    for accepted in ACCEPTED:
        if accepted.dialect == dialect and accepted.holds(request, kind):
            return accepted.reason
    return None
