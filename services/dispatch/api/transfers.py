"""Who leads a case: objection, ruling, re-dispatch; and its end by order."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from chassis.errors import Refusal, quotable
from chassis.http.body import Body
from chassis.http.command_routes import CommandRoutes
from chassis.http.texts import LongText, Reason
from chassis.unit_of_work.session import Session
from contracts.catalogue import Catalogue, UnknownUnit
from contracts.ids import UNIT_CODE, UNIT_CODE_MAX, CaseNo, UnitCode, case_stream, whistle_stream
from contracts.instant import SHANGHAI
from services.dispatch.access import (
    DISPATCHER_ROLES,
    LEADER_ROLES,
    RULING_ROLES,
    UNIT_ROLES,
)
from services.dispatch.api.addresses import PREFIX, CaseInPath, case
from services.dispatch.api.samples import department, facts_of
from services.dispatch.domain.case.decider import CaseUnknown
from services.dispatch.domain.case.objecting import ObjectToCase
from services.dispatch.domain.case.ordering import OrderEnd
from services.dispatch.domain.case.redispatching import NoteDispatchRefusal, Redispatch
from services.dispatch.domain.case.ruling import RuleOnObjection
from services.dispatch.domain.case.state import CaseFacts, Dispatched
from services.dispatch.domain.routing import (
    CatalogueRows,
    LeadRefused,
    Target,
    rows_of,
    target_of,
)
from services.dispatch.domain.terms import terms_of
from services.dispatch.domain.whistle.cancelling import CancelWithCase

Unit = Annotated[UnitCode, Field(pattern=UNIT_CODE, max_length=UNIT_CODE_MAX)]


class UnitUnknown(Refusal):
    """无此单位: a case goes to a unit of the catalogue."""

    code = "unit_unknown"
    zh = "目录中没有单位 {unit}；请从 /intake/v1/catalogue 中选择单位代码。"
    en = "There is no unit {unit}; choose one from /intake/v1/catalogue."


class Objection(Body):
    """On what basis, and whose the case is instead."""

    basis: LongText
    proposed_unit: Unit | None = None


class Ruling(Body):
    """What is ruled; `unit` leads from now on, where the objection is upheld."""

    outcome: Literal["upheld", "rejected"]
    reason: Reason
    unit: Unit | None = None

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.outcome == "rejected" and self.unit is not None:
            raise ValueError("a rejected objection changes no unit; leave `unit` out")
        return self


class Redispatching(Body):
    """Which unit leads from now on, and why another."""

    unit: Unit
    ground: Literal["dispatch_error", "unit_silent"]


class Ordering(Body):
    """Why the district ends the case."""

    reason: Reason


OBJECTION = Objection(basis="《职责清单》：该事项由其他部门主责。")
REJECTED = Ruling(outcome="rejected", reason="职责清单明确由该单位主责。")


def transfer_commands(catalogue: Catalogue) -> CommandRoutes:
    """Give the routes that decide who leads, and that order an end."""
    routes = CommandRoutes(PREFIX, "transfers")
    _objection(routes, catalogue)
    _redispatch(routes, catalogue)
    return routes


def _objection(routes: CommandRoutes, catalogue: Catalogue) -> None:
    @routes.command("/cases/{case_no}/objection", roles=UNIT_ROLES, on=case, sample=OBJECTION)
    def object_to_case(session: Session, case_no: CaseInPath, body: Objection) -> ObjectToCase:
        """Object to a dispatch, on a basis (退单异议); no clock stops."""
        facts = _facts(session, case_no)
        if body.proposed_unit is not None:
            _target(catalogue, session, facts, body.proposed_unit)
        return ObjectToCase(
            case_no=case_no,
            basis=session.texts.seal_for(facts.subject, case_stream(case_no), body.basis),
            proposed_unit=body.proposed_unit,
            terms=terms_of(catalogue.at(facts.catalogue), facts.matter),
            meta=session.meta,
        )

    @routes.command(
        "/cases/{case_no}/ruling",
        roles=RULING_ROLES,
        on=case,
        noting=(LeadRefused, _note),
        sample=REJECTED,
    )
    def rule_on_objection(session: Session, case_no: CaseInPath, body: Ruling) -> RuleOnObjection:
        """Rule on the objection that waits (裁定); upheld, another unit leads."""
        facts = _facts(session, case_no)
        return RuleOnObjection(
            case_no=case_no,
            outcome=body.outcome,
            reason=session.texts.seal_for(facts.subject, case_stream(case_no), body.reason),
            target=_target(catalogue, session, facts, body.unit) if body.unit else None,
            rows=_rows(catalogue, facts),
            meta=session.meta,
        )


def _redispatch(routes: CommandRoutes, catalogue: Catalogue) -> None:
    def to_another(session: Session, case_no: CaseNo) -> Redispatching:
        """Name a department that does not lead, and the ground that the case's stage has."""
        facts = facts_of(session, case_no)
        is_new = isinstance(session.state(case_stream(case_no)), Dispatched)
        unit = department(session, catalogue, facts, facts.unit)
        is_error = is_new and facts.round == facts.led_since_round and not facts.is_final
        return Redispatching(unit=unit, ground="dispatch_error" if is_error else "unit_silent")

    @routes.command(
        "/cases/{case_no}/redispatch",
        roles=DISPATCHER_ROLES,
        on=case,
        noting=(LeadRefused, _note),
        sample=to_another,
    )
    def redispatch_case(session: Session, case_no: CaseInPath, body: Redispatching) -> Redispatch:
        """Give a case to another unit (改派): a dispatch error, or a silent unit."""
        facts = _facts(session, case_no)
        return Redispatch(
            case_no=case_no,
            ground=body.ground,
            target=_target(catalogue, session, facts, body.unit),
            rows=_rows(catalogue, facts),
            meta=session.meta,
        )

    @routes.command(
        "/cases/{case_no}/end-order",
        roles=LEADER_ROLES,
        on=case,
        gives=OrderEnd,
        sample=Ordering(reason="历史遗留问题，现行政策下无法解决。"),
    )
    def order_end(session: Session, case_no: CaseInPath, body: Ordering) -> None:
        """End a case that nothing else can end (指令结案); it counts as not solved."""
        facts = _facts(session, case_no)
        reason = session.texts.seal_for(facts.subject, case_stream(case_no), body.reason)
        order = OrderEnd(case_no=case_no, reason=reason, meta=session.meta)
        session.execute(order, case_stream(case_no))
        for whistle_no in facts.open_whistles:
            cancel = CancelWithCase(whistle_no=whistle_no, reason=reason, meta=session.meta)
            session.execute(cancel, whistle_stream(whistle_no))


def _facts(session: Session, case_no: CaseNo) -> CaseFacts:
    facts: CaseFacts = session.require(case_stream(case_no), CaseUnknown(case_no=case_no)).facts
    return facts


def _rows(catalogue: Catalogue, facts: CaseFacts) -> CatalogueRows:
    return rows_of(catalogue.at(facts.catalogue), facts.street, facts.matter)


def _target(catalogue: Catalogue, session: Session, facts: CaseFacts, unit: UnitCode) -> Target:
    """Look a unit up as it is today. Raises: UnitUnknown."""
    today = session.now.astimezone(SHANGHAI).date()
    try:
        return target_of(catalogue.current(today), unit, facts.matter, today)
    except UnknownUnit:
        raise UnitUnknown(unit=quotable(unit)) from None


def _note(
    session: Session, refusal: Refusal, case_no: CaseNo, **_body: object
) -> NoteDispatchRefusal:
    """Name who tried to give the case to whom, and which rule kept them from it."""
    unit = UnitCode(str(refusal.facts["unit"]))
    return NoteDispatchRefusal(case_no=case_no, unit=unit, code=refusal.code, meta=session.meta)
