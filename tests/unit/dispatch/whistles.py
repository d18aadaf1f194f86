"""One invented whistle: a street calls two departments to the case of `cases.py`."""

from datetime import datetime
from uuid import UUID

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
from contracts.sealed import Sealed
from services.dispatch.domain.whistle import (
    ApproveWhistle,
    BlowWhistle,
    ConcludeWhistle,
    EscalateWhistle,
    ProposeWhistle,
    RefuseWhistle,
    SettleWhistle,
)
from tests.unit.dispatch.cases import CASE_NO, OFFICER, STREET, VERSION, WHISTLE_NO, march

LEADER = "p-leader"
POLICE = "public-security"
MARKET = "market-regulation"
CALLED = (
    SummonedUnit(unit=MARKET, role="lead"),
    SummonedUnit(unit=POLICE, role="assisting"),
)
REQUEST = Sealed(ref=UUID(int=2), commitment="cd" * 32)
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
        kind="enforcement",
        units=CALLED,
        subject="s-ann",
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
        kind="enforcement",
        units=CALLED,
        subject="s-ann",
        catalogue=VERSION,
        blown_by=LEADER,
        blown_at=BLOWN_AT,
    )


def escalated(unit: str = POLICE) -> WhistleEscalated:
    """升级."""
    return WhistleEscalated(
        whistle_no=WHISTLE_NO,
        case_no=CASE_NO,
        round=1,
        unit=unit,
        due_at=REPORT_BY,
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
        accepted_by=OFFICER,
        settled_at=SETTLED_AT,
    )


def propose(
    *units: SummonedUnit,
    street: str = STREET,
    whistle_no: str = WHISTLE_NO,
    at: datetime = PROPOSED_AT,
) -> ProposeWhistle:
    """Ask to call units, both departments unless others are named."""
    return ProposeWhistle(
        whistle_no=whistle_no,
        case_no=CASE_NO,
        round=1,
        street=street,
        kind="enforcement",
        units=units or CALLED,
        subject="s-ann",
        request=REQUEST,
        catalogue=VERSION,
        by=OFFICER,
        at=at,
    )


def approve(unit: str = STREET, by: str = LEADER) -> ApproveWhistle:
    """Ask to approve the whistle."""
    return ApproveWhistle(whistle_no=WHISTLE_NO, unit=unit, by=by, at=APPROVED_AT)


def refuse(unit: str = STREET, at: datetime = APPROVED_AT) -> RefuseWhistle:
    """Ask to refuse the whistle."""
    return RefuseWhistle(
        whistle_no=WHISTLE_NO, case_no=CASE_NO, unit=unit, reason=REASON, by=LEADER, at=at
    )


def blow(unit: str = STREET) -> BlowWhistle:
    """Ask to blow the whistle."""
    return BlowWhistle(whistle_no=WHISTLE_NO, unit=unit, by=LEADER, at=BLOWN_AT)


def escalate(unit: str = POLICE) -> EscalateWhistle:
    """Ask to tell the district that a unit did not come."""
    return EscalateWhistle(
        whistle_no=WHISTLE_NO, late_unit=unit, due_at=REPORT_BY, at=march(3, 22, 16)
    )


def conclude() -> ConcludeWhistle:
    """Ask to put the result before the street."""
    return ConcludeWhistle(whistle_no=WHISTLE_NO, at=CONCLUDED_AT)


def settle(unit: str = STREET, at: datetime = SETTLED_AT) -> SettleWhistle:
    """Ask to accept the result."""
    return SettleWhistle(whistle_no=WHISTLE_NO, case_no=CASE_NO, unit=unit, by=OFFICER, at=at)
