"""Dispatch over HTTP without a socket: cases that are there, and who asks."""

from datetime import datetime
from pathlib import Path

from httpx import Response

from chassis.unit_of_work.session import Session
from contracts.catalogue import FileCatalogue
from contracts.ids import AppealNo, CaseNo, SubjectId, case_stream
from contracts.instant import SHANGHAI
from contracts.values import Caller
from services.dispatch.app import definition
from services.dispatch.domain.case.dispatching import DispatchCase
from services.dispatch.domain.case.erasure import NoteErasure
from services.dispatch.domain.routing import rows_of
from tests.harness.fixed_clock import FixedClock
from tests.harness.http_client import HttpClient
from tests.harness.service import ServiceHarness

__all__ = ["DISPATCHER", "LED_BY_STREET", "STREET", "DispatchRoutes"]

VERSION = "2026-01-01"
STREET = "street-willow-brook"
LED_BY_STREET = "200510"
"""A matter that the catalogue leaves to the street of the place."""
DISPATCHER = "dispatcher.hotline.p-dispatcher"
SUBJECT = SubjectId("ab" * 16)
MONDAY = datetime(2026, 3, 2, 9, tzinfo=SHANGHAI)


class DispatchRoutes:
    """The service with its routes, and a clock that waits."""

    def __init__(self, folder: Path) -> None:
        catalogue = FileCatalogue()
        own = definition(catalogue)
        self.harness = ServiceHarness(folder, own.model, clock=FixedClock(MONDAY))
        self.client: HttpClient = self.harness.client(own.routers(self.harness.service))
        self._version = catalogue.at(VERSION)
        self._keys = iter(range(1_000))

    def close(self) -> None:
        """Close the client and the database."""
        self.client.close()
        self.harness.close()

    def dispatch(self, number: int, matter: str = LED_BY_STREET) -> CaseNo:
        """Dispatch a case of the place's street; give its number."""
        case_no = CaseNo(f"260302{number:06}")
        caller = Caller(appeal_no=AppealNo(case_no), subject=SUBJECT)

        def run(session: Session) -> None:
            command = DispatchCase(
                case_no=case_no,
                caller=caller,
                kind="complaint",
                confidential=False,
                rows=rows_of(self._version, STREET, matter),
                meta=session.meta,
            )
            session.execute(command, case_stream(case_no))

        self.harness.given(self.harness.command(run))
        return case_no

    def erase_callers(self, case_no: CaseNo) -> None:
        """Let the case hear that its callers were erased."""

        def run(session: Session) -> None:
            command = NoteErasure(case_no=case_no, erased=frozenset({SUBJECT}), meta=session.meta)
            session.execute(command, case_stream(case_no))

        self.harness.given(self.harness.command(run))

    def tell(self, actor: str, path: str, key: str = "", **body: object) -> Response:
        """Command, under a key of its own unless one is given."""
        key = key or f"key-{next(self._keys)}"
        return self.client.tell(actor, f"/dispatch/v1{path}", body or None, key)

    def ask(self, actor: str, path: str, **query: str | int) -> Response:
        """Read."""
        return self.client.ask(actor, f"/dispatch/v1{path}", **query)
