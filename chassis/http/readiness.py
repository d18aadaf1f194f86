"""What a health check is told, in the same form by every process."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Literal

from pydantic import BaseModel

from chassis.pulse import Problem
from contracts.instant import format_instant

__all__ = ["Readiness", "Trouble", "readiness"]


class Trouble(BaseModel):
    """One thing that keeps a process from its work."""

    part: str
    since: str
    what: str
    do: str


class Readiness(BaseModel):
    """`ok`, or `failing` and why. Whoever asks need not be signed in, so it names nobody."""

    status: Literal["ok", "failing"]
    problems: list[Trouble]


def readiness(problems: Iterable[Problem]) -> Readiness:
    """Tell problems in the form of the answer; `since` is real time, also in a demonstration."""
    now = datetime.now(UTC)
    told = [
        Trouble(
            part=one.part,
            since=format_instant(now - timedelta(seconds=one.for_s)),
            what=one.what,
            do=one.do,
        )
        for one in problems
    ]
    return Readiness(status="failing" if told else "ok", problems=told)
