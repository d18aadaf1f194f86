"""Running services: one alone in its process, or several behind one address.

The only place that constructs stores, clocks, feeds and threads for a process.
"""

import gc
import os
import signal
import socket
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import uvicorn
from fastapi import APIRouter, FastAPI
from starlette.types import ASGIApp

from chassis.clock import Clock, DemoClock, SystemClock
from chassis.feeds.feed import Feed, HttpFeed, LogFeed
from chassis.hosting.data_folder import DataFolder, FolderRefused
from chassis.http.application import build_app
from chassis.http.identity import DemoTokens, FileTokens, Identity
from chassis.logs import set_up_logs
from chassis.observability.tracing_setup import traced
from chassis.service import Carrier, Service, open_service
from chassis.settings import Settings
from chassis.store.postgres.connections import DatabaseRefused
from chassis.store.schema import SchemaRefused
from chassis.unit_of_work.definition import ServiceModel
from chassis.unit_of_work.writer import CommitSignal

__all__ = [
    "ServiceDefinition",
    "bind",
    "keep_to_one_core",
    "listen",
    "run_alone",
    "serving",
    "serving_together",
]

_GRACE_S = 10


@dataclass(frozen=True, slots=True)
class ServiceDefinition:
    """A service as its `app.py` defines it."""

    model: ServiceModel
    routers: Callable[[Service], Sequence[APIRouter]]
    title: str
    topics: Mapping[str, str] = field(default_factory=dict)
    """The Kafka topic of this service and of each of its sources, by service."""

    @property
    def name(self) -> str:
        """The service's name."""
        return self.model.name


@contextmanager
def serving_together(
    definitions: Sequence[ServiceDefinition], folder: DataFolder, clock: Clock, identity: Identity
) -> Iterator[dict[str, FastAPI]]:
    """Run several services in this process, each reading the others' logs directly."""
    commit_signal = CommitSignal()
    with ExitStack() as stack:
        services: dict[str, Service] = {}
        for definition in definitions:
            folder.lock(definition.name)
            services[definition.name] = open_service(
                definition.model, folder.path, clock, commit_signal
            )
        logs = {name: LogFeed(service.store) for name, service in services.items()}
        for service in services.values():
            stack.callback(service.store.close)
        stack.enter_context(traced(list(services.values())))
        for service in services.values():
            service.start({source: logs[source] for source in service.model.sources})
            stack.callback(service.stop)
        yield {
            definition.name: build_app(
                services[definition.name],
                identity,
                definition.routers(services[definition.name]),
                definition.title,
            )
            for definition in definitions
        }


@contextmanager
def serving(
    definition: ServiceDefinition,
    service: Service,
    feeds: Mapping[str, Feed],
    identity: Identity,
    carrier: Carrier | None = None,
) -> Iterator[FastAPI]:
    """Run one service in this process, hearing the others through the given feeds or a broker."""
    with ExitStack() as stack:
        stack.callback(service.store.close)
        stack.enter_context(traced([service]))
        service.start(feeds, carrier)
        stack.callback(service.stop)
        yield build_app(service, identity, definition.routers(service), definition.title)


def run_alone(definition: ServiceDefinition, words: Sequence[str] = ()) -> None:
    """Be the process of one service, or with the word `relay` that of its relay.

    That is `python -m services.<name> [relay]`; the rest the environment's settings say.
    """
    settings = Settings()
    set_up_logs(settings.log_level)
    if list(words) == ["relay"]:
        from chassis.hosting.relay_process import run_relay  # noqa: PLC0415  # Kafka's clients load slowly

        run_relay(settings, definition.name, definition.topics[definition.name])
    elif words:
        sys.exit(f"services.{definition.name}: the only word it knows is `relay`")
    else:
        _run_service(settings, definition)


def _run_service(settings: Settings, definition: ServiceDefinition) -> None:
    folder = _folder(settings)
    feeds = {
        source: HttpFeed(source, settings.peers.get(source, settings.server), settings.bearer())
        for source in definition.model.sources
    }
    clock: Clock = SystemClock()
    identity: Identity = FileTokens(settings.data / "tokens.json")
    if settings.demo:
        clock, identity = DemoClock(settings.data / "clock"), DemoTokens()
    with bind(settings.host, settings.port) as bound:
        folder.lock(definition.name)
        try:
            service = open_service(
                definition.model, folder.path, clock, CommitSignal(), settings.database
            )
        except (DatabaseRefused, SchemaRefused) as refused:
            sys.exit(str(refused))
        carrier = _carrier(settings, definition)
        with serving(definition, service, feeds, identity, carrier) as app:
            listen(app, bound)


def _carrier(settings: Settings, definition: ServiceDefinition) -> Carrier | None:
    """Give what hears the sources by a broker, if the settings name one."""
    if not settings.kafka or not definition.model.sources:
        return None
    from chassis.kafka.subscriber import Subscriber  # noqa: PLC0415  # Kafka's clients load slowly

    topics = {source: definition.topics[source] for source in definition.model.sources}
    return lambda writer, backstop: Subscriber(
        definition.name, settings.kafka, topics, writer, backstop
    )


def _folder(settings: Settings) -> DataFolder:
    """Open the data folder. Raises: FolderRefused."""
    if settings.demo and settings.production:
        raise FolderRefused("WHISTLE_DEMO is refused where WHISTLE_PRODUCTION is set; unset one")
    return DataFolder(settings.data, demo=settings.demo)


def keep_to_one_core() -> None:
    """Let all threads of this process, those to come included, share the core it runs on now.

    The interpreter lets one of them run at a time. On several cores they spend as much again on
    waking one another (docs/architecture/performance.md). Where the system cannot do it, nothing
    happens.
    """
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {_current_core()})


def _current_core() -> int:
    # The 37th field after the name of the program: proc(5), "processor".
    said = Path("/proc/self/stat").read_text(encoding="utf-8")
    return int(said.rpartition(")")[2].split()[36])


def bind(host: str, port: int) -> socket.socket:
    """Take an address; port 0 takes any free one. Raises: OSError when it is taken."""
    return socket.create_server((host, port), backlog=1024)


def listen(app: ASGIApp, bound: socket.socket) -> None:
    """Serve until told to stop; requests under way are finished first.

    uvicorn raises SIGTERM again when it has ended; leaving by `SystemExit` then lets the writers
    finish and the databases close.
    """
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    # What a process starts with stays: walking it in every full collection stops all threads.
    gc.collect()
    gc.freeze()
    config = uvicorn.Config(
        app,
        log_level="critical",  # errors are logged by the edge, without their messages
        access_log=False,
        lifespan="off",
        timeout_graceful_shutdown=_GRACE_S,
    )
    uvicorn.Server(config).run(sockets=[bound])
