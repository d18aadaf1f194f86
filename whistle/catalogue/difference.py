"""What one version of the catalogue has otherwise than another, row by row."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Literal, NamedTuple

from pydantic import BaseModel

from contracts.catalogue import CatalogueVersion

__all__ = ["Difference", "differences", "totals"]

Change = Literal["added", "removed", "changed"]
_CHANGES: tuple[Change, ...] = ("added", "removed", "changed")
_KEYS: dict[str, Callable[[Any], str]] = {
    "units": lambda row: str(row.code),
    "streets": lambda row: str(row.code),
    "matters": lambda row: str(row.code),
    "limits": lambda row: str(row.rule),
    "stages": lambda row: f"{row.matter}/{row.code}",
    "admissions": lambda row: f"{row.matter}/{row.document}",
}
_SETS = {"holidays", "makeup_days", "years"}
_DOCUMENTS = ("policies", "calendar", "scoring")


class Difference(NamedTuple):
    """A row that is new, gone or changed. `fields` are those that changed, with both values."""

    table: str
    key: str
    change: Change
    fields: tuple[str, ...] = ()


def differences(old: CatalogueVersion, new: CatalogueVersion) -> list[Difference]:
    """Compare all tables and documents; the header of a version is none of them."""
    found = list[Difference]()
    for table, key in _KEYS.items():
        before, after = (_rows(version, table, key) for version in (old, new))
        found += _of_rows(table, before, after)
    for document in _DOCUMENTS:
        before, after = (_fields(getattr(version, document)) for version in (old, new))
        found += _of_rows(document, before, after)
    return found


def totals(found: Iterable[Difference]) -> dict[str, int]:
    """Count the differences of each kind."""
    kinds = [one.change for one in found]
    return {change: kinds.count(change) for change in _CHANGES}


def _rows(
    version: CatalogueVersion, table: str, key: Callable[[Any], str]
) -> dict[str, dict[str, object]]:
    rows: Iterable[BaseModel] = getattr(version, f"{table.removesuffix('s')}_rows")
    return {key(row): row.model_dump(mode="json") for row in rows}


def _fields(document: BaseModel) -> dict[str, dict[str, object]]:
    """Give a document as rows of one value; each day and year of a calendar is a row."""
    rows = dict[str, dict[str, object]]()
    for name, value in document.model_dump(mode="json").items():
        if name in _SETS:
            rows |= {f"{name} {one}": {"": one} for one in sorted(value)}
        else:
            rows[name] = {"": value}
    return rows


def _of_rows(
    table: str,
    before: Mapping[str, Mapping[str, object]],
    after: Mapping[str, Mapping[str, object]],
) -> Iterator[Difference]:
    for key, row in after.items():
        if key not in before:
            yield Difference(table, key, "added")
        elif fields := tuple(_changed(before[key], row)):
            yield Difference(table, key, "changed", fields)
    for key in before:
        if key not in after:
            yield Difference(table, key, "removed")


def _changed(before: Mapping[str, object], after: Mapping[str, object]) -> Iterator[str]:
    for name, value in after.items():
        if value != before[name]:
            yield f"{name}: {_short(before[name])} → {_short(value)}".removeprefix(": ")


def _short(value: object) -> str:
    """Write a limit as `2 work_hour` and a list by its items."""
    if isinstance(value, dict):
        return " ".join(map(_short, value.values()))
    if isinstance(value, list | tuple):
        return ";".join(map(_short, value)) or "-"
    return str(value) or "-"
