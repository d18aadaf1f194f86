"""Moments as people read them: Beijing time, what is left until then, and the server's now."""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from contracts.instant import SHANGHAI, parse_instant
from whistle.language import said

if TYPE_CHECKING:
    from whistle.client import Client

__all__ = ["due", "left", "local", "now_of", "short"]

_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)


def now_of(client: "Client") -> datetime:
    """Give the moment that deadlines are compared with: a demonstration has its own clock."""
    if not client.answers("/demo/v1/clock"):
        return datetime.now(UTC)
    return parse_instant(client.get("/demo/v1/clock")["now"])


def local(text: str | None) -> str:
    """Give a moment of the wire as date and time in Beijing; nothing for none."""
    return f"{parse_instant(text).astimezone(SHANGHAI):%Y-%m-%d %H:%M}" if text else ""


def short(text: str, now: datetime) -> str:
    """Give a moment near now: the time alone on the same day, without the year in the same."""
    at, today = parse_instant(text).astimezone(SHANGHAI), now.astimezone(SHANGHAI)
    if at.date() == today.date():
        return f"{at:%H:%M}"
    return f"{at:%m-%d %H:%M}" if at.year == today.year else f"{at:%Y-%m-%d %H:%M}"


def left(text: str, now: datetime) -> str:
    """Say how long it is until a moment, or since, in the largest whole unit."""
    span = parse_instant(text) - now
    if span >= timedelta(0):
        return said(f"{_length(span)} left", f"剩 {_length(span)}")
    return said(f"{_length(-span)} late", f"超 {_length(-span)}")


def due(what: str, text: str | None, now: datetime) -> str:
    """Say what is due when and how far that is: `sign 10:19, 2 h left`."""
    if not text:
        return ""
    return f"{what} {short(text, now)} {left(text, now)}".strip()


def _length(span: timedelta) -> str:
    if span >= 2 * _DAY:
        return said(f"{span // _DAY} d", f"{span // _DAY} 天")
    if span >= _HOUR:
        return said(f"{span // _HOUR} h", f"{span // _HOUR} 小时")
    minutes = span // timedelta(minutes=1)
    return said(f"{minutes} min", f"{minutes} 分钟")
