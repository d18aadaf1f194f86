"""A call-back is waived (免回访): nobody is to be asked."""

from collections.abc import Sequence
from dataclasses import dataclass

from chassis.decider import Meta
from contracts.events.feedback import CallbackWaived
from contracts.events.feedback.callback import WaiverGround
from contracts.ids import CallbackNo
from services.feedback.domain.callback.policies import (
    existing,
    must_not_be_recused,
    must_not_have_handled,
)
from services.feedback.domain.callback.state import CallbackState, Scheduled


@dataclass(frozen=True, slots=True, kw_only=True)
class WaiveCallback:
    """免回访: the caller does not want it or left, or the person was erased."""

    callback_no: CallbackNo
    ground: WaiverGround
    recused: frozenset[str]
    meta: Meta


def waive(command: WaiveCallback, state: CallbackState) -> Sequence[CallbackWaived]:
    """Waive what is open. What is over needs no waiver, and asking for one is no fault."""
    found = existing(command.callback_no, state)
    must_not_be_recused(command.meta.by, command.recused, found.fact)
    if not isinstance(found, Scheduled):
        return []
    must_not_have_handled(command.meta.by, found.fact)
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
