"""灯: how near a clock is to its end, as a colour that is computed whenever somebody looks."""

from datetime import datetime
from typing import Literal, TypeVar

Lamp = Literal["green", "yellow", "red"]
"""绿灯 (in time), 黄灯 (临期), 红灯 (超期)."""

Moment = TypeVar("Moment", str, datetime)
"""A moment, or one written as events hold it, which sorts the same."""


def lamp(warn_at: Moment, due_at: Moment, now: Moment) -> Lamp:
    """Give the colour of a clock: yellow from its warning on, red from the moment it is due."""
    if now >= due_at:
        return "red"
    return "yellow" if now >= warn_at else "green"
