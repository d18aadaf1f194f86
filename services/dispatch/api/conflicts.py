"""Conflicts of interest (回避): declared and lifted, listed, and their reasons read."""

from fastapi import APIRouter
from pydantic import BaseModel, Field

from chassis.http.body import Body
from chassis.http.command_routes import CommandRoutes
from chassis.http.paging import Cursor, Limit
from chassis.http.texts import LongText
from chassis.readings.reading import Reading
from chassis.service import Service
from chassis.unit_of_work.session import Session
from chassis.views.keyset import Page
from contracts.catalogue import Catalogue
from contracts.envelope import Actor
from contracts.events.dispatch import ConflictDeclared
from contracts.ids import (
    UNIT_CODE,
    UNIT_CODE_MAX,
    CaseNo,
    UnitCode,
    case_stream,
    whistle_no,
    whistle_stream,
)
from services.dispatch.access import (
    CONFLICT_ROLES,
    LEADER_ROLES,
    LIFTING_ROLES,
    ReaderOfConflicts,
    must_not_be_recused,
    must_see_case,
    read_today,
)
from services.dispatch.api.addresses import (
    PERSON,
    PREFIX,
    CaseInPath,
    OfficerInPath,
    ReadsReasons,
    case,
)
from services.dispatch.api.samples import recused
from services.dispatch.domain.case.decider import CaseUnknown
from services.dispatch.domain.case.recusal import (
    ConflictNotYoursToLift,
    DeclareConflict,
    LiftConflict,
    NotRecused,
)
from services.dispatch.domain.case.state import CaseFacts, NoCase
from services.dispatch.domain.whistle.state import call_of
from services.dispatch.views.conflicts import ConflictItem, list_conflicts
from services.dispatch.views.whistles import WhistleFilter, list_whistles

_WHISTLES_MAX = 100


class Conflict(Body):
    """Who keeps out, and why; without `officer` and `unit` the sender does."""

    officer: str | None = Field(default=None, pattern=PERSON)
    unit: UnitCode | None = Field(default=None, pattern=UNIT_CODE, max_length=UNIT_CODE_MAX)
    reason: LongText


class ConflictReason(BaseModel):
    """Why a person keeps out, as declared last; None when the text was erased."""

    case_no: CaseNo
    officer: str
    reason: str | None


def own_conflict(session: Session, **_of_case: str) -> Conflict:
    """Give the declaration of who asks about themselves."""
    unit = UnitCode(session.actor.unit)
    return Conflict(officer=session.actor.person, unit=unit, reason="与当事人系近亲属。")


def conflict_commands() -> CommandRoutes:
    """Give the routes that declare and lift."""
    routes = CommandRoutes(PREFIX, "conflicts")

    @routes.command(
        "/cases/{case_no}/conflicts", roles=CONFLICT_ROLES, on=case, sample=own_conflict
    )
    def declare_conflict(session: Session, case_no: CaseInPath, body: Conflict) -> DeclareConflict:
        """Let a person keep out of a case (申报回避)."""
        stream = case_stream(case_no)
        facts: CaseFacts = session.require(stream, CaseUnknown(case_no=case_no)).facts
        return DeclareConflict(
            case_no=case_no,
            officer=body.officer or session.actor.person,
            unit=body.unit or UnitCode(session.actor.unit),
            called=_called(session, facts),
            reason=session.texts.seal_for(facts.subject, stream, body.reason),
            meta=session.meta,
        )

    @routes.command(
        "/cases/{case_no}/conflicts/{officer}/lift",
        roles=LIFTING_ROLES,
        on=case,
        candidates=recused,
    )
    def lift_conflict(
        session: Session, case_no: CaseInPath, officer: OfficerInPath
    ) -> LiftConflict:
        """Let the person act on the case again (解除回避)."""
        return LiftConflict(case_no=case_no, officer=officer, meta=session.meta)

    return routes


def _called(session: Session, facts: CaseFacts) -> frozenset[UnitCode]:
    """Give the units that the case's whistles have called."""
    numbers = (whistle_no(facts.case_no, count + 1) for count in range(facts.whistle_count))
    states = [session.state(whistle_stream(number)) for number in numbers]
    calls = [call for state in states if (call := call_of(state))]
    return frozenset(one.unit for call in calls for one in call.units)


def conflict_reads(service: Service, catalogue: Catalogue) -> APIRouter:
    """Give the routes that read conflicts."""
    routes = APIRouter(prefix=PREFIX, tags=["conflicts"])

    def must_see(actor: Actor, case_no: CaseNo) -> None:
        state = service.load(case_stream(case_no)).state
        if isinstance(state, NoCase):
            raise CaseUnknown(case_no=case_no)
        with service.store.reading() as connection:
            wanted = WhistleFilter(case_no=case_no)
            whistles = list_whistles(connection, wanted, None, _WHISTLES_MAX).items
        must_see_case(actor, state.facts, whistles, read_today(service, catalogue))

    @routes.get("/cases/{case_no}/conflicts")
    def get_conflicts(
        case_no: CaseInPath, actor: ReaderOfConflicts, after: Cursor = None, limit: Limit = 100
    ) -> Page[ConflictItem]:
        """List who is or was recused from a case; also the recused see it."""
        must_see(actor, case_no)
        with service.store.reading() as connection:
            return list_conflicts(connection, case_no, after, limit)

    @routes.get("/cases/{case_no}/conflicts/{officer}/reason")
    async def read_reason(
        case_no: CaseInPath, officer: OfficerInPath, reads: ReadsReasons
    ) -> ConflictReason:
        """Read why a person keeps out, in order to decide on it; the reading is noted."""
        declared = [
            event
            for event in service.history(case_stream(case_no))
            if isinstance(event, ConflictDeclared) and event.officer == officer
        ]

        def opened(session: Session) -> tuple[Reading, ConflictReason]:
            must_see(reads.actor, case_no)
            if not declared:
                raise NotRecused(case_no=case_no)
            unit = declared[-1].unit
            if reads.actor.role in LEADER_ROLES and reads.actor.unit != unit:
                raise ConflictNotYoursToLift(unit=unit)
            must_not_be_recused(session.transaction.reading, reads.actor, case_no)
            reason = session.texts.open(declared[-1].reason)
            answer = ConflictReason(case_no=case_no, officer=officer, reason=reason)
            return reads.found(session, f"conflict/{officer}"), answer

        return await reads.answer(opened)

    return routes
