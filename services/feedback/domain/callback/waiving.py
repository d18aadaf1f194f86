"""A call-back is waived (免回访): nobody is to be asked."""

from collections.abc import Sequence
from dataclasses import dataclass

from chassis.decider import Meta
from contracts.events.feedback import CallbackWaived
from contracts.events.feedback.callback import WaiverGround
from contracts.ids import CallbackNo
from services.feedback.domain.callback.participants import Participants
from services.feedback.domain.callback.policies import (
    existing,
    must_have_no_part,
    must_not_be_recused,
)
from services.feedback.domain.callback.state import CallbackState, Scheduled


@dataclass(frozen=True, slots=True, kw_only=True)
class WaiveCallback:
    """免回访 (art. 23): the caller does not want it, left, is anonymous or was erased.

    Of a case that the district ended by order nobody is asked either: it counts as not solved.
    """

    callback_no: CallbackNo
    ground: WaiverGround
    recused: frozenset[str]
    participants: Participants
    meta: Meta


def waive(command: WaiveCallback, state: CallbackState) -> Sequence[CallbackWaived]:
    """Waive what is open. What is over needs no waiver, and asking for one is no fault."""
    found = existing(command.callback_no, state)
    must_not_be_recused(command.meta.by, command.recused, found.fact)
    if not isinstance(found, Scheduled):
        return []
    must_have_no_part(command.meta.by, found.fact, command.participants)
    return [
        CallbackWaived(
            callback_no=found.fact.callback_no,
            case_no=found.fact.case_no,
            appeal_no=found.fact.appeal_no,
            round=found.fact.round,
            ground=command.ground,
            waived_at=command.meta.at,
        )
    ]
