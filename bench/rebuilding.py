"""Rebuilding every view of every service from the logs, against merely reading all they follow.

Both rates are of the events in the logs that a service writes or follows, once per view: what a
rebuild does not have to look at counts as done.
"""

import asyncio
import time
from collections.abc import Mapping

from bench.lifecycles import live
from bench.report import Result, plain, ratio
from bench.serving import serving
from chassis.blueprint import Blueprint
from chassis.feed import Feed, LogFeed
from chassis.store.sqlite import SqliteStore
from chassis.views import rebuild
from contracts.catalogue import FileCatalogue
from services.dispatch.app import definition as dispatch
from services.enforcement.app import definition as enforcement
from services.feedback.app import definition as feedback
from services.intake.app import definition as intake

__all__ = ["measure"]

_LIVES = 2_000
"""Of ten events each."""
_AT_ONCE = 32
_PAGE = 1_000


def measure(runs: int) -> list[Result]:
    """Fill a city, then rebuild its views where they stand."""
    catalogue = FileCatalogue()
    blueprints = [one(catalogue).blueprint for one in (intake, dispatch, enforcement, feedback)]
    with serving("city") as server:
        asyncio.run(live(server, _LIVES, _AT_ONCE, "rebuild"))
        stores = {one.name: SqliteStore(server.data / f"{one.name}.db") for one in blueprints}
        feeds: dict[str, Feed] = {name: LogFeed(store) for name, store in stores.items()}
        held = sum(feed.head() for feed in feeds.values())
        rates, reads = [], []
        for _ in range(runs):
            began = time.perf_counter()
            for one in blueprints:
                _rebuild(stores[one.name], one, feeds)
            rebuilt = time.perf_counter()
            count = sum(_read(one, feeds) for one in blueprints)
            rates.append(count / (rebuilt - began))
            reads.append(count / (time.perf_counter() - rebuilt))
        for store in stores.values():
            store.close()
    return [
        ratio("rebuild of all views", "events/s", "raw page read", rates, reads),
        plain("rebuild of all views, events in the logs", "events", [float(held)]),
    ]


def _rebuild(store: SqliteStore, blueprint: Blueprint, feeds: Mapping[str, Feed]) -> None:
    sources = {source: feeds[source] for source in blueprint.sources}
    for view in blueprint.views:
        rebuild(store, view, sources)


def _read(blueprint: Blueprint, feeds: Mapping[str, Feed]) -> int:
    """Read the logs that each view's service writes or follows."""
    count = 0
    for _ in blueprint.views:
        for name in (blueprint.name, *blueprint.sources):
            after = 0
            while page := feeds[name].read(after, _PAGE):
                after = page[-1].position
                count += len(page)
    return count
