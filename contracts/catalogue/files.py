"""The catalogue as reviewed files: a folder per version, read once per process.

`units.csv`, `streets.csv`, `matters.csv`, `limits.csv`, `workdays.json`, `scoring.json` and
`version.json` make a version; `stages.csv`, `admissions.csv` and `policies.json` may be left out. A
fault in any of them stops the start and is named with its place.
"""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from contracts.calendar import Calendar
from contracts.catalogue.errors import InvalidCatalogue, UnknownVersion
from contracts.catalogue.faults import RowsDoNotFit
from contracts.catalogue.rows import Admission, LimitRow, Matter, Stage, Street, Unit
from contracts.catalogue.tables import Tables, first_fault
from contracts.catalogue.version import CatalogueVersion
from contracts.policies import Policies
from contracts.scoring import ScoringPolicy
from contracts.working_time import DayCount, days

__all__ = ["PACKAGED", "FileCatalogue", "open_catalogue", "read_version", "version_of"]

PACKAGED = Path(__file__).parent / "data"
"""The versions that come with this release."""

_SATURDAY = 5


class FileCatalogue:
    """Every version in a folder; a version added later is seen by the next process."""

    def __init__(self, folder: Path | str = "") -> None:
        """Read the headers; the empty text means `PACKAGED`. Raises: InvalidCatalogue."""
        folder = Path(folder or PACKAGED)
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
            self._read[version] = read_version(self._folder / version)
        return self._read[version]

    def current(self, on: date) -> CatalogueVersion:
        """Give the version in force on a local date. Raises: UnknownVersion before the first."""
        in_force = [header.version for header in self._headers if header.effective_from <= on]
        if not in_force:
            raise UnknownVersion(f"in force on {on}", self._named())
        return self.at(in_force[-1])

    def _named(self) -> str:
        return f"the catalogue of versions {', '.join(self.versions()) or 'none'}"


def open_catalogue(folder: Path | str = "") -> FileCatalogue:
    """Read every version in a folder at once, for a process that starts.

    Raises: InvalidCatalogue, with every fault of every version, and when there is no version.
    """
    catalogue = FileCatalogue(folder)
    if not catalogue.versions():
        raise InvalidCatalogue(f"{folder}: no folder in it holds a version.json")
    found: list[str] = []
    for version in catalogue.versions():
        try:
            catalogue.at(version)
        except InvalidCatalogue as invalid:
            found += invalid.faults
    if found:
        raise InvalidCatalogue(*found)
    return catalogue


class _Header(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    version: Annotated[str, Field(pattern=r"^[0-9][0-9A-Za-z._-]{0,63}$")]
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
    counting: DayCount = "same_clock_time"
    years: tuple[_Year, ...]


def version_of(folder: Path) -> str:
    """Read which version a folder holds, whatever its own name. Raises: InvalidCatalogue."""
    tables = Tables(folder)
    header = tables.document("version", _Header)
    if header is None:
        raise InvalidCatalogue(*tables.faults)
    return header.version


def _header(folder: Path) -> _Header:
    tables = Tables(folder)
    header = tables.document("version", _Header)
    if header is not None and header.version != folder.name:
        tables.note("version.json", f"it names version {header.version!r}")
    if header is None or tables.faults:
        raise InvalidCatalogue(*tables.faults)
    return header


def read_version(folder: Path) -> CatalogueVersion:
    """Read the version in a folder. Raises: InvalidCatalogue, with every fault that was found."""
    header, tables = _header(folder), Tables(folder)
    parts = {
        "unit_rows": tables.rows("units", Unit),
        "street_rows": tables.rows("streets", Street, _street),
        "matter_rows": tables.rows("matters", Matter, _matter),
        "limit_rows": tables.rows("limits", LimitRow, _limit),
        "stage_rows": tables.rows("stages", Stage, _limit, optional=True),
        "admission_rows": tables.rows("admissions", Admission, optional=True),
        "calendar": _calendar(tables),
        "scoring": tables.document("scoring", ScoringPolicy),
        "policies": _policies(tables),
    }
    if tables.faults:
        raise InvalidCatalogue(*tables.faults)
    try:
        return CatalogueVersion.model_validate({**header.model_dump(), **parts})
    except ValidationError as error:
        raise InvalidCatalogue(*_misfits(error, tables)) from error


def _misfits(error: ValidationError, tables: Tables) -> Iterator[str]:
    cause = error.errors()[0].get("ctx", {}).get("error")
    if not isinstance(cause, RowsDoNotFit):
        yield f"{tables.folder.name}: {first_fault(error)}"
        return
    for table, row, what in cause.faults:
        yield f"{tables.folder.name}/{table}.csv line {tables.line(table, row)}: {what}"


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


def _policies(tables: Tables) -> Policies | None:
    if not (tables.folder / "policies.json").exists():
        return Policies()
    return tables.document("policies", Policies)


def _calendar(tables: Tables) -> Calendar | None:
    table = tables.document("workdays", _Workdays)
    if table is None:
        return None
    festivals = [festival for year in table.years for festival in year.festivals]
    off = [day for festival in festivals for day in days(festival.first, festival.last)]
    notices = "; ".join(f"{y.notice.title} ({y.notice.published_on})" for y in table.years)
    try:
        return Calendar.model_validate(
            {
                "version": table.version,
                "source": f"{table.source}: {notices}",
                "years": [year.year for year in table.years],
                "holidays": {day for day in off if day.weekday() < _SATURDAY},
                "makeup_days": {day for festival in festivals for day in festival.worked},
                "segments": table.segments,
                "counting": table.counting,
            }
        )
    except ValidationError as error:
        tables.note("workdays.json", first_fault(error))
        return None
