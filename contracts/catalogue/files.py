"""The catalogue as reviewed files: a folder per version, read once per process.

`units.csv`, `streets.csv`, `matters.csv`, `limits.csv`, `workdays.json`, `scoring.json` and
`version.json` make a version. A fault in any of them stops the start and is named with its place.
"""

import csv
import json
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from contracts.calendar import Calendar
from contracts.catalogue.errors import InvalidCatalogue, UnknownVersion
from contracts.catalogue.rows import LimitRow, Matter, Street, Unit
from contracts.catalogue.version import CatalogueVersion
from contracts.scoring import ScoringPolicy

__all__ = ["PACKAGED", "FileCatalogue"]

PACKAGED = Path(__file__).parent / "data"
"""The versions that come with this release."""

_SATURDAY = 5
Row = TypeVar("Row", bound=BaseModel)


class FileCatalogue:
    """Every version in a folder; a version added later is seen by the next process."""

    def __init__(self, folder: Path = PACKAGED) -> None:
        headers = [_header(path.parent) for path in folder.glob("*/version.json")]
        self._headers = sorted(headers, key=lambda header: (header.effective_from, header.version))
        self._folder = folder
        self._read: dict[str, CatalogueVersion] = {}

    def versions(self) -> tuple[str, ...]:
        """List the versions, the earliest in force first."""
        return tuple(header.version for header in self._headers)

    def at(self, version: str) -> CatalogueVersion:
        """Give one version. Raises: UnknownVersion; InvalidCatalogue when its files are faulty."""
        if version not in self._read:
            if version not in self.versions():
                raise UnknownVersion(version, self._named())
            self._read[version] = _read(self._folder / version)
        return self._read[version]

    def current(self, on: date) -> CatalogueVersion:
        """Give the version in force on a local date. Raises: UnknownVersion before the first."""
        in_force = [header.version for header in self._headers if header.effective_from <= on]
        if not in_force:
            raise UnknownVersion(f"in force on {on}", self._named())
        return self.at(in_force[-1])

    def _named(self) -> str:
        return f"the catalogue of versions {', '.join(self.versions()) or 'none'}"


class _Header(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    version: str
    effective_from: date
    source: str
    note: str


class _Notice(BaseModel):
    title: str
    published_on: date


class _Festival(BaseModel):
    name: str
    first: date
    last: date
    worked: tuple[date, ...]


class _Year(BaseModel):
    year: int
    notice: _Notice
    festivals: tuple[_Festival, ...]


class _Workdays(BaseModel):
    version: str
    source: str
    segments: tuple[tuple[str, str], ...]
    years: tuple[_Year, ...]


def _header(folder: Path) -> _Header:
    header = _parse(folder / "version.json", _Header)
    if header.version != folder.name:
        raise InvalidCatalogue(f"{folder.name}/version.json names version {header.version!r}")
    return header


def _read(folder: Path) -> CatalogueVersion:
    header = _header(folder)
    rows = {
        "unit_rows": _rows(folder / "units.csv", Unit, dict),
        "street_rows": _rows(folder / "streets.csv", Street, _street),
        "matter_rows": _rows(folder / "matters.csv", Matter, _matter),
        "limit_rows": _rows(folder / "limits.csv", LimitRow, _limit),
        "calendar": _calendar(folder / "workdays.json"),
        "scoring": _parse(folder / "scoring.json", ScoringPolicy),
    }
    try:
        return CatalogueVersion.model_validate({**header.model_dump(), **rows})
    except ValidationError as error:
        raise InvalidCatalogue(f"{folder.name}: {_first(error)}") from error


def _rows(path: Path, model: type[Row], shape: Callable[[dict[str, str]], Any]) -> tuple[Row, ...]:
    """Read a CSV file, one model per line. Raises: InvalidCatalogue."""
    rows: list[Row] = []
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file, strict=True)
        for row in reader:
            try:
                rows.append(model.model_validate(shape(row)))
            except (ValidationError, KeyError) as error:
                fault = _first(error) if isinstance(error, ValidationError) else f"no {error}"
                place = f"{path.parent.name}/{path.name} line {reader.line_num}"
                raise InvalidCatalogue(f"{place}: {fault}") from error
    return tuple(rows)


def _street(row: dict[str, str]) -> dict[str, object]:
    return {**row, "names": _list(row["names"])}


def _matter(row: dict[str, str]) -> dict[str, object]:
    lists = {"assisting": _list(row["assisting"]), "words": _list(row["words"])}
    return {**_limit(row, "limit_amount", "limit_unit"), **lists}


def _limit(row: dict[str, str], amount: str = "amount", unit: str = "unit") -> dict[str, object]:
    rest = {name: value for name, value in row.items() if name not in {amount, unit}}
    return {**rest, "limit": {"amount": row[amount], "unit": row[unit]}}


def _list(text: str) -> list[str]:
    return text.split(";") if text else []


def _calendar(path: Path) -> Calendar:
    table = _parse(path, _Workdays)
    festivals = [festival for year in table.years for festival in year.festivals]
    days = [day for festival in festivals for day in _days(festival.first, festival.last)]
    notices = "; ".join(f"{y.notice.title} ({y.notice.published_on})" for y in table.years)
    try:
        return Calendar.model_validate(
            {
                "version": table.version,
                "source": f"{table.source}: {notices}",
                "years": [year.year for year in table.years],
                "holidays": {day for day in days if day.weekday() < _SATURDAY},
                "makeup_days": {day for festival in festivals for day in festival.worked},
                "segments": table.segments,
            }
        )
    except ValidationError as error:
        raise InvalidCatalogue(f"{path.parent.name}/{path.name}: {_first(error)}") from error


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def _parse(path: Path, model: type[Row]) -> Row:
    try:
        return model.model_validate(json.loads(path.read_text(encoding="utf-8")))
    except (ValidationError, ValueError) as error:
        fault = _first(error) if isinstance(error, ValidationError) else str(error)
        raise InvalidCatalogue(f"{path.parent.name}/{path.name}: {fault}") from error


def _first(error: ValidationError) -> str:
    fault = error.errors(include_url=False)[0]
    return f"{'.'.join(str(part) for part in fault['loc'])}: {fault['msg']}"
