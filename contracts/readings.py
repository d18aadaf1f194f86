"""What is recorded of a reading (查阅), in every service alike.

Each service has two events of its own made of these fields (`contracts.events.<service>.reading`).
A stream holds what one reader did about one object in one hour; its name is a keyed digest of
them, so it says nothing about anybody.
"""

from typing import Literal

from pydantic import BaseModel

from contracts.ids import CaseNo, SubjectId, UnitCode
from contracts.instant import Instant
from contracts.sealed import Sealed

__all__ = ["READING", "NotedReading", "ReadingFacts", "ReadingKind", "RefusedReading"]

READING = "reading"
"""The first part of the name of every stream of readings."""

ReadingKind = Literal[
    "text", "contact", "account", "request", "results", "note", "titles", "lookup", "export"
]
"""诉求内容, 联系方式, 办理反馈, 哨单要求, 处置结果, 回访备注, 标题列表, 查找, 导出."""


class ReadingFacts(BaseModel):
    """Who read what, or asked to."""

    reading_no: str
    """The reader, the object and the hour as a digest, and a count from 1 within them."""
    what: ReadingKind
    about: str
    """The stream that was addressed, such as `appeal-261123000001`."""
    cases: tuple[CaseNo, ...]
    """The cases concerned; of a list several."""
    subjects: tuple[SubjectId, ...]
    """The persons whom it concerns, as far as they are known."""
    reader: str
    unit: UnitCode
    """The unit that the reader acted for."""
    role: str


class NotedReading(ReadingFacts):
    """What a service's `ReadingNoted` holds."""

    fields: tuple[str, ...]
    """Names of what was read, such as `phone`; never its content."""
    reason: Sealed | None
    read_at: Instant
    """The first time within the hour."""


class RefusedReading(ReadingFacts):
    """What a service's `ReadingRefused` holds."""

    code: str
    """Of the refusal (`chassis.errors`)."""
    refused_at: Instant
