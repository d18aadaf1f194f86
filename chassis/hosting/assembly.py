"""Puts a service together from its model and the place it stands on."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from chassis.clock import Clock
from chassis.commit_signal import CommitSignal
from chassis.errors import Fault
from chassis.feeds.consumer import Consumer
from chassis.feeds.feed import Feed
from chassis.heartbeat import STALL_S, Monotonic, Problem
from chassis.key_files import KeyFile
from chassis.observability.gauges import gauges_of, part_gauges, rebuild_gauges
from chassis.observability.health import HealthMonitor
from chassis.observability.metrics import Gauge, Metrics
from chassis.observability.tracing_setup import Tracer
from chassis.readings.aggregate import ReadingAggregate
from chassis.readings.watch import BudgetWatch
from chassis.service import BrokerSubscriber, Service
from chassis.settings import Settings
from chassis.store.opening import open_store
from chassis.store.port import Store
from chassis.ticker import Ticker
from chassis.unit_of_work.definition import ServiceModel
from chassis.unit_of_work.unit_of_work import UnitOfWork
from chassis.unit_of_work.work import system_actor
from chassis.unit_of_work.writer import Writer
from chassis.vault import Vault, open_vault
from chassis.views.rebuild_jobs import RebuildJobs
from contracts.readings import READING

__all__ = ["Ground", "MakeSubscriber", "MakeWriter", "assemble", "open_ground", "trace"]

MakeWriter = Callable[[str, UnitOfWork, CommitSignal], Writer]

MakeSubscriber = Callable[[Writer, Consumer], BrokerSubscriber]
"""Makes what brings the events of the sources from a broker."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What a service stands on."""

    store: Store
    vault: Vault
    clock: Clock
    commit_signal: CommitSignal
    monotonic: Monotonic = time.monotonic
    """By which it is seen whether the parts stand still."""


def open_ground(
    name: str, folder: Path, clock: Clock, commit_signal: CommitSignal, database: str = ""
) -> Ground:
    """Open (or make) a service's keys in a data folder, and its database there or where named.

    Raises: DatabaseRefused, SchemaRefused, KeyRefused.
    """
    store = open_store(name, folder, database)
    with suppress(Fault):
        store.scrub()  # an earlier process may have been killed between erasing and this
    try:
        vault = open_vault(store, KeyFile(folder / "keys" / f"{name}.key"), Settings().cipher)
    except BaseException:
        store.close()
        raise
    return Ground(store, vault, clock, commit_signal)


def assemble(
    model: ServiceModel,
    ground: Ground,
    feeds: Mapping[str, Feed],
    make_writer: MakeWriter = Writer,
    make_subscriber: MakeSubscriber | None = None,
) -> Service:
    """Make all parts of a service; `feeds` are those of its sources. Nothing runs yet."""
    store, clock, monotonic = ground.store, ground.clock, ground.monotonic
    unit_of_work = UnitOfWork(model, store, clock, ground.vault)
    writer = make_writer(model.name, unit_of_work, ground.commit_signal)
    ticker = Ticker(store, writer, clock, system_actor(model.name))
    has_broker = make_subscriber is not None
    consumer = Consumer(model, store, writer, feeds, has_broker=has_broker)
    metrics = Metrics(model.name)
    subscriber = make_subscriber(writer, consumer) if make_subscriber else None
    rebuild_jobs = RebuildJobs(store, model, writer, feeds, monotonic)
    threads = [one for one in (writer, ticker, consumer, subscriber) if one is not None]
    health = HealthMonitor(store, clock, lambda: threads, consumer.lags, monotonic)
    health.add(lambda: _feed_problems(consumer))
    health.add(lambda: _rebuild_problems(rebuild_jobs))
    service = Service(
        model=model,
        store=store,
        vault=ground.vault,
        clock=clock,
        commit_signal=ground.commit_signal,
        unit_of_work=unit_of_work,
        writer=writer,
        ticker=ticker,
        consumer=consumer,
        subscriber=subscriber,
        rebuild_jobs=rebuild_jobs,
        health=health,
        metrics=metrics,
    )
    if subscriber is not None:
        subscriber.on_strange.append(metrics.strange_message)
    writer.on_batch.append(metrics.batch)
    unit_of_work.on_commit.append(metrics.committed)
    ticker.on_miss.append(metrics.noticed)
    metrics.follow(lambda: _gauges(service))
    _watch_readings(service)
    return service


def _watch_readings(service: Service) -> None:
    aggregate = service.model.aggregates.get(READING)
    if isinstance(aggregate, ReadingAggregate):
        watch = BudgetWatch(aggregate.budgets)
        service.health.watch(watch)
        service.metrics.follow(watch.gauges)


def trace(service: Service, tracer: Tracer | None) -> None:
    """Let a service emit its spans; None for no tracing."""
    if tracer is not None:
        service.unit_of_work.on_commit.append(tracer.batch)
        service.on_command.append(tracer.command)
        if service.subscriber is not None:
            service.subscriber.on_page.append(lambda *page: tracer.moved("receive", *page))


def _feed_problems(consumer: Consumer) -> Iterator[Problem]:
    if kind := consumer.fault_kind:
        do = "see that the services it follows run; the logs say more (feed_stalled)"
        yield Problem("consumer", 0.0, f"a feed is stuck: {kind}", do)


def _rebuild_problems(jobs: RebuildJobs) -> Iterator[Problem]:
    moved_at = jobs.last_progress
    if moved_at is not None and (for_s := jobs.monotonic() - moved_at) >= STALL_S:
        do = "see that the services it reads run; restarting keeps the view that is in use"
        yield Problem("rebuild", for_s, f"{jobs.underway} does not get on", do)


def _gauges(service: Service) -> Iterator[Gauge]:
    parts = ["consumer", "rebuild", "ticker", "writer"]
    if service.subscriber is not None:
        parts.append("subscriber")
    yield from part_gauges(parts, service.health.problems())
    yield from gauges_of(service.health.snapshot, service.writer.waiting_count)
    yield from rebuild_gauges(*service.rebuild_jobs.how_far())
