"""Which unit answers for a case, by matter and place.

职权法定、属地管理 (接诉即办工作条例 art. 11): the matter's lead unit, or the street of the place
where the catalogue leaves the matter to the street.
"""

from dataclasses import dataclass
from typing import Literal

from contracts.catalogue import STREET, CatalogueVersion, Matter, Unit
from contracts.ids import UnitCode
from services.dispatch.domain.terms import Terms, terms_of


@dataclass(frozen=True, slots=True)
class Route:
    """Where a case goes, and why."""

    unit: UnitCode
    routed_by: Literal["matter_lead", "street_lead"]
    district: UnitCode | None
    """Gets a copy when the case goes straight to a street (art. 12)."""


@dataclass(frozen=True, slots=True)
class CatalogueRows:
    """What the catalogue says of a case, in the version that the case is dispatched by."""

    version: str
    matter: Matter
    street: Unit
    """The street of the place, as a unit."""
    district: Unit
    terms: Terms


def route(rows: CatalogueRows) -> Route:
    """Choose the lead unit."""
    street = rows.street
    if rows.matter.lead == STREET:
        return Route(UnitCode(street.code), "street_lead", UnitCode(rows.district.code))
    return Route(UnitCode(rows.matter.lead), "matter_lead", None)


def assisting(rows: CatalogueRows, lead: UnitCode) -> tuple[UnitCode, ...]:
    """Give the units that the responsibility list names beside the lead (配合单位, art. 14)."""
    street = rows.street.code
    named = (street if code == STREET else code for code in rows.matter.assisting)
    return tuple(UnitCode(code) for code in named if code != lead)


def rows_of(catalogue: CatalogueVersion, street: str, matter: str) -> CatalogueRows:
    """Look up a place and a matter.

    Raises: UnknownMatter, UnknownStreet for codes that are not in the catalogue.
    """
    return CatalogueRows(
        version=catalogue.version,
        matter=catalogue.matter(matter),
        street=catalogue.unit(catalogue.street(street).code),
        district=catalogue.district_of(street),
        terms=terms_of(catalogue, matter),
    )
