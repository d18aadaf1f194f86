"""One running service: finished parts, started and stopped in order, and the ways to its log."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypeVar, cast
from uuid import uuid4

from chassis.clock import Clock
from chassis.commit_signal import CommitSignal
from chassis.feeds.consumer import Consumer
from chassis.heartbeat import Heartbeat
from chassis.observability.health import HealthMonitor
from chassis.observability.metrics import Metrics
from chassis.store.port import Store
from chassis.store.reading import head_position, read_streams
from chassis.ticker import Ticker
from chassis.unit_of_work.commanding import Verdict
from chassis.unit_of_work.definition import ServiceModel
from chassis.unit_of_work.outcomes import Done, Failed, Outcome, Refused
from chassis.unit_of_work.requests import CommandRequest, DryRun
from chassis.unit_of_work.session import Session
from chassis.unit_of_work.unit_of_work import UnitOfWork
from chassis.unit_of_work.work import Loaded, Origin, fold
from chassis.unit_of_work.writer import Writer
from chassis.vault import Vault
from chassis.views.rebuild_jobs import RebuildJobs
from chassis.views.versions import prepare
from contracts.envelope import Actor, Envelope
from contracts.event import Event, parse_event

__all__ = ["BrokerSubscriber", "CommandListener", "Service"]

Answer = TypeVar("Answer")

CommandListener = Callable[[CommandRequest, Outcome, tuple[str, str], tuple[int, int], str], None]
"""Called with an HTTP command, its outcome, (method, route template), (begun, ended) in ns, and the
`traceparent` header that came with it."""


class BrokerSubscriber(Protocol):
    """A thread that brings the events of the sources from a broker."""

    @property
    def on_page(self) -> list[Callable[[Sequence[Envelope], tuple[int, int]], None]]:
        """Called with every batch that was dealt with, and when it began and ended (ns)."""
        ...

    @property
    def on_strange(self) -> list[Callable[[str], None]]:
        """Called with the topic of every message that no relay of ours wrote."""
        ...

    @property
    def heartbeat(self) -> Heartbeat: ...
    def start(self) -> None: ...
    def stop(self) -> None: ...
    def join(self) -> None: ...
    def is_alive(self) -> bool: ...


@dataclass(frozen=True, kw_only=True)
class Service:
    """Everything that runs for one service in this process (`chassis.hosting.assembly`)."""

    model: ServiceModel
    store: Store
    vault: Vault
    clock: Clock
    commit_signal: CommitSignal
    unit_of_work: UnitOfWork
    writer: Writer
    ticker: Ticker
    consumer: Consumer
    subscriber: BrokerSubscriber | None
    """Brings the events from a broker, with the consumer to catch up; None without a broker."""
    rebuild_jobs: RebuildJobs
    health: HealthMonitor
    metrics: Metrics
    on_command: list[CommandListener] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The service's name, as in its wire names."""
        return self.model.name

    def start(self) -> None:
        """Rebuild the views that cannot serve; then take work, follow feeds, watch the clock."""
        prepare(self.store, self.model, self.rebuild_jobs.feeds)
        self.writer.start()
        self.consumer.start()
        if self.subscriber is not None:
            self.subscriber.start()
        self.ticker.start()
        self.health.start()
        self.rebuild_jobs.begin_outdated()

    def stop(self) -> None:
        """Finish what was accepted, then stop every part."""
        self.rebuild_jobs.stop()
        self.health.stop()
        if self.subscriber is not None:
            self.subscriber.stop()
            self.subscriber.join()
        self.consumer.stop()
        self.consumer.join()
        self.ticker.stop()
        self.ticker.join()
        self.writer.stop()
        self.health.join()

    async def submit(self, request: CommandRequest) -> Outcome:
        """Submit one command and wait for its outcome. Raises: Busy when too many wait."""
        (future,) = self.writer.submit([request])
        return await asyncio.wrap_future(future)

    async def ask(self, actor: Actor, run: Callable[[Session], Answer]) -> Answer:
        """Give what `run` returns: a question that leaves a trace but is no command.

        Raises: Refusal, or the error that broke it.
        """
        identity = uuid4()
        request = CommandRequest(Origin(identity, actor, identity, identity), run)
        outcome = await self.submit(request)
        if isinstance(outcome, Done):
            return cast("Answer", outcome.value)
        raise outcome.refusal if isinstance(outcome, Refused) else outcome.error

    async def try_out(
        self, actor: Actor, runs: Iterable[Callable[[Session], object]]
    ) -> list[Verdict]:
        """Give what would become of each command if the actor gave it now; nothing is written.

        Raises: Busy, or the error that broke one of them.
        """
        identity = uuid4()
        dry_run = DryRun(Origin(identity, actor, identity, identity), runs)
        (future,) = self.writer.submit([dry_run])
        outcome = await asyncio.wrap_future(future)
        if isinstance(outcome, Failed):
            raise outcome.error
        return cast("list[Verdict]", cast("Done", outcome).value)

    def load(self, stream: str, as_of: int | None = None) -> Loaded:
        """Fold a stream, up to a version if one is given."""
        with self.store.reading() as connection:
            recorded = read_streams(connection, [stream])[stream]
        return fold(self.model.aggregates, stream, recorded[:as_of])

    def history(self, stream: str) -> Sequence[Event]:
        """Give a stream's events in order."""
        with self.store.reading() as connection:
            recorded = read_streams(connection, [stream])[stream]
        return [parse_event(one.type, one.data) for one in recorded]

    def head(self) -> int:
        """Give the last position of this service's log."""
        with self.store.reading() as connection:
            return head_position(connection)
