"""What keeps the rows of one version from fitting together, each with the row it stands in."""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple, Protocol

from contracts.catalogue.rows import STREET, Admission, LimitRow, Matter, Stage, Street, Unit

__all__ = ["Fault", "Rows", "RowsDoNotFit", "faults"]

_NEVER_LEAD = {"community", "property"}
_PARENTS: dict[str, set[str]] = {
    "city": set(),
    "district": {"city"},
    "centre": {"district"},
    "community": {"street", "district"},
}
"""What a unit of a kind stands below; any other kind below any unit that is in a district."""


class Rows(Protocol):
    """The tables of one version."""

    @property
    def unit_rows(self) -> tuple[Unit, ...]: ...
    @property
    def street_rows(self) -> tuple[Street, ...]: ...
    @property
    def matter_rows(self) -> tuple[Matter, ...]: ...
    @property
    def limit_rows(self) -> tuple[LimitRow, ...]: ...
    @property
    def stage_rows(self) -> tuple[Stage, ...]: ...
    @property
    def admission_rows(self) -> tuple[Admission, ...]: ...
    def units(self) -> tuple[Unit, ...]:
        """List all units, streets included."""
        ...


class Fault(NamedTuple):
    """A fault in a row: the file without its ending, the row counted from 0, what is wrong."""

    table: str
    row: int
    what: str

    def __str__(self) -> str:
        return f"{self.table} row {self.row + 1}: {self.what}"


class RowsDoNotFit(ValueError):
    """The rows of a version do not fit together; `faults` are all that were found."""

    def __init__(self, found: Iterable[Fault]) -> None:
        self.faults = tuple(found)
        super().__init__("; ".join(map(str, self.faults)))


def faults(version: Rows) -> Iterator[Fault]:
    """Find everything that does not fit, in the order of the tables."""
    yield from _repeated_codes(version)
    yield from _misplaced_units(version)
    yield from _unfit_matters(version)
    yield from _loose_ends(version)


def _repeated_codes(version: Rows) -> Iterator[Fault]:
    units = [("units", row, unit.code) for row, unit in enumerate(version.unit_rows)]
    streets = [("streets", row, street.code) for row, street in enumerate(version.street_rows)]
    yield from _repeated("code", [*units, *streets])
    matters = [("matters", row, matter.code) for row, matter in enumerate(version.matter_rows)]
    yield from _repeated("code", matters)
    limits = [("limits", row, limit.rule) for row, limit in enumerate(version.limit_rows)]
    yield from _repeated("rule", limits)
    words = [
        ("matters", row, word)
        for row, matter in enumerate(version.matter_rows)
        for word in matter.words
    ]
    yield from _repeated("word", words)
    names = [
        ("streets", row, name)
        for row, street in enumerate(version.street_rows)
        for name in street.names
    ]
    yield from _repeated("name", names)
    stages = [
        ("stages", row, f"{stage.matter}/{stage.code}")
        for row, stage in enumerate(version.stage_rows)
    ]
    yield from _repeated("stage", stages)


def _repeated(what: str, values: Iterable[tuple[str, int, str]]) -> Iterator[Fault]:
    seen: set[str] = set()
    for table, row, value in values:
        if value in seen:
            yield Fault(table, row, f"{what} {value!r} stands twice")
        seen.add(value)


def _misplaced_units(version: Rows) -> Iterator[Fault]:
    units = {unit.code: unit for unit in version.units()}
    for row, street in enumerate(version.street_rows):
        district = units[street.code].parent
        if district not in units or units[district].kind != "district":
            yield Fault("streets", row, f"{street.code}: {district!r} is no district")
    for row, unit in enumerate(version.unit_rows):
        if what := _misplaced(unit, units):
            yield Fault("units", row, f"unit {unit.code}: {what}")


def _misplaced(unit: Unit, units: Mapping[str, Unit]) -> str | None:
    """Say why a unit cannot stand where it does: only the city and the districts are in none."""
    above = units.get(unit.parent)
    if unit.counterpart_of and unit.counterpart_of not in units:
        return f"{unit.counterpart_of!r}, whose counterpart it is, is no unit"
    if unit.kind in {"city", "district"} and not unit.parent:
        return None
    if above is None:
        return f"parent {unit.parent!r} is no unit"
    if above.kind not in _PARENTS.get(unit.kind, {above.kind}):
        return f"a {unit.kind} cannot stand below a {above.kind}"
    if unit.kind != "district" and not _is_in_a_district(unit, units):
        return "it is in no district"
    return None


def _is_in_a_district(unit: Unit | None, units: Mapping[str, Unit]) -> bool:
    """Follow the parents up; in a circle nobody is in a district."""
    for _ in units:
        if unit is None or unit.kind == "district":
            break
        unit = units.get(unit.parent)
    return unit is not None and unit.kind == "district"


def _unfit_matters(version: Rows) -> Iterator[Fault]:
    kinds = {unit.code: unit.kind for unit in version.units()} | {STREET: "street"}
    for row, matter in enumerate(version.matter_rows):
        for code in (matter.lead, *matter.assisting):
            if code not in kinds:
                yield Fault("matters", row, f"matter {matter.code}: {code!r} is no unit")
        if kinds.get(matter.lead) in _NEVER_LEAD:
            what = f"matter {matter.code}: {matter.lead!r} can assist but never lead"
            yield Fault("matters", row, what)
        if matter.lead in matter.assisting or len(set(matter.assisting)) < len(matter.assisting):
            what = f"matter {matter.code}: a unit leads or assists, and once"
            yield Fault("matters", row, what)
        if matter.lead == STREET and matter.duty == "taken_back":
            what = f"matter {matter.code}: what was taken back never goes to a street"
            yield Fault("matters", row, what)


def _loose_ends(version: Rows) -> Iterator[Fault]:
    matters = {matter.code for matter in version.matter_rows}
    for row, stage in enumerate(version.stage_rows):
        if stage.matter not in matters:
            yield Fault("stages", row, f"stage {stage.code}: no matter {stage.matter!r}")
    for row, admission in enumerate(version.admission_rows):
        if admission.matter not in matters:
            yield Fault("admissions", row, f"no matter {admission.matter!r}")
