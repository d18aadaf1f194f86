"""Feedback at noon on a fresh folder: events come in, visitors answer, and a client asks."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count

from httpx import Response

from chassis.decider import Meta
from chassis.feeds.feed import Feed
from chassis.inbox.inbound_event import InboundEvent
from chassis.unit_of_work.definition import ServiceModel
from chassis.unit_of_work.outcomes import Done
from chassis.unit_of_work.requests import CommandRequest
from contracts.catalogue import FileCatalogue
from contracts.event import Event
from contracts.events.feedback import CallbackAnswers
from contracts.ids import (
    WhistleNo,
    appeal_stream,
    callback_stream,
    case_stream,
    operation_stream,
    subject_stream,
    whistle_stream,
)
from contracts.values import Caller
from services.feedback.app import definition
from services.feedback.domain.callback.asking import (
    ATTEMPTS_MAX,
    CompleteCallback,
    RecordAttempt,
)
from services.feedback.domain.callback.decider import CallbackCommand
from services.feedback.domain.callback.participants import NOBODY
from services.feedback.domain.callback.state import CallbackState
from tests.harness.fixed_clock import FixedClock
from tests.harness.http_client import HttpClient
from tests.harness.other_service import OtherService
from tests.harness.service import ServiceHarness
from tests.unit.feedback.facts import (
    CASE_NO,
    NOON,
    OPERATION_NO,
    VISITOR,
    WANG,
    WHISTLE_NO,
    answers,
    erased,
    number,
)

__all__ = ["CALLS", "SATISFIED", "SCORES", "FeedbackHarness"]

CALLS = "/feedback/v1/callbacks"
SCORES = "/feedback/v1/scores"
SATISFIED = {"contacted": True, "resolved": True, "satisfaction": "satisfied"}
_VISITOR = f"{VISITOR.role}.{VISITOR.unit}.{VISITOR.person}"
_FEEDBACK = definition(FileCatalogue())


@dataclass
class FeedbackHarness(ServiceHarness):
    """The service, those it follows, and a client that may be anybody."""

    model: ServiceModel = _FEEDBACK.model
    clock: FixedClock = field(default_factory=lambda: FixedClock(NOON))
    dispatch: OtherService = field(default_factory=lambda: OtherService("dispatch", NOON))
    enforcement: OtherService = field(default_factory=lambda: OtherService("enforcement", NOON))
    intake: OtherService = field(default_factory=lambda: OtherService("intake", NOON))
    http: HttpClient = field(init=False)

    def __post_init__(self) -> None:
        super().__post_init__()
        self.http = self.client(_FEEDBACK.routers(self.service), _FEEDBACK.title)
        self._keys = count()

    @property
    def others(self) -> Mapping[str, Feed]:
        """The feeds of the services it follows."""
        return {
            "dispatch": self.dispatch,
            "enforcement": self.enforcement,
            "intake": self.intake,
        }

    def of_case(self, event: Event) -> InboundEvent:
        """Let dispatch write an event of a case."""
        return self.dispatch.says(event, case_stream(getattr(event, "case_no", CASE_NO)))

    def of_whistle(self, event: Event, number: WhistleNo = WHISTLE_NO) -> InboundEvent:
        """Let dispatch write an event of a whistle of the case."""
        return self.dispatch.says(event, whistle_stream(number))

    def of_operation(self, event: Event) -> InboundEvent:
        """Let enforcement write an event of the operation of that whistle."""
        return self.enforcement.says(event, operation_stream(OPERATION_NO))

    def of_appeal(self, event: Event) -> InboundEvent:
        """Let intake write an event of the appeal that made the case."""
        return self.intake.says(event, appeal_stream(WANG.appeal_no))

    def of_person(self, caller: Caller = WANG) -> InboundEvent:
        """Let intake write that a person was erased."""
        event = erased(caller)
        return self.intake.says(event, subject_stream(event.subject))

    def receive(self, *inbound: InboundEvent) -> None:
        """Deliver events in one batch; none may be held back."""
        outcomes = self.deliver(*inbound)
        assert all(isinstance(outcome, Done) for outcome in outcomes), outcomes

    def answer(
        self, caller: Caller = WANG, given: CallbackAnswers | None = None, at: datetime = NOON
    ) -> None:
        """Let a visitor record what a caller answered."""
        command = CompleteCallback(
            callback_no=number(caller),
            answers=given or answers(),
            note=None,
            recused=frozenset(),
            participants=NOBODY,
            meta=Meta(VISITOR, at),
        )
        self.given(self._of_visitor(caller, command))

    def reach_nobody(self, caller: Caller = WANG, at: datetime = NOON) -> None:
        """Let a visitor try as often as is allowed."""
        command = RecordAttempt(
            callback_no=number(caller),
            recused=frozenset(),
            participants=NOBODY,
            meta=Meta(VISITOR, at),
        )
        for _ in range(ATTEMPTS_MAX):
            self.given(self._of_visitor(caller, command))

    def _of_visitor(self, caller: Caller, command: CallbackCommand) -> CommandRequest:
        stream = callback_stream(number(caller))
        return self.command(lambda session: session.execute(command, stream), stream)

    def state(self, caller: Caller = WANG) -> CallbackState:
        """Give a caller's call-back as it is stored."""
        found: CallbackState = self.service.load(callback_stream(number(caller))).state
        return found

    def tables(self) -> dict[str, list[tuple[object, ...]]]:
        """Give every row of every view."""
        return {
            table.name: self.rows(table)
            for view in self.model.views
            for table in view.tables.sorted_tables
        }

    def get(self, path: str, actor: str = _VISITOR, **query: str | int) -> Response:
        """Read as `<role>.<unit>.<person>`."""
        return self.http.ask(actor, path, **query)

    def post(
        self, path: str, body: object = None, actor: str = _VISITOR, **headers: str
    ) -> Response:
        """Command, with a key of its own unless one is given as `idempotency_key`."""
        named = {"idempotency-key": f"key-{next(self._keys)}"}
        named |= {name.replace("_", "-"): value for name, value in headers.items()}
        # Written here, because a client would refuse what some tests send.
        content = {} if body is None else {"content": json.dumps(body)}
        return self.http.send("POST", actor, path, headers=named, **content)

    def complete(self, callback_no: str, **given: object) -> Response:
        """Record what a caller answered: satisfied, unless given otherwise."""
        return self.post(f"{CALLS}/{callback_no}/completion", {**SATISFIED, **given})

    def close(self) -> None:
        """Close the client and the files."""
        self.http.close()
        super().close()
