"""A feedback service driven by a test itself, and the two services it listens to."""

from dataclasses import dataclass, field
from datetime import datetime

from chassis.inbox.inbox import InboundEvent
from chassis.unit_of_work.session import CommandRequest
from chassis.unit_of_work.unit_of_work import Done
from contracts.event import Event
from contracts.events.feedback import CallbackAnswers
from contracts.values import Caller
from services.feedback.domain.callback import (
    ATTEMPTS_MAX,
    CallbackCommand,
    CallbackState,
    CompleteCallback,
    RecordAttempt,
)
from tests.house import House
from tests.unit.feedback.facts import CASE_NO, NOON, VISITOR, WANG, answers, erased, number
from tests.unit.feedback.neighbour import Neighbour

__all__ = ["Desk"]


@dataclass
class Desk:
    """What a test says to feedback, and what it looks at afterwards."""

    house: House
    dispatch: Neighbour = field(default_factory=lambda: Neighbour("dispatch"))
    intake: Neighbour = field(default_factory=lambda: Neighbour("intake"))

    def of_case(self, event: Event) -> InboundEvent:
        """Let dispatch say something about a case."""
        case_no = str(getattr(event, "case_no", CASE_NO))
        return self.dispatch.says(event, f"case-{case_no}")

    def of_person(self) -> InboundEvent:
        """Let intake say that Wang was erased."""
        event = erased()
        return self.intake.says(event, f"subject-{event.subject}")

    def hears(self, *inbound_events: InboundEvent) -> None:
        """Bring events through the unit of work in one batch; none may be held back."""
        outcomes = self.house.unit_of_work.handle(inbound_events)
        assert all(isinstance(outcome, Done) for outcome in outcomes), outcomes

    def hears_answer(
        self, caller: Caller = WANG, said: CallbackAnswers | None = None, at: datetime = NOON
    ) -> None:
        """Let a visitor record what a caller said."""
        self.house.given(self._of_visitor(caller, said or answers(), at))

    def reaches_nobody(self, caller: Caller = WANG, at: datetime = NOON) -> None:
        """Let a visitor try as often as is allowed."""
        for _ in range(ATTEMPTS_MAX):
            self.house.given(self._of_visitor(caller, None, at))

    def _of_visitor(
        self, caller: Caller, said: CallbackAnswers | None, at: datetime
    ) -> CommandRequest:
        no, stream = number(caller), f"callback-{number(caller)}"
        command: CallbackCommand = RecordAttempt(callback_no=no, actor=VISITOR, at=at)
        if said is not None:
            command = CompleteCallback(
                callback_no=no, answers=said, note=None, actor=VISITOR, at=at
            )
        return self.house.work(lambda session: session.execute(command, stream), stream)

    def state(self, caller: Caller = WANG) -> CallbackState:
        """Give a caller's call-back as it is stored."""
        found: CallbackState = self.house.service.load(f"callback-{number(caller)}").state
        return found

    def tables(self) -> dict[str, list[tuple[object, ...]]]:
        """Give every row of every view."""
        return {
            table.name: self.house.rows(table)
            for view in self.house.model.views
            for table in view.tables.sorted_tables
        }
