"""Splits a delimited text into records, each with the number of its first line.

Only the first line of a broken record is lost: reading goes on with the next line. So a stray
quotation mark, with which a plain CSV reader takes the rest of the file for one field, loses one
complaint. What follows may be complaints or the rest of a torn text: `torn` says so.
"""

import csv
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import TextIO

__all__ = ["BrokenRecord", "Flaw", "Record", "read_records"]

_RECORD_CHARS_MAX = 1_000_000
"""Far more than a complaint has: beyond it, a quotation mark was not closed."""


class Flaw(StrEnum):
    """Why a record is broken."""

    BROKEN_QUOTES = "broken_quotes"
    RECORD_TOO_LONG = "record_too_long"
    WRONG_FIELD_COUNT = "wrong_field_count"


@dataclass(frozen=True, slots=True)
class Record:
    """A row of the table. `line` counts physical lines from 1; the header is a record too."""

    line: int
    fields: list[str]
    raw: str


@dataclass(frozen=True, slots=True)
class BrokenRecord:
    """The first line of what is no row of the table."""

    line: int
    flaw: Flaw
    raw: str
    torn: bool = True
    """Whether the lines after it may be the rest of it."""
    field_count: int | None = None


def read_records(stream: TextIO, delimiter: str) -> Iterator[Record | BrokenRecord]:
    """Give every record that is not blank; the first one sets how many fields all must have.

    The stream must be opened with `newline=""`, otherwise quoted line ends are lost.
    """
    csv.field_size_limit(max(csv.field_size_limit(), _RECORD_CHARS_MAX))
    lines = _Lines(stream)
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    width: int | None = None
    while True:
        lines.begin_record()
        try:
            fields = next(reader)
        except StopIteration:
            return
        except _RecordTooLongError:
            yield BrokenRecord(lines.first, Flaw.RECORD_TOO_LONG, lines.keep_first())
            continue
        except csv.Error:
            yield BrokenRecord(lines.first, Flaw.BROKEN_QUOTES, lines.keep_first())
            continue
        if not any(map(str.strip, fields)):
            continue
        width = width or len(fields)
        if len(fields) == width:
            yield Record(lines.first, fields, "".join(lines.taken))
        else:
            flaw, torn = Flaw.WRONG_FIELD_COUNT, len(lines.taken) > 1
            yield BrokenRecord(lines.first, flaw, lines.keep_first(), torn, len(fields))


class _RecordTooLongError(Exception):
    """Ends the search for a closing quotation mark."""


class _Lines:
    """The lines of a stream; those of the current record can be returned, but for its first."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._returned: deque[str] = deque()
        self._taken_chars = 0
        self.taken: list[str] = []
        self.first = 1

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._returned.popleft() if self._returned else self._read()
        if not line:
            raise StopIteration
        self.taken.append(line)
        self._taken_chars += len(line)
        if self._taken_chars > _RECORD_CHARS_MAX:
            raise _RecordTooLongError
        return line

    def begin_record(self) -> None:
        self.first += len(self.taken)
        self.taken = []
        self._taken_chars = 0

    def keep_first(self) -> str:
        """Give the first line of the broken record; the others will be read again."""
        self._returned.extendleft(reversed(self.taken[1:]))
        del self.taken[1:]
        return self.taken[0]

    def _read(self) -> str:
        """Read one physical line; what exceeds the bound is skipped, to bound the memory."""
        line = rest = self._stream.readline(_RECORD_CHARS_MAX + 1)
        while len(rest) > _RECORD_CHARS_MAX and not rest.endswith("\n"):
            rest = self._stream.readline(_RECORD_CHARS_MAX + 1)
        return line
