"""The process of a relay: its store, its publisher, and its health routes."""

import asyncio
import signal
import sys
from collections.abc import Iterator, Sequence

import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel

from chassis.hosting.listening import bind
from chassis.http.readiness import health_routes
from chassis.kafka.publisher import KafkaPublisher
from chassis.kafka.relay import Relay
from chassis.observability.metrics import Gauge, Metrics
from chassis.observability.tracing_setup import tracers
from chassis.settings import Settings
from chassis.store.opening import open_store
from contracts.envelope import Recorded

__all__ = ["run_relay"]


class RelayStatus(BaseModel):
    """How far a relay is: up to `published`, of `head`."""

    published: int
    head: int
    leads: bool
    fault: str


def run_relay(settings: Settings, service: str, topic: str) -> None:
    """Run the relay of a service until stopped (`python -m services.<name> relay`)."""
    if not settings.kafka:
        sys.exit("the relay needs to know where Kafka is: set WHISTLE_KAFKA")
    name = f"{service}-relay"
    with bind(settings.host, settings.port) as bound, tracers([name]) as made:
        store = open_store(service, settings.data, settings.database)
        relay = Relay(store, KafkaPublisher(settings.kafka, topic, f"whistle-{name}"))
        if tracer := made.get(name):

            def emit(page: Sequence[Recorded], times_ns: tuple[int, int]) -> None:
                tracer.moved("publish", [one.envelope for one in page], times_ns)

            relay.on_page.append(emit)
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        server = uvicorn.Server(
            uvicorn.Config(
                _app(service, relay), log_level="critical", access_log=False, lifespan="off"
            )
        )
        try:
            asyncio.run(_run(relay, server, bound))
        finally:
            store.close()


async def _run(relay: Relay, server: uvicorn.Server, *sockets: object) -> None:
    publishing = asyncio.create_task(relay.run())
    try:
        await server.serve(sockets=list(sockets))  # type: ignore[arg-type]  # of `bind`
    finally:
        relay.stop()
        await publishing


def _app(service: str, relay: Relay) -> FastAPI:
    """Answer under the service's own prefix, as the service does on its own port."""
    metrics = Metrics(service)
    metrics.follow(lambda: _gauges(relay))
    app = FastAPI(title=f"{service} relay", openapi_url=None)
    router = health_routes(relay.problems, metrics)

    @router.get("/status")
    def status() -> RelayStatus:
        """Say how far it is."""
        return RelayStatus(
            published=relay.published, head=relay.head, leads=relay.is_leading, fault=relay.fault
        )

    app.include_router(router)
    return app


def _gauges(relay: Relay) -> Iterator[Gauge]:
    numbers = {
        "whistle_relay_leads": ("1 while this relay leads.", float(relay.is_leading)),
        "whistle_relay_published": ("Position up to which all is on Kafka.", relay.published),
        "whistle_relay_head": ("Last position of the log.", relay.head),
        "whistle_relay_lag": ("Events still to publish.", relay.head - relay.published),
    }
    for name, (about, number) in numbers.items():
        yield name, about, "", [("", float(number))]
