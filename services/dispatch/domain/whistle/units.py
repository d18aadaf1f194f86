"""Which units a whistle may call: exactly one leads, and who the list does not name takes a reason.

The responsibility list of the catalogue (职责清单) names a lead and those that assist for each
matter. The street of the place never calls itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from chassis.errors import Refusal
from contracts.catalogue import CatalogueVersion, Unit
from contracts.events.dispatch import SummonedUnit
from contracts.ids import UnitCode
from contracts.sealed import Sealed
from contracts.values import UnitRole

_ASSIST_ONLY = {"community", "property"}
_REPORT_ANYWHERE = {"department", "company"}


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedUnit:
    """A unit as somebody wants it called, with what the catalogue says of it."""

    row: Unit
    district: UnitCode | None
    """The one it belongs to; None of a unit of the city."""
    role: UnitRole
    is_listed: bool
    """The responsibility list names it for the matter of the case."""
    reason: Sealed | None


def listed_units(
    version: CatalogueVersion, matter: str, street: UnitCode
) -> dict[UnitCode, UnitRole]:
    """Give the units that the responsibility list names for a matter in a street, the lead first.

    A matter of the streets has no lead here: the street says which of the others leads.
    Raises: UnknownMatter, UnknownStreet.
    """
    row = version.matter(matter)
    parts: list[tuple[str, UnitRole]] = [(row.lead, "lead")]
    parts += [(code, "assisting") for code in row.assisting]
    found: dict[UnitCode, UnitRole] = {}
    for code, role in parts:
        unit = UnitCode(version.responsible(code, street).code)
        if unit != street:
            found.setdefault(unit, role)
    return found


class OneUnitLeads(Refusal):
    """主责单位须唯一 (平谷 一门主责、其他配合): one leads, others assist, none stands twice."""

    code = "one_unit_leads"
    zh = "吹哨须指定一个主责单位，其他单位为配合，且不能重复或包含本街道；请调整名单。"
    en = "Name one lead unit, the others assisting, none twice and not the street itself."


class UnitCannotReport(Refusal):
    """单位不能报到 (art. 16): departments and companies report, streets of other districts only.

    A community or a property company may assist where the list names it (art. 17), and never leads.
    """

    code = "unit_cannot_report"
    zh = "单位 {unit} 不能以该身份报到；请从 whistle-units 或目录中选择其他单位。"
    en = "{unit} cannot be called in that part; choose from whistle-units or the catalogue."


class UnitNeedsReason(Refusal):
    """清单外单位须说明理由 (art. 14, our default): the street says why it adds a unit."""

    code = "unit_needs_reason"
    zh = "职责清单未列 {unit}；请在 reasons 中说明为什么需要该单位。"
    en = "The responsibility list does not name {unit}; say in `reasons` why it is needed."


def summon(
    named: Sequence[NamedUnit], street: UnitCode, district: UnitCode
) -> tuple[SummonedUnit, ...]:
    """Give the units to be called. Raises: OneUnitLeads, UnitCannotReport, UnitNeedsReason."""
    codes = [one.row.code for one in named]
    lead_count = sum(one.role == "lead" for one in named)
    if lead_count != 1 or len(set(codes)) < len(codes) or street in codes:
        raise OneUnitLeads
    return tuple(summon_one(one, district) for one in named)


def summon_one(named: NamedUnit, district: UnitCode) -> SummonedUnit:
    """Give one unit to be called. Raises: UnitCannotReport, UnitNeedsReason."""
    unit = UnitCode(named.row.code)
    if not _can_report(named, district):
        raise UnitCannotReport(unit=unit)
    if not named.is_listed and named.reason is None:
        raise UnitNeedsReason(unit=unit)
    return SummonedUnit(
        unit=unit,
        role=named.role,
        basis="list" if named.is_listed else "street",
        reason=named.reason,
    )


def _can_report(named: NamedUnit, district: UnitCode) -> bool:
    kind = named.row.kind
    if kind == "street":
        return named.district != district
    if kind in _ASSIST_ONLY:
        return named.is_listed and named.role == "assisting"
    return kind in _REPORT_ANYWHERE


def is_cross_district(named: Sequence[NamedUnit], district: UnitCode) -> bool:
    """跨区联合哨 (丰台太平桥): say whether units of another district are called, too."""
    return any(one.district not in {None, district} for one in named)
