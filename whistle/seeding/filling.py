"""Fills the databases, a process for each service: the logs, then the inboxes, then the views.

Each process makes the whole plan again and writes its own part, so they exchange nothing.
"""

import multiprocessing
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from multiprocessing.sharedctypes import Synchronized
from pathlib import Path
from uuid import UUID

from chassis.feeds.feed import LogFeed
from chassis.store.bulk import check_empty, fill, follow, note_open
from chassis.store.opening import open_store
from chassis.store.port import Store
from chassis.unit_of_work.definition import ServiceModel
from chassis.views.rebuild import Progress
from chassis.views.versions import outdated, rebuild
from contracts.catalogue import FileCatalogue
from contracts.services import SERVICES
from whistle.composition import definitions
from whistle.seeding.plan import Plan

__all__ = ["Databases", "Report", "log_ids_of", "seed"]

Databases = Mapping[str, str]
"""Each service's database: a file, or an address of PostgreSQL."""

Report = Callable[[str, int], None]
"""Called with what is being written, and how many rows or events since the last call."""

_PAUSE_S = 0.2


@dataclass(frozen=True, slots=True)
class _Job:
    """What every process needs to know."""

    databases: Databases
    count: int
    until: datetime
    log_ids: Mapping[str, UUID]

    def plan(self) -> Plan:
        return Plan(self.count, self.until, dict(self.log_ids))


@contextmanager
def _opened(where: str) -> Iterator[Store]:
    store = open_store(Path(where).stem, Path(where).parent, where if "://" in where else "")
    try:
        yield store
    finally:
        store.close()


def log_ids_of(databases: Databases) -> dict[str, UUID]:
    """Give the id of each log. Raises: NotEmpty when a database holds anything."""
    found = {}
    for name, where in databases.items():
        with _opened(where) as store:
            check_empty(store)
            found[name] = store.log_id
    return found


def seed(databases: Databases, count: int, until: datetime, report: Report) -> dict[str, int]:
    """Write `count` cases; give how many events each log has."""
    job = _Job(databases, count, until, log_ids_of(databases))
    spawned = multiprocessing.get_context("spawn")
    done = spawned.Value("q", 0)
    with ProcessPoolExecutor(
        len(SERVICES), mp_context=spawned, initializer=_share, initargs=(done,)
    ) as pool:
        steps = _Steps(pool, done, report)
        heads = dict(steps.run("events", _write, [(job, name) for name in SERVICES]))
        steps.run("streams of inboxes", _follow, [(job, name, heads) for name in SERVICES])
        steps.run("events into views", _build, [(job, name) for name in SERVICES])
    return heads


@dataclass
class _Steps:
    pool: ProcessPoolExecutor
    done: "Synchronized[int]"
    report: Report

    def run(
        self, what: str, work: Callable[..., tuple[str, int]], jobs: list[tuple[object, ...]]
    ) -> list[tuple[str, int]]:
        """Run a step in every process; report the progress of all of them."""
        futures = [self.pool.submit(work, *job) for job in jobs]
        for future in futures:
            while not _is_over(future):
                self._report_progress(what)
        self._report_progress(what)
        return [future.result() for future in futures]

    def _report_progress(self, what: str) -> None:
        with self.done.get_lock():
            count, self.done.value = self.done.value, 0
        self.report(what, count)


def _is_over(future: "Future[tuple[str, int]]") -> bool:
    try:
        future.result(_PAUSE_S)
    except TimeoutError:
        return False
    return True


_done: "Synchronized[int] | None" = None


def _share(done: "Synchronized[int]") -> None:
    globals()["_done"] = done


def _count(more: int) -> None:
    if _done is not None:
        with _done.get_lock():
            _done.value += more


def _write(job: _Job, name: str) -> tuple[str, int]:
    """Write a service's log, and its deadlines or numbers."""
    plan = job.plan()
    with _opened(job.databases[name]) as store:
        head = fill(store, plan.rows(name), _count)
        if name == "dispatch":
            note_open(store, plan.deadlines(), ())
        elif name == "intake":
            note_open(store, (), plan.numbers())
    return name, head


def _follow(job: _Job, name: str, heads: Mapping[str, int]) -> tuple[str, int]:
    """Note that a service has processed all events of its sources."""
    plan = job.plan()
    with _opened(job.databases[name]) as store:
        for source in _model(name).sources:
            log = (job.log_ids[source], heads[source])
            follow(store, source, log, plan.versions(source), _count)
    return name, 0


class _Counted(Progress):
    """Counts every page for the parent process."""

    def move(self, log: str, position: int, event_count: int) -> None:
        super().move(log, position, event_count)
        _count(event_count)


def _build(job: _Job, name: str) -> tuple[str, int]:
    """Build a service's views, as it would at its start."""
    model = _model(name)
    with ExitStack() as stack:
        store = stack.enter_context(_opened(job.databases[name]))
        feeds = {
            source: LogFeed(stack.enter_context(_opened(job.databases[source])))
            for source in model.sources
        }
        views = outdated(store, model)
        return name, sum(rebuild(store, view, feeds, progress=_Counted()) for view in views)


def _model(name: str) -> ServiceModel:
    models = (one.model for one in definitions(FileCatalogue()))
    return next(one for one in models if one.name == name)
