"""不予派单: six classes of appeals are not dispatched, and the caller learns why."""

from dataclasses import dataclass

from chassis.decider import Meta
from contracts.events.intake import AppealDeclined
from contracts.ids import AppealNo
from contracts.sealed import Sealed
from contracts.values import DeclineGround
from services.intake.domain.appeal.policies import must_be_undecided
from services.intake.domain.appeal.state import AppealState


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclineAppeal:
    """不予派单 (art. 11(3)): turn it down on one of six grounds, with an explanation."""

    appeal_no: AppealNo
    ground: DeclineGround
    explanation: Sealed
    meta: Meta


def decline(command: DeclineAppeal, state: AppealState) -> AppealDeclined:
    """Decline. Raises: AppealUnknown, AppealAlreadySettled."""
    received = must_be_undecided(command.appeal_no, state)
    return AppealDeclined(
        appeal_no=received.fact.appeal_no,
        ground=command.ground,
        explanation=command.explanation,
        declined_by=command.meta.by.person,
        declined_at=command.meta.at,
    )
