"""直接答复: an appeal of a kind that needs nobody's work is answered at once."""

from dataclasses import dataclass

from chassis.decider import Meta
from chassis.errors import Refusal
from contracts.events.intake import AppealAnswered
from contracts.ids import AppealNo
from contracts.sealed import Sealed
from contracts.values import AppealKind
from services.intake.domain.appeal.policies import must_be_undecided
from services.intake.domain.appeal.state import AppealState


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerAppeal:
    """直接答复 (art. 11(1)): settle it on the spot, without a case."""

    appeal_no: AppealNo
    answer: Sealed
    on_spot: tuple[AppealKind, ...]
    """The kinds that the city answers without a case, of its catalogue in force."""
    meta: Meta


class KindNotAnsweredOnSpot(Refusal):
    """不得直接答复 (art. 11(1)): what is no consultation is dispatched, or declined on a ground."""

    code = "kind_not_answered_on_spot"
    zh = (
        "诉求 {appeal_no} 的类型是 {kind}，只有 {allowed} 可以当场直接答复；"
        "请立案派单，或按六种情形之一不予派单并说明理由。"
    )
    en = (
        "Appeal {appeal_no} is of kind {kind}, and only {allowed} may be answered on the spot; "
        "file it as a case, or decline it on one of the six grounds with an explanation."
    )


def answer(command: AnswerAppeal, state: AppealState) -> AppealAnswered:
    """Answer. Raises: AppealUnknown, AppealAlreadySettled, KindNotAnsweredOnSpot."""
    received = must_be_undecided(command.appeal_no, state)
    if received.fact.kind not in command.on_spot:
        raise KindNotAnsweredOnSpot(
            appeal_no=received.fact.appeal_no,
            kind=received.fact.kind,
            allowed=", ".join(command.on_spot) or "-",
        )
    return AppealAnswered(
        appeal_no=received.fact.appeal_no,
        answer=command.answer,
        answered_by=command.meta.by.person,
        answered_at=command.meta.at,
    )
