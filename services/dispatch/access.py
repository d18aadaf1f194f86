"""Who may act on and see what in dispatch: roles, and what concerns the reader's own unit."""

from collections.abc import Collection, Iterable
from typing import Annotated

from fastapi import Depends
from sqlalchemy import Connection

from chassis.errors import Forbidden, OfficerRecused
from chassis.http.identity import Role, allow
from chassis.service import Service
from contracts.catalogue import Catalogue, CatalogueVersion, Unit, UnknownUnit
from contracts.envelope import Actor
from contracts.events.dispatch import WhistleProposed
from contracts.ids import CaseNo, UnitCode, WhistleNo
from contracts.instant import SHANGHAI
from services.dispatch.domain.case.state import CaseFacts
from services.dispatch.domain.whistle.decider import WhistleUnknown
from services.dispatch.domain.whistle.stage import NotTheStreet
from services.dispatch.domain.whistle.state import NoWhistle, WhistleState, call_of
from services.dispatch.views.conflicts import recused_from
from services.dispatch.views.whistles import SeenBy, WhistleItem

UNIT_ROLES: tuple[Role, ...] = ("officer", "leader", "director")
"""These act for their own unit, and see what concerns it."""
LEADER_ROLES: tuple[Role, ...] = ("leader", "director")
"""These decide for their own unit."""
DISPATCHER_ROLES: tuple[Role, ...] = ("dispatcher",)
"""These give a case to another unit."""
RULING_ROLES: tuple[Role, ...] = ("dispatcher", *UNIT_ROLES)
"""These rule on an objection: the hotline, and the district, which is a unit."""
REVISING_ROLES: tuple[Role, ...] = ("operator",)
"""These count provisional deadlines again when a calendar is published."""
CONFLICT_ROLES: tuple[Role, ...] = (*UNIT_ROLES, "agent")
"""These say who keeps out of a case."""
LIFTING_ROLES: tuple[Role, ...] = (*LEADER_ROLES, "agent")
"""These find that nobody has to, and read the reason for that."""
CITY_ROLES: tuple[Role, ...] = ("agent", "dispatcher", "visitor", "auditor", "operator")
"""These look beyond one unit."""
READERS_OF_ACCOUNTS: tuple[Role, ...] = (*UNIT_ROLES, "visitor", "agent")

Reader = Annotated[Actor, Depends(allow(*UNIT_ROLES, *CITY_ROLES))]
ReaderOfConflicts = Annotated[Actor, Depends(allow(*CONFLICT_ROLES, "auditor"))]


class OtherUnitsQueue(Forbidden):
    """他单位工单列表 (art. 8): a unit sees its own cases."""

    code = "other_units_queue"
    zh = "{acting} 只能查看本单位的工单；请去掉 unit 参数或改为本单位。"
    en = "{acting} can see its own cases only; leave `unit` out or set it to your unit."


class CaseNotVisible(Forbidden):
    """工单不可见 (art. 8): a case is for the units that work on it."""

    code = "case_not_visible"
    zh = "工单 {case_no} 不由 {acting} 承办或协办，不能查看；请联系承办单位。"
    en = "{acting} neither handles case {case_no} nor was called to it; ask the unit that does."


def sees_whole_city(actor: Actor) -> bool:
    """Say whether an actor's role looks beyond one unit."""
    return actor.role in CITY_ROLES


def unit_listed(actor: Actor, unit: UnitCode | None) -> UnitCode | None:
    """Give the unit whose cases are listed; None for those of all. Raises: OtherUnitsQueue."""
    if sees_whole_city(actor):
        return unit
    if unit not in {None, actor.unit}:
        raise OtherUnitsQueue(acting=actor.unit)
    return UnitCode(actor.unit)


def must_see_case(
    actor: Actor,
    facts: CaseFacts,
    whistles: Iterable[WhistleItem],
    version: CatalogueVersion,
) -> None:
    """Allow who may see a case, but not its texts, besides those who may read it.

    These are units asked to assist, the street of the place, and the district with its operations
    centre, by the catalogue in force. Raises: CaseNotVisible.
    """
    concerned = {facts.street, *(one.unit for one in facts.assists)}
    if actor.unit not in concerned and district_of(actor.unit, version) != facts.district:
        must_read_case(actor, facts, whistles)


def must_read_case(actor: Actor, facts: CaseFacts, whistles: Iterable[WhistleItem]) -> None:
    """Allow the unit that handles a case, and those called to it once the whistle is blown.

    Not one that a ruling excused, nor after the whistle was cancelled: these have no part in it.
    Raises: CaseNotVisible.
    """
    called = {
        unit
        for one in whistles
        if one.blown_at and one.status != "cancelled"
        for unit in one.units
        if unit not in one.excused
    }
    if not sees_whole_city(actor) and actor.unit not in {facts.unit, *called}:
        raise CaseNotVisible(case_no=facts.case_no, acting=actor.unit)


def must_read_requests(
    actor: Actor, facts: CaseFacts, asked_before: Collection[UnitCode] = ()
) -> None:
    """Allow who leads and asks, who asked before, and who decides on it. Raises: CaseNotVisible."""
    concerned = {facts.unit, facts.district, *asked_before}
    if not sees_whole_city(actor) and actor.unit not in concerned:
        raise CaseNotVisible(case_no=facts.case_no, acting=actor.unit)


def must_not_be_recused(connection: Connection, actor: Actor, case_no: CaseNo) -> None:
    """Keep out who has a conflict of interest, whatever the role. Raises: OfficerRecused."""
    if actor.person in recused_from(connection, case_no):
        raise OfficerRecused(case_no=case_no)


class OtherDistrictsQueue(Forbidden):
    """他区督办列表 (街道办事处条例 art. 44): a district sees its own, and so does its centre."""

    code = "other_districts_queue"
    zh = "{acting} 只能由区或区城市运行管理中心查看本区的督办和抄送；请去掉 of 参数，或联系该区。"
    en = "A district and its centre see their own queue, not {acting}; leave `of` out, or ask it."


def district_of(unit: str, version: CatalogueVersion) -> UnitCode | None:
    """Give the district that a unit acts for: itself, or that of an operations centre."""
    match row_of(unit, version):
        case Unit(kind="district", code=code):
            return UnitCode(code)
        case Unit(kind="centre", parent=parent):
            return UnitCode(parent)
        case _:
            return None


def row_of(unit: str, version: CatalogueVersion) -> Unit | None:
    """Give a unit's row; None for hotline and call-back centre, which are not in the catalogue."""
    try:
        return version.unit(unit)
    except UnknownUnit:
        return None


def read_today(service: Service, catalogue: Catalogue) -> CatalogueVersion:
    """Give the version of the catalogue that is in force, to see who is asking."""
    return catalogue.current(service.clock.now().astimezone(SHANGHAI).date())


def district_listed(
    actor: Actor, of: UnitCode | None, version: CatalogueVersion
) -> UnitCode | None:
    """Give the district whose queue is listed; None for all. Raises: OtherDistrictsQueue."""
    if sees_whole_city(actor):
        return of
    own = district_of(actor.unit, version)
    if own is None or of not in {None, own}:
        raise OtherDistrictsQueue(acting=actor.unit)
    return own


def seen_by(actor: Actor, version: CatalogueVersion) -> SeenBy | None:
    """Give by which unit whistles are seen; None for who sees all."""
    if sees_whole_city(actor):
        return None
    return SeenBy(UnitCode(actor.unit), district_of(actor.unit, version))


def visible_whistle(
    reader: SeenBy | None, whistle_no: WhistleNo, state: WhistleState
) -> WhistleProposed:
    """Give the proposal to its street, its district, its proposer, and those called once blown.

    Raises: WhistleUnknown, NotTheStreet.
    """
    if isinstance(state, NoWhistle):
        raise WhistleUnknown(whistle_no=whistle_no)
    fact = state.fact
    if reader is None or reader.district == fact.district:
        return fact
    call = call_of(state)
    called = {one.unit for one in call.units} if call else set()
    if reader.unit not in {fact.street, fact.unit, *called}:
        raise NotTheStreet(whistle_no=whistle_no, street=fact.street, acting=reader.unit)
    return fact
