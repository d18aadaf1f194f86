"""直接答复: an appeal that needs nobody's work is answered at once."""

from dataclasses import dataclass

from chassis.decider import Meta
from contracts.events.intake import AppealAnswered
from contracts.ids import AppealNo
from contracts.sealed import Sealed
from services.intake.domain.appeal.policies import must_be_undecided
from services.intake.domain.appeal.state import AppealState


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerAppeal:
    """直接答复 (art. 11(1)): settle it on the spot, without a case."""

    appeal_no: AppealNo
    answer: Sealed
    meta: Meta


def answer(command: AnswerAppeal, state: AppealState) -> AppealAnswered:
    """Answer. Raises: AppealUnknown, AppealAlreadySettled."""
    received = must_be_undecided(command.appeal_no, state)
    return AppealAnswered(
        appeal_no=received.fact.appeal_no,
        answer=command.answer,
        answered_by=command.meta.by.person,
        answered_at=command.meta.at,
    )
