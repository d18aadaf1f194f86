"""What the state of a case or a whistle offers to a command: units, stages, colleagues.

`…/actions` tries commands with these; nothing here is a rule.
"""

from collections.abc import Sequence

from chassis.unit_of_work.session import Session
from contracts.catalogue import Catalogue, CatalogueVersion
from contracts.ids import CaseNo, UnitCode, WhistleNo, case_stream, whistle_stream
from contracts.instant import SHANGHAI
from services.dispatch.domain.case.state import CaseFacts
from services.dispatch.domain.routing import target_of
from services.dispatch.domain.whistle.state import Called, WhistleState, call_of

TEXT = "请按职责依法处理。"
"""Stands for what people write."""


def facts_of(session: Session, case_no: CaseNo) -> CaseFacts:
    """Give the facts of a case that exists."""
    facts: CaseFacts = session.state(case_stream(case_no)).facts
    return facts


def recused(session: Session, case_no: CaseNo) -> Sequence[str]:
    """Give who is recused from a case."""
    return sorted(facts_of(session, case_no).recused)


def asked_to_assist(session: Session, case_no: CaseNo) -> Sequence[UnitCode]:
    """Give the units that were asked to assist in this round."""
    return [one.unit for one in facts_of(session, case_no).assists]


def called(session: Session, whistle_no: WhistleNo) -> Sequence[UnitCode]:
    """Give the units that a whistle has called and not excused; none of one that is not blown."""
    state: WhistleState = session.state(whistle_stream(whistle_no))
    return state.call.owing if isinstance(state, Called) else ()


def escalated(session: Session, whistle_no: WhistleNo) -> Sequence[UnitCode]:
    """Give the units about which the district owes an answer."""
    state: WhistleState = session.state(whistle_stream(whistle_no))
    call = call_of(state)
    return sorted(call.unanswered) if call else ()


def department(session: Session, catalogue: Catalogue, facts: CaseFacts, *besides: str) -> UnitCode:
    """Give a department of the district, or of the city, beside some units; the first there is."""
    today = session.now.astimezone(SHANGHAI).date()
    version: CatalogueVersion = catalogue.current(today)
    return next(
        UnitCode(one.code)
        for one in version.units()
        if one.kind == "department"
        and one.code not in besides
        and target_of(version, one.code, facts.matter, today).district in {None, facts.district}
    )
