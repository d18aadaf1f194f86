"""Rebuilding every view of every service from the logs, against merely reading all they follow.

Both rates are of the events in the logs that a service writes or follows, once per view: what a
rebuild does not have to look at counts as done.
"""

import asyncio
import time
from collections.abc import Mapping

from bench.lifecycles import live
from bench.report import Result, plain, ratio
from bench.servers import postgres
from bench.serving import serving
from chassis.clock import DEMO_START
from chassis.feeds.feed import Feed, LogFeed
from chassis.store.port import Store
from chassis.store.postgres.store import PostgresStore
from chassis.store.sqlite.store import SqliteStore
from chassis.unit_of_work.definition import ServiceModel
from chassis.views.versions import rebuild
from contracts.catalogue import FileCatalogue
from whistle.composition import definitions
from whistle.seeding.filling import seed

__all__ = ["measure", "measure_on_postgres"]

_LIVES = 2_000
"""Of ten events each."""
_AT_ONCE = 32
_PAGE = 1_000


def measure(runs: int) -> list[Result]:
    """Fill a city, then rebuild its views where they stand."""
    with serving("city") as server:
        asyncio.run(live(server, _LIVES, _AT_ONCE, "rebuild"))
        stores = {one.name: SqliteStore(server.data / f"{one.name}.db") for one in _models()}
        return _measured("rebuild of all views", stores, runs)


def measure_on_postgres(runs: int) -> list[Result]:
    """Seed databases, then rebuild their views."""
    with postgres() as databases:
        urls = {one.name: databases.fresh_log() for one in _models()}
        seed(urls, _LIVES, DEMO_START, lambda _what, _count: None)
        stores = {name: PostgresStore(url) for name, url in urls.items()}
        return _measured("rebuild on postgres", stores, runs)


def _models() -> list[ServiceModel]:
    return [one.model for one in definitions(FileCatalogue())]


def _measured(name: str, stores: Mapping[str, Store], runs: int) -> list[Result]:
    models = _models()
    feeds: dict[str, Feed] = {name: LogFeed(store) for name, store in stores.items()}
    held = sum(feed.head() for feed in feeds.values())
    rates, reads = [], []
    for _ in range(runs):
        began = time.perf_counter()
        for one in models:
            _rebuild(stores[one.name], one, feeds)
        rebuilt = time.perf_counter()
        count = sum(_read(one, feeds) for one in models)
        rates.append(count / (rebuilt - began))
        reads.append(count / (time.perf_counter() - rebuilt))
    for store in stores.values():
        store.close()
    return [
        ratio(name, "events/s", "raw page read", rates, reads),
        plain(f"{name}, events in the logs", "events", [float(held)]),
    ]


def _rebuild(store: Store, model: ServiceModel, feeds: Mapping[str, Feed]) -> None:
    sources = {source: feeds[source] for source in model.sources}
    for view in model.views:
        rebuild(store, view, sources)


def _read(model: ServiceModel, feeds: Mapping[str, Feed]) -> int:
    """Read the logs that each view's service writes or follows."""
    count = 0
    for _ in model.views:
        for name in (model.name, *model.sources):
            after = 0
            while page := feeds[name].read(after, _PAGE):
                after = page[-1].position
                count += len(page)
    return count
