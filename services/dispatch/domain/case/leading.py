"""The steps about who leads a case and who assists, up to the end that the district orders."""

from collections.abc import Sequence
from typing import assert_never

from services.dispatch.domain.case.assisting import (
    AnswerAssist,
    RequestAssist,
    WithdrawAssist,
    answer,
    request,
    withdraw,
)
from services.dispatch.domain.case.events import CaseEvent
from services.dispatch.domain.case.objecting import ObjectToCase, object_to
from services.dispatch.domain.case.ordering import OrderEnd, order_end
from services.dispatch.domain.case.redispatching import (
    NoteDispatchRefusal,
    Redispatch,
    note_refusal,
    redispatch,
)
from services.dispatch.domain.case.ruling import RuleOnObjection, rule
from services.dispatch.domain.case.state import OpenCase

TransferCommand = ObjectToCase | RuleOnObjection | Redispatch | OrderEnd
AssistCommand = RequestAssist | AnswerAssist | WithdrawAssist
LeadCommand = TransferCommand | AssistCommand | NoteDispatchRefusal
"""About who leads, who assists, and who tried to give the case to whom."""


def settle_lead(command: LeadCommand, state: OpenCase) -> Sequence[CaseEvent]:
    """Decide on one. Raises: the refusals of the steps."""
    match command:
        case ObjectToCase():
            return [object_to(command, state)]
        case RuleOnObjection():
            return rule(command, state)
        case Redispatch():
            return redispatch(command, state)
        case NoteDispatchRefusal():
            return [note_refusal(command, state.facts)]
        case OrderEnd():
            return order_end(command, state.facts)
        case RequestAssist():
            return [request(command, state)]
        case AnswerAssist():
            return [answer(command, state.facts)]
        case WithdrawAssist():
            return [withdraw(command, state.facts)]
        case _:
            assert_never(command)
