"""One version of the catalogue: rows that fit together, found by code.

A version never changes once a case was dispatched by it; events name their version.
"""

from datetime import date
from functools import cached_property
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from contracts.calendar import Calendar, Limit
from contracts.catalogue.errors import UnknownLimit, UnknownMatter, UnknownStreet, UnknownUnit
from contracts.catalogue.faults import RowsDoNotFit, faults
from contracts.catalogue.rows import (
    STREET,
    Admission,
    LimitRow,
    Matter,
    Stage,
    Street,
    Unit,
)
from contracts.catalogue.words import WordIndex
from contracts.policies import Policies
from contracts.scoring import ScoringPolicy

__all__ = ["CatalogueVersion"]

Text = Annotated[str, Field(min_length=1)]


class CatalogueVersion(BaseModel):
    """Units, streets, matters, limits, working days and scoring policy, in force together."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: Text
    effective_from: date
    source: Text
    note: str
    unit_rows: tuple[Unit, ...]
    """Without the streets, which are units as well: `units()` gives both."""
    street_rows: tuple[Street, ...]
    matter_rows: tuple[Matter, ...]
    limit_rows: tuple[LimitRow, ...]
    calendar: Calendar
    scoring: ScoringPolicy
    policies: Policies = Policies()
    stage_rows: tuple[Stage, ...] = ()
    admission_rows: tuple[Admission, ...] = ()

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if found := tuple(faults(self)):
            raise RowsDoNotFit(found)
        return self

    def unit(self, code: str) -> Unit:
        """Find a unit, streets included. Raises: UnknownUnit."""
        if found := self._units.get(code):
            return found
        raise UnknownUnit(code, self._name)

    def street(self, code: str) -> Street:
        """Find a street. Raises: UnknownStreet."""
        if found := self._streets.get(code):
            return found
        raise UnknownStreet(code, self._name)

    def matter(self, code: str) -> Matter:
        """Find a matter. Raises: UnknownMatter."""
        if found := self._matters.get(code):
            return found
        raise UnknownMatter(code, self._name)

    def limit(self, rule: str) -> Limit:
        """Find a time limit by its rule id, a matter's own included. Raises: UnknownLimit."""
        if found := self._limits.get(rule):
            return found
        raise UnknownLimit(rule, self._name)

    def district_of(self, code: str) -> Unit:
        """Give the district that a unit belongs to, or is. Raises: UnknownUnit, for a city too."""
        unit = self.unit(code)
        while unit.kind != "district":
            unit = self.unit(unit.parent)
        return unit

    def responsible(self, code: str, street: str) -> Unit:
        """Give the unit that does a matter's work in a street: `lead` or one of `assisting`.

        That is the street itself for `STREET`, the one counterpart below the street (its community
        for 社区居委会), the counterpart of the street's own district (区城管执法局 of each), or
        else the unit that is named: which of several it is, nobody guesses.
        Raises: UnknownUnit, UnknownStreet.
        """
        place = self.street(street)
        if code == STREET:
            return self.unit(place.code)
        named, district = self.unit(code), self.district_of(place.code)
        alike = [unit for unit in self.unit_rows if unit.counterpart_of == code]
        for parent in (place.code, district.code):
            below = [unit for unit in alike if unit.parent == parent]
            if len(below) == 1:
                return below[0]
        return named

    def stages_of(self, matter: str) -> tuple[Stage, ...]:
        """List the stages of a matter, in their order; most have none."""
        return tuple(stage for stage in self.stage_rows if stage.matter == matter)

    def is_admitted(self, matter: str, on: date) -> bool:
        """Say whether departments may hand a matter down to streets on a local date (准入)."""
        return any(row.matter == matter and row.approved_on <= on for row in self.admission_rows)

    def units(self) -> tuple[Unit, ...]:
        """List all units: the streets last."""
        return tuple(self._units.values())

    def streets(self) -> tuple[Street, ...]:
        return self.street_rows

    def matters(self) -> tuple[Matter, ...]:
        return self.matter_rows

    @property
    def _name(self) -> str:
        return f"catalogue {self.version}"

    @cached_property
    def _units(self) -> dict[str, Unit]:
        first = next((row.code for row in self.unit_rows if row.kind == "district"), "")
        streets = (_as_unit(street, street.district or first) for street in self.street_rows)
        return {unit.code: unit for unit in (*self.unit_rows, *streets)}

    @cached_property
    def _streets(self) -> dict[str, Street]:
        return {street.code: street for street in self.street_rows}

    @cached_property
    def _matters(self) -> dict[str, Matter]:
        return {matter.code: matter for matter in self.matter_rows}

    @cached_property
    def _limits(self) -> dict[str, Limit]:
        named = {row.rule: row.limit for row in self.limit_rows}
        return named | {matter.rule: matter.limit for matter in self.matter_rows}

    @cached_property
    def matter_words(self) -> WordIndex:
        """The words that speak for a matter."""
        return WordIndex({word: row.code for row in self.matter_rows for word in row.words})

    @cached_property
    def street_words(self) -> WordIndex:
        """The names that speak for a street."""
        return WordIndex({name: row.code for row in self.street_rows for name in row.names})


def _as_unit(street: Street, district: str) -> Unit:
    return Unit(
        code=street.code,
        name_zh=street.name_zh,
        name_en=street.name_en,
        kind="street",
        parent=district,
        source=street.source,
    )
