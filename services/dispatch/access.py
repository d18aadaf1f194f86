"""Who may act on and see what in dispatch: roles, and what concerns the reader's own unit."""

from collections.abc import Iterable
from typing import Annotated

from fastapi import Depends
from sqlalchemy import Connection

from chassis.errors import Forbidden, OfficerRecused
from chassis.http.identity import Role, allow
from contracts.envelope import Actor
from contracts.events.dispatch import WhistleProposed
from contracts.ids import CaseNo, UnitCode, WhistleNo
from services.dispatch.domain.case.state import CaseFacts
from services.dispatch.domain.whistle.decider import WhistleUnknown
from services.dispatch.domain.whistle.stage import NotTheStreet
from services.dispatch.domain.whistle.state import Called, NoWhistle, WhistleState
from services.dispatch.views.conflicts import recused_from
from services.dispatch.views.whistles import WhistleItem

UNIT_ROLES: tuple[Role, ...] = ("officer", "leader")
"""These act for their own unit, and see what concerns it."""
LEADER_ROLES: tuple[Role, ...] = ("leader",)
"""These decide for their own unit."""
CONFLICT_ROLES: tuple[Role, ...] = (*UNIT_ROLES, "agent")
"""These say who keeps out of a case."""
LIFTING_ROLES: tuple[Role, ...] = ("leader", "agent")
"""These find that nobody has to, and read the reason for that."""
CITY_ROLES: tuple[Role, ...] = ("agent", "visitor", "auditor", "operator")
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


def must_see_case(actor: Actor, facts: CaseFacts, whistles: Iterable[WhistleItem]) -> None:
    """Allow the unit that handles a case, and those called to it once the whistle is blown.

    Raises: CaseNotVisible.
    """
    called = {unit for one in whistles if one.blown_at for unit in one.units}
    if not sees_whole_city(actor) and actor.unit not in {facts.unit, *called}:
        raise CaseNotVisible(case_no=facts.case_no, acting=actor.unit)


def must_not_be_recused(connection: Connection, actor: Actor, case_no: CaseNo) -> None:
    """Keep out who has a conflict of interest, whatever the role. Raises: OfficerRecused."""
    if actor.person in recused_from(connection, case_no):
        raise OfficerRecused(case_no=case_no)


def visible_whistle(actor: Actor, whistle_no: WhistleNo, state: WhistleState) -> WhistleProposed:
    """Give the proposal to its street, and to the units called once it is blown.

    Raises: WhistleUnknown, NotTheStreet.
    """
    if isinstance(state, NoWhistle):
        raise WhistleUnknown(whistle_no=whistle_no)
    fact = state.fact
    called = {one.unit for one in fact.units if isinstance(state, Called)}
    if not sees_whole_city(actor) and actor.unit not in {fact.street, *called}:
        raise NotTheStreet(whistle_no=whistle_no, street=fact.street, acting=actor.unit)
    return fact
