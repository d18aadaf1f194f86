"""Reads the times that hotlines write: slashes or dashes, one digit or two, with or without a zone.

A time without a zone is Asia/Shanghai. The year is bounded to detect swapped columns and broken
cells: no such hotline kept records before 1992, after the last summer time of that zone.
"""

import re
import unicodedata
from datetime import UTC, datetime, timedelta, timezone, tzinfo

from contracts.instant import SHANGHAI
from whistle.export.errors import TimeFormatError

__all__ = ["ACCEPTED_TIMES", "parse_time"]

ACCEPTED_TIMES = "2020-01-06 21:16:38, 2019/11/5 7:28, 2011-04-02T18:00:54+08:00 or 2026-09-03"
"""Examples of the accepted formats, for messages."""

_FIRST_YEAR, _LAST_YEAR = 1992, 2100
_CHINESE_PARTS = str.maketrans({"年": "-", "月": "-", "日": " ", "时": ":", "分": ":", "秒": " "})
_TIME = re.compile(
    r"(?P<year>\d{4})(?P<mark>[-/.])(?P<month>\d{1,2})(?P=mark)(?P<day>\d{1,2})"
    r"(?:(?:T|\s+)(?P<hour>\d{1,2}):(?P<minute>\d{1,2})"
    r"(?::(?P<second>\d{1,2})(?:\.(?P<fraction>\d{1,9}))?)?"
    r"\s*(?P<zone>Z|[+-]\d{2}:?\d{2})?)?",
    re.ASCII,
)


def parse_time(text: str) -> datetime:
    """Give the moment as aware UTC; a date alone is its midnight.

    Full-width digits and stray spaces, as spreadsheets produce them, are accepted.

    Raises: TimeFormatError with the text and the accepted formats.
    """
    plain = unicodedata.normalize("NFKC", text).translate(_CHINESE_PARTS)
    # "7时28分" has become "7:28:".
    found = _TIME.fullmatch(plain.strip().rstrip(":"))
    if found is None:
        raise TimeFormatError(f"{text!r} is not a time: write it like {ACCEPTED_TIMES}")
    if not _FIRST_YEAR <= int(found["year"]) <= _LAST_YEAR:
        raise TimeFormatError(
            f"{text!r} is not a year between {_FIRST_YEAR} and {_LAST_YEAR}: correct it"
        )
    try:
        return _moment(found).astimezone(UTC)
    except ValueError:
        raise TimeFormatError(
            f"{text!r} is no day or hour that exists: write it like {ACCEPTED_TIMES}"
        ) from None


def _moment(found: re.Match[str]) -> datetime:
    hour, minute, second = (int(found[part] or 0) for part in ("hour", "minute", "second"))
    microsecond = int((found["fraction"] or "").ljust(6, "0")[:6])
    day = (int(found["year"]), int(found["month"]), int(found["day"]))
    return datetime(*day, hour, minute, second, microsecond, tzinfo=_zone(found["zone"]))


def _zone(text: str | None) -> tzinfo:
    if text is None:
        return SHANGHAI
    if text == "Z":
        return UTC
    hours, minutes = int(text[1:3]), int(text[-2:])
    offset = timedelta(hours=hours, minutes=minutes)
    return timezone(-offset if text[0] == "-" else offset)
