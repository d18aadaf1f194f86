"""Enforcement on a fresh folder, spoken to as over HTTP, hearing what a test tells it."""

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from itertools import count
from pathlib import Path
from uuid import UUID, uuid5

from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient, Response

from chassis.clock import FixedClock
from chassis.http.application import build_app
from chassis.http.identity import DemoTokens
from chassis.inbox.inbox import InboundEvent
from chassis.service import Service, open_service
from chassis.unit_of_work.unit_of_work import Done, system_actor
from chassis.unit_of_work.writer import CommitSignal
from contracts.catalogue import FileCatalogue
from contracts.envelope import Envelope, Recorded
from contracts.event import Event
from contracts.events.dispatch import SummonedUnit, WhistleBlown
from contracts.values import WhistleKind
from services.enforcement.app import definition
from tests.unit.enforcement.facts import CASE_NO, MARKET, OPENED_AT, OPERATION_NO, POLICE, STREET

ROOT = "/enforcement/v1"
CATALOGUE = "2026-01-01"
_LOG = UUID(int=1)


def blown(
    whistle_no: str = OPERATION_NO,
    *units: str,
    kind: WhistleKind = "emergency",
    subject: str | None = None,
    blown_at: datetime = OPENED_AT,
) -> WhistleBlown:
    """Blow a whistle; without units it calls the police, leading, and the market's."""
    lead, *assisting = units or (POLICE, MARKET)
    return WhistleBlown(
        whistle_no=whistle_no,
        case_no=CASE_NO,
        round=1,
        street=STREET,
        kind=kind,
        units=(
            SummonedUnit(unit=lead, role="lead"),
            *(SummonedUnit(unit=unit, role="assisting") for unit in assisting),
        ),
        subject=subject,
        catalogue=CATALOGUE,
        blown_by="p-leader",
        blown_at=blown_at,
    )


class Outpost:
    """The service, its clock, and short words for what the outside does."""

    def __init__(self, service: Service, app: FastAPI, clock: FixedClock) -> None:
        self.service = service
        self.clock = clock
        self._client = AsyncClient(transport=ASGITransport(app), base_url="http://outpost.test")
        self._runner = asyncio.Runner()
        self._serial = count(1)

    def hear(self, source: str, stream: str, event: Event) -> Done:
        """Deliver the first event of a stream of another service."""
        number = next(self._serial)
        envelope = Envelope(
            event_id=uuid5(_LOG, stream),
            type=event.wire,
            stream=stream,
            version=1,
            key=CASE_NO,
            log_id=_LOG,
            recorded_at=self.clock.now(),
            actor=system_actor(source),
            correlation_id=_LOG,
            causation_id=_LOG,
        )
        recorded = Recorded.of(number, envelope, event.to_bytes())
        (future,) = self.service.writer.submit([InboundEvent(source, recorded, envelope)])
        outcome = future.result()
        assert isinstance(outcome, Done)
        return outcome

    def whistle(self, event: WhistleBlown) -> Done:
        """Let a whistle be heard."""
        return self.hear("dispatch", f"whistle-{event.whistle_no}", event)

    def at(self, moment: datetime) -> None:
        """Move the clock, and let what is due by then be noticed."""
        self.clock.moment = moment
        self.service.ticker.tick()

    def get(
        self, path: str, acting: str = POLICE, role: str = "officer", **query: str | int
    ) -> Response:
        """Read."""
        signed_in = _signed_in(acting, role)
        return self._runner.run(self._client.get(ROOT + path, params=query, headers=signed_in))

    def post(
        self,
        path: str,
        body: Mapping[str, object] | None = None,
        unit: str = POLICE,
        role: str = "officer",
        **headers: str,
    ) -> Response:
        """Command, with a key of its own unless one is given as `idempotency_key`."""
        sent = {"idempotency-key": f"k-{next(self._serial)}", **_signed_in(unit, role)}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        return self._runner.run(self._client.post(ROOT + path, json=body, headers=sent))

    def close(self) -> None:
        """Hang up."""
        self._runner.run(self._client.aclose())
        self._runner.close()


def _signed_in(unit: str, role: str) -> dict[str, str]:
    return {"authorization": f"Bearer demo.{role}.{unit}.p-{unit}"}


@contextmanager
def outpost(folder: Path) -> Iterator[Outpost]:
    """Run the service until the end of the test; its feeds are empty."""
    clock = FixedClock(OPENED_AT)
    defined = definition(FileCatalogue())
    service = open_service(defined.model, folder, clock, CommitSignal())
    service.start({})
    app = build_app(service, DemoTokens(), defined.routers(service), defined.title)
    running = Outpost(service, app, clock)
    try:
        yield running
    finally:
        running.close()
        service.stop()
        service.store.close()
