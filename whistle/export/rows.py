"""Makes complaints of the rows of an export, and rejects of rows that are none.

Checks the bounds of a complaint. Whether a street or matter is known, and whether the number was
imported before, is decided by the server.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TextIO

from whistle.export.encodings import detect_encoding
from whistle.export.errors import TimeFormatError, UnreadableExportError
from whistle.export.mapping import Mapping
from whistle.export.records import BrokenRecord, Flaw, Record, read_records
from whistle.export.times import ACCEPTED_TIMES, parse_time

__all__ = ["Complaint", "Reject", "Row", "count_rows", "read_export"]

_CHARS_MAX = {"external_no": 100, "title": 200, "text": 20_000}
_DELIMITERS = ",\t;"
_HEADER_CHARS_MAX = 10_000
_SPREADSHEET_ROUNDED = re.compile(r"\d(\.\d+)?E\+\d+", re.IGNORECASE)
_NOT_CONFIDENTIAL = {"", "否", "不保密", "无", "0", "n", "no", "f", "false"}
_WORD, _DIGIT = re.compile(r"[^\W_]+"), re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class Complaint:
    """A complaint as the hotline wrote it, in our fields; None where empty. Personal data."""

    external_no: str
    text: str = field(repr=False)
    received_at: datetime | None = None
    title: str | None = field(default=None, repr=False)
    reporter_name: str | None = field(default=None, repr=False)
    reporter_phone: str | None = field(default=None, repr=False)
    address: str | None = field(default=None, repr=False)
    street: str | None = None
    matter: str | None = None
    channel: str | None = None
    kind: str | None = None
    confidential: bool = False
    """The handling unit must not learn who called."""


@dataclass(frozen=True, slots=True)
class Row:
    """A complaint and the physical line, from 1, on which its record begins."""

    line: int
    complaint: Complaint


@dataclass(frozen=True, slots=True)
class Reject:
    """A row that is no complaint. `reason` has nothing of the row; `raw` is the row itself."""

    line: int
    reason_code: str
    reason: str
    external_no: str | None = None
    """None also when the row is too broken to tell its number from a name."""
    raw: str = field(default="", repr=False)


def read_export(path: Path, mapping: Mapping | None = None) -> Iterator[Row | Reject]:
    """Read complaints one by one, in constant memory.

    The header is checked at once, not at the first row. Raises: ExportError (see `errors.py`)
    when the file as a whole cannot be read; OSError when it cannot be opened.
    """
    encoding = detect_encoding(path)
    with _opened(path, encoding) as records:
        header = next(records, None)
    if not isinstance(header, Record) or "\0" in header.raw:
        raise UnreadableExportError(
            f"{path.name} has no readable header line: export it again as CSV in UTF-8"
        )
    headers = [name.strip().strip("\ufeff").strip() for name in header.fields]
    positions = (mapping or Mapping()).positions(headers)
    return _rows(path, encoding, positions)


def count_rows(path: Path) -> int:
    """Count what `read_export` gives, rejects included, in about half its time.

    Raises: as `read_export`, except for the mapping.
    """
    with _opened(path, detect_encoding(path)) as records:
        return max(0, sum(1 for _ in records) - 1)


@contextmanager
def _opened(path: Path, encoding: str) -> Iterator[Iterator[Record | BrokenRecord]]:
    stream: TextIO
    with path.open(encoding=encoding, newline="") as stream:
        header = stream.readline(_HEADER_CHARS_MAX)
        stream.seek(0)
        yield read_records(stream, max(_DELIMITERS, key=header.count))


def _rows(path: Path, encoding: str, positions: dict[str, int]) -> Iterator[Row | Reject]:
    shape: str | None = None
    torn = False
    with _opened(path, encoding) as records:
        header = next(records)
        width = len(header.fields) if isinstance(header, Record) else 0
        for record in records:
            if isinstance(record, BrokenRecord):
                torn = torn or record.torn
                yield _broken(record, width)
                continue
            row = _row(record, positions)
            if torn and not _continues(row, shape):
                # The rest of a torn text must not become a complaint.
                yield _reject(
                    record, "torn_record", "the row above is torn: correct that one first"
                )
                continue
            if isinstance(row, Row):
                shape, torn = _shape(row), False
            yield row


def _shape(row: Row) -> str:
    """`热线-260419-000123` → `x-x-x`: the numbers of one installation have one shape."""
    return _WORD.sub("x", row.complaint.external_no)


def _continues(row: Row | Reject, shape: str | None) -> bool:
    """Whether the row is a complaint with a number of the same shape as the one before."""
    if isinstance(row, Reject) or not _DIGIT.search(row.complaint.external_no):
        return False
    return shape in {None, _shape(row)}


def _row(record: Record, positions: dict[str, int]) -> Row | Reject:
    values = {name: _cleaned(record.fields[index]) for name, index in positions.items()}
    number = values["external_no"]
    found = _first_fault(values, record.raw)
    if found is not None:
        return _reject(record, *found, external_no=number)
    written_at = values.pop("received_at", None)
    try:
        received_at = parse_time(written_at) if written_at else None
    except TimeFormatError:
        reason = f"the time is not understood: write it like {ACCEPTED_TIMES}"
        return _reject(record, "bad_time", reason, external_no=number)
    # Every word but "no" is taken for yes.
    confidential = values.pop("confidential", "").lower() not in _NOT_CONFIDENTIAL
    given = {name: value for name, value in values.items() if value}
    complaint = Complaint(**given, received_at=received_at, confidential=confidential)
    return Row(record.line, complaint)


def _first_fault(values: dict[str, str], raw: str) -> tuple[str, str] | None:
    """Give code and reason of the first fault, or None."""
    if "\0" in raw:
        return "nul_byte", "the row holds a NUL byte: export it again"
    for name in ("external_no", "text"):
        if not values[name]:
            return f"{name}_missing", f"{name} is empty: fill it in"
    if _SPREADSHEET_ROUNDED.fullmatch(values["external_no"]):
        return "number_rounded", "a spreadsheet rounded the number: export that column as text"
    for name, chars_max in _CHARS_MAX.items():
        if len(values.get(name, "")) > chars_max:
            return f"{name}_too_long", f"{name} exceeds {chars_max} characters: shorten it"
    return None


def _broken(record: BrokenRecord, width: int) -> Reject:
    match record.flaw:
        case Flaw.BROKEN_QUOTES:
            reason = "a quotation mark is not closed or not doubled: correct it"
        case Flaw.RECORD_TOO_LONG:
            reason = "the record does not end: close its quotation mark"
        case Flaw.WRONG_FIELD_COUNT:
            reason = f"the row has {record.field_count} fields, the header {width}: correct it"
    return Reject(record.line, record.flaw.value, reason, raw=record.raw)


def _reject(record: Record, code: str, reason: str, external_no: str | None = None) -> Reject:
    return Reject(record.line, code, reason, external_no, record.raw)


def _cleaned(value: str) -> str:
    """Strip, and unify line ends: the same complaint must give the same bytes."""
    return value.replace("\r\n", "\n").replace("\r", "\n").strip()
