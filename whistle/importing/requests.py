"""Makes the request for a row of an export: with codes for names, and a key.

A name that the catalogue does not have is sent unchanged: the server refuses it and the row is
listed. A kind is one of five, or the one that the mapping gives to rows without any; who left
neither name nor contact is anonymous only where the mapping says so. Nothing is guessed.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from secrets import token_hex
from typing import Any

from contracts.instant import format_instant
from contracts.placeholders import names_nobody
from contracts.values import NewAppealKind
from whistle.export import KINDS, Complaint, Reject, Row, read_kind
from whistle.export import Mapping as ColumnMapping

__all__ = ["Codes", "Request", "codes_of", "request_of"]


@dataclass(frozen=True, slots=True)
class Codes:
    """The code of each name in the catalogue."""

    streets: Mapping[str, str]
    matters: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Request:
    """One complaint to send. The body is personal data."""

    line: int
    external_no: str
    key: str
    """Drawn at random, and the same in every attempt. A later run is recognised by the number."""
    body: bytes = field(repr=False)


def codes_of(catalogue: Mapping[str, Any]) -> Codes:
    """Read the answer of `/intake/v1/catalogue`; a name that two codes share is left out."""
    streets = [(row["code"], (row["name_zh"], row["name_en"])) for row in catalogue["streets"]]
    matters = [
        (row["code"], (row["minor"], f"{row['major']}/{row['minor']}"))
        for row in catalogue["matters"]
    ]
    return Codes(_by_name(streets), _by_name(matters))


def request_of(row: Row, source: str, codes: Codes, mapping: ColumnMapping) -> Request | Reject:
    """Give the request for a row; a reject for one whose kind is not known."""
    complaint = row.complaint
    kind = read_kind(complaint.kind or mapping.kind)
    if kind is None:
        code, reason = _kind_fault(complaint)
        return Reject(row.line, code, reason, complaint.external_no)
    content = {"source": source, **dict(_content(complaint, kind, codes))}
    if mapping.anonymous_without_contact and _left_nothing(complaint):
        content["anonymous"] = True
    body = json.dumps(content, ensure_ascii=False, sort_keys=True).encode()
    return Request(row.line, complaint.external_no, f"import-{token_hex(16)}", body)


def _kind_fault(complaint: Complaint) -> tuple[str, str]:
    """Give code and reason."""
    if not complaint.kind:
        return "kind_missing", "kind is empty: fill it in, or name one for such rows with --kind"
    return "kind_unknown", f"kind is none of {', '.join(KINDS)}: correct it"


def _left_nothing(complaint: Complaint) -> bool:
    return names_nobody(complaint.reporter_name) and names_nobody(complaint.reporter_phone)


def _content(
    complaint: Complaint, kind: NewAppealKind, codes: Codes
) -> Iterator[tuple[str, object]]:
    """Give the fields that the row has; empty ones are left out."""
    reporter = {"name": complaint.reporter_name, "phone": complaint.reporter_phone}
    fields = {
        "external_no": complaint.external_no,
        "title": complaint.title,
        "text": complaint.text,
        "address": complaint.address,
        "channel": complaint.channel,
        "street": codes.streets.get(complaint.street or "", complaint.street),
        "matter": codes.matters.get(complaint.matter or "", complaint.matter),
        "kind": kind,
        "confidential": complaint.confidential or None,
        "reported_at": format_instant(complaint.received_at) if complaint.received_at else None,
        "reporter": reporter if any(reporter.values()) else None,
    }
    return ((name, value) for name, value in fields.items() if value is not None)


def _by_name(rows: Iterable[tuple[str, tuple[str, ...]]]) -> dict[str, str]:
    found: dict[str, set[str]] = {}
    for code, names in rows:
        for name in names:
            found.setdefault(name, set()).add(code)
    return {name: codes.pop() for name, codes in found.items() if len(codes) == 1}
