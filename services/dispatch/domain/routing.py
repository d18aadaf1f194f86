"""Which unit answers for a case, by matter and place.

职权法定、属地管理 (接诉即办工作条例 art. 11): the matter's lead unit, or the street of the place
where the catalogue leaves the matter to the street.
"""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from chassis.errors import Refusal
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
    """Its units are those of the district of the place (职责就近)."""
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
    row = catalogue.matter(matter)
    here = {
        code: STREET if code == STREET else catalogue.responsible(code, street).code
        for code in (row.lead, *row.assisting)
    }
    assisting = tuple(here[code] for code in row.assisting)
    return CatalogueRows(
        version=catalogue.version,
        matter=row.model_copy(update={"lead": here[row.lead], "assisting": assisting}),
        street=catalogue.unit(catalogue.street(street).code),
        district=catalogue.district_of(street),
        terms=terms_of(catalogue, matter),
    )


@dataclass(frozen=True, slots=True)
class Target:
    """A unit that somebody wants to lead a case, as the catalogue in force today has it."""

    unit: Unit
    district: UnitCode | None
    """None for a unit of the whole city."""
    is_admitted: bool
    """Whether departments may hand the matter down to streets (准入)."""


def target_of(catalogue: CatalogueVersion, unit: str, matter: str, on: date) -> Target:
    """Look up a unit and what it may get. Raises: UnknownUnit."""
    found = above = catalogue.unit(unit)
    while above.kind not in {"district", "city"}:
        above = catalogue.unit(above.parent)
    district = UnitCode(above.code) if above.kind == "district" else None
    return Target(found, district, catalogue.is_admitted(matter, on))


class LeadRefused(Refusal):
    """不得派单 (art. 11 to 14, 17): family of what keeps a unit from leading; each is counted."""


class CommunityNeverLeads(LeadRefused):
    """社区、物业不得主责 (art. 17): they help the unit that leads, and answer for no case."""

    code = "community_never_leads"
    zh = "{unit} 是社区或物业服务企业，不得作为主责单位；请改派街道或部门，再请其协办。"
    en = "{unit} is a community or property company and never leads; name a street or department."


class UnitNeverLeads(LeadRefused):
    """非承办单位 (our default): city, district and operations centre direct, others handle."""

    code = "unit_never_leads"
    zh = "{unit} 只负责指挥协调，不承办工单；请改派街道、部门或公共服务企业。"
    en = "{unit} directs and handles no case; name a street, a department or a company."


class UnitOfOtherDistrict(LeadRefused):
    """非本区单位 (属地管理, art. 11): a case stays in the district of its place."""

    code = "unit_of_other_district"
    zh = "{unit} 不属于工单所在的 {district}；请改派该区或市级单位。"
    en = "{unit} is not of {district}, where the case lies; name a unit of it or of the city."


class DutyTakenBack(LeadRefused):
    """收回事项不得派街道 (履职事项清单): upper departments took it back from the streets."""

    code = "duty_taken_back"
    zh = "事项 {matter} 已由上级部门收回，不得派给街道 {unit}；请改派部门。"
    en = "Departments took matter {matter} back from the streets; name one, and not {unit}."


class HandDownNotAdmitted(LeadRefused):
    """下沉未经准入 (街道条例 art. 14): what a department leads goes to a street when admitted."""

    code = "hand_down_not_admitted"
    zh = "事项 {matter} 由部门主责，没有准入记录，不得下沉到街道 {unit}；请改派部门。"
    en = "A department leads matter {matter}; without an admission it never goes to {unit}."


_LEADING = {"street", "department", "company"}


def must_be_able_to_lead(target: Target, matter: Matter, district: UnitCode) -> None:
    """Check that a unit may answer for a case of this matter in this district.

    Raises: CommunityNeverLeads, UnitNeverLeads, UnitOfOtherDistrict, DutyTakenBack,
    HandDownNotAdmitted.
    """
    unit, kind = target.unit.code, target.unit.kind
    if kind in {"community", "property"}:
        raise CommunityNeverLeads(unit=unit)
    if kind not in _LEADING:
        raise UnitNeverLeads(unit=unit)
    if target.district not in {None, district}:
        raise UnitOfOtherDistrict(unit=unit, district=district)
    if kind == "street" and matter.duty == "taken_back":
        raise DutyTakenBack(matter=matter.code, unit=unit)
    if kind == "street" and matter.lead != STREET and not target.is_admitted:
        raise HandDownNotAdmitted(matter=matter.code, unit=unit)
