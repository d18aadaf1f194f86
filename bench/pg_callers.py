"""Commands of 8 and 32 callers at once on PostgreSQL: our unit of work against `eventsourcing`.

Callers are threads that wait for each answer. Ours share a writer, which commits what waits
together; the other's threads have a connection each. Beside its whole application stands its bare
recorder, given ready bytes: what it could do at most.
"""

import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar
from uuid import UUID, uuid5

from sqlalchemy import make_url

from bench.append import SPACE, decided
from bench.counter import COUNTERS, Counters, opening
from bench.pg_append import recorder, stored
from bench.report import Result, ratio
from bench.servers import Databases, postgres
from chassis.clock import SystemClock
from chassis.commit_signal import CommitSignal
from chassis.store.postgres.store import PostgresStore
from chassis.unit_of_work.outcomes import Done
from chassis.unit_of_work.unit_of_work import UnitOfWork
from chassis.unit_of_work.writer import Writer
from chassis.vault import Vault

__all__ = ["measure"]

_COUNTS = {8: 1_200, 32: 2_400}
_KEY = bytes(32)
_One = TypeVar("_One")


def measure(runs: int) -> list[Result]:
    """Take turns on one server."""
    results: list[Result] = []
    with postgres() as databases:
        for callers, count in _COUNTS.items():
            ours, whole, bare = [], [], []
            for _ in range(runs):
                ours.append(_through_unit_of_work(databases, callers, count))
                whole.append(_through_application(databases, callers, count))
                bare.append(_through_recorder(databases, callers, count))
            name, unit = f"pg {callers} callers", "commands/s"
            results += [
                ratio(name, unit, "eventsourcing 9.5.6 application", ours, whole),
                ratio(f"{name} against recorder", unit, "its bare recorder", ours, bare),
            ]
    return results


def _through_unit_of_work(databases: Databases, callers: int, count: int) -> float:
    store = PostgresStore(databases.fresh_log())
    unit_of_work = UnitOfWork(COUNTERS, store, SystemClock(), Vault(_KEY))
    writer = Writer(COUNTERS.name, unit_of_work, CommitSignal())
    writer.start()

    def call(number: UUID) -> None:
        (future,) = writer.submit([opening(number)])
        outcome = future.result()
        assert isinstance(outcome, Done), outcome

    try:
        return _rate(call, _numbers(count), callers)
    finally:
        writer.stop()
        store.close()


def _through_application(databases: Databases, callers: int, count: int) -> float:
    at = make_url(databases.fresh())
    counters = Counters(
        env={
            "PERSISTENCE_MODULE": "eventsourcing.postgres",
            "POSTGRES_DBNAME": str(at.database),
            "POSTGRES_HOST": str(at.host),
            "POSTGRES_PORT": str(at.port),
            "POSTGRES_USER": str(at.username),
            "POSTGRES_PASSWORD": str(at.password or "unused"),
            "POSTGRES_POOL_SIZE": str(callers),
        }
    )
    try:
        return _rate(counters.open, _numbers(count), callers)
    finally:
        counters.close()


def _through_recorder(databases: Databases, callers: int, count: int) -> float:
    found, store = recorder(databases.fresh(), callers)
    try:
        return _rate(lambda one: found.insert_events([one]), stored(decided(count)), callers)
    finally:
        store.close()


def _numbers(count: int) -> list[UUID]:
    return [uuid5(SPACE, f"counter-{number}") for number in range(count)]


def _rate(call: Callable[[_One], object], given: Iterable[_One], callers: int) -> float:
    """Let callers take what is given one after the other; give calls per second."""
    left = list(given)
    count, ready = len(left), threading.Barrier(callers + 1)

    def work() -> None:
        ready.wait()
        while True:
            try:
                one = left.pop()
            except IndexError:
                return
            call(one)

    with ThreadPoolExecutor(callers) as pool:
        waiting = [pool.submit(work) for _ in range(callers)]
        ready.wait()
        began = time.perf_counter()
        for one in waiting:
            one.result()
        return count / (time.perf_counter() - began)
