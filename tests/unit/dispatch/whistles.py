"""One invented whistle: a street calls two departments to the case of `cases.py`.

The responsibility list names the market's department; the street adds the police, with a reason.
"""

from dataclasses import replace
from datetime import datetime
from typing import Literal
from uuid import UUID

import pytest

from chassis.decider import Meta
from contracts.calendar import Deadline, Limit
from contracts.catalogue import Unit
from contracts.catalogue.rows import UnitKind
from contracts.envelope import Actor
from contracts.events.dispatch import (
    EscalationAnswered,
    EscalationAnswerMissed,
    KeyPlan,
    PlanNode,
    SummonedUnit,
    UnitRating,
    WhistleApproved,
    WhistleBlown,
    WhistleCancelled,
    WhistleConcluded,
    WhistleConfirmed,
    WhistleEscalated,
    WhistleProposed,
    WhistleRefused,
    WhistleSettled,
    WhistleUnitAdded,
    WhistleUnitExcused,
)
from contracts.ids import SubjectId, UnitCode, WhistleNo
from contracts.policies import Approver
from contracts.sealed import Sealed
from contracts.values import UnitRole, WhistleKind
from services.dispatch.domain.whistle.adding import AddUnit, ExcuseUnit
from services.dispatch.domain.whistle.approval import ApproveWhistle, RefuseWhistle
from services.dispatch.domain.whistle.call import BlowWhistle
from services.dispatch.domain.whistle.cancelling import CancelWhistle, CancelWithCase
from services.dispatch.domain.whistle.emergency import BlowEmergencyWhistle, ConfirmWhistle
from services.dispatch.domain.whistle.escalation import (
    AnswerEscalation,
    AnswerTerms,
    AskDistrict,
    EscalateWhistle,
)
from services.dispatch.domain.whistle.proposing import ProposeWhistle
from services.dispatch.domain.whistle.settlement import ConcludeWhistle, SettleWhistle
from services.dispatch.domain.whistle.state import WhistleEvent
from services.dispatch.domain.whistle.summons import Summons
from services.dispatch.domain.whistle.units import NamedUnit
from tests.unit.dispatch.cases import (
    CALENDAR,
    CASE_NO,
    DISTRICT,
    OFFICER,
    STREET,
    SYSTEM,
    VERSION,
    WHISTLE_NO,
    march,
    officer,
)

LEADER = "p-leader"
DIRECTOR = "p-director"
DISTRICT_OFFICER = "p-district"
CITY = UnitCode("city")
OTHER_DISTRICT = UnitCode("other-district")
POLICE = UnitCode("public-security")
MARKET = UnitCode("market-regulation")
WATER = UnitCode("water-company")
REQUEST = Sealed(ref=UUID(int=2), commitment="cd" * 32)
REASON = Sealed(ref=UUID(int=3), commitment="ef" * 32)
EVIDENCE = Sealed(ref=UUID(int=4), commitment="0f" * 32)
ANSWER = Sealed(ref=UUID(int=5), commitment="12" * 32)
APPROVERS: tuple[Approver, ...] = ("leader", "director")

PROPOSED_AT = march(3, 20)
APPROVED_AT = march(3, 20, 10)
BLOWN_AT = march(3, 20, 15)
CONFIRMED_AT = march(3, 21)
ADDED_AT = march(3, 21, 30)
REPORT_BY = march(3, 22, 15)
ESCALATED_AT = march(3, 22, 16)
YELLOW_AT = march(4, 15, 36)
ANSWER_BY = march(5, 9)
CONCLUDED_AT = march(4, 1)
SETTLED_AT = march(4, 9)
CANCELLED_AT = march(4, 10)
NOTICED_AT = march(5, 10)

CALLED = (
    SummonedUnit(unit=MARKET, role="lead", basis="list", reason=None),
    SummonedUnit(unit=POLICE, role="assisting", basis="street", reason=REASON),
)
ADDED = SummonedUnit(unit=WATER, role="assisting", basis="street", reason=REASON)
PLAN = KeyPlan(
    goal=REQUEST,
    consultation=EVIDENCE,
    responsible=REASON,
    nodes=(PlanNode(what=REASON, due_at=march(20, 9)),),
)


def row(code: str, kind: UnitKind = "department", parent: str = DISTRICT) -> Unit:
    """Give what an invented catalogue says of a unit."""
    return Unit(
        code=code,
        name_zh="invented",
        name_en="invented",
        kind=kind,
        parent=parent,
        source="invented",
    )


def named(  # noqa: PLR0913  # what can be said of a unit
    code: str,
    role: UnitRole = "assisting",
    *,
    kind: UnitKind = "department",
    district: UnitCode | None = DISTRICT,
    is_listed: bool = False,
    reason: Sealed | None = REASON,
) -> NamedUnit:
    """Name a unit that is to be called; not on the list, with a reason, unless said otherwise."""
    return NamedUnit(
        row=row(code, kind), district=district, role=role, is_listed=is_listed, reason=reason
    )


NAMED = (named(MARKET, "lead", is_listed=True, reason=None), named(POLICE))


def proposed(kind: WhistleKind = "enforcement", **changed: object) -> WhistleProposed:
    """拟哨."""
    fact = WhistleProposed(
        whistle_no=WHISTLE_NO,
        case_no=CASE_NO,
        round=1,
        street=STREET,
        district=DISTRICT,
        unit=STREET,
        kind=kind,
        ground="no_power",
        evidence=EVIDENCE,
        plan=None,
        is_cross_district=False,
        units=CALLED,
        subject=SubjectId("s-ann"),
        request=REQUEST,
        catalogue=VERSION,
        proposed_by=OFFICER,
        proposed_at=PROPOSED_AT,
    )
    return fact.model_copy(update=changed)


def approved() -> WhistleApproved:
    """准哨."""
    return WhistleApproved(
        whistle_no=WHISTLE_NO,
        case_no=CASE_NO,
        round=1,
        approved_by=LEADER,
        approved_at=APPROVED_AT,
    )


def refused() -> WhistleRefused:
    """不准吹哨."""
    return WhistleRefused(
        whistle_no=WHISTLE_NO,
        case_no=CASE_NO,
        round=1,
        reason=REASON,
        refused_by=LEADER,
        refused_at=APPROVED_AT,
    )


def blown(kind: WhistleKind = "enforcement") -> WhistleBlown:
    """吹哨."""
    return WhistleBlown(
        whistle_no=WHISTLE_NO,
        case_no=CASE_NO,
        round=1,
        street=STREET,
        district=DISTRICT,
        kind=kind,
        units=CALLED,
        subject=SubjectId("s-ann"),
        catalogue=VERSION,
        is_to_confirm=False,
        blown_by=LEADER,
        blown_at=BLOWN_AT,
    )


def blown_at_once() -> tuple[WhistleProposed, WhistleBlown]:
    """应急吹哨, by the leader alone."""
    fact = proposed("emergency", proposed_by=LEADER, proposed_at=BLOWN_AT)
    return fact, blown("emergency").model_copy(update={"is_to_confirm": True})


def confirmed() -> WhistleConfirmed:
    """补批."""
    return WhistleConfirmed(
        whistle_no=WHISTLE_NO,
        case_no=CASE_NO,
        round=1,
        confirmed_by=DIRECTOR,
        confirmed_at=CONFIRMED_AT,
    )


def added(summoned: SummonedUnit = ADDED) -> WhistleUnitAdded:
    """加派."""
    return WhistleUnitAdded(
        whistle_no=WHISTLE_NO,
        case_no=CASE_NO,
        round=1,
        summoned=summoned,
        kind="enforcement",
        catalogue=VERSION,
        added_by=OFFICER,
        added_at=ADDED_AT,
    )


def excused(unit: UnitCode = POLICE) -> WhistleUnitExcused:
    """免责."""
    return WhistleUnitExcused(
        whistle_no=WHISTLE_NO, case_no=CASE_NO, round=1, unit=unit, excused_at=ADDED_AT
    )


def answer_due(
    unit: UnitCode = POLICE,
    start: datetime = ESCALATED_AT,
    warn_at: datetime = YELLOW_AT,
    due_at: datetime = ANSWER_BY,
) -> Deadline:
    """Give the district's deadline, one working day, worked out by hand.

    It is told in the night, so its time begins at nine; 5.6 of eight hours are over at 15:36.
    """
    return Deadline(
        milestone=f"answer/{unit}",
        round=1,
        rule="policies.escalation_answer",
        started_at=start,
        limit=ANSWER_LIMIT,
        around_the_clock=False,
        due_at=due_at,
        calendar="invented",
        skipped=(),
        provisional=False,
        warn_at=warn_at,
        counting="same_clock_time",
    )


ANSWER_LIMIT = Limit(amount=1, unit="workday")
TERMS = AnswerTerms(ANSWER_LIMIT, CALENDAR, 70)


def escalated(unit: UnitCode = POLICE, *, has_clock: bool = True) -> WhistleEscalated:
    """升级, because a deadline passed."""
    return WhistleEscalated(
        whistle_no=WHISTLE_NO,
        case_no=CASE_NO,
        round=1,
        district=DISTRICT,
        unit=unit,
        ground="not_reported",
        reason=None,
        due_at=REPORT_BY,
        answer=answer_due(unit) if has_clock else None,
        escalated_by="",
        escalated_at=ESCALATED_AT,
    )


def asked(unit: UnitCode = POLICE, at: datetime = ESCALATED_AT) -> WhistleEscalated:
    """升级, because the street asks."""
    return escalated(unit).model_copy(
        update={
            "ground": "asked",
            "due_at": None,
            "reason": REASON,
            "escalated_by": OFFICER,
            "escalated_at": at,
        }
    )


def answered(unit: UnitCode = POLICE, at: datetime = CONCLUDED_AT) -> EscalationAnswered:
    """督办答复."""
    return EscalationAnswered(
        whistle_no=WHISTLE_NO,
        case_no=CASE_NO,
        round=1,
        district=DISTRICT,
        unit=unit,
        answer=ANSWER,
        answered_by=DISTRICT_OFFICER,
        answered_at=at,
    )


def answer_missed(at: datetime = NOTICED_AT, unit: UnitCode = POLICE) -> EscalationAnswerMissed:
    """督办答复超期."""
    return EscalationAnswerMissed(
        whistle_no=WHISTLE_NO,
        case_no=CASE_NO,
        round=1,
        district=DISTRICT,
        unit=unit,
        due_at=ANSWER_BY,
        noticed_at=at,
    )


def concluded() -> WhistleConcluded:
    """处置完毕待验收."""
    return WhistleConcluded(
        whistle_no=WHISTLE_NO, case_no=CASE_NO, round=1, concluded_at=CONCLUDED_AT
    )


def rating(unit: UnitCode, points: int = 100, reason: Sealed | None = None) -> UnitRating:
    """评哨, the same figure throughout."""
    figures = ("signing", "arrival", "people", "quality", "staying", "result")
    values = dict.fromkeys(figures, points)
    return UnitRating.model_validate({"unit": unit, "reason": reason, **values})


RATINGS = (rating(MARKET), rating(POLICE, 40, REASON))


def settled(*ratings: UnitRating) -> WhistleSettled:
    """销哨."""
    return WhistleSettled(
        whistle_no=WHISTLE_NO,
        case_no=CASE_NO,
        round=1,
        ratings=ratings or RATINGS,
        accepted_by=OFFICER,
        settled_at=SETTLED_AT,
    )


def cancelled(ground: Literal["street", "case_ended"] = "street") -> WhistleCancelled:
    """撤哨."""
    return WhistleCancelled(
        whistle_no=WHISTLE_NO,
        case_no=CASE_NO,
        round=1,
        ground=ground,
        reason=REASON,
        cancelled_by=LEADER,
        cancelled_at=CANCELLED_AT,
    )


def leader(person: str = LEADER, unit: str = STREET) -> Actor:
    """Give somebody who decides for a unit."""
    return Actor(person=person, unit=unit, role="leader")


def director(person: str = DIRECTOR) -> Actor:
    """Give the director of the street."""
    return Actor(person=person, unit=STREET, role="director")


def summons(*units: NamedUnit, whistle_no: WhistleNo = WHISTLE_NO) -> Summons:
    """Say what the whistle is about, for both departments unless others are named."""
    return Summons(
        whistle_no=whistle_no,
        case_no=CASE_NO,
        round=1,
        street=STREET,
        district=DISTRICT,
        ground="no_power",
        evidence=EVIDENCE,
        units=units or NAMED,
        subject=SubjectId("s-ann"),
        request=REQUEST,
        catalogue=VERSION,
    )


def propose(  # noqa: PLR0913  # who proposes what
    *units: NamedUnit,
    unit: str = STREET,
    proposer: Unit | None = None,
    kind: WhistleKind = "enforcement",
    plan: KeyPlan | None = None,
    whistle_no: WhistleNo = WHISTLE_NO,
    at: datetime = PROPOSED_AT,
    by: str = OFFICER,
) -> ProposeWhistle:
    """Ask to call units."""
    return ProposeWhistle(
        whistle_no=whistle_no,
        case_no=CASE_NO,
        proposer=proposer or row(unit, "street"),
        kind=kind,
        plan=plan,
        summons=summons(*units, whistle_no=whistle_no),
        meta=Meta(officer(by, unit), at),
    )


def blow_at_once(
    *units: NamedUnit, by: Actor | None = None, at: datetime = BLOWN_AT
) -> BlowEmergencyWhistle:
    """Ask to call units to a danger."""
    return BlowEmergencyWhistle(
        whistle_no=WHISTLE_NO,
        case_no=CASE_NO,
        summons=summons(*units),
        approvers=APPROVERS,
        meta=Meta(by or leader(), at),
    )


def approve(unit: str = STREET, by: str = LEADER) -> ApproveWhistle:
    """Ask to approve the whistle."""
    return ApproveWhistle(
        whistle_no=WHISTLE_NO,
        case_no=CASE_NO,
        approvers=APPROVERS,
        meta=Meta(leader(by, unit), APPROVED_AT),
    )


def refuse(unit: str = STREET, at: datetime = APPROVED_AT) -> RefuseWhistle:
    """Ask to refuse the whistle."""
    return RefuseWhistle(
        whistle_no=WHISTLE_NO,
        case_no=CASE_NO,
        approvers=APPROVERS,
        reason=REASON,
        meta=Meta(leader(LEADER, unit), at),
    )


def blow(unit: str = STREET) -> BlowWhistle:
    """Ask to blow the whistle."""
    return BlowWhistle(
        whistle_no=WHISTLE_NO,
        case_no=CASE_NO,
        meta=Meta(officer(LEADER, unit), BLOWN_AT),
    )


def confirm(by: Actor | None = None) -> ConfirmWhistle:
    """Ask to confirm the whistle, as the director."""
    return ConfirmWhistle(
        whistle_no=WHISTLE_NO,
        case_no=CASE_NO,
        approvers=APPROVERS,
        meta=Meta(by or director(), CONFIRMED_AT),
    )


def add(unit: NamedUnit | None = None, by: Actor | None = None) -> AddUnit:
    """Ask to call one more unit, the water company."""
    return AddUnit(
        whistle_no=WHISTLE_NO,
        case_no=CASE_NO,
        unit=unit or named(WATER, kind="company"),
        catalogue=VERSION,
        meta=Meta(by or officer(), ADDED_AT),
    )


def excuse(unit: UnitCode = POLICE) -> ExcuseUnit:
    """Ask to note that a contest was upheld."""
    return ExcuseUnit(whistle_no=WHISTLE_NO, unit=unit, meta=Meta(SYSTEM, ADDED_AT))


def cancel(by: Actor | None = None, at: datetime = CANCELLED_AT) -> CancelWhistle:
    """Ask to take the whistle back."""
    return CancelWhistle(
        whistle_no=WHISTLE_NO, case_no=CASE_NO, reason=REASON, meta=Meta(by or leader(), at)
    )


def cancel_with_case() -> CancelWithCase:
    """Ask to end the whistle with its case."""
    return CancelWithCase(
        whistle_no=WHISTLE_NO, reason=REASON, meta=Meta(leader(LEADER, DISTRICT), CANCELLED_AT)
    )


def escalate(unit: UnitCode = POLICE, terms: AnswerTerms | None = TERMS) -> EscalateWhistle:
    """Ask to name to the district a unit that did not come."""
    return EscalateWhistle(
        whistle_no=WHISTLE_NO,
        unit=unit,
        ground="not_reported",
        due_at=REPORT_BY,
        escalated_by="",
        terms=terms,
        meta=Meta(SYSTEM, ESCALATED_AT),
    )


def name_absent(unit: UnitCode = POLICE) -> EscalateWhistle:
    """Ask to name to the district a unit that the street goes on without."""
    told = {"ground": "absent", "due_at": None, "escalated_by": OFFICER}
    return replace(escalate(unit), **told)  # type: ignore[arg-type]  # fields of the command


def ask(
    unit: UnitCode = POLICE,
    by: Actor | None = None,
    at: datetime = ESCALATED_AT,
    terms: AnswerTerms | None = TERMS,
) -> AskDistrict:
    """Ask to ask the district."""
    return AskDistrict(
        whistle_no=WHISTLE_NO,
        case_no=CASE_NO,
        unit=unit,
        reason=REASON,
        terms=terms,
        meta=Meta(by or officer(), at),
    )


def answer(
    unit: UnitCode = POLICE, by: Actor | None = None, at: datetime = CONCLUDED_AT
) -> AnswerEscalation:
    """Ask to answer for the district."""
    return AnswerEscalation(
        whistle_no=WHISTLE_NO,
        case_no=CASE_NO,
        unit=unit,
        answer=ANSWER,
        meta=Meta(by or officer(DISTRICT_OFFICER, DISTRICT), at),
    )


def conclude(*units: UnitCode) -> ConcludeWhistle:
    """Ask to put the result before the street."""
    return ConcludeWhistle(whistle_no=WHISTLE_NO, units=units, meta=Meta(SYSTEM, CONCLUDED_AT))


def settle(
    *ratings: UnitRating, unit: str = STREET, at: datetime = SETTLED_AT, below: int = 60
) -> SettleWhistle:
    """Ask to accept the result."""
    return SettleWhistle(
        whistle_no=WHISTLE_NO,
        case_no=CASE_NO,
        ratings=ratings or RATINGS,
        reason_below=below,
        meta=Meta(officer(OFFICER, unit), at),
    )


History = tuple[WhistleEvent, ...]

PROPOSED: History = (proposed(),)
APPROVED: History = (*PROPOSED, approved())
REFUSED: History = (*PROPOSED, refused())
BLOWN: History = (*APPROVED, blown())
AT_ONCE: History = blown_at_once()
CONCLUDED: History = (*BLOWN, concluded())
SETTLED: History = (*CONCLUDED, settled())
CANCELLED: History = (*BLOWN, cancelled())
STAGES = {
    "proposed": PROPOSED,
    "approved": APPROVED,
    "refused": REFUSED,
    "blown": BLOWN,
    "concluded": CONCLUDED,
    "settled": SETTLED,
    "cancelled": CANCELLED,
}


def at_every_stage_but(*stages: str) -> pytest.MarkDecorator:
    """Run a test on each history that ends at another stage."""
    others = [stage for stage in STAGES if stage not in stages]
    return pytest.mark.parametrize("history", [STAGES[one] for one in others], ids=others)
