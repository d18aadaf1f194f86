"""Who read texts or contacts of 受理 intake, and who was refused them."""

from typing import ClassVar

from contracts.event import Event
from contracts.readings import NotedReading, RefusedReading

__all__ = ["ReadingNoted", "ReadingRefused"]


class ReadingNoted(NotedReading, Event):
    """查阅登记 (个人信息保护法 art. 51, 54): once per reader, object, kind and hour."""

    wire: ClassVar[str] = "intake.reading_noted.v1"


class ReadingRefused(RefusedReading, Event):
    """查阅被拒 (个人信息保护法 art. 51): the same refusal once per reader, object and hour."""

    wire: ClassVar[str] = "intake.reading_refused.v1"
