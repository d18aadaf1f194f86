"""Enforcement on a fresh folder: events of dispatch and intake come in, a client reads and acts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import count

from httpx import Response

from chassis.inbox.inbound_event import InboundEvent
from chassis.unit_of_work.definition import ServiceModel
from chassis.unit_of_work.outcomes import Done
from contracts.event import Event
from contracts.events.dispatch import WhistleBlown, WhistleCancelled, WhistleUnitAdded
from contracts.ids import case_stream, whistle_stream
from services.enforcement.app import definition
from tests.harness.fixed_clock import FixedClock
from tests.harness.http_client import HttpClient
from tests.harness.other_service import OtherService
from tests.harness.service import ServiceHarness
from tests.unit.enforcement.catalogue import WATCHED
from tests.unit.enforcement.facts import CASE_NO, OPENED_AT, POLICE

__all__ = ["EnforcementHarness"]

_ROOT = "/enforcement/v1"
_ENFORCEMENT = definition(WATCHED)


@dataclass
class EnforcementHarness(ServiceHarness):
    """The service, the two it follows, and a client that may be anybody."""

    model: ServiceModel = _ENFORCEMENT.model
    clock: FixedClock = field(default_factory=lambda: FixedClock(OPENED_AT))
    dispatch: OtherService = field(default_factory=lambda: OtherService("dispatch", OPENED_AT))
    intake: OtherService = field(default_factory=lambda: OtherService("intake", OPENED_AT))
    http: HttpClient = field(init=False)

    def __post_init__(self) -> None:
        super().__post_init__()
        self.http = self.client(_ENFORCEMENT.routers(self.service), _ENFORCEMENT.title)
        self._keys = count(1)

    def receive(self, inbound: InboundEvent) -> Done:
        """Deliver one event of another service; it may not be held back."""
        (outcome,) = self.deliver(inbound)
        assert isinstance(outcome, Done), outcome
        return outcome

    def blow(self, whistle: WhistleBlown | WhistleUnitAdded | WhistleCancelled) -> Done:
        """Let dispatch blow a whistle, add to it or cancel it, and deliver that."""
        return self.receive(self.dispatch.says(whistle, whistle_stream(whistle.whistle_no)))

    def hear(self, event: Event) -> Done:
        """Let dispatch write an event of the case, and deliver it."""
        return self.receive(self.dispatch.says(event, case_stream(CASE_NO), CASE_NO))

    def get(
        self, path: str, acting: str = POLICE, role: str = "officer", **query: str | int
    ) -> Response:
        """Read."""
        return self.http.ask(f"{role}.{acting}.p-{acting}", _ROOT + path, **query)

    def post(
        self,
        path: str,
        body: Mapping[str, object] | None = None,
        unit: str = POLICE,
        role: str = "officer",
        **headers: str,
    ) -> Response:
        """Command, with a key of its own unless one is given as `idempotency_key`."""
        named = {"idempotency_key": f"k-{next(self._keys)}", **headers}
        return self.http.tell(f"{role}.{unit}.p-{unit}", _ROOT + path, body, **named)

    def close(self) -> None:
        """Close the client and the files."""
        self.http.close()
        super().close()
