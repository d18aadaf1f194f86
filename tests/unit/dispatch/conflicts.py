"""Who declares, in the case of `cases.py`, that somebody keeps out of it, and who lifts that."""

from uuid import UUID

from chassis.decider import Meta
from contracts.envelope import Actor
from contracts.events.dispatch import ConflictDeclared, ConflictLifted
from contracts.ids import UnitCode
from contracts.sealed import Sealed
from services.dispatch.domain.case.recusal import DeclareConflict, LiftConflict
from tests.unit.dispatch.cases import CASE_NO, OFFICER, STREET, march

REASON = Sealed(ref=UUID(int=4), commitment="12" * 32)
DECLARED_AT = march(3, 15)
LIFTED_AT = march(3, 16)
NOBODY_CALLED = frozenset[UnitCode]()


def acting(role: str, unit: str = STREET, person: str = "p-other") -> Actor:
    """Give somebody in a role."""
    return Actor(person=person, unit=unit, role=role)


AN_OFFICER = acting("officer", person=OFFICER)
A_LEADER = acting("leader")
A_DIRECTOR = acting("director")
AN_AGENT = acting("agent", "hotline")


def declared(
    by: str = OFFICER, officer: str = OFFICER, unit: UnitCode = STREET
) -> ConflictDeclared:
    """申报回避."""
    return ConflictDeclared(
        case_no=CASE_NO,
        round=1,
        unit=unit,
        officer=officer,
        reason=REASON,
        declared_by=by,
        declared_at=DECLARED_AT,
    )


def lifted(by: str = "p-other", officer: str = OFFICER) -> ConflictLifted:
    """解除回避."""
    return ConflictLifted(
        case_no=CASE_NO,
        round=1,
        unit=STREET,
        officer=officer,
        lifted_by=by,
        lifted_at=LIFTED_AT,
    )


def declare(
    by: Actor = AN_OFFICER,
    officer: str = OFFICER,
    unit: UnitCode = STREET,
    called: frozenset[UnitCode] = NOBODY_CALLED,
) -> DeclareConflict:
    """Ask to let a person keep out."""
    return DeclareConflict(
        case_no=CASE_NO,
        officer=officer,
        unit=unit,
        called=called,
        reason=REASON,
        meta=Meta(by, DECLARED_AT),
    )


def lift(by: Actor = A_LEADER, officer: str = OFFICER) -> LiftConflict:
    """Ask to let the person act again."""
    return LiftConflict(case_no=CASE_NO, officer=officer, meta=Meta(by, LIFTED_AT))
