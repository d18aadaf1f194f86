"""Dispatch on a fresh folder: events of intake and enforcement come in, a client reads and acts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count

from httpx import Response

from chassis.unit_of_work.definition import ServiceModel
from chassis.unit_of_work.outcomes import Done
from contracts.catalogue import FileCatalogue
from contracts.event import Event
from contracts.events.intake import CaseFiled
from contracts.ids import (
    AppealNo,
    CaseNo,
    OperationNo,
    SubjectId,
    UnitCode,
    appeal_stream,
    operation_stream,
)
from services.dispatch.app import definition
from tests.harness.fixed_clock import FixedClock
from tests.harness.http_client import HttpClient
from tests.harness.other_service import OtherService
from tests.harness.service import ServiceHarness

__all__ = ["CASE_NO", "MONDAY", "OPERATION_NO", "STREET", "WHISTLE", "DispatchHarness"]

_ROOT = "/dispatch/v1"
_DISPATCH = definition(FileCatalogue())
MONDAY = datetime(2026, 9, 28, 2, 0, tzinfo=UTC)
"""10:00 in Shanghai, before the holidays of October."""
CASE_NO = CaseNo("260928000001")
OPERATION_NO = OperationNo(f"{CASE_NO}-W1")
WHISTLE = f"/whistles/{CASE_NO}-W1"
STREET = UnitCode("street-locust-peace")
MATTER = "100114"
"""无主井盖, led by the street of the place."""


@dataclass
class DispatchHarness(ServiceHarness):
    """The service, two that it follows, and a client that may be anybody."""

    model: ServiceModel = _DISPATCH.model
    clock: FixedClock = field(default_factory=lambda: FixedClock(MONDAY))
    intake: OtherService = field(default_factory=lambda: OtherService("intake", MONDAY))
    enforcement: OtherService = field(default_factory=lambda: OtherService("enforcement", MONDAY))
    http: HttpClient = field(init=False)

    def __post_init__(self) -> None:
        super().__post_init__()
        self.http = self.client(_DISPATCH.routers(self.service), _DISPATCH.title)
        self._keys = count(1)

    def file(self, street: str = STREET, matter: str = MATTER) -> None:
        """Let intake file the case, and deliver it."""
        filed = CaseFiled.model_validate(
            {
                "case_no": CASE_NO,
                "kind": "complaint",
                "subject": SubjectId("a" * 32),
                "confidential": False,
                "street": street,
                "matter": matter,
                "classified_by": "agent",
                "catalogue": "2026-09-01",
                "filed_by": "a-1",
                "filed_at": MONDAY,
            }
        )
        self._receive(self.intake, filed, appeal_stream(AppealNo(CASE_NO)))

    def operate(self, event: type[Event], **facts: object) -> None:
        """Let enforcement write an event of the operation, and deliver it."""
        which = {"operation_no": OPERATION_NO, "case_no": CASE_NO, "round": 1}
        said = event.model_validate({**which, **facts})
        self._receive(self.enforcement, said, operation_stream(OPERATION_NO))

    def _receive(self, source: OtherService, event: Event, stream: str) -> None:
        (outcome,) = self.deliver(source.says(event, stream, CASE_NO))
        assert isinstance(outcome, Done), outcome

    def get(self, path: str, actor: str, **query: str | int) -> Response:
        """Read as `<role>.<unit>.<person>`."""
        return self.http.ask(actor, _ROOT + path, **query)

    def post(self, path: str, actor: str, body: Mapping[str, object] | None = None) -> Response:
        """Command as `<role>.<unit>.<person>`."""
        return self.http.tell(actor, _ROOT + path, body, idempotency_key=f"k-{next(self._keys)}")

    def done(self, path: str, actor: str, body: Mapping[str, object] | None = None) -> None:
        """Command what has to succeed."""
        answer = self.post(path, actor, body)
        assert answer.is_success, answer.text

    def close(self) -> None:
        """Close the client and the files."""
        self.http.close()
        super().close()
