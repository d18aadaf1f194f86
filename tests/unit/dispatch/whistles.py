"""One invented whistle: a street calls two departments to the case of `cases.py`."""

from datetime import datetime
from uuid import UUID

import pytest

from chassis.decider import Meta
from contracts.envelope import Actor
from contracts.events.dispatch import (
    SummonedUnit,
    WhistleApproved,
    WhistleBlown,
    WhistleConcluded,
    WhistleEscalated,
    WhistleProposed,
    WhistleRefused,
    WhistleSettled,
)
from contracts.ids import SubjectId, UnitCode, WhistleNo
from contracts.sealed import Sealed
from services.dispatch.domain.whistle.approval import (
    ApproveWhistle,
    ProposeWhistle,
    RefuseWhistle,
)
from services.dispatch.domain.whistle.call import BlowWhistle, EscalateWhistle
from services.dispatch.domain.whistle.settlement import ConcludeWhistle, SettleWhistle
from services.dispatch.domain.whistle.state import WhistleEvent
from tests.unit.dispatch.cases import (
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
POLICE = UnitCode("public-security")
MARKET = UnitCode("market-regulation")
CALLED = (
    SummonedUnit(unit=MARKET, role="lead", basis="street", reason=None),
    SummonedUnit(unit=POLICE, role="assisting", basis="street", reason=None),
)
REQUEST = Sealed(ref=UUID(int=2), commitment="cd" * 32)
EVIDENCE = Sealed(ref=UUID(int=4), commitment="0f" * 32)
REASON = Sealed(ref=UUID(int=3), commitment="ef" * 32)

PROPOSED_AT = march(3, 20)
APPROVED_AT = march(3, 20, 10)
BLOWN_AT = march(3, 20, 15)
REPORT_BY = march(3, 22, 15)
CONCLUDED_AT = march(4, 1)
SETTLED_AT = march(4, 9)


def proposed() -> WhistleProposed:
    """拟哨."""
    return WhistleProposed(
        whistle_no=WHISTLE_NO,
        case_no=CASE_NO,
        round=1,
        street=STREET,
        district=DISTRICT,
        unit=STREET,
        kind="enforcement",
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


def blown() -> WhistleBlown:
    """吹哨."""
    return WhistleBlown(
        whistle_no=WHISTLE_NO,
        case_no=CASE_NO,
        round=1,
        street=STREET,
        district=DISTRICT,
        kind="enforcement",
        units=CALLED,
        subject=SubjectId("s-ann"),
        catalogue=VERSION,
        is_to_confirm=False,
        blown_by=LEADER,
        blown_at=BLOWN_AT,
    )


def escalated(unit: UnitCode = POLICE) -> WhistleEscalated:
    """升级."""
    return WhistleEscalated(
        whistle_no=WHISTLE_NO,
        case_no=CASE_NO,
        round=1,
        district=DISTRICT,
        unit=unit,
        ground="not_reported",
        reason=None,
        due_at=REPORT_BY,
        answer=None,
        escalated_by="",
        escalated_at=march(3, 22, 16),
    )


def concluded() -> WhistleConcluded:
    """处置完毕待验收."""
    return WhistleConcluded(
        whistle_no=WHISTLE_NO, case_no=CASE_NO, round=1, concluded_at=CONCLUDED_AT
    )


def settled() -> WhistleSettled:
    """销哨."""
    return WhistleSettled(
        whistle_no=WHISTLE_NO,
        case_no=CASE_NO,
        round=1,
        ratings=(),
        accepted_by=OFFICER,
        settled_at=SETTLED_AT,
    )


def leader(person: str = LEADER, unit: str = STREET) -> Actor:
    """Give somebody who decides for a unit."""
    return Actor(person=person, unit=unit, role="leader")


def propose(
    *units: SummonedUnit,
    street: str = STREET,
    whistle_no: WhistleNo = WHISTLE_NO,
    at: datetime = PROPOSED_AT,
) -> ProposeWhistle:
    """Ask to call units, both departments unless others are named."""
    return ProposeWhistle(
        whistle_no=whistle_no,
        case_no=CASE_NO,
        round=1,
        district=DISTRICT,
        ground="no_power",
        evidence=EVIDENCE,
        kind="enforcement",
        units=units or CALLED,
        subject=SubjectId("s-ann"),
        request=REQUEST,
        catalogue=VERSION,
        meta=Meta(officer(OFFICER, street), at),
    )


def approve(unit: str = STREET, by: str = LEADER) -> ApproveWhistle:
    """Ask to approve the whistle."""
    return ApproveWhistle(
        whistle_no=WHISTLE_NO, case_no=CASE_NO, meta=Meta(leader(by, unit), APPROVED_AT)
    )


def refuse(unit: str = STREET, at: datetime = APPROVED_AT) -> RefuseWhistle:
    """Ask to refuse the whistle."""
    return RefuseWhistle(
        whistle_no=WHISTLE_NO, case_no=CASE_NO, reason=REASON, meta=Meta(leader(LEADER, unit), at)
    )


def blow(unit: str = STREET) -> BlowWhistle:
    """Ask to blow the whistle."""
    return BlowWhistle(
        whistle_no=WHISTLE_NO, case_no=CASE_NO, meta=Meta(leader(LEADER, unit), BLOWN_AT)
    )


def escalate(unit: UnitCode = POLICE) -> EscalateWhistle:
    """Ask to name to the district a unit that did not come."""
    return EscalateWhistle(
        whistle_no=WHISTLE_NO,
        late_unit=unit,
        due_at=REPORT_BY,
        meta=Meta(SYSTEM, march(3, 22, 16)),
    )


def conclude() -> ConcludeWhistle:
    """Ask to put the result before the street."""
    return ConcludeWhistle(whistle_no=WHISTLE_NO, meta=Meta(SYSTEM, CONCLUDED_AT))


def settle(unit: str = STREET, at: datetime = SETTLED_AT) -> SettleWhistle:
    """Ask to accept the result."""
    return SettleWhistle(
        whistle_no=WHISTLE_NO, case_no=CASE_NO, meta=Meta(officer(OFFICER, unit), at)
    )


History = tuple[WhistleEvent, ...]

PROPOSED: History = (proposed(),)
APPROVED: History = (*PROPOSED, approved())
REFUSED: History = (*PROPOSED, refused())
BLOWN: History = (*APPROVED, blown())
CONCLUDED: History = (*BLOWN, concluded())
SETTLED: History = (*CONCLUDED, settled())
STAGES = {
    "proposed": PROPOSED,
    "approved": APPROVED,
    "refused": REFUSED,
    "blown": BLOWN,
    "concluded": CONCLUDED,
    "settled": SETTLED,
}


def at_every_stage_but(*stages: str) -> pytest.MarkDecorator:
    """Run a test on each history that ends at another stage."""
    others = [stage for stage in STAGES if stage not in stages]
    return pytest.mark.parametrize("history", [STAGES[one] for one in others], ids=others)
