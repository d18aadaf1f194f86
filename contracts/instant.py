"""The one spelling of a moment: aware UTC, microseconds, `2026-11-23T08:08:00.000000Z`.

Because there is one, two serialisations of the same event are the same bytes.
"""

from datetime import UTC, datetime
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, AwareDatetime, PlainSerializer

__all__ = ["SHANGHAI", "Instant", "format_instant", "parse_instant"]

SHANGHAI = ZoneInfo("Asia/Shanghai")
"""The zone of pages, working days and case numbers. The wire is always UTC."""


def format_instant(moment: datetime) -> str:
    """Write an aware datetime as UTC with four digits of year, six of fraction and a `Z`."""
    naive = moment.astimezone(UTC).replace(tzinfo=None)
    return naive.isoformat(timespec="microseconds") + "Z"


def parse_instant(text: str) -> datetime:
    """Read what `format_instant` wrote. Raises: ValueError when there is no zone."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        message = f"{text!r} has no time zone: end it with Z or an offset such as +08:00"
        raise ValueError(message)
    return moment.astimezone(UTC)


def _to_utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("this moment lies outside the years 1 to 9999 of UTC") from error


Instant = Annotated[
    AwareDatetime,
    AfterValidator(_to_utc),
    PlainSerializer(format_instant, return_type=str, when_used="json"),
]
"""A pydantic field: takes any aware datetime, keeps UTC, writes the canonical text."""
