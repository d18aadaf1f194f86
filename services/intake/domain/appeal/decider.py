"""What may be done to an appeal: each command, and the step that decides it."""

from collections.abc import Sequence
from typing import assert_never

from chassis.decider import Decider
from services.intake.domain.appeal.answering import AnswerAppeal, answer
from services.intake.domain.appeal.declining import DeclineAppeal, decline
from services.intake.domain.appeal.filing import FileCase, file
from services.intake.domain.appeal.linking import LinkAppeal, link
from services.intake.domain.appeal.receiving import ReceiveAppeal, receive
from services.intake.domain.appeal.state import AppealEvent, AppealState, NoAppeal, evolve
from services.intake.domain.appeal.unlinking import UnlinkAppeal, unlink
from services.intake.domain.appeal.withdrawing import WithdrawAppeal, withdraw

AppealCommand = (
    ReceiveAppeal
    | AnswerAppeal
    | DeclineAppeal
    | FileCase
    | LinkAppeal
    | UnlinkAppeal
    | WithdrawAppeal
)


def decide(command: AppealCommand, state: AppealState) -> Sequence[AppealEvent]:
    """Decide. Raises: the refusals of the step."""
    match command:
        case ReceiveAppeal():
            return receive(command, state)
        case AnswerAppeal():
            return [answer(command, state)]
        case DeclineAppeal():
            return [decline(command, state)]
        case FileCase():
            return [file(command, state)]
        case LinkAppeal():
            return [link(command, state)]
        case UnlinkAppeal():
            return [unlink(command, state)]
        case WithdrawAppeal():
            return [withdraw(command, state)]
        case _:
            assert_never(command)


APPEAL: Decider[AppealCommand, AppealState, AppealEvent] = Decider(NoAppeal(), decide, evolve)
