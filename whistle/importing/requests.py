"""What is sent for a row of an export: codes instead of names, and a key that is always the same.

A name that the catalogue does not know is sent as it stands, so that the server says so and the
row is listed; nothing is guessed.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from contracts.instant import format_instant
from whistle.export import Complaint, Row

__all__ = ["Codes", "Request", "codes_of", "request_of"]

_KINDS = {
    "咨询": "consultation",
    "求助": "help",
    "投诉": "complaint",
    "举报": "report",
    "建议": "suggestion",
}
"""The words of a hotline for the kinds of contracts.values.AppealKind; all others are `other`."""


@dataclass(frozen=True, slots=True)
class Codes:
    """Which code a name of the catalogue stands for."""

    streets: Mapping[str, str]
    matters: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Request:
    """One complaint on its way. The body is personal data."""

    line: int
    external_no: str
    key: str
    """Of source, number and content: sent again, it is the same command."""
    body: bytes = field(repr=False)


def codes_of(catalogue: Mapping[str, Any]) -> Codes:
    """Read the answer of `/intake/v1/catalogue`. A name that two codes share stands for none."""
    streets = [(row["code"], (row["name_zh"], row["name_en"])) for row in catalogue["streets"]]
    matters = [
        (row["code"], (row["minor"], f"{row['major']}/{row['minor']}"))
        for row in catalogue["matters"]
    ]
    return Codes(_by_name(streets), _by_name(matters))


def request_of(row: Row, source: str, codes: Codes) -> Request:
    """Make what is sent for a row."""
    said = row.complaint
    content = {"source": source, **dict(_content(said, codes))}
    body = json.dumps(content, ensure_ascii=False, sort_keys=True).encode()
    digest = hashlib.sha256(body).hexdigest()
    return Request(row.line, said.external_no, f"import-{digest}", body)


def _content(said: Complaint, codes: Codes) -> Iterator[tuple[str, object]]:
    """Give what was said, without what was not."""
    kind = _KINDS.get(said.kind or "", said.kind)
    reporter = {"name": said.reporter_name, "phone": said.reporter_phone}
    fields = {
        "external_no": said.external_no,
        "title": said.title,
        "text": said.text,
        "address": said.address,
        "channel": said.channel,
        "street": codes.streets.get(said.street or "", said.street),
        "matter": codes.matters.get(said.matter or "", said.matter),
        "kind": kind if kind in {None, *_KINDS.values()} else "other",
        "confidential": said.confidential or None,
        "reported_at": format_instant(said.received_at) if said.received_at else None,
        "reporter": reporter if any(reporter.values()) else None,
    }
    return ((name, value) for name, value in fields.items() if value is not None)


def _by_name(rows: Iterable[tuple[str, tuple[str, ...]]]) -> dict[str, str]:
    found: dict[str, set[str]] = {}
    for code, names in rows:
        for name in names:
            found.setdefault(name, set()).add(code)
    return {name: codes.pop() for name, codes in found.items() if len(codes) == 1}
